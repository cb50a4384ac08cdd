import { Signal } from '@lumino/signaling';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { DocumentPresence } from '../document';
import { parsePeer } from '../peers';
import type { IPeer } from '../peers';
import type { IConnection, IPeerChange, IRoom } from '../tokens';
import { CONTENTS, FakeContext, FakeNotebook } from './fakes';

class FakeRoom {
  constructor(readonly id: string) {}
  peers = new Map<number, IPeer>();
  people = [];
  self = null;
  hello = null;
  connection: IConnection = { kind: 'connected' };
  readonly changed = new Signal<this, IPeerChange>(this);
  readonly connectionChanged = new Signal<this, IConnection>(this);
  readonly fields = new Map<string, unknown>();
  readonly reconnect = vi.fn();
  isDisposed = false;
  set(field: string, value: unknown): void {
    this.fields.set(field, value);
  }
  dispose(): void {
    this.isDisposed = true;
  }
}

let context: FakeContext;
let joined: FakeRoom[];
let drawsCarets: boolean;
let document: DocumentPresence;

function open(path: string): void {
  context = new FakeContext(path);
  joined = [];
  drawsCarets = false;
  document = new DocumentPresence(context.real, {
    contents: CONTENTS,
    drawsCarets: () => drawsCarets,
    join: id => {
      const room = new FakeRoom(id);
      joined.push(room);
      const peer = parsePeer(joined.length, { user: { username: 'ada' } });
      if (peer) {
        room.peers.set(peer.id, peer);
      }
      return room as unknown as IRoom;
    }
  });
}

function room(): FakeRoom {
  const last = joined[joined.length - 1];
  if (!last) {
    throw new Error('no room was joined');
  }
  return last;
}

beforeEach(() => {
  open('folder/a.ipynb');
});

afterEach(() => {
  document.dispose();
});

describe('entering', () => {
  it('waits until the document is loaded', async () => {
    document.set('x', 1);
    expect(joined).toEqual([]);
    expect(document.connection).toEqual({ kind: 'connecting' });
    expect([...document.peers]).toEqual([]);
    await context.load();
    expect(room().id).toBe('document:folder/a.ipynb');
    expect(room().fields.get('x')).toBe(1);
    expect(room().fields.get('document')).toEqual({ dirty: false, saved: null });
    expect(document.connection).toEqual({ kind: 'connected' });
  });

  it('tells that there are peers now', async () => {
    const changed = vi.fn();
    const connected = vi.fn();
    document.changed.connect(changed);
    document.connectionChanged.connect(connected);
    await context.load();
    expect(changed).toHaveBeenCalledWith(document, { added: [1], updated: [], removed: [] });
    expect(connected).toHaveBeenCalledWith(document, { kind: 'connected' });
  });

  it.each([
    ['RTC:a.ipynb', 'document:a.ipynb'],
    ['/a.ipynb', 'document:a.ipynb'],
    ['a b/ü.txt', 'document:a b/ü.txt']
  ])('%s is %s', async (path, id) => {
    open(path);
    await context.load();
    expect(room().id).toBe(id);
  });

  it.each(['', 'GitHub:a.ipynb', 'RTC:'])('does not happen for %o', async path => {
    open(path);
    await context.load();
    document.set('x', 1);
    expect(joined).toEqual([]);
    expect(document.connection).toEqual({ kind: 'off' });
  });

  it('does not happen for what was closed before it was loaded', async () => {
    context.disposed.emit();
    await context.load();
    expect(joined).toEqual([]);
    expect(document.isDisposed).toBe(true);
  });
});

describe('a rename', () => {
  it('goes to the other room with all that was said', async () => {
    await context.load();
    const first = room();
    document.set('cursor', { position: 1 });
    document.set('gone', 1);
    document.set('gone', undefined);
    expect(first.fields.get('cursor')).toEqual({ position: 1 });
    const changed = vi.fn();
    document.changed.connect(changed);
    context.rename('folder/b.ipynb');
    expect(first.isDisposed).toBe(true);
    expect(room().id).toBe('document:folder/b.ipynb');
    expect(Object.fromEntries(room().fields)).toEqual({
      cursor: { position: 1 },
      document: { dirty: false, saved: null }
    });
    expect(document.path).toBe('folder/b.ipynb');
    expect(changed.mock.calls).toEqual([[document, { added: [2], updated: [], removed: [1] }]]);
    first.changed.emit({ added: [9], updated: [], removed: [] });
    expect(changed).toHaveBeenCalledTimes(1);
  });

  it('to the same path changes nothing', async () => {
    await context.load();
    context.rename('RTC:folder/a.ipynb');
    expect(joined).toHaveLength(1);
    expect(room().isDisposed).toBe(false);
  });

  it('before loading counts', async () => {
    context.rename('b.ipynb');
    expect(joined).toEqual([]);
    await context.load();
    expect(joined.map(({ id }) => id)).toEqual(['document:b.ipynb']);
  });

  it('to another place leaves', async () => {
    await context.load();
    context.rename('GitHub:b.ipynb');
    expect(room().isDisposed).toBe(true);
    expect(document.connection).toEqual({ kind: 'off' });
    expect(document.people).toEqual([]);
  });
});

it('passes on what the room says', async () => {
  await context.load();
  const changed = vi.fn();
  const connected = vi.fn();
  document.changed.connect(changed);
  document.connectionChanged.connect(connected);
  const change = { added: [], updated: [1], removed: [] };
  room().changed.emit(change);
  room().connectionChanged.emit({ kind: 'reconnecting' });
  expect(changed).toHaveBeenCalledWith(document, change);
  expect(connected).toHaveBeenCalledWith(document, { kind: 'reconnecting' });
});

it('publishes the active cell', async () => {
  await context.load();
  const notebook = new FakeNotebook();
  const view = document.follow(notebook.real);
  notebook.go('c', 4, 'edit');
  expect(room().fields.get('cell')).toEqual({ id: 'c', index: 4, mode: 'edit' });
  view.dispose();
  expect(room().fields.get('cell')).toBeUndefined();
});

it('tries again when saving has made a deleted file again', async () => {
  await context.load();
  context.save();
  expect(room().reconnect).not.toHaveBeenCalled();
  room().connection = { kind: 'off', code: 4404, reason: 'There is no such document.' };
  context.saveState.emit('failed');
  expect(room().reconnect).not.toHaveBeenCalled();
  context.save();
  expect(room().reconnect).toHaveBeenCalledTimes(1);
});

it('is collaborative only if somebody draws the carets of that', () => {
  expect(document.collaborative).toBe(false);
  context.model.collaborative = true;
  expect(document.collaborative).toBe(false);
  drawsCarets = true;
  expect(document.collaborative).toBe(true);
  context.model.collaborative = false;
  expect(document.collaborative).toBe(false);
});

it('leaves when the document is closed', async () => {
  await context.load();
  const disposed = vi.fn();
  document.disposed.connect(disposed);
  context.disposed.emit();
  context.disposed.emit();
  expect(room().isDisposed).toBe(true);
  expect(disposed).toHaveBeenCalledTimes(1);
  context.rename('c.ipynb');
  expect(joined).toHaveLength(1);
  expect([...document.peers]).toEqual([]);
});
