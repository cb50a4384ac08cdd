/*
 * Which part of a document a peer sees: the field `view`, its reader, and how far to scroll to see the same.
 * Ground floor: no DOM, no JupyterLab, no timers. Heights are pixels from the top of all that can be scrolled.
 */
import type { IQuote } from './states';
import { parseCellReference, parseQuote } from './states';
import { amount, natural, object } from './values';

/** The upper or lower end of what is seen: in a cell of a notebook, or in a line of a file. */
export interface IEdge {
  readonly cell?: string;
  readonly index?: number;
  /** Where the line begins, in UTF-16 units; `quote` is around that place. */
  readonly position?: number;
  readonly quote?: IQuote;
  /** How far into the cell or the line, from 0 to 1. */
  readonly part: number;
}

export interface IView {
  /** The client id in the lobby of the tab that sees it. */
  readonly tab: number | null;
  readonly first: IEdge;
  readonly last: IEdge;
}

/** A part of a document's height. */
export interface ISpan {
  readonly top: number;
  readonly bottom: number;
}

/** A `view`; null unless both of its ends are usable. */
export function parseView(value: unknown): IView | null {
  const fields = object(value);
  if (!fields) {
    return null;
  }
  const first = parseEdge(fields.first);
  const last = parseEdge(fields.last);
  return first && last ? { tab: natural(fields.tab), first, last } : null;
}

function parseEdge(value: unknown): IEdge | null {
  const fields = object(value);
  if (!fields) {
    return null;
  }
  const place = parseCellReference(fields);
  const position = natural(fields.position);
  const quote = parseQuote(fields.quote);
  const part = Math.min(1, amount(fields.part, 0));
  if (place.cell === undefined && place.index === undefined && position === null) {
    return null;
  }
  return { ...place, ...(position === null ? {} : { position }), ...(quote && { quote }), part };
}

/** Differences of so few pixels are nobody's movement: heights are rounded, and differ between browsers. */
const TOLERANCE = 4;

/** Between a caret and the edge of the window, where there is room. */
const MARGIN = 24;

/**
 * Whether one sees what somebody else sees: all of it, or, in a smaller window, a part of it with their caret.
 *
 * @param own - what can be seen now
 * @param seen - what the other sees, in one's own copy
 * @param caret - where the other's caret is; it does not matter if they do not see it themselves
 */
export function isSeen(own: ISpan, seen: ISpan, caret: ISpan | null): boolean {
  if (fits(own, seen)) {
    return contains(own, seen);
  }
  return contains(seen, own) && (!caret || !contains(seen, caret) || contains(own, caret));
}

/** How far to scroll to see it: so that the same is at the top, or as much lower as the caret needs. */
export function goal(own: ISpan, seen: ISpan, caret: ISpan | null): number {
  if (fits(own, seen) || !caret || !contains(seen, caret)) {
    return seen.top;
  }
  const height = own.bottom - own.top;
  return Math.max(seen.top, Math.min(caret.bottom + MARGIN, seen.bottom) - height);
}

function fits(own: ISpan, seen: ISpan): boolean {
  return seen.bottom - seen.top <= own.bottom - own.top + TOLERANCE;
}

function contains(outer: ISpan, inner: ISpan): boolean {
  return inner.top >= outer.top - TOLERANCE && inner.bottom <= outer.bottom + TOLERANCE;
}
