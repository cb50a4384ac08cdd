/*
 * Who is above and below what can be seen of a notebook, nearest first.
 * Top floor, but without DOM: everything here is plain data.
 */
import type { IVisitor, Visitors } from './visitors';

/** From the first to the last of some cells; none if `last` is before `first`. */
export interface IRange {
  readonly first: number;
  readonly last: number;
}

/** Somebody out of sight; `index` is that of their cell. */
export interface IFar {
  readonly visitor: IVisitor;
  readonly index: number;
}

export interface IBeyond {
  readonly above: readonly IFar[];
  readonly below: readonly IFar[];
}

export const NONE_BEYOND: IBeyond = { above: [], below: [] };

/** The cells that have marks, and those who are at the edges instead. */
export interface IShare {
  readonly marked: IRange;
  readonly far: IBeyond;
}

/**
 * Everybody is shown once: in their cell, or at an edge. Faces at an edge lie over cells there; only if there are
 * any, those whose marks would be under them join them.
 *
 * @param seen - cells whose marks could be seen if nothing lay over them
 * @param clear - those of them that are clear of faces at both edges
 */
export function share(
  visitors: Visitors,
  seen: IRange,
  clear: IRange,
  indexOf: (id: string) => number | undefined
): IShare {
  let [marked, far] = [seen, beyond(visitors, seen, indexOf)];
  for (;;) {
    const first = far.above.length > 0 ? clear.first : marked.first;
    const last = far.below.length > 0 ? clear.last : marked.last;
    // Who joins at one edge may be in a second cell, near the other one.
    if (first === marked.first && last === marked.last) {
      return { marked, far };
    }
    marked = { first, last };
    far = beyond(visitors, marked, indexOf);
  }
}

/**
 * Those who are in cells out of sight; somebody who is also in a cell that can be seen, in another tab, is
 * not missed.
 *
 * @param indexOf - where the cell with an id is
 */
export function beyond(
  visitors: Visitors,
  range: IRange,
  indexOf: (id: string) => number | undefined
): IBeyond {
  const near = new Set<string>();
  const far: IFar[] = [];
  for (const [id, inCell] of visitors) {
    const index = indexOf(id) ?? -1;
    for (const visitor of inCell.filter(one => one.mode !== null)) {
      if (index >= range.first && index <= range.last) {
        near.add(visitor.user.username);
      } else if (index >= 0) {
        far.push({ visitor, index });
      }
    }
  }
  const missed = far.filter(({ visitor }) => !near.has(visitor.user.username));
  const above = missed.filter(({ index }) => index < range.first);
  // In a window too low for both edges a cell may be under either.
  const below = missed.filter(({ index }) => index > range.last && index >= range.first);
  return {
    above: once(above.sort((a, b) => b.index - a.index)),
    below: once(below.sort((a, b) => a.index - b.index))
  };
}

/* The nearest tab of each person. */
function once(far: readonly IFar[]): IFar[] {
  const known = new Set<string>();
  return far.filter(({ visitor: { user } }) => {
    const isNew = !known.has(user.username);
    known.add(user.username);
    return isNew;
  });
}
