// @vitest-environment jsdom
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { EVERY, beat } from '../notebook/beat';

let reduced: boolean;

beforeEach(() => {
  vi.useFakeTimers();
  reduced = false;
  vi.stubGlobal('matchMedia', () => ({ matches: reduced }));
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function told({ dataset, style }: HTMLElement): number[] {
  return [Number(dataset.beat), Number(style.getPropertyValue('--jp-awareness-beat'))];
}

it('moves all together, with one timer, as long as there is something to move', () => {
  const elements = [document.createElement('i'), document.createElement('i')] as const;
  const [first, second] = elements.map(element => beat(element));
  expect(vi.getTimerCount()).toBe(1);
  const [start = 0] = told(elements[0]);
  vi.advanceTimersByTime(EVERY);
  const next = (start + 1) % 8;
  expect(elements.map(told)).toEqual([
    [next, next],
    [next, next]
  ]);
  first!.dispose();
  vi.advanceTimersByTime(7 * EVERY);
  expect(elements.map(told)).toEqual([
    [next, next],
    [start, start]
  ]);
  second!.dispose();
  expect(vi.getTimerCount()).toBe(0);
});

it('stands still for those who want it so', () => {
  const element = document.createElement('i');
  const beating = beat(element);
  const before = told(element);
  reduced = true;
  vi.advanceTimersByTime(3 * EVERY);
  expect(told(element)).toEqual(before);
  beating.dispose();
});
