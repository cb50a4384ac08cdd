import { describe, expect, it } from 'vitest';

import { SLOW_MS, delay, reaction } from '../reconnect';

const ALMOST_1 = 1 - 2 ** -53;

describe('reaction', () => {
  it.each([
    [4400, 'stop'],
    [4403, 'stop'],
    [4404, 'stop'],
    [1009, 'stop'],
    [4409, 'rename'],
    [4429, 'slow'],
    [1000, 'retry'],
    [1001, 'retry'],
    [1006, 'retry'],
    [1011, 'retry'],
    [4999, 'retry']
  ])('to %d is to %s', (code, expected) => {
    expect(reaction(code)).toBe(expected);
  });
});

describe('delay', () => {
  it('is anything from nothing to a bound that doubles up to 10 s', () => {
    const bounds = [0, 1, 2, 3, 4, 5, 6, 11].map(attempt => delay(attempt, 'retry', ALMOST_1));
    expect(bounds.map(Math.round)).toEqual([250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000]);
    expect(delay(5, 'retry', 0)).toBe(0);
    expect(delay(5, 'retry', 0.5)).toBe(4000);
  });

  it('grows to a minute where nobody has answered for long', () => {
    expect(delay(12, 'retry', ALMOST_1)).toBeCloseTo(60_000, 3);
    expect(delay(5000, 'retry', ALMOST_1)).toBeCloseTo(60_000, 3);
  });

  it('is never short after a complaint about speed', () => {
    expect(delay(0, 'slow', 0)).toBe(SLOW_MS);
    expect(delay(3, 'slow', 0.5)).toBe(SLOW_MS + 1000);
  });

  it('is nothing for another client id, the first time', () => {
    expect(delay(0, 'rename', ALMOST_1)).toBe(0);
    expect(delay(3, 'rename', 0.5)).toBe(1000);
  });
});
