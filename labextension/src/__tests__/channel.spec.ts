import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { Channel } from '../channel';
import type { IChannelOptions } from '../channel';
import type { IConnection, IPeerChange } from '../tokens';
import { frame } from './frames';
import { TestServer, next } from './server';
import type { Caller } from './server';

const ADA = { user: { username: 'ada' } };

let server: TestServer;
let channels: Channel[];
/* The back-off waits as long as a test says: by default not at all. */
let luck: number;

function open(more: Partial<IChannelOptions> = {}): Channel {
  const channel = new Channel({
    room: 'lobby',
    settings: server.settings(),
    random: () => luck,
    ...more
  });
  channels.push(channel);
  return channel;
}

function kind(channel: Channel, wanted: IConnection['kind']): Promise<IConnection> {
  return channel.connection.kind === wanted
    ? Promise.resolve(channel.connection)
    : next(channel.connectionChanged, connection => connection.kind === wanted);
}

/** A channel that has been greeted by an empty room. */
async function join(more: Partial<IChannelOptions> = {}): Promise<[Channel, Caller]> {
  const channel = open(more);
  const caller = await server.caller();
  caller.say();
  await kind(channel, 'connected');
  return [channel, caller];
}

beforeEach(async () => {
  luck = 0;
  channels = [];
  server = await TestServer.start();
});

afterEach(async () => {
  for (const channel of channels) {
    channel.dispose();
  }
  vi.useRealTimers();
  await server.stop();
});

describe('the address', () => {
  it('is below the base URL and names the client', async () => {
    luck = 0.5;
    const channel = open();
    const { url } = await server.caller();
    expect(channel.clientId).toBe(2 ** 31);
    expect(url.pathname).toBe('/user/ada%20lovelace/api/awareness/room/lobby');
    expect(url.search).toBe(`?client=${2 ** 31}`);
  });

  it('has the token where the settings want it there', async () => {
    open({ settings: server.settings({ appendToken: true, token: 'a&b' }) });
    expect((await server.caller()).url.searchParams.get('token')).toBe('a&b');
  });

  it.each([
    ['document:a b/ü?#%.ipynb', '/document%3Aa%20b/%C3%BC%3F%23%25.ipynb'],
    ['topic:a//b', '/topic%3Aa%2F%2Fb'],
    ['topic:a/../b', '/topic%3Aa%2F..%2Fb'],
    ['topic:a/', '/topic%3Aa%2F']
  ])('of %s is read back as that', async (room, path) => {
    open({ room });
    const caller = await server.caller();
    expect(caller.url.pathname.endsWith(`/room${path}`)).toBe(true);
    expect(caller.room).toBe(room);
  });

  it('offers our protocol', async () => {
    open();
    expect((await server.caller()).socket.protocol).toBe('jupyter-awareness.v1');
  });
});

