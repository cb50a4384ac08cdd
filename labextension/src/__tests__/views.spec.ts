import { describe, expect, it } from 'vitest';

import { goal, isSeen, parseView } from '../views';
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

const span = (top: number, bottom: number): ISpan => ({ top, bottom });

/** How far one scrolls; null if one does not. */
function scroll(own: ISpan, seen: ISpan, caret: ISpan | null = null): number | null {
  return isSeen(own, seen, caret) ? null : goal(own, seen, caret);
}

describe('seeing what somebody else sees', () => {
  const own = span(1000, 1500);

  it.each([
    ['the same', span(1000, 1500)],
    ['a part', span(1100, 1400)],
    ['all but a few pixels', span(997, 1503)]
  ])('needs no scrolling if one sees %s', (_, seen) => {
    expect(scroll(own, seen)).toBeNull();
  });

  it.each([
    ['further down', span(1200, 1700), 1200],
    ['further up', span(600, 1100), 600],
    ['elsewhere', span(5000, 5300), 5000]
  ])('brings the same to the top if the other is %s', (_, seen, top) => {
    expect(scroll(own, seen)).toBe(top);
    expect(scroll(own, seen, span(seen.top + 20, seen.top + 40))).toBe(top);
  });

  describe('in a smaller window', () => {
    it('needs no scrolling within what the other sees', () => {
      expect(scroll(own, span(700, 1900))).toBeNull();
      expect(scroll(own, span(700, 1900), span(1480, 1500))).toBeNull();
    });

    it('brings the top of it, or the caret if that is further down', () => {
      const seen = span(2000, 3000);
      expect(scroll(own, seen)).toBe(2000);
      expect(scroll(own, seen, span(2010, 2030))).toBe(2000);
      expect(scroll(own, seen, span(2600, 2620))).toBe(2620 + 24 - 500);
      expect(scroll(own, seen, span(2990, 3000))).toBe(2500);
    });

    it('follows the caret within what the other sees', () => {
      expect(scroll(own, span(700, 1900), span(1700, 1720))).toBe(1720 + 24 - 500);
      expect(scroll(own, span(700, 1900), span(720, 740))).toBe(700);
    });

    it('does not look for a caret that the other does not see either', () => {
      expect(scroll(own, span(700, 1900), span(90, 110))).toBeNull();
      expect(scroll(own, span(2000, 3000), span(90, 110))).toBe(2000);
    });
  });
});
