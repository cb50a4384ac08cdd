import { describe, expect, it } from 'vitest';

import { ago, clock, moment, untilNext } from '../guard/times';
import { NOON } from './guard.fakes';
import { trans } from './people.fakes';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

describe('ago', () => {
  it.each([
    [-5 * SECOND, 'just now'],
    [1999, 'just now'],
    [2 * SECOND, '2 s ago'],
    [9.9 * SECOND, '9 s ago'],
    [14 * SECOND, '10 s ago'],
    [59 * SECOND, '55 s ago'],
    [MINUTE, '1 min ago'],
    [59.9 * MINUTE, '59 min ago']
  ])('%s ms is %s', (age, text) => {
    expect(ago(NOON - age, NOON, trans)).toBe(text);
  });

  it('is a time of the day after an hour', () => {
    expect(ago(NOON - 60 * MINUTE, NOON, trans)).toBe(`at ${clock(NOON - 60 * MINUTE, NOON)}`);
    expect(moment(NOON, NOON, trans)).toBe(`at ${clock(NOON, NOON)}`);
  });
});

describe('the clock', () => {
  it('has the day if it is another', () => {
    expect(clock(NOON, NOON)).toMatch(/^\D*12\D00/);
    expect(clock(NOON - 24 * 60 * MINUTE, NOON)).toContain('2');
    expect(clock(NOON - 24 * 60 * MINUTE, NOON)).not.toBe(clock(NOON, NOON));
  });
});

describe('until the next change', () => {
  it('there is as long as the text stays the same', () => {
    for (let age = 0; age < 61 * MINUTE; age += 777) {
      const wait = untilNext(NOON - age, NOON);
      if (wait === null) {
        expect(age).toBeGreaterThanOrEqual(60 * MINUTE);
        continue;
      }
      const text = ago(NOON - age, NOON, trans);
      expect(wait).toBeGreaterThan(0);
      expect(ago(NOON - age, NOON + wait - 1, trans)).toBe(text);
      expect(ago(NOON - age, NOON + wait, trans)).not.toBe(text);
    }
  });
});
