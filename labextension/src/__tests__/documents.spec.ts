// @vitest-environment jsdom
/*
 * The real registry, contexts and contents manager of JupyterLab, with a drive in memory.
 */
import { Context, DocumentRegistry, TextModelFactory } from '@jupyterlab/docregistry';
import type { IDocumentWidget } from '@jupyterlab/docregistry';
import { ContentsManager } from '@jupyterlab/services';
import type { Contents, ServiceManager } from '@jupyterlab/services';
import { DisposableSet } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import { Widget } from '@lumino/widgets';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { Documents } from '../documents';
import type { IConnection, IPeerChange, IRoom } from '../tokens';
import { FakeNotebook } from './fakes';

class MemoryDrive {
  readonly name = '';
  readonly fileChanged = new Signal<this, Contents.IChangedArgs>(this);
  readonly serverSettings = {};
  get(path: string): Promise<unknown> {
    return Promise.resolve({
      path,
      name: path,
      type: 'file',
      format: 'text',
      content: 'text',
      writable: true,
      created: '',
      last_modified: '2026-02-03T04:05:06Z',
      hash: 'abc'
    });
  }
  save(path: string): Promise<unknown> {
    return this.get(path);
  }
  async rename(path: string, newPath: string): Promise<unknown> {
    const newValue = (await this.get(newPath)) as Contents.IModel;
    this.fileChanged.emit({ type: 'rename', oldValue: { path }, newValue });
    return newValue;
  }
  listCheckpoints(): Promise<unknown[]> {
    return Promise.resolve([{ id: '1', last_modified: '' }]);
  }
  dispose(): void {
    Signal.clearData(this);
  }
}

class FakeRoom {
  constructor(readonly id: string) {}
  readonly peers = new Map();
  readonly people = [];
  readonly connection: IConnection = { kind: 'connected' };
  readonly changed = new Signal<this, IPeerChange>(this);
  readonly connectionChanged = new Signal<this, IConnection>(this);
  readonly set = vi.fn();
  readonly dispose = vi.fn();
}

/** The document manager's part: a widget of a factory, with the registry's extensions. */
function show(factory: string, context: DocumentRegistry.Context, content = {}): Widget {
  const widget = Object.assign(new Widget(), { context, content });
  const extensions = new DisposableSet();
  for (const extension of registry.widgetExtensions(factory)) {
    extensions.add(extension.createNew(widget, context) ?? new DisposableSet());
  }
  widget.disposed.connect(() => {
    extensions.dispose();
  });
  return widget;
}

class Factory {
  constructor(readonly name: string) {}
  readonly fileTypes = ['text'];
  readonly widgetCreated = new Signal<this, IDocumentWidget>(this);
  dispose(): void {
    Signal.clearData(this);
  }
  get real(): DocumentRegistry.WidgetFactory {
    return this as unknown as DocumentRegistry.WidgetFactory;
  }
}

let registry: DocumentRegistry;
let contents: ContentsManager;
let manager: ServiceManager.IManager;
let contexts: Context[];
let rooms: FakeRoom[];
let documents: Documents;

async function open(path: string): Promise<Context> {
  const context = new Context({ manager, factory: new TextModelFactory(), path });
  contexts.push(context);
  await context.initialize(false);
  return context;
}

beforeEach(() => {
  const sessions = {
    runningChanged: new Signal<object, unknown>({}),
    running: () => [],
    refreshRunning: () => Promise.resolve()
  };
  contents = new ContentsManager({ defaultDrive: new MemoryDrive() as unknown as Contents.IDrive });
  manager = {
    ready: Promise.resolve(),
    contents,
    sessions: { ...sessions, ready: Promise.resolve(), connectionFailure: sessions.runningChanged },
    kernels: {},
    kernelspecs: { ready: Promise.resolve(), specsChanged: sessions.runningChanged, specs: null }
  } as unknown as ServiceManager.IManager;
  registry = new DocumentRegistry();
  registry.addWidgetFactory(new Factory('Notebook').real);
  contexts = [];
  rooms = [];
  documents = new Documents({
    registry,
    contents: manager.contents,
    drawsCarets: () => false,
    join: id => {
      const room = new FakeRoom(id);
      rooms.push(room);
      return room as unknown as IRoom;
    }
  });
});

