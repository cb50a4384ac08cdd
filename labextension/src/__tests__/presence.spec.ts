import type { DocumentRegistry } from '@jupyterlab/docregistry';
import { Signal } from '@lumino/signaling';
import type { Widget } from '@lumino/widgets';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { Presence } from '../presence';
import { Settings } from '../settings';
import { CONTENTS, FakeContext, FakeNotebook, panel } from './fakes';
import { TestServer, next } from './server';
import type { Caller } from './server';

type Shell = ConstructorParameters<typeof Presence>[0]['shell'];
type Extend = DocumentRegistry.WidgetExtension['createNew'];

class FakeRegistry {
  readonly changed = new Signal<this, unknown>(this);
  readonly extensions = new Map<string, Extend>();
  widgetFactories(): { name: string }[] {
    return [{ name: 'Notebook' }, { name: 'Editor' }];
  }
  addWidgetExtension(name: string, extension: { createNew: Extend }): { dispose(): void } {
    this.extensions.set(name, extension.createNew);
    return { dispose: () => this.extensions.delete(name) };
  }
}

const shell = {
  currentWidget: null as Widget | null,
  currentChanged: new Signal<object, unknown>({})
};
const AGENT = { user: { username: 'ada' }, kind: 'agent' };

let server: TestServer;
let registry: FakeRegistry;
let settings: Settings;
let presence: Presence;
let lobby: Caller;

beforeEach(async () => {
  server = await TestServer.start();
  registry = new FakeRegistry();
  settings = new Settings();
  shell.currentWidget = null;
  presence = create();
  lobby = await server.caller();
});

function create(): Presence {
  return new Presence({
    serverSettings: server.settings(),
    contents: CONTENTS,
    docRegistry: registry as unknown as DocumentRegistry,
    shell: shell as unknown as Shell,
    settings,
    drawsCarets: () => false
  });
}

afterEach(async () => {
  presence.dispose();
  await server.stop();
});

/** Show a document, as the document manager does. */
function show(factory: string, context: FakeContext, notebook?: FakeNotebook): Widget {
  const widget = panel(context, notebook);
  const extend = registry.extensions.get(factory.toLowerCase());
  extend?.(widget, context.real);
  shell.currentWidget = widget;
  shell.currentChanged.emit(null);
  return widget;
}

describe('the lobby', () => {
  it('is entered at once, with status and kind', async () => {
    expect(lobby.room).toBe('lobby');
    expect(await lobby.says({ status: 'active' })).toEqual({ kind: 'person', status: 'active' });
  });

  it('knows who one is', async () => {
    expect(presence.self).toBeNull();
    lobby.say([5, 1, AGENT]);
    lobby.greet({ user: { username: 'me', display_name: 'Me' } });
    await next(presence.lobby.helloChanged);
    expect(presence.self?.display_name).toBe('Me');
    expect(presence.lobby.self).toBe(presence.self);
    expect(presence.preferences.username).toBe('me');
    expect(presence.lobby.people.map(({ username }) => username)).toEqual(['me', 'ada']);
  });

  it('is told what one looks at, and no more when that is nothing', async () => {
    const notebook = new FakeNotebook();
    notebook.go('c', 1);
    show('Notebook', new FakeContext('a.ipynb'), notebook);
    await lobby.says({ location: { path: 'a.ipynb', type: 'notebook', cell: 'c', index: 1 } });
    shell.currentWidget = null;
    shell.currentChanged.emit(null);
    await lobby.says({ location: undefined, status: 'active' });
  });
});

describe('the documents that are open', () => {
  it('are told in the lobby, whichever of them is shown', async () => {
    const [first, second] = [new FakeContext('a.py'), new FakeContext('b.py')];
    show('Editor', first);
    show('Editor', second);
    await Promise.all([first.load(), second.load()]);
    first.edit(true);
    const open = [{ path: 'a.py', dirty: true }, { path: 'b.py' }];
    await lobby.says({ location: { path: 'b.py', type: 'file' }, open });
    first.disposed.emit();
    await lobby.says({ open: [{ path: 'b.py' }] });
    second.disposed.emit();
    await lobby.says({ open: undefined });
  });
});

