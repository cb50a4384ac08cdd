import { beforeEach, describe, expect, it } from 'vitest';

import { CALL_EVERY_MS, CallBook, parseCall, SHOW_EVERY_MS } from '../calls';
import { parsePeer } from '../peers';
import type { IPeer } from '../peers';

describe('parseCall', () => {
  it('reads when and where', () => {
    const call = { at: 5, path: 'a.ipynb', cell: 'c', index: 1 };
    expect(parseCall({ ...call, type: 'notebook' })).toEqual(call);
    expect(parseCall({ at: 5, path: 'a.py', cell: 7 })).toEqual({ at: 5, path: 'a.py' });
  });

  it.each([null, 5, [], { at: 5 }, { path: 'a' }, { at: '5', path: 'a' }, { at: -1, path: 'a' }])(
    'is none for %o',
    value => {
      expect(parseCall(value)).toBeNull();
    }
  );
});

let book: CallBook;

beforeEach(() => {
  book = new CallBook();
});

function caller(id: number, username: string, at: number | null): IPeer {
  const call = at === null ? undefined : { at, path: 'a.ipynb' };
  return parsePeer(id, { user: { username }, call })!;
}

function told(now: number, ...peers: IPeer[]): [string, number][] {
  return book.news(peers, now).map(({ user, call }) => [user.username, call.at]);
}

describe('the book of calls', () => {
  it('tells each call once', () => {
    expect(told(0, caller(1, 'bob', null))).toEqual([]);
    expect(told(1, caller(1, 'bob', 7))).toEqual([['bob', 7]]);
    expect(told(60_000, caller(1, 'bob', 7))).toEqual([]);
    expect(told(60_001, caller(1, 'bob', 8))).toEqual([['bob', 8]]);
  });

  it('does not tell what stood before', () => {
    book.learn([caller(1, 'bob', 7), caller(2, 'eve', null)]);
    expect(told(0, caller(1, 'bob', 7), caller(2, 'eve', 7))).toEqual([['eve', 7]]);
  });

  it('does not tell again what somebody has said who was away for a moment', () => {
    expect(told(0, caller(1, 'bob', 7))).toHaveLength(1);
    expect(told(1, ...[])).toEqual([]);
    expect(told(60_000, caller(1, 'bob', 7))).toEqual([]);
  });

  it('knows another call by its time, whatever clock that is of', () => {
    expect(told(0, caller(1, 'bob', 2 ** 52))).toHaveLength(1);
    expect(told(60_000, caller(1, 'bob', 3))).toEqual([['bob', 3]]);
  });

  it('does not tell of one person too often, whatever tab they call from', () => {
    expect(told(0, caller(1, 'bob', 1), caller(2, 'eve', 1))).toHaveLength(2);
    expect(told(SHOW_EVERY_MS - 1, caller(1, 'bob', 2), caller(3, 'bob', 9))).toEqual([]);
    expect(told(SHOW_EVERY_MS, caller(1, 'bob', 2))).toEqual([]);
    expect(told(SHOW_EVERY_MS, caller(1, 'bob', 3))).toEqual([['bob', 3]]);
  });

  it('tells all that may be sent, though the first was long on its way', () => {
    const late = 3_000;
    expect(told(late, caller(1, 'bob', 0))).toHaveLength(1);
    expect(told(CALL_EVERY_MS, caller(1, 'bob', CALL_EVERY_MS))).toHaveLength(1);
  });

  it('is not longer with every tab that has ever called', () => {
    for (let id = 1; id <= 1001; id += 1) {
      book.learn([caller(id, 'bob', 1)]);
    }
    expect(told(0, caller(1001, 'bob', 1))).toEqual([]);
    expect(told(0, caller(1, 'bob', 1))).toHaveLength(1);
  });
});
