// @vitest-environment jsdom
import { Notification } from '@jupyterlab/apputils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { CALL_EVERY_MS, CALL_MS } from '../calls';
import { Caller } from '../follow/caller';
import { Calling } from '../follow/calling';
import { parseHello } from '../hello';
import type { ICall, IUser } from '../peers';
import { FakePresence, at, state } from './people.fakes';

let presence: FakePresence;

beforeEach(() => {
  vi.useFakeTimers();
  localStorage.clear();
  presence = new FakePresence();
});

afterEach(() => {
  Notification.dismiss();
  presence.preferences.dispose();
  vi.useRealTimers();
});

describe('calling others', () => {
  const PLACE = { path: 'a.ipynb', type: 'notebook', cell: 'c', index: 3 };
  let caller: Caller;

  beforeEach(() => {
    caller = new Caller(presence.lobby);
    presence.lobby.state = { location: PLACE };
    presence.lobby.fill(state('me'), state('bob'));
  });

  afterEach(() => {
    caller.dispose();
  });

  function said(): unknown[] {
    return presence.lobby.set.mock.calls
      .filter(([field]) => field === 'call')
      .map(([, value]) => value as unknown);
  }

  it('says where one is, and withdraws it', () => {
    const call = caller.call();
    expect(call).toEqual({ at: Date.now(), path: 'a.ipynb', cell: 'c', index: 3 });
    expect(said()).toEqual([call]);
    vi.advanceTimersByTime(CALL_MS);
    expect(said()).toEqual([call, undefined]);
  });

  it('rests in between', () => {
    const changed = vi.fn();
    caller.changed.connect(changed);
    caller.call();
    expect(caller.canCall).toBe(false);
    expect(caller.call()).toBeNull();
    vi.advanceTimersByTime(CALL_EVERY_MS);
    expect(caller.canCall).toBe(true);
    expect(changed).toHaveBeenCalledTimes(2);
    caller.call();
    vi.advanceTimersByTime(CALL_MS - 1);
    expect(said()).toHaveLength(2);
  });

  it('needs somebody to call, a place, and a server that tells it', () => {
    presence.lobby.fill(state('me'));
    expect(caller.canCall).toBe(false);
    presence.lobby.fill(state('me'), state('bob'));
    expect(caller.canCall).toBe(true);
    presence.lobby.turn({ kind: 'reconnecting' });
    expect(caller.call()).toBeNull();
    presence.lobby.turn({ kind: 'connected' });
    presence.lobby.hello = parseHello({ user: { username: 'me' }, share_locations: 'never' });
    expect(caller.canCall).toBe(false);
    presence.lobby.hello = parseHello({ user: { username: 'me' } });
    presence.lobby.state = { location: PLACE, privacy: { location: false } };
    expect(caller.canCall).toBe(false);
    presence.lobby.state = { location: PLACE, invisible: true };
    expect(caller.canCall).toBe(false);
    presence.lobby.state = {};
    expect(caller.call()).toBeNull();
    expect(said()).toEqual([]);
  });

  it('ends with the page', () => {
    caller.call();
    caller.dispose();
    expect(caller.isDisposed).toBe(true);
    expect(said()[1]).toBeUndefined();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('being called', () => {
  let calling: Calling;
  let isOn: boolean;
  const onGo = vi.fn<(caller: IUser, call: ICall) => void>();
  const trans = { __: (text: string, ...values: unknown[]) => [text, ...values].join('|') };

  beforeEach(async () => {
    isOn = true;
    onGo.mockReset();
    presence.lobby.fill(state('me'));
    calling = new Calling({ presence, trans: trans as never, isOn: () => isOn, onGo });
    await Promise.resolve();
  });

  afterEach(() => {
    calling.dispose();
  });

  function call(username: string, time: number) {
    return { ...at(username, 'a.ipynb'), call: { at: time, path: 'a.ipynb', index: 2 } };
  }

  function shown(): string[] {
    return Notification.manager.notifications.map(({ message }) => message);
  }

  function press(label: string): void {
    const { actions } = Notification.manager.notifications[0]!.options;
    actions?.find(action => action.label === label)?.callback(new MouseEvent('click'));
  }

  it('asks, once', () => {
    presence.lobby.fill(state('me'), call('bob', 5));
    presence.lobby.fill(state('me'), call('bob', 5));
    expect(shown()).toHaveLength(1);
    expect(shown()[0]).toMatch(/Bob/);
  });

  it('goes there, or not', () => {
    presence.lobby.fill(state('me'), call('bob', 5));
    press('Go there');
    expect(onGo.mock.calls).toMatchObject([[{ username: 'bob' }, { path: 'a.ipynb', index: 2 }]]);
    expect(shown()).toEqual([]);
    vi.advanceTimersByTime(CALL_EVERY_MS);
    presence.lobby.fill(state('me'), call('bob', 6));
    press('Dismiss');
    expect(onGo).toHaveBeenCalledTimes(1);
    expect(shown()).toEqual([]);
  });

  it('goes away by itself', () => {
    presence.lobby.fill(state('me'), call('bob', 5));
    vi.advanceTimersByTime(CALL_MS);
    expect(shown()).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('shows one call of each, the last', () => {
    presence.lobby.fill(state('me'), call('bob', 5), call('eve', 5));
    expect(shown()).toHaveLength(2);
    vi.advanceTimersByTime(CALL_EVERY_MS - 1);
    presence.lobby.fill(state('me'), call('bob', 6), call('eve', 5));
    expect(shown()).toHaveLength(2);
    vi.advanceTimersByTime(1);
    presence.lobby.fill(state('me'), call('bob', 7), call('eve', 5));
    expect(shown()).toHaveLength(2);
    expect(shown()[0]).toMatch(/Bob/);
  });

  it('is not for oneself, nor where it is switched off', () => {
    presence.lobby.fill(state('me'), { ...state('me'), call: { at: 5, path: 'a.ipynb' } });
    isOn = false;
    presence.lobby.fill(state('me'), call('bob', 5));
    isOn = true;
    presence.preferences.set({ calls: false });
    presence.lobby.fill(state('me'), call('bob', 6));
    presence.preferences.set({ calls: true });
    presence.lobby.fill(state('me'), call('bob', 6));
    expect(shown()).toEqual([]);
  });

  it('is not by what stood before one came, or came back', async () => {
    presence.lobby.turn({ kind: 'reconnecting' });
    presence.lobby.turn({ kind: 'connected' });
    presence.lobby.fill(state('me'), call('bob', 5)); // The snapshot comes with the connection.
    await Promise.resolve();
    presence.lobby.fill(state('me'), call('bob', 5));
    expect(shown()).toEqual([]);
    presence.lobby.fill(state('me'), call('bob', 6));
    expect(shown()).toHaveLength(1);
  });

  it('ends with the page', () => {
    presence.lobby.fill(state('me'), call('bob', 5));
    calling.dispose();
    expect(calling.isDisposed).toBe(true);
    expect(shown()).toEqual([]);
    presence.lobby.fill(state('me'), call('bob', 6));
    expect(shown()).toEqual([]);
  });
});
