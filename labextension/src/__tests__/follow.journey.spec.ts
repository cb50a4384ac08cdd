// @vitest-environment jsdom
import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { IDocumentWidget } from '@jupyterlab/docregistry';
import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import { Signal } from '@lumino/signaling';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { Journey } from '../follow/journey';
import { Settings } from '../settings';
import { FakeContext } from './fakes';
import { FakeCells } from './follow.fakes';
import { FakeDocument, FakePresence, at, state, trans } from './people.fakes';

const ME = state('me');

class Shell {
  readonly node = document.createElement('div');
  readonly currentChanged = new Signal<this, void>(this);
  readonly main: IDocumentWidget[] = [];
  currentWidget: IDocumentWidget | null = null;

  widgets(): IDocumentWidget[] {
    return this.main;
  }

  show(widget: IDocumentWidget | null): void {
    this.main.forEach(one => Object.assign(one, { isVisible: one === widget }));
    this.currentWidget = widget;
    this.currentChanged.emit();
  }
}

let presence: FakePresence;
let shell: Shell;
let settings: Settings;
let journey: Journey;
const files = new Map<string, IDocumentWidget>();
const openOrReveal = vi.fn((path: string) => {
  const widget = files.get(path);
  shell.show(widget ?? null);
  return widget;
});
const get = vi.fn((path: string) =>
  files.has(path) ? Promise.resolve({}) : Promise.reject(new Error('not found'))
);

beforeEach(async () => {
  localStorage.clear();
  files.clear();
  openOrReveal.mockClear();
  get.mockClear();
  presence = new FakePresence();
  shell = new Shell();
  settings = new Settings();
  for (const path of ['a.ipynb', 'b.ipynb']) {
    await add(path);
  }
  journey = new Journey({
    app: {
      shell: shell as unknown as JupyterFrontEnd.IShell,
      serviceManager: { contents: { get } } as unknown as JupyterFrontEnd['serviceManager']
    },
    presence,
    manager: { openOrReveal } as unknown as IDocumentManager,
    settings,
    trans
  });
});

afterEach(() => {
  journey.dispose();
  presence.preferences.dispose();
  Notification.dismiss();
});

async function add(path: string): Promise<void> {
  const context = new FakeContext(path);
  await context.load();
  const widget = new FakeCells([100, 100, 100]).panel(context);
  files.set(path, widget);
  shell.main.push(widget);
  presence.add(new FakeDocument(path, context.real));
}

function set(composite: Record<string, unknown>): void {
  const source = { composite, changed: new Signal({}) };
  settings.follow(source as unknown as ISettingRegistry.ISettings);
}

function frame(): string | null {
  const node = document.querySelector<HTMLElement>('.jp-AwarenessFollow');
  return !node || node.hidden
    ? null
    : (node.querySelector('.jp-AwarenessFollow-text')?.textContent ?? '');
}

async function followBob(path = 'a.ipynb'): Promise<void> {
  presence.lobby.fill(ME, at('bob', path));
  journey.follow.start('bob');
  await vi.waitFor(() => {
    expect(shell.currentWidget?.context.path).toBe(path);
  });
  await Promise.resolve();
}

function said(field: string): unknown {
  return presence.lobby.set.mock.calls.filter(([name]) => name === field).pop()?.[1];
}