describe('what others say', () => {
  it('begins with a snapshot, which makes the connection', async () => {
    const channel = open();
    expect(channel.connection).toEqual({ kind: 'connecting' });
    const caller = await server.caller();
    const changed = next(channel.changed);
    caller.say([7, 1, ADA], [8, 1, {}]);
    expect(await changed).toEqual({ added: [7, 8], updated: [], removed: [] });
    expect(channel.connection).toEqual({ kind: 'connected' });
    expect(channel.get(7)).toEqual(ADA);
  });

  it('is told once per frame', async () => {
    const [channel, caller] = await join();
    const changes: IPeerChange[] = [];
    channel.changed.connect((_, change) => {
      changes.push(change);
    });
    caller.say([7, 1, ADA], [8, 1, {}]);
    caller.say([7, 2, { ...ADA, status: 'idle' }], [8, 2, null]);
    await next(channel.changed, change => change.removed.length > 0);
    expect(changes).toEqual([
      { added: [7, 8], updated: [], removed: [] },
      { added: [], updated: [7], removed: [8] }
    ]);
  });

  it('is not about oneself', async () => {
    const [channel, caller] = await join();
    const changed = next(channel.changed);
    caller.say([channel.clientId, 9, ADA]);
    caller.say([channel.clientId, 9, null], [7, 1, ADA]);
    expect(await changed).toEqual({ added: [7], updated: [], removed: [] });
    expect(channel.get(channel.clientId)).toBeUndefined();
  });

  it('has a greeting', async () => {
    const [channel, caller] = await join();
    const greeted = next(channel.helloChanged);
    caller.greet({ user: { username: 'ada' }, write: false });
    expect(await greeted).toMatchObject({ user: { username: 'ada' }, write: false });
    expect(channel.hello?.client).toBe(channel.clientId);
    const again = next(channel.helloChanged);
    caller.greet({ user: { username: 'ada', color: '#123456' } });
    expect((await again).user.color).toBe('#123456');
  });

  it('may be frames that mean nothing here', async () => {
    const [channel, caller] = await join();
    caller.socket.send(Uint8Array.of(0, 0, 1, 0));
    caller.socket.send(Uint8Array.of(77));
    caller.socket.send(frame(110, new TextEncoder().encode('{"no": "user"}')));
    const changed = next(channel.changed);
    caller.say([7, 1, ADA]);
    await changed;
    expect(channel.hello).toBeNull();
    expect(server.callers).toHaveLength(1);
  });

  it.each([
    ['bytes that are no frame', Uint8Array.of(1, 200)],
    ['text', 'hello']
  ])('is begun again after %s', async (_, bad) => {
    const [channel, caller] = await join();
    caller.say([7, 1, ADA]);
    await next(channel.changed);
    const reconnecting = kind(channel, 'reconnecting');
    caller.socket.send(bad);
    await reconnecting;
    expect(channel.get(7)).toEqual(ADA);
    const again = await server.caller();
    again.say([7, 1, ADA]);
    await kind(channel, 'connected');
    expect(await caller.closed()).toBe(1000);
  });
});

describe("one's own state", () => {
  it('is said as soon as the server has greeted, and when it changes', async () => {
    const channel = open();
    channel.set({ status: 'active' });
    const caller = await server.caller();
    caller.say();
    await kind(channel, 'connected');
    expect(caller.entries).toEqual([]);
    expect(await caller.state()).toEqual({ status: 'active' });
    channel.set({ status: 'idle' });
    expect(await caller.state(2)).toEqual({ status: 'idle' });
    expect(caller.entries.map(({ clientId, clock }) => [clientId, clock])).toEqual([
      [channel.clientId, 1],
      [channel.clientId, 2]
    ]);
  });

  it('is unsaid until there is one', async () => {
    const [channel, caller] = await join();
    caller.greet();
    await next(channel.helloChanged);
    channel.set({ a: 1 });
    expect(await caller.state()).toEqual({ a: 1 });
    expect(caller.entries).toHaveLength(1);
  });

  it('is not said again under another name', async () => {
    const [channel, caller] = await join();
    channel.set({ secret: 1 });
    await caller.state();
    caller.socket.terminate();
    const again = await server.caller();
    const greeted = next(channel.helloChanged);
    again.greet({ user: { username: 'somebody else' } });
    await greeted;
    channel.set({ a: 1 });
    expect(await again.state()).toEqual({ a: 1 });
    expect(again.entries).toHaveLength(1);
  });

  it('is not repeated', async () => {
    const [channel, caller] = await join();
    caller.greet();
    await next(channel.helloChanged);
    channel.set({ a: 1 });
    channel.set({ a: 1 });
    channel.set({ a: 2 });
    expect(await caller.state(2)).toEqual({ a: 2 });
    expect(caller.entries.map(({ state }) => state)).toEqual([{ a: 1 }, { a: 2 }]);
  });

  it('is said again when somebody asks', async () => {
    const [channel, caller] = await join();
    channel.set({ a: 1 });
    await caller.state();
    caller.socket.send(Uint8Array.of(3));
    expect(await caller.state(2)).toEqual({ a: 1 });
    expect(caller.entries[1]?.clock).toBe(2);
  });

  it('is said again on the next connection, under a higher clock and the same id', async () => {
    const [channel, caller] = await join();
    channel.set({ a: 1 });
    await caller.state();
    caller.socket.terminate();
    const again = await server.caller();
    expect(await again.state()).toEqual({ a: 1 });
    expect(again.entries[0]?.clock).toBe(2);
    expect(again.client).toBe(caller.client);
  });

  it('may be set while there is no connection', async () => {
    const [channel, caller] = await join();
    caller.socket.terminate();
    await kind(channel, 'reconnecting');
    channel.set({ a: 5 });
    expect(await (await server.caller()).state()).toEqual({ a: 5 });
  });
});

