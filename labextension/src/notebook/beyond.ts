/*
 * Who is above and below what can be seen of a notebook, nearest first.
 * Top floor, but without DOM: everything here is plain data.
 */
import type { IVisitor, Visitors } from './visitors';

/** The first and the last cell of which enough can be seen; none if `last` is before `first`. */
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
  const below = missed.filter(({ index }) => index > range.last);
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
