/*
 * Moves the marks of those who type or run something: a few times a second, all of the page together.
 * Top floor.
 *
 * An endless CSS animation has the browser draw sixty frames a second. Where no graphics card does it, each of them
 * takes a page of some hundred cells milliseconds.
 */
import type { IDisposable } from '@lumino/disposable';
import { DisposableDelegate, DisposableSet } from '@lumino/disposable';

import { Frame } from '../editor/frame';
import { pulse } from '../pulse';

/** Milliseconds between two beats. */
export const EVERY = 300;

/** So many beats until everything looks the same again: eighths of a turn, and twice three dots and a pause. */
const BEATS = 8;

const moving = new Set<HTMLElement>();
let timer: IDisposable | null = null;
let now = 0;

/** Count beats in an element, until disposed: `data-beat`, and `--jp-awareness-beat` for its styles. */
export function beat(element: HTMLElement): IDisposable {
  moving.add(element);
  write(element);
  timer ??= start();
  return new DisposableDelegate(() => {
    moving.delete(element);
    if (moving.size === 0) {
      timer?.dispose();
      timer = null;
    }
  });
}

/* Beats are left out while the page has something else to do. */
function start(): IDisposable {
  const frame = new Frame(() => {
    now = (now + 1) % BEATS;
    moving.forEach(write);
  });
  const beats = pulse(() => {
    if (!window.matchMedia('(prefers-reduced-motion: reduce)').matches) {
      frame.request();
    }
  }, EVERY);
  return DisposableSet.from([frame, beats]);
}

function write(element: HTMLElement): void {
  element.dataset.beat = String(now);
  element.style.setProperty('--jp-awareness-beat', String(now));
}
