// @vitest-environment jsdom
import type { Notebook } from '@jupyterlab/notebook';
import { beforeEach, expect, it, vi } from 'vitest';

import { settle } from '../people/settle';
import { Frames } from './editor-room';

let frames: Frames;
let top: number;
let height: number;
const scrollToItem = vi.fn(() => {
  top = 100;
  return Promise.resolve();
});
const outerNode = { getBoundingClientRect: () => new DOMRect(0, 0, 800, 600) };
const node = { getBoundingClientRect: () => new DOMRect(0, top, 800, height) };

/** Let frames pass; true if the cell was left alone before all had. */
async function pass(count: number, work: Promise<void>): Promise<boolean> {
  const ended = vi.fn();
  void work.then(ended);
  for (let frame = 0; frame < count && ended.mock.calls.length === 0; frame += 1) {
    frames.next();
    await new Promise(resolve => setTimeout(resolve));
  }
  return ended.mock.calls.length > 0;
}

function start(isDisposed = false, isWanted?: () => boolean): Promise<void> {
  const notebook = { outerNode, widgets: [{ node }], scrollToItem, isDisposed };
  return settle(notebook as unknown as Notebook, 0, isWanted);
}

beforeEach(() => {
  frames = new Frames();
  vi.stubGlobal('requestAnimationFrame', frames.request);
  scrollToItem.mockClear();
  [top, height] = [100, 50];
});

it('lets be a cell that stays in sight', async () => {
  expect(await pass(20, start())).toBe(true);
  expect(scrollToItem).not.toHaveBeenCalled();
});

it.each([
  ['above', -50],
  ['below', 600]
])('brings back a cell that was pushed away: %s', async (_, away) => {
  const work = start();
  expect(await pass(5, work)).toBe(false);
  top = away;
  expect(await pass(20, work)).toBe(true);
  expect(scrollToItem).toHaveBeenCalledExactlyOnceWith(0, 'smart');
});

it.each(['keydown', 'pointerdown', 'wheel'])('gives way to the user: %s', async input => {
  const work = start();
  window.dispatchEvent(new Event(input));
  top = -500;
  expect(await pass(2, work)).toBe(true);
  expect(scrollToItem).not.toHaveBeenCalled();
});

it('lets go of a cell that is not wanted any more', async () => {
  let isWanted = true;
  const work = start(false, () => isWanted);
  expect(await pass(5, work)).toBe(false);
  isWanted = false;
  top = -500;
  expect(await pass(2, work)).toBe(true);
  expect(scrollToItem).not.toHaveBeenCalled();
});

it('gives up on a cell that never stays', async () => {
  scrollToItem.mockImplementation(() => Promise.resolve());
  top = -500;
  expect(await pass(120, start())).toBe(true);
});

it('leaves alone what has no place, and a notebook that is gone', async () => {
  height = 0;
  top = -500;
  expect(await pass(20, start())).toBe(true);
  expect(await pass(2, start(true))).toBe(true);
  expect(scrollToItem).not.toHaveBeenCalled();
});