describe('a journey', () => {
  it('leads from document to document, in a frame of their colour', async () => {
    await followBob();
    expect(frame()).toBe('Following Bob');
    const node = document.querySelector<HTMLElement>('.jp-AwarenessFollow');
    expect(node?.style.getPropertyValue('--jp-awareness-color')).toBe('#1976d2');
    presence.lobby.fill(ME, at('bob', 'b.ipynb'));
    await vi.waitFor(() => {
      expect(shell.currentWidget?.context.path).toBe('b.ipynb');
    });
    expect(journey.follow.current).not.toBeNull();
    journey.follow.stop('stopped');
    expect(frame()).toBeNull();
  });

  it('does not reveal what is seen already', async () => {
    shell.show(files.get('a.ipynb')!);
    await followBob();
    expect(openOrReveal).not.toHaveBeenCalled();
  });

  it('says what it cannot open, and opens nothing', async () => {
    presence.lobby.fill(ME, at('bob', 'secret.ipynb'));
    journey.follow.start('bob');
    await vi.waitFor(() => {
      expect(frame()).toBe('Bob is in secret.ipynb, which cannot be shown here');
    });
    expect(openOrReveal).not.toHaveBeenCalled();
    presence.lobby.fill(ME, at('bob', 'a.ipynb'));
    await vi.waitFor(() => {
      expect(frame()).toBe('Following Bob');
    });
  });

  it('says so of a document that opens in another window', async () => {
    openOrReveal.mockReturnValueOnce(undefined);
    presence.lobby.fill(ME, at('bob', 'a.ipynb'));
    journey.follow.start('bob');
    await vi.waitFor(() => {
      expect(frame()).toBe('Bob is in a.ipynb, which cannot be shown here');
    });
  });

  it('ends when the user goes elsewhere', async () => {
    await followBob();
    await vi.waitFor(() => {
      shell.show(files.get('b.ipynb')!);
      expect(journey.follow.current).toBeNull();
    });
  });

  it('goes on if so set, and comes back with the next movement', async () => {
    set({ followEnds: 'escape' });
    await followBob();
    shell.show(files.get('b.ipynb')!);
    expect(journey.follow.current).not.toBeNull();
    presence.lobby.fill(ME, at('bob', 'a.ipynb', 2));
    await vi.waitFor(() => {
      expect(shell.currentWidget?.context.path).toBe('a.ipynb');
    });
  });

  it('leaves the keyboard where it is outside of documents', async () => {
    const field = document.createElement('input');
    document.body.append(field);
    field.focus();
    openOrReveal.mockImplementationOnce((path: string) => {
      field.blur();
      shell.show(files.get(path)!);
      return files.get(path);
    });
    await followBob();
    await vi.waitFor(() => {
      expect(document.activeElement).toBe(field);
    });
    field.remove();
  });

  it('waits for the end of a dialog', async () => {
    const dialog = document.createElement('div');
    dialog.className = 'jp-Dialog';
    document.body.append(dialog);
    presence.lobby.fill(ME, at('bob', 'a.ipynb'));
    journey.follow.start('bob');
    await vi.waitFor(() => {
      expect(get).toHaveBeenCalled();
    });
    expect(openOrReveal).not.toHaveBeenCalled();
    dialog.remove();
    await vi.waitFor(() => {
      expect(openOrReveal).toHaveBeenCalled();
    });
  });

  it('tells of an end that the user has not made', async () => {
    await followBob();
    presence.lobby.fill(ME, { ...at('bob', 'a.ipynb'), followable: false });
    const told = Notification.manager.notifications.map(({ message }) => message);
    expect(told).toEqual(['Bob does not want to be followed any more.']);
    expect(frame()).toBeNull();
  });

  it('can be stopped in the frame', async () => {
    await followBob();
    document.querySelector<HTMLElement>('.jp-AwarenessFollow-stop')?.click();
    expect(journey.follow.current).toBeNull();
    expect(Notification.manager.notifications).toEqual([]);
  });

  it('is switched off, with being followed, by the setting', async () => {
    await followBob();
    expect(said('followable')).toBeUndefined();
    set({ following: false });
    expect(journey.follow.current).toBeNull();
    expect(said('followable')).toBe(false);
    set({ following: true });
    expect(said('followable')).toBeUndefined();
    presence.preferences.set({ followable: false });
    expect(said('followable')).toBe(false);
  });

  it('leaves nothing behind', async () => {
    await followBob();
    journey.dispose();
    expect(journey.isDisposed).toBe(true);
    expect(document.querySelector('.jp-AwarenessFollow')).toBeNull();
    presence.lobby.fill(ME, at('bob', 'b.ipynb'));
    expect(shell.currentWidget?.context.path).toBe('a.ipynb');
  });
});

describe('what one sees oneself', () => {
  const FOLLOWER = { ...state('eve'), following: 'me' };

  function views(path = 'a.ipynb'): unknown[] {
    const room = presence.documents.find(one => one.path === path)!;
    return room.set.mock.calls
      .filter(([name]) => name === 'view')
      .map(([, value]) => value as unknown);
  }

  it('is told only while somebody follows', async () => {
    shell.show(files.get('a.ipynb')!);
    presence.lobby.fill(ME, state('eve'));
    await Promise.resolve();
    expect(views()).toEqual([]);
    presence.lobby.fill(ME, FOLLOWER);
    await vi.waitFor(() => {
      expect(views()).toMatchObject([{ tab: 1, first: { cell: 'c0' }, last: { cell: 'c2' } }]);
    });
    presence.lobby.fill(ME, state('eve'));
    expect(views()).toEqual([expect.anything(), undefined]);
  });

  it('is told of the current document', async () => {
    shell.show(files.get('a.ipynb')!);
    presence.lobby.fill(ME, FOLLOWER);
    await vi.waitFor(() => {
      expect(views()).toHaveLength(1);
    });
    shell.show(files.get('b.ipynb')!);
    await vi.waitFor(() => {
      expect(views('b.ipynb')).toHaveLength(1);
    });
    expect(views()[1]).toBeUndefined();
  });

  it('is told to nobody by whoever does not want it', async () => {
    shell.show(files.get('a.ipynb')!);
    presence.preferences.set({ followable: false });
    presence.lobby.fill(ME, FOLLOWER);
    await Promise.resolve();
    expect(views()).toEqual([]);
  });

  it('is not told of where one was led to', async () => {
    presence.lobby.fill(ME, at('bob', 'a.ipynb'), FOLLOWER);
    journey.follow.start('bob');
    await vi.waitFor(() => {
      expect(frame()).toBe('Following Bob');
      expect(shell.currentWidget?.context.path).toBe('a.ipynb');
    });
    await Promise.resolve();
    expect(views()).toEqual([]);
    journey.follow.stop('acted');
    await vi.waitFor(() => {
      expect(views()).toHaveLength(1);
    });
  });
});
