/*
 * Finding a peer's place in a text that may differ from the peer's: by offset, then by the characters around it.
 * Ground floor: no DOM, no JupyterLab, no timers. Offsets are UTF-16 units.
 */
import type { ICursor, IQuote } from './peers';

/** A text that can be read in parts: a string, or an editor's document behind two members. */
export interface ISource {
  readonly length: number;
  slice(from: number, to: number): string;
}

export interface IPlace {
  /** The caret, within the text, never inside a surrogate pair. */
  readonly position: number;
  /** The other end of the selection, likewise. */
  readonly anchor: number;
  /** All that the peer quoted stands around the caret, here or moved as a whole; otherwise it is a good guess. */
  readonly exact: boolean;
}

/** UTF-16 units on each side of a place that are sent along. */
export const QUOTE_LENGTH = 16;

/* A quote of fewer units, found elsewhere, may be there by chance. */
const ENOUGH = QUOTE_LENGTH;

/*
 * How many units of context are tried, and how far from the offset: the less context, the more of it is
 * chance, so the nearer it has to be. The distances also bound the work, whatever the text's length.
 */
const SEARCHES: readonly (readonly [units: number, reach: number])[] = [
  [QUOTE_LENGTH, 262_144],
  [8, 16_384],
  [4, 1_024]
];

/** The characters on each side of a place, to be sent with it; surrogate pairs stay whole. */
export function quote(source: ISource, position: number): IQuote {
  const place = within(source, position);
  const start = within(source, place - QUOTE_LENGTH, 'up');
  const end = within(source, place + QUOTE_LENGTH);
  return { before: source.slice(start, place), after: source.slice(place, end) };
}

/** Where a peer's cursor is in this text. The selection moves along with its caret. */
export function locate(source: ISource, cursor: ICursor): IPlace {
  const { position, anchor } = cursor;
  const found = find(source, position, cursor.quote ?? { before: '', after: '' });
  const moved = (found?.offset ?? position) - position;
  return {
    position: within(source, position + moved),
    anchor: within(source, anchor + moved),
    exact: found?.exact ?? false
  };
}

interface IMatch {
  readonly offset: number;
  readonly exact: boolean;
}

/* The best match of the quote, or null. */
function find(source: ISource, position: number, { before, after }: IQuote): IMatch | null {
  const start = position - before.length;
  if (start >= 0 && source.slice(start, position + after.length) === before + after) {
    return { offset: position, exact: position <= source.length };
  }
  for (const [units, reach] of SEARCHES) {
    const head = before.slice(-units);
    const tail = after.slice(0, units);
    const whole = nearest(source, position, head, tail, reach);
    // One side only: the peer has typed or deleted right beside the caret.
    const offset =
      whole ??
      (telling(tail) ? nearest(source, position, '', tail, reach) : null) ??
      (telling(head) ? nearest(source, position, head, '', reach) : null);
    if (offset !== null) {
      const words = whole === null ? 0 : head.length + tail.length;
      return { offset, exact: words >= ENOUGH && words === before.length + after.length };
    }
  }
  return atEdge(source, before, after);
}

/* Less context than is sent along means that the peer's text begins or ends there: count from that end. */
function atEdge(source: ISource, before: string, after: string): IMatch | null {
  const { length } = source;
  const isEnd = after !== '' && after.length < QUOTE_LENGTH && after.length <= length;
  if (isEnd && source.slice(length - after.length, length) === after) {
    return { offset: length - after.length, exact: false };
  }
  const isStart = before !== '' && before.length < QUOTE_LENGTH;
  return isStart && source.slice(0, before.length) === before
    ? { offset: before.length, exact: false }
    : null;
}

/* Whether a context of one side says more than "some spaces and brackets". */
function telling(context: string): boolean {
  return /[^\s()[\]{}]{2}|([^\s()[\]{}][^]*){3}/.test(context);
}

/* The offset nearest to `position`, at most `reach` away, that stands between `head` and `tail`. */
function nearest(
  source: ISource,
  position: number,
  head: string,
  tail: string,
  reach: number
): number | null {
  const needle = head + tail;
  const middle = Math.min(position, source.length);
  const from = Math.max(0, middle - head.length - reach);
  const area = source.slice(from, Math.min(source.length, middle + tail.length + reach));
  const target = middle - head.length - from;
  const next = needle === '' ? -1 : area.indexOf(needle, Math.max(0, target));
  const last = needle === '' || target < 0 ? -1 : area.lastIndexOf(needle, target);
  if (next < 0 && last < 0) {
    return null;
  }
  const forward = last < 0 || (next >= 0 && next - target < target - last);
  return (forward ? next : last) + from + head.length;
}

/* The offset moved into the text, and out of the middle of a surrogate pair. */
function within(source: ISource, offset: number, way: 'up' | 'down' = 'down'): number {
  const place = Math.min(Math.max(0, offset), source.length);
  const split = /^[\ud800-\udbff][\udc00-\udfff]$/.test(
    source.slice(Math.max(0, place - 1), place + 1)
  );
  return split ? place + (way === 'up' ? 1 : -1) : place;
}
