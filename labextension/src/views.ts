/*
 * Which part of a document a peer sees: the field `view`, its reader, and where to scroll to see the same.
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
 * How far to scroll to see what somebody else sees, or null if it is seen already.
 *
 * @param own - what can be seen now
 * @param seen - what the other sees, in one's own copy
 * @param caret - where the other's caret is, if it can be seen from there
 */
export function aim(own: ISpan, seen: ISpan, caret: ISpan | null): number | null {
  const height = own.bottom - own.top;
  const fits = seen.bottom - seen.top <= height + TOLERANCE;
  if (fits) {
    return contains(own, seen) ? null : seen.top;
  }
  const wanted = caret && contains(seen, caret) ? caret : null;
  if (contains(seen, own) && (!wanted || contains(own, wanted))) {
    return null;
  }
  // Of a larger window only a part can be seen: the top of it, or as far down as the caret is.
  const lowest = seen.bottom - height;
  const forCaret = wanted ? wanted.bottom + MARGIN - height : seen.top;
  return Math.max(seen.top, Math.min(forCaret, lowest));
}

function contains(outer: ISpan, inner: ISpan): boolean {
  return inner.top >= outer.top - TOLERANCE && inner.bottom <= outer.bottom + TOLERANCE;
}
