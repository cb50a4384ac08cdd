import { describe, expect, it } from 'vitest';

import { Arrivals } from '../arrivals';
import type { INews } from '../arrivals';
import { parseUser } from '../peers';
import type { IUser } from '../peers';

const TIMES = { comeMs: 2, leaveMs: 10, everyMs: 20 };

const users = (...names: readonly string[]): IUser[] =>
  names.map(username => parseUser({ username })).filter(user => user !== null);

const names = (news: INews | null) =>
  news && [news.came.map(user => user.username), news.left.map(user => user.username)];

/** Somebody who has seen these people from time 0 on. */
function reader(...present: readonly string[]): Arrivals {
  const arrivals = new Arrivals(TIMES);
  arrivals.see(users(...present), true, 0);
  return arrivals;
}

describe('comings and goings', () => {
  it('are not told of those who are here from the start', () => {
    const arrivals = new Arrivals(TIMES);
    expect(arrivals.next).toBeNull();
    arrivals.see([], false, 0);
    arrivals.see(users('bob', 'eve'), true, 1);
    expect(arrivals.next).toBeNull();
    expect(arrivals.take(1000)).toBeNull();
  });

  it('are told once', () => {
    const arrivals = reader('bob');
    arrivals.see(users('bob', 'eve'), true, 5);
    expect(arrivals.next).toBe(7);
    expect(arrivals.take(6)).toBeNull();
    expect(names(arrivals.take(7))).toEqual([['eve'], []]);
    arrivals.see(users('bob', 'eve'), true, 50);
    expect(arrivals.next).toBeNull();
    arrivals.see(users('eve'), true, 60);
    expect(arrivals.next).toBe(70);
    expect(names(arrivals.take(70))).toEqual([[], ['bob']]);
    expect(arrivals.next).toBeNull();
    arrivals.see(users('bob', 'eve'), true, 100);
    expect(names(arrivals.take(102))).toEqual([['bob'], []]);
  });

  it('are gathered, and not told more often than is polite', () => {
    const arrivals = reader();
    arrivals.see(users('a'), true, 10);
    arrivals.see(users('a', 'b', 'c'), true, 12);
    expect(names(arrivals.take(14))).toEqual([['a', 'b', 'c'], []]);
    arrivals.see(users('b', 'c', 'd'), true, 15);
    expect(arrivals.next).toBe(34);
    arrivals.see(users('b', 'c', 'd', 'e'), true, 30);
    expect(names(arrivals.take(34))).toEqual([['d', 'e'], ['a']]);
  });

  it('leave for the next time what is not yet due', () => {
    const arrivals = reader('bob');
    arrivals.see(users('eve'), true, 10);
    expect(names(arrivals.take(12))).toEqual([['eve'], []]);
    expect(arrivals.next).toBe(32);
    expect(names(arrivals.take(32))).toEqual([[], ['bob']]);
  });

  it('are none for a blink: away and back, or there and gone', () => {
    const arrivals = reader('bob');
    arrivals.see([], true, 10);
    arrivals.see(users('bob'), true, 19);
    expect(arrivals.next).toBeNull();
    arrivals.see(users('bob', 'eve'), true, 30);
    arrivals.see(users('bob'), true, 31);
    expect(arrivals.next).toBeNull();
    arrivals.see([], true, 40);
    arrivals.see(users('bob'), true, 45);
    arrivals.see([], true, 46);
    expect(arrivals.next).toBe(56); // From when he was last seen.
  });

  it('wait until the person who is told of is there without a break', () => {
    const arrivals = reader();
    arrivals.see(users('eve'), true, 10);
    arrivals.see([], true, 11);
    arrivals.see(users('eve'), true, 20);
    expect(arrivals.next).toBe(22);
  });

  it('are not known while there is no connection, and none when it is back', () => {
    const arrivals = reader('bob', 'eve');
    arrivals.see([], false, 10);
    expect(arrivals.next).toBeNull();
    arrivals.see(users('bob', 'joe'), true, 500);
    expect(arrivals.next).toBe(510); // Eve has that long to come back, as after a restart of the server.
    arrivals.see(users('bob', 'joe', 'eve'), true, 509);
    expect(arrivals.next).toBeNull();
    arrivals.see(users('bob', 'eve'), true, 520);
    expect(names(arrivals.take(530))).toEqual([[], ['joe']]);
  });

  it('are not told while the connection is lost, but after it if they still hold', () => {
    const arrivals = reader('bob');
    arrivals.see([], true, 10);
    arrivals.see([], false, 15);
    expect(arrivals.take(100)).toBeNull();
    arrivals.see([], true, 100);
    expect(names(arrivals.take(100))).toEqual([[], ['bob']]);
  });

  it('name people as they are called now', () => {
    const arrivals = reader();
    arrivals.see(users('bob'), true, 10);
    const renamed = parseUser({ username: 'bob', display_name: 'Robert' })!;
    arrivals.see([renamed], true, 11);
    expect(arrivals.take(12)?.came[0]?.display_name).toBe('Robert');
  });
});