describe('a lost connection', () => {
  it('keeps what is known until the next snapshot replaces it', async () => {
    const [channel, caller] = await join();
    caller.say([7, 100, ADA], [8, 100, {}], [9, 100, {}]);
    await next(channel.changed);
    caller.socket.terminate();
    expect(await kind(channel, 'reconnecting')).toMatchObject({ code: 1006 });
    expect(channel.get(8)).toEqual({});
    const again = await server.caller();
    const changed = next(channel.changed);
    again.say([7, 3, ADA], [9, 3, { back: true }], [10, 3, {}]);
    expect(await changed).toEqual({ added: [10], updated: [9], removed: [8] });
    expect(channel.connection).toEqual({ kind: 'connected' });
  });

  it('is connecting, not reconnecting, as long as there was no snapshot', async () => {
    const channel = open();
    const caller = await server.caller();
    const changed = next(channel.connectionChanged);
    caller.socket.close(1001, 'restart');
    expect(await changed).toEqual({ kind: 'connecting', code: 1001, reason: 'restart' });
  });

  it.each([
    [4400, 'bad frame'],
    [4403, 'You may not read this.'],
    [4404, 'There is no such document.'],
    [1009, 'too large']
  ])('is final after %d, with the reason to read', async (code, reason) => {
    const [channel, caller] = await join();
    caller.socket.close(code, reason);
    expect(await kind(channel, 'off')).toEqual({ kind: 'off', code, reason });
    channel.set({ a: 1 });
    channel.reconnect();
    expect(channel.connection).toEqual({ kind: 'reconnecting' });
    const again = await server.caller();
    expect(await again.state()).toEqual({ a: 1 });
    again.say();
    await kind(channel, 'connected');
  });

  it('comes back with another client id when the old one is taken', async () => {
    luck = 0.25;
    const [channel, caller] = await join();
    channel.set({ a: 1 });
    luck = 0.75;
    caller.socket.close(4409, 'taken');
    const again = await server.caller();
    expect(again.client).not.toBe(caller.client);
    expect(again.client).toBe(channel.clientId);
    await again.state();
    expect(again.entries[0]?.clientId).toBe(again.client);
  });
});

