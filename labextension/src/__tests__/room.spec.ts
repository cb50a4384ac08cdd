import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { Channel } from '../channel';
import { Room } from '../room';
import type { IPeerChange } from '../tokens';
import { TestServer, next } from './server';
import type { Caller } from './server';

const ADA = { user: { username: 'ada', display_name: 'Ada' } };
const BOB = { user: { username: 'bob', display_name: 'Bob' } };

let server: TestServer;
let room: Room;
let caller: Caller;
let changes: IPeerChange[];
const owner = {};

beforeEach(async () => {
  server = await TestServer.start();
  room = new Room('lobby', new Channel({ room: 'lobby', settings: server.settings() }));
  caller = await server.caller();
  changes = [];
  room.changed.connect((_, change) => {
    changes.push(change);
  });
});

afterEach(async () => {
  room.dispose();
  vi.useRealTimers();
  await server.stop();
});

async function greeted(hello: Record<string, unknown> = {}): Promise<void> {
  const done = next(room.channel.helloChanged);
  caller.say();
  caller.greet(hello);
  await done;
  changes = [];
}

/** The same in a time that the test makes pass. */
async function timed(hello: Record<string, unknown> = {}): Promise<void> {
  room.dispose();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  room = new Room('lobby', new Channel({ room: 'lobby', settings: server.settings() }));
  caller = await server.caller();
  await greeted(hello);
  await vi.advanceTimersByTimeAsync(1000);
}

describe('peers', () => {
  it('are parsed once for each change of theirs', async () => {
    caller.say([2, 1, ADA], [3, 1, BOB]);
    await next(room.changed);
    const [ada, bob] = [room.peers.get(2), room.peers.get(3)];
    expect(ada?.user.display_name).toBe('Ada');
    const before = room.peers;
    caller.say([3, 2, { ...BOB, status: 'idle' }]);
    await next(room.changed);
    expect(room.peers.get(2)).toBe(ada);
    expect(room.peers.get(3)).not.toBe(bob);
    expect(before.get(3)).toBe(bob);
    expect(changes).toEqual([
      { added: [2, 3], updated: [], removed: [] },
      { added: [], updated: [3], removed: [] }
    ]);
  });

  it('are those whose state names somebody', async () => {
    caller.say([2, 1, { no: 'user' }], [3, 1, BOB]);
    await next(room.changed);
    caller.say([2, 2, ADA]);
    await next(room.changed);
    caller.say([2, 3, { user: 7 }]);
    await next(room.changed);
    caller.say([2, 4, null], [3, 2, null]);
    await next(room.changed);
    expect(changes).toEqual([
      { added: [3], updated: [], removed: [] },
      { added: [2], updated: [], removed: [] },
      { added: [], updated: [], removed: [2] },
      { added: [], updated: [], removed: [3] }
    ]);
    expect(room.peers.size).toBe(0);
  });
});

describe('people', () => {
  it('are the others, and oneself once one knows who that is', async () => {
    room.set(owner, 'status', 'idle');
    caller.say([2, 1, ADA], [3, 1, BOB]);
    await next(room.changed);
    expect(room.people.map(({ username, self }) => [username, self])).toEqual([
      ['ada', false],
      ['bob', false]
    ]);
    caller.greet({ user: { username: 'bob', display_name: 'Bob' }, kind: 'person' });
    await next(room.changed);
    expect(room.people.map(({ username, self }) => [username, self])).toEqual([
      ['bob', true],
      ['ada', false]
    ]);
    const [bob] = room.people;
    expect(bob?.peers.map(({ id, status }) => [id, status])).toEqual([
      [3, 'active'],
      [room.channel.clientId, 'idle']
    ]);
  });

  it('are computed once for each change', async () => {
    await greeted();
    const { people } = room;
    expect(room.people).toBe(people);
    room.set(owner, 'cursor', { position: 1, anchor: 1 });
    expect(room.people).toBe(people);
    expect(changes).toEqual([]);
    room.set(owner, 'status', 'away');
    expect(room.people).not.toBe(people);
    expect(changes).toEqual([{ added: [], updated: [], removed: [] }]);
  });
});