afterEach(() => {
  documents.dispose();
  for (const context of contexts) {
    context.dispose();
  }
  contents.dispose();
  registry.dispose();
});

describe('Documents', () => {
  it('know each context once, of factories that were there and that came later', async () => {
    registry.addWidgetFactory(new Factory('Some Viewer').real);
    const added = vi.fn();
    documents.added.connect(added);
    const context = await open('a.txt');
    show('Notebook', context);
    show('Some Viewer', context);
    show('some viewer', context);
    expect(added).toHaveBeenCalledTimes(1);
    expect([...documents]).toEqual([documents.for(context)]);
    expect(documents.of(context.model.sharedModel)).toBe(documents.for(context));
    await context.ready;
    expect(rooms.map(({ id }) => id)).toEqual(['document:a.txt']);
  });

  it('do not hear of factories that never showed anything', async () => {
    const context = await open('a.txt');
    show('Unknown', context);
    expect(documents.for(context)).toBeNull();
  });

  it('are not registered twice when a factory comes back', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const factory = registry.addWidgetFactory(new Factory('Editor').real);
    factory.dispose();
    registry.addWidgetFactory(new Factory('Editor').real);
    expect(warn).not.toHaveBeenCalled();
    expect([...registry.widgetExtensions('Editor')]).toHaveLength(1);
  });

  it('follow a rename by the contents manager', async () => {
    const context = await open('a.txt');
    show('Notebook', context);
    await context.ready;
    await manager.contents.rename('a.txt', 'b.txt');
    expect(rooms.map(({ id }) => id)).toEqual(['document:a.txt', 'document:b.txt']);
    expect(rooms[0]?.dispose).toHaveBeenCalledTimes(1);
    expect(documents.for(context)?.path).toBe('b.txt');
  });

  it('tell of changes and saves', async () => {
    const context = await open('a.txt');
    show('Notebook', context);
    await context.ready;
    context.model.dirty = true;
    expect(rooms[0]?.set).toHaveBeenLastCalledWith('document', { dirty: true, saved: null });
    await context.save();
    expect(rooms[0]?.set).toHaveBeenLastCalledWith('document', {
      dirty: false,
      saved: { at: Date.parse('2026-02-03T04:05:06Z'), hash: 'abc' }
    });
  });

  it('publish the cell of the notebook in a panel until that is closed', async () => {
    const context = await open('a.txt');
    const notebook = new FakeNotebook();
    const widget = show('Notebook', context, notebook);
    await context.ready;
    notebook.go('c', 1, 'edit');
    expect(rooms[0]?.set).toHaveBeenLastCalledWith('cell', { id: 'c', index: 1, mode: 'edit' });
    widget.dispose();
    expect(rooms[0]?.set).toHaveBeenLastCalledWith('cell', undefined);
  });

  it('are left when they are closed', async () => {
    const context = await open('a.txt');
    show('Notebook', context);
    await context.ready;
    const { sharedModel } = context.model;
    context.dispose();
    expect(rooms[0]?.dispose).toHaveBeenCalledTimes(1);
    expect([...documents]).toEqual([]);
    expect(documents.of(sharedModel)).toBeNull();
  });

  it('are left, and seen no more, when presence ends', async () => {
    const context = await open('a.txt');
    show('Notebook', context);
    await context.ready;
    documents.dispose();
    documents.dispose();
    expect(rooms[0]?.dispose).toHaveBeenCalledTimes(1);
    expect([...registry.widgetExtensions('Notebook')]).toEqual([]);
    registry.addWidgetFactory(new Factory('Editor').real);
    expect([...registry.widgetExtensions('Editor')]).toEqual([]);
  });
});
