/**
 * Since when somebody's caret just stands there: pure functions of what a peer says and of time.
 */

import type { IPeer } from '../peers';

/** The two clocks of a page, in milliseconds. */
export interface IClock {
  /** Since the page began; never goes back. */
  readonly now: () => number;
  /** Since the epoch; may be set. */
  readonly date: () => number;
}

/** What is known of a peer's quiet from before; null of a newcomer. */
export interface IBefore {
  readonly quietAt: number | null;
  readonly moves: boolean;
}

/**
 * When a peer began to be quiet, by the page's clock; null while it is active. Counted from what was seen
 * here, since the clocks of two computers differ; only of newcomers one has to take their word. A caret that
 * moves is not quiet, whatever its owner wants to appear as.
 */
export function quietAt(
  { seen, status }: Pick<IPeer, 'seen' | 'status'>,
  before: IBefore | null,
  { date, now }: IClock
): number | null {
  if (status === 'active') {
    return null;
  }
  if (before) {
    return before.moves ? now() : (before.quietAt ?? now());
  }
  return now() - (seen === null ? 0 : Math.max(0, date() - seen));
}

/** When somebody's caret leaves; Infinity if it stays. */
export function leavesAt(quiet: number | null, lingerMs: number): number {
  return quiet === null || lingerMs <= 0 ? Infinity : quiet + lingerMs;
}