describe('oneself', () => {
  it('is who the server says, in the colour that one chose', async () => {
    expect(room.self).toBeNull();
    await greeted({ user: { username: 'bob', color: '#000001' }, palette: ['#000001', '#000002'] });
    expect(room.self?.color).toBe('#000001');
    room.set(owner, 'user', { color: '#000002' });
    expect(room.self).toMatchObject({ username: 'bob', color: '#000002' });
    expect(room.people[0]?.user).toEqual(room.self);
  });

  it.each(['#000003', 'red', 5, null])('is not in a colour that there is not: %s', async color => {
    await greeted({ user: { username: 'bob', color: '#000001' }, palette: ['#000001', 'red'] });
    room.set(owner, 'user', { color });
    expect(room.self?.color).toBe('#000001');
  });
});

describe('what is published', () => {
  it('leaves at once and together', async () => {
    await caller.state();
    room.set(owner, 'a', 1);
    room.set(owner, 'b', 2);
    expect(await caller.state(2)).toEqual({ a: 1, b: 2 });
  });

  it('is throttled, and the last of it is never lost', async () => {
    await timed();
    const said = vi.spyOn(room.channel, 'set');
    for (let position = 0; position < 20; position++) {
      room.set(owner, 'cursor', { position });
      await vi.advanceTimersByTimeAsync(10);
    }
    await vi.advanceTimersByTimeAsync(1000);
    expect(said).toHaveBeenCalledTimes(5); // At 0, 50, 100, 150 and 200 ms.
    expect(said.mock.lastCall?.[0]).toEqual({ cursor: { position: 19 } });
  });

  it('is not faster than the server wants it', async () => {
    await timed({ limits: { updates_per_second: 4 }, flush_interval: 0.1 });
    const said = vi.spyOn(room.channel, 'set');
    for (let position = 0; position < 99; position++) {
      room.set(owner, 'cursor', { position });
      await vi.advanceTimersByTimeAsync(10);
    }
    expect(said).toHaveBeenCalledTimes(4); // At 0, 250, 500 and 750 ms.
  });

  it('leaves out what the server does not pass on', async () => {
    room.set(owner, 'location', { path: 'a', type: 'file' });
    room.set(owner, 'open', [{ path: 'a' }]);
    room.set(owner, 'cursor', { position: 1, anchor: 1 });
    room.set(owner, 'cursors', []);
    room.set(owner, 'status', 'idle');
    expect(Object.keys((await caller.state()) ?? {})).toHaveLength(5);
    caller.greet({ share_locations: 'never', share_cursors: 'always' });
    expect(await caller.state(2)).toEqual({
      status: 'idle',
      cursor: { position: 1, anchor: 1 },
      cursors: []
    });
    caller.greet({ share_cursors: 'never' });
    expect(await caller.state(3)).toEqual({
      status: 'idle',
      location: { path: 'a', type: 'file' },
      open: [{ path: 'a' }]
    });
    room.set(owner, 'invisible', true);
    expect(await caller.state(4)).toEqual({ invisible: true });
  });

  it('is nothing before it is known whose choices count', async () => {
    const said = vi.spyOn(room.channel, 'set');
    room.set(owner, 'status', 'active');
    await Promise.resolve();
    expect(said).not.toHaveBeenCalled();
    room.channel.helloChanged.connect(() => {
      room.set(owner, 'invisible', true);
    });
    await greeted();
    await caller.state();
    expect(said.mock.calls).toEqual([[{ invisible: true }]]);
  });

  it('is never larger than the server takes', async () => {
    await greeted({ limits: { state_bytes: 100 } });
    room.set(owner, 'status', 'idle');
    room.set(owner, 'theirs', 'x'.repeat(200));
    expect(await caller.state(2)).toEqual({ status: 'idle' });
  });

  it('is withdrawn with its owner', async () => {
    const other = {};
    room.set(owner, 'a', 1);
    room.set(other, 'a', 2);
    room.set(other, 'b', 2);
    expect(await caller.state()).toEqual({ a: 2, b: 2 });
    room.release(other);
    expect(room.state).toEqual({ a: 1 });
    expect(await caller.state(2)).toEqual({ a: 1 });
  });
});

it('is silent once disposed', async () => {
  await greeted();
  room.dispose();
  room.dispose();
  expect(await caller.closed()).toBe(1000);
  room.set(owner, 'a', 1);
  expect(changes).toEqual([]);
  expect(room.isDisposed).toBe(true);
});
