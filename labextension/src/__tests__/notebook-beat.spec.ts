// @vitest-environment jsdom
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { EVERY, beat } from '../notebook/beat';
import { Frames } from './editor-room';

let reduced: boolean;
let frames: Frames;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  frames = new Frames();
  vi.stubGlobal('requestAnimationFrame', frames.request);
  reduced = false;
  vi.stubGlobal('matchMedia', () => ({ matches: reduced }));
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function pass(beats: number): void {
  for (let count = 0; count < beats; count += 1) {
    vi.advanceTimersByTime(EVERY);
    frames.next();
  }
}

function told({ dataset, style }: HTMLElement): number[] {
  return [Number(dataset.beat), Number(style.getPropertyValue('--jp-awareness-beat'))];
}

it('moves all together, with one timer, as long as there is something to move', () => {
  const elements = [document.createElement('i'), document.createElement('i')] as const;
  const [first, second] = elements.map(element => beat(element));
  expect(vi.getTimerCount()).toBe(1);
  const [start = 0] = told(elements[0]);
  pass(1);
  const next = (start + 1) % 8;
  expect(elements.map(told)).toEqual([
    [next, next],
    [next, next]
  ]);
  first!.dispose();
  pass(7);
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
  pass(3);
  expect(told(element)).toEqual(before);
  beating.dispose();
});

it('leaves out beats for which the page has no frame', () => {
  const element = document.createElement('i');
  const beating = beat(element);
  const [start = 0] = told(element);
  vi.advanceTimersByTime(5 * EVERY);
  expect(told(element)).toEqual([start, start]);
  expect(frames.wanted).toBe(1);
  frames.next();
  const next = (start + 1) % 8;
  expect(told(element)).toEqual([next, next]);
  beating.dispose();
});
