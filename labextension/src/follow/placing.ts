/*
 * Where the tab of the frame goes: at the frame's edge outside of documents, where nothing else stands.
 * Top floor, but pure geometry in pixels of the window.
 */
import type { IBox } from '../editor/placing';
import { overlap } from '../editor/placing';

export interface ISize {
  readonly width: number;
  readonly height: number;
}

export interface ISpot {
  readonly left: number;
  readonly top: number;
  readonly side: 'above' | 'below' | 'inside';
}

/** Pixels to whatever stands beside it, and to the frame's corners. */
const GAP = 8;

/**
 * As near as possible to the middle of the frame's upper edge, above it; otherwise below its lower edge. Where
 * neither is free it stands inside, at the bottom.
 *
 * @param frame - what the frame is around
 * @param taken - what stands above and below the frame
 */
export function placeTab(frame: IBox, screen: ISize, size: ISize, taken: readonly IBox[]): ISpot {
  const above = frame.top - size.height;
  const below = frame.bottom;
  const sides = [
    ...(above >= 0 ? [{ top: above, side: 'above' as const }] : []),
    ...(below + size.height <= screen.height ? [{ top: below, side: 'below' as const }] : [])
  ];
  for (const { top, side } of sides) {
    const left = freeLeft(frame, { ...size, top }, taken);
    if (left !== null) {
      return { left, top, side };
    }
  }
  const left = (frame.left + frame.right - size.width) / 2;
  return { left, top: frame.bottom - size.height, side: 'inside' };
}

/* The place nearest to the middle that overlaps nothing; null if there is none. */
function freeLeft(
  frame: IBox,
  { width, height, top }: ISize & { readonly top: number },
  taken: readonly IBox[]
): number | null {
  const first = frame.left + GAP;
  const last = frame.right - GAP - width;
  const row = { left: first, right: frame.right - GAP, top, bottom: top + height };
  const inRow = taken.filter(box => overlap(box, row));
  const middle = (frame.left + frame.right - width) / 2;
  const candidates = [middle, ...inRow.flatMap(box => [box.left - GAP - width, box.right + GAP])];
  const free = candidates.filter(left => {
    const box = { left: left - GAP + 1, right: left + width + GAP - 1, top, bottom: top + height };
    return left >= first && left <= last && !inRow.some(other => overlap(box, other));
  });
  free.sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle));
  return free[0] ?? null;
}