describe('join', () => {
  it('gives each caller its own place in one room', async () => {
    const [first, second] = [presence.join('topic:x'), presence.join('topic:x')];
    const caller = await server.caller();
    expect(caller.room).toBe('topic:x');
    expect(first.clientId).toBe(second.clientId);
    const heard = vi.fn();
    first.changed.connect(heard);
    const changed = next(second.changed);
    first.set('a', 1);
    second.set('b', 2);
    const base = { kind: 'person', status: 'active' };
    expect(await caller.says({ a: 1, b: 2 })).toEqual({ a: 1, b: 2, ...base });
    expect(second.state).toEqual(first.state);
    first.dispose();
    heard.mockClear();
    caller.say([5, 1, AGENT]);
    await changed;
    expect(await caller.says({ a: undefined })).toEqual({ b: 2, ...base });
    expect(heard).not.toHaveBeenCalled();
    second.dispose();
    expect(await caller.closed()).toBe(1000);
    expect(server.callers).toHaveLength(2);
  });

  it('tells all of them what happens', async () => {
    const rooms = [presence.join('topic:x'), presence.join('topic:x')];
    const caller = await server.caller();
    const connected = rooms.map(room => next(room.connectionChanged));
    const greeted = rooms.map(room => next(room.helloChanged));
    caller.say([5, 1, AGENT]);
    caller.greet();
    await Promise.all([...connected, ...greeted]);
    for (const room of rooms) {
      expect([...room.peers.keys()]).toEqual([5]);
      expect(room.peers.get(5)?.kind).toBe('agent');
      expect(room.connection).toEqual({ kind: 'connected' });
      expect(room.hello?.client).toBe(room.clientId);
      expect(room.id).toBe('topic:x');
    }
  });

  it('enters again after everybody has left', async () => {
    const room = presence.join('topic:x');
    const caller = await server.caller();
    const disposed = vi.fn();
    room.disposed.connect(disposed);
    room.dispose();
    room.dispose();
    room.set('late', 1);
    expect(disposed).toHaveBeenCalledTimes(1);
    await caller.closed();
    const again = presence.join('topic:x');
    expect(again.isDisposed).toBe(false);
    expect(await (await server.caller()).state()).not.toHaveProperty('late');
  });
});

describe('documents', () => {
  it('are entered once, however many views they have', async () => {
    const added = vi.fn();
    presence.documentAdded.connect((_, document) => {
      added(document.path);
    });
    const context = new FakeContext('a.ipynb');
    const notebook = new FakeNotebook();
    show('Notebook', context, notebook);
    show('Notebook', context, new FakeNotebook());
    await context.load();
    const caller = await server.caller();
    expect(caller.room).toBe('document:a.ipynb');
    notebook.go('c', 0, 'edit');
    const cell = { id: 'c', index: 0, mode: 'edit' };
    expect(await caller.says({ cell })).toEqual({
      kind: 'person',
      status: 'active',
      document: { dirty: false, saved: null },
      cell
    });
    expect(added.mock.calls).toEqual([['a.ipynb']]);
    expect([...presence.documents]).toHaveLength(1);
    context.disposed.emit();
    expect(await caller.closed()).toBe(1000);
    expect([...presence.documents]).toEqual([]);
  });

  it('are found by context and by shared model', () => {
    const context = new FakeContext('a.ipynb');
    show('Notebook', context);
    const document = presence.documentFor(context.real);
    expect(document?.context).toBe(context);
    const { sharedModel } = context.model;
    expect(presence.documentOf(sharedModel)).toBe(document);
    expect(presence.documentOf({ notebook: sharedModel })).toBe(document);
    expect(presence.documentOf({ notebook: null })).toBeNull();
    expect(presence.documentOf({})).toBeNull();
    expect(presence.documentFor(new FakeContext('b').real)).toBeNull();
    context.disposed.emit();
    expect(presence.documentOf(sharedModel)).toBeNull();
    expect(presence.documentFor(context.real)).toBeNull();
  });

  it('of one file in two editors share a room; the one used last counts', async () => {
    const since = 1770091506789;
    vi.spyOn(Date, 'now').mockReturnValue(since);
    const [notebook, text] = [new FakeContext('a.ipynb'), new FakeContext('a.ipynb')];
    show('Notebook', notebook);
    show('Editor', text);
    await notebook.load();
    await text.load();
    const caller = await server.caller();
    await caller.says({ document: { dirty: false, saved: null } });
    text.edit(true);
    await caller.says({ document: { dirty: true, since, saved: null } });
    text.disposed.emit();
    await caller.says({ document: { dirty: false, saved: null } });
    expect(server.callers.filter(({ room }) => room !== 'lobby')).toHaveLength(1);
  });
});

