import { describe, expect, it } from 'vitest';

import { aim, parseView } from '../views';
import type { ISpan } from '../views';

const FIRST = { cell: 'c', index: 2, part: 0.25 };
const LAST = { index: 4, part: 1 };

describe('parseView', () => {
  it('reads both ends', () => {
    const view = { tab: 7, first: FIRST, last: LAST };
    expect(parseView(view)).toEqual(view);
    const quote = { before: 'a', after: 'b' };
    const file = { first: { position: 0, part: 0 }, last: { position: 90, quote, part: 0.5 } };
    expect(parseView(file)).toEqual({ tab: null, ...file });
  });

  it.each([
    null,
    [],
    {},
    { first: FIRST },
    { last: LAST },
    { first: FIRST, last: { part: 1 } },
    { first: FIRST, last: 'here' },
    { first: { cell: '', index: -1, position: 0.5 }, last: LAST }
  ])('is none for %o', value => {
    expect(parseView(value)).toBeNull();
  });

  it.each([
    [-1, 0],
    [2, 1],
    ['1', 0],
    [NaN, 0],
    [undefined, 0]
  ])('has parts from 0 to 1: %s', (part, read) => {
    expect(parseView({ first: { ...FIRST, part }, last: LAST })?.first.part).toBe(read);
  });
});

describe('aim', () => {
  const span = (top: number, bottom: number): ISpan => ({ top, bottom });
  const own = span(1000, 1500);

  it.each([
    ['the same', span(1000, 1500)],
    ['a part', span(1100, 1400)],
    ['all but a few pixels', span(997, 1503)]
  ])('does not scroll if one sees %s', (_, seen) => {
    expect(aim(own, seen, null)).toBeNull();
  });

  it.each([
    ['further down', span(1200, 1700), 1200],
    ['further up', span(600, 1100), 600],
    ['elsewhere', span(5000, 5300), 5000]
  ])('brings the same to the top if the other is %s', (_, seen, top) => {
    expect(aim(own, seen, null)).toBe(top);
  });

  describe('in a smaller window', () => {
    it('does not scroll within what the other sees', () => {
      expect(aim(own, span(700, 1900), null)).toBeNull();
      expect(aim(own, span(700, 1900), span(1480, 1500))).toBeNull();
    });

    it('brings the top of it, with the caret if that is elsewhere', () => {
      const seen = span(2000, 3000);
      expect(aim(own, seen, null)).toBe(2000);
      expect(aim(own, seen, span(2010, 2030))).toBe(2000);
      expect(aim(own, seen, span(2600, 2620))).toBe(2620 + 24 - 500);
      expect(aim(own, seen, span(2990, 3000))).toBe(2500);
    });

    it('follows the caret within what the other sees', () => {
      expect(aim(own, span(700, 1900), span(1700, 1720))).toBe(1720 + 24 - 500);
      expect(aim(own, span(700, 1900), span(720, 740))).toBe(700);
    });

    it('does not look for a caret that the other does not see either', () => {
      expect(aim(own, span(700, 1900), span(90, 110))).toBeNull();
      expect(aim(own, span(2000, 3000), span(90, 110))).toBe(2000);
    });
  });
});
