/*
 * From places on the screen to heights in what is scrolled, and to parts of a box.
 * Top floor, but only arithmetic on what the browser has measured.
 */
import type { ISpan } from '../views';

/** The scrolled window on the screen, without its scrollbars. */
export function windowOf(scroller: HTMLElement): ISpan {
  const top = scroller.getBoundingClientRect().top + scroller.clientTop;
  return { top, bottom: top + scroller.clientHeight };
}

/** The height of a place on the screen. */
export function heightIn(scroller: HTMLElement, y: number): number {
  return y - windowOf(scroller).top + scroller.scrollTop;
}

/** How far into a box a place is, from 0 to 1; rounded, so that it does not differ by nothing. */
export function partOf(box: ISpan, y: number): number {
  const height = Math.max(1, box.bottom - box.top);
  const part = Math.min(1, Math.max(0, (y - box.top) / height));
  return Math.round(part * 1e4) / 1e4;
}

/** The place that is so far into a box. */
export function placeIn(box: ISpan, part: number): number {
  return box.top + part * (box.bottom - box.top);
}
