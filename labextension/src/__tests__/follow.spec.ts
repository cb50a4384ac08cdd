import type { ReadonlyJSONObject } from '@lumino/coreutils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { Follow, PATIENCE_MS } from '../follow';
import type { Ending } from '../follow';
import { FakeRoom, at, state } from './people.fakes';

let lobby: FakeRoom;
let follow: Follow;
let endings: [string, Ending][];
const changed = vi.fn();

beforeEach(() => {
  vi.useFakeTimers();
  lobby = new FakeRoom();
  follow = new Follow(lobby);
  endings = [];
  follow.ended.connect((_, { user, why }) => {
    endings.push([user.username, why]);
  });
  changed.mockReset();
  follow.changed.connect(changed);
});

afterEach(() => {
  follow.dispose();
  vi.useRealTimers();
});

const ME = state('me');

function tab(username: string, fields: ReadonlyJSONObject = {}): ReadonlyJSONObject {
  return { ...at(username, `${username}.ipynb`, 0), ...fields };
}

/** Follow Bob, who is in his notebook. */
function followBob(): void {
  lobby.fill(ME, tab('bob'), tab('eve'));
  follow.start('bob');
}

function where(): [string, string | undefined] | null {
  return follow.current && [follow.current.phase, follow.current.location?.path];
}

/** What one says last of whom one follows. */
function said(): unknown {
  return lobby.set.mock.calls.filter(([field]) => field === 'following').pop()?.[1];
}

describe('following somebody', () => {
  it('leads to where they are, and says so in the lobby', () => {
    followBob();
    expect(where()).toEqual(['leading', 'bob.ipynb']);
    expect(follow.current?.leader.username).toBe('bob');
    expect(said()).toBe('bob');
  });

  it('goes along to other documents, other cells and none', () => {
    followBob();
    lobby.fill(ME, at('bob', 'b.ipynb', 7));
    expect(follow.current?.location).toMatchObject({ path: 'b.ipynb', index: 7 });
    lobby.fill(ME, state('bob'));
    expect(where()).toEqual(['nowhere', undefined]);
    lobby.fill(ME, tab('bob'));
    expect(where()).toEqual(['leading', 'bob.ipynb']);
  });

  it('tells of a change only if there is one', () => {
    followBob();
    expect(changed).toHaveBeenCalledTimes(1);
    lobby.fill(ME, tab('bob'), tab('ada'));
    expect(changed).toHaveBeenCalledTimes(1);
    lobby.fill(ME, tab('bob', { status: 'idle' }));
    expect(changed).toHaveBeenCalledTimes(1);
    lobby.fill(ME, at('bob', 'c.ipynb'));
    expect(changed).toHaveBeenCalledTimes(2);
  });

  it('stays with one of their tabs', () => {
    lobby.fill(ME, tab('bob'), at('bob', 'other.ipynb'));
    follow.start('bob');
    expect(where()).toEqual(['leading', 'bob.ipynb']);
    lobby.fill(ME, tab('bob', { status: 'idle' }), at('bob', 'other.ipynb'));
    expect(where()).toEqual(['leading', 'bob.ipynb']);
    lobby.fill(ME, tab('bob', { status: 'away' }), at('bob', 'other.ipynb'));
    expect(where()).toEqual(['leading', 'other.ipynb']);
  });

  it('can change to somebody else', () => {
    followBob();
    follow.start('eve');
    expect(where()).toEqual(['leading', 'eve.ipynb']);
    expect(said()).toBe('eve');
    expect(endings).toEqual([]);
  });

  it.each([
    ['oneself', 'me', [tab('me')]],
    ['nobody', 'bob', [ME]],
    ['somebody who refuses', 'bob', [ME, tab('bob', { followable: false })]],
    ['somebody who shows no document', 'bob', [ME, state('bob')]]
  ] as const)('is not possible with %s', (_, username, states) => {
    lobby.fill(...states);
    expect(follow.obstacle(username)).not.toBeNull();
    follow.start(username);
    expect(follow.current).toBeNull();
    expect(lobby.set).not.toHaveBeenCalled();
  });
});