describe('waiting', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    vi.stubGlobal('window', new EventTarget());
    vi.stubGlobal('document', Object.assign(new EventTarget(), { visibilityState: 'visible' }));
  });

  it('takes longer each time, and starts from the beginning after it has held', async () => {
    luck = 0.5;
    const [channel, caller] = await join();
    let last = caller;
    for (const wait of [125, 250, 500]) {
      const lost = next(channel.connectionChanged);
      last.socket.terminate();
      await lost;
      const calls = server.callers.length;
      await vi.advanceTimersByTimeAsync(wait - 1);
      expect(server.callers).toHaveLength(calls);
      await vi.advanceTimersByTimeAsync(1);
      last = await server.caller();
      last.say();
      await kind(channel, 'connected');
    }
    await vi.advanceTimersByTimeAsync(10_000);
    last.socket.terminate();
    await kind(channel, 'reconnecting');
    await vi.advanceTimersByTimeAsync(125);
    expect(await server.caller()).toBeDefined();
  });

  it.each(['online', 'visibilitychange'])('is cut short by %s', async event => {
    luck = 0.9;
    const [channel, caller] = await join();
    caller.socket.terminate();
    await kind(channel, 'reconnecting');
    (event === 'online' ? window : document).dispatchEvent(new Event(event));
    const again = await server.caller();
    again.say();
    await kind(channel, 'connected');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(server.callers).toHaveLength(2);
  });

  it('is not cut short after a complaint about speed, except by the user', async () => {
    const [channel, caller] = await join();
    caller.socket.close(4429, 'too fast');
    await kind(channel, 'reconnecting');
    window.dispatchEvent(new Event('online'));
    await vi.advanceTimersByTimeAsync(4999);
    expect(server.callers).toHaveLength(1);
    channel.reconnect();
    expect(await server.caller()).toBeDefined();
    await vi.advanceTimersByTimeAsync(5000);
    expect(server.callers).toHaveLength(2);
  });

  it('does not begin again by itself after the end', async () => {
    const [channel, caller] = await join();
    caller.socket.close(4404, 'gone');
    await kind(channel, 'off');
    window.dispatchEvent(new Event('online'));
    document.dispatchEvent(new Event('visibilitychange'));
    window.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }));
    await vi.advanceTimersByTimeAsync(120_000);
    expect(server.callers).toHaveLength(1);
    expect(channel.connection.kind).toBe('off');
  });

  it('for the first frame ends after half a minute', async () => {
    const channel = open();
    await server.caller();
    await vi.advanceTimersByTimeAsync(29_999);
    expect(channel.connection).toEqual({ kind: 'connecting' });
    await vi.advanceTimersByTimeAsync(1);
    expect(channel.connection).toMatchObject({ kind: 'connecting', code: 1006 });
    await vi.advanceTimersByTimeAsync(1);
    const again = await server.caller();
    again.say();
    await kind(channel, 'connected');
    await vi.advanceTimersByTimeAsync(600_000);
    expect(server.callers).toHaveLength(2);
    expect(channel.connection).toEqual({ kind: 'connected' });
  });

  it('is for an answer when a long silent connection is doubted', async () => {
    const [channel, caller] = await join();
    window.dispatchEvent(new Event('online'));
    await vi.advanceTimersByTimeAsync(30_000);
    window.dispatchEvent(new Event('online'));
    await caller.queried();
    expect(caller.queries).toBe(1);
    const heard = next(channel.changed);
    caller.say([7, 1, ADA]);
    await heard;
    await vi.advanceTimersByTimeAsync(30_000);
    expect(channel.connection.kind).toBe('connected');
    document.dispatchEvent(new Event('visibilitychange'));
    await vi.advanceTimersByTimeAsync(5_000);
    expect(channel.connection).toMatchObject({ kind: 'reconnecting', code: 1006 });
    expect(channel.get(7)).toEqual(ADA);
  });
});

describe('leaving', () => {
  it('closes in good order and says no more', async () => {
    const [channel, caller] = await join();
    const disposed = vi.fn();
    const connected = vi.fn();
    channel.disposed.connect(disposed);
    channel.connectionChanged.connect(connected);
    channel.dispose();
    channel.dispose();
    channel.set({ a: 1 });
    channel.reconnect();
    expect(await caller.closed()).toBe(1000);
    expect(disposed).toHaveBeenCalledTimes(1);
    expect(connected).not.toHaveBeenCalled();
    expect(server.callers).toHaveLength(1);
    expect(caller.entries).toEqual([]);
  });

  it('is possible before the socket is open, and while waiting', async () => {
    const early = open();
    early.dispose();
    const [channel, caller] = await join();
    luck = 0.9;
    caller.socket.terminate();
    await kind(channel, 'reconnecting');
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    channel.dispose();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(server.callers.filter(({ client }) => client === channel.clientId)).toHaveLength(1);
  });

  it('is done when the page goes, and undone when it is shown again', async () => {
    const page = new EventTarget();
    vi.stubGlobal('window', page);
    vi.stubGlobal('document', Object.assign(new EventTarget(), { visibilityState: 'visible' }));
    const [channel, caller] = await join();
    channel.set({ a: 1 });
    page.dispatchEvent(new Event('pagehide'));
    expect(await caller.closed()).toBe(1000);
    page.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: false }));
    expect(server.callers).toHaveLength(1);
    page.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }));
    expect(channel.connection).toEqual({ kind: 'reconnecting' });
    const again = await server.caller();
    expect(await again.state()).toEqual({ a: 1 });
    again.say();
    await kind(channel, 'connected');
  });

  it('listens to the page no more', async () => {
    const page = new EventTarget();
    vi.stubGlobal('window', page);
    vi.stubGlobal('document', Object.assign(new EventTarget(), { visibilityState: 'visible' }));
    const [channel, caller] = await join();
    channel.dispose();
    await caller.closed();
    page.dispatchEvent(new Event('online'));
    page.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }));
    const other = open();
    expect((await server.caller()).client).toBe(other.clientId);
    expect(server.callers).toHaveLength(2);
  });
});