describe('choices', () => {
  it('are told in every room at once, and those made later too', async () => {
    presence.join('topic:x');
    const caller = await server.caller();
    await Promise.all([lobby.says({ status: 'active' }), caller.says({ status: 'active' })]);
    presence.preferences.set({ shareLocation: false, color: '#1a73e8' });
    const said = { privacy: { location: false }, user: { color: '#1a73e8' } };
    await Promise.all([lobby.says(said), caller.says(said)]);
    presence.preferences.set({ shareLocation: true, appearAway: true, color: null });
    const next = { privacy: undefined, user: undefined, status: 'away', seen: undefined };
    await Promise.all([lobby.says(next), caller.says(next)]);
    presence.preferences.set({ invisible: true });
    expect(await lobby.says({ invisible: true })).toEqual({ invisible: true });
    expect(await caller.says({ invisible: true })).toEqual({ invisible: true });
  });

  it('of the one whom the server greets hold from the first word on', async () => {
    vi.stubGlobal('window', Object.assign(new EventTarget(), { localStorage: storage() }));
    presence.dispose();
    presence = create();
    lobby = await server.caller();
    presence.join('topic:x');
    const caller = await server.caller();
    caller.greet({ user: { username: 'shy' } });
    await caller.says({ invisible: true });
    lobby.greet({ user: { username: 'shy' } });
    await lobby.says({ invisible: true });
    expect([...lobby.entries, ...caller.entries].map(({ state }) => state)).toEqual([
      { invisible: true },
      { invisible: true }
    ]);
  });
});

/** What Shy has chosen before. */
function storage(): Pick<Storage, 'getItem'> {
  const key = 'jupyter-awareness:preferences:shy';
  return { getItem: name => (name === key ? '{"invisible":true}' : null) };
}

describe('status', () => {
  beforeEach(async () => {
    vi.stubGlobal('window', new EventTarget());
    vi.stubGlobal('document', Object.assign(new EventTarget(), { visibilityState: 'visible' }));
    presence.dispose();
    presence = create();
    lobby = await server.caller();
  });

  it('is told in every room', async () => {
    const topic = presence.join('topic:x');
    const caller = await server.caller();
    await Promise.all([lobby.says({ status: 'active' }), caller.says({ status: 'active' })]);
    Object.assign(document, { visibilityState: 'hidden' });
    document.dispatchEvent(new Event('visibilitychange'));
    await Promise.all([lobby.says({ status: 'away' }), caller.says({ status: 'away' })]);
    expect(topic.state).toMatchObject({ status: 'away' });
    const later = presence.join('topic:y');
    expect(later.state).toMatchObject({ status: 'away' });
  });

  it('follows the settings', async () => {
    await lobby.says({ status: 'active' });
    settings.follow({
      composite: { idleAfter: 0.001 },
      changed: new Signal<object, void>({})
    } as unknown as Parameters<Settings['follow']>[0]);
    await lobby.says({ status: 'idle' });
  });
});

it('leaves all rooms when disposed', async () => {
  const topic = presence.join('topic:x');
  const caller = await server.caller();
  await Promise.all([lobby.state(), caller.state()]);
  presence.dispose();
  presence.dispose();
  expect(await Promise.all([lobby.closed(), caller.closed()])).toEqual([1000, 1000]);
  expect(topic.isDisposed).toBe(true);
  expect(registry.extensions.size).toBe(0);
});