describe('an end', () => {
  it.each(['stopped', 'acted'] as const)('is when one has %s', why => {
    followBob();
    follow.stop(why);
    expect(follow.current).toBeNull();
    expect(endings).toEqual([['bob', why]]);
    expect(said()).toBeUndefined();
    follow.stop(why);
    expect(endings).toHaveLength(1);
  });

  it('is when they do not want it any more', () => {
    followBob();
    lobby.fill(ME, tab('bob', { followable: false }));
    expect(follow.current).toBeNull();
    expect(endings).toEqual([['bob', 'refused']]);
  });

  it('is when one becomes invisible, and there is no new beginning', () => {
    followBob();
    lobby.state = { invisible: true };
    lobby.fill(ME, tab('bob'));
    expect(endings).toEqual([['bob', 'stopped']]);
    follow.start('bob');
    expect(follow.current).toBeNull();
  });

  it('is when they do not come back', () => {
    followBob();
    lobby.fill(ME);
    vi.advanceTimersByTime(PATIENCE_MS - 1);
    expect(where()).toEqual(['gone', 'bob.ipynb']);
    vi.advanceTimersByTime(1);
    expect(endings).toEqual([['bob', 'left']]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is not when they reload their page', () => {
    followBob();
    const before = follow.current?.tab;
    lobby.fill(ME);
    vi.advanceTimersByTime(PATIENCE_MS / 2);
    lobby.fill(ME, state('eve'), state('bob'));
    expect(where()).toEqual(['nowhere', undefined]);
    lobby.fill(ME, state('eve'), tab('bob'));
    expect(where()).toEqual(['leading', 'bob.ipynb']);
    expect(follow.current?.tab).not.toBe(before);
    vi.advanceTimersByTime(PATIENCE_MS);
    expect(endings).toEqual([]);
  });

  it('is not while one has no connection oneself, however long', () => {
    followBob();
    lobby.turn({ kind: 'reconnecting' });
    expect(where()).toEqual(['offline', 'bob.ipynb']);
    vi.advanceTimersByTime(2 * PATIENCE_MS);
    lobby.turn({ kind: 'connected' });
    expect(where()).toEqual(['leading', 'bob.ipynb']);
    lobby.fill(ME);
    lobby.turn({ kind: 'reconnecting' });
    vi.advanceTimersByTime(2 * PATIENCE_MS);
    lobby.turn({ kind: 'connected' });
    expect(where()).toEqual(['gone', 'bob.ipynb']);
  });

  it('comes with the end of all', () => {
    followBob();
    follow.dispose();
    expect(follow.isDisposed).toBe(true);
    expect(said()).toBeUndefined();
    lobby.fill(ME, tab('bob'));
    expect(follow.current).toBeNull();
  });
});

describe('somebody who follows in turn', () => {
  it('leads to whom they follow', () => {
    followBob();
    lobby.fill(ME, tab('bob', { following: 'eve' }), tab('eve'));
    expect(where()).toEqual(['leading', 'eve.ipynb']);
    expect(follow.current?.user.username).toBe('bob');
    expect(follow.current?.leader.username).toBe('eve');
    lobby.fill(ME, tab('bob'), tab('eve'));
    expect(where()).toEqual(['leading', 'bob.ipynb']);
  });

  it('leads nowhere else once it goes round', () => {
    followBob();
    lobby.fill(ME, at('bob', 'x.ipynb', 3));
    lobby.fill(ME, { ...at('bob', 'y.ipynb', 4), following: 'me' });
    expect(where()).toEqual(['leading', 'x.ipynb']);
    lobby.fill(ME, at('bob', 'y.ipynb', 4));
    expect(where()).toEqual(['leading', 'y.ipynb']);
  });

  it('is gone to once, if it goes round from the beginning', () => {
    lobby.fill(ME, tab('bob', { following: 'me' }));
    follow.start('bob');
    expect(where()).toEqual(['leading', 'bob.ipynb']);
  });
});
