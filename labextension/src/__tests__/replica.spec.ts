import { describe, expect, it } from 'vitest';

import type { IEntry } from '../protocol';
import { Replica } from '../replica';

const SELF = 1;

function entry(clientId: number, clock: number, state: IEntry['state']): IEntry {
  return { clientId, clock, state };
}

describe('Replica', () => {
  it('tells who came, changed and left', () => {
    const replica = new Replica();
    expect(replica.apply([entry(2, 1, { a: 1 }), entry(3, 1, {})], SELF)).toEqual({
      added: [2, 3],
      updated: [],
      removed: []
    });
    expect(replica.apply([entry(2, 2, { a: 2 }), entry(3, 2, null)], SELF)).toEqual({
      added: [],
      updated: [2],
      removed: [3]
    });
    expect(replica.get(2)).toEqual({ a: 2 });
    expect(replica.get(3)).toBeUndefined();
  });

  it('says nothing about renewals, stale entries and oneself', () => {
    const replica = new Replica();
    replica.apply([entry(2, 5, { a: 1 })], SELF);
    expect(replica.apply([entry(2, 6, { a: 1 })], SELF)).toBeNull();
    expect(replica.apply([entry(2, 6, { a: 2 })], SELF)).toBeNull();
    expect(replica.apply([entry(2, 5, null)], SELF)).toBeNull();
    expect(replica.apply([entry(SELF, 9, { a: 1 })], SELF)).toBeNull();
    expect(replica.apply([entry(9, 9, null)], SELF)).toBeNull();
    expect(replica.apply([], SELF)).toBeNull();
    expect(replica.get(2)).toEqual({ a: 1 });
    expect(replica.get(SELF)).toBeUndefined();
  });

  it('withdraws under the clock of the state itself', () => {
    const replica = new Replica();
    replica.apply([entry(2, 5, {})], SELF);
    expect(replica.apply([entry(2, 5, null)], SELF)?.removed).toEqual([2]);
  });

  it('knows somebody at clock 0', () => {
    expect(new Replica().apply([entry(2, 0, {})], SELF)?.added).toEqual([2]);
  });

  it('tells once what several entries of a frame come to', () => {
    const replica = new Replica();
    replica.apply([entry(2, 1, {}), entry(4, 1, {})], SELF);
    expect(
      replica.apply(
        [
          entry(2, 2, null),
          entry(2, 3, { back: true }),
          entry(3, 1, {}),
          entry(3, 2, null),
          entry(4, 2, { a: 1 }),
          entry(4, 3, {})
        ],
        SELF
      )
    ).toEqual({ added: [], updated: [2], removed: [] });
  });

  it('is replaced by a snapshot, whose clocks may be lower', () => {
    const replica = new Replica();
    replica.apply([entry(2, 50, { a: 1 }), entry(3, 50, {}), entry(4, 50, {})], SELF);
    const snapshot = [entry(2, 1, { a: 2 }), entry(4, 2, {}), entry(5, 1, {}), entry(SELF, 1, {})];
    expect(replica.replace(snapshot, SELF)).toEqual({ added: [5], updated: [2], removed: [3] });
    expect(replica.get(3)).toBeUndefined();
    expect(replica.get(SELF)).toBeUndefined();
    expect(replica.replace(snapshot, SELF)).toBeNull();
    expect(replica.replace([], SELF)?.removed).toEqual([2, 4, 5]);
  });

  it('forgets one who has left, clock and all', () => {
    const replica = new Replica();
    replica.apply([entry(2, 9, {})], SELF);
    replica.apply([entry(2, 10, null)], SELF);
    expect(replica.apply([entry(2, 1, {})], SELF)?.added).toEqual([2]);
  });
});
