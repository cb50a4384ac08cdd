import { describe, expect, it } from 'vitest';

import { Saves } from '../guard/saves';
import { NOON, author } from './guard.fakes';

const save = (hash: string, at: number, ...from: string[]) => ({ hash, at, from });

describe('the saves that were heard of', () => {
  it('are known once', () => {
    const saves = new Saves();
    expect(saves.hear(save('a', 1), author('bob'), NOON)).toBe(true);
    expect(saves.hear(save('a', 1), author('bob'), NOON)).toBe(false);
    expect(saves.hear(save('a', 1), author('carol'), NOON)).toBe(true);
    expect(saves.any(({ at }) => at === 1)).toBe(true);
    expect(saves.any(({ at }) => at === 2)).toBe(false);
  });

  it('tell who wrote a version, by its hash; of two who say so, by its time too', () => {
    const saves = new Saves();
    saves.hear(save('a', 1), author('bob'), NOON);
    saves.hear(save('a', 2), author('carol'), NOON);
    const writer = (at: number, hash: string) => saves.writer({ at, hash })?.by.user.username;
    expect(writer(2, 'a')).toBe('carol');
    expect(writer(9, 'a')).toBe('bob');
    expect(writer(1, '')).toBe('bob');
    expect(writer(1, 'b')).toBeUndefined();
  });

  it('are forgotten in the end, the oldest first', () => {
    const saves = new Saves();
    for (let at = 0; at < 100; at++) {
      saves.hear(save(`h${at}`, at), author('bob'), NOON);
    }
    expect(saves.writer({ at: 0, hash: 'h0' })).toBeNull();
    expect(saves.writer({ at: 99, hash: 'h99' })).not.toBeNull();
  });
});

describe('a version', () => {
  const mine = { at: 1, hash: 'mine' };

  it('descends from those that its writer named', () => {
    const saves = new Saves();
    saves.hear(save('b', 3, 'x', 'mine'), author('bob'), NOON);
    expect(saves.descends({ at: 3, hash: 'b' }, mine)).toBe(true);
    expect(saves.descends({ at: 3, hash: 'b' }, { at: 1, hash: 'other' })).toBe(false);
  });

  it('descends from what somebody between has made it from', () => {
    const saves = new Saves();
    saves.hear(save('b', 2, 'mine'), author('bob'), NOON);
    saves.hear(save('c', 3, 'b'), author('carol'), NOON);
    expect(saves.descends({ at: 3, hash: 'c' }, mine)).toBe(true);
  });

  it('does not descend as far as nobody has told, nor without a hash', () => {
    const saves = new Saves();
    saves.hear(save('b', 2, 'a'), author('bob'), NOON);
    expect(saves.descends({ at: 2, hash: 'b' }, mine)).toBe(false);
    expect(saves.descends({ at: 9, hash: 'unheard of' }, mine)).toBe(false);
    expect(saves.descends({ at: 2, hash: 'b' }, { at: 1, hash: '' })).toBe(false);
  });

  it('is not searched for ever in a circle that somebody made up', () => {
    const saves = new Saves();
    saves.hear(save('a', 1, 'b'), author('eve'), NOON);
    saves.hear(save('b', 2, 'a'), author('eve'), NOON);
    expect(saves.descends({ at: 1, hash: 'a' }, mine)).toBe(false);
  });
});
