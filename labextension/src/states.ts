/*
 * The fields of a state that say where a peer is and what it does: their types, and their readers.
 * Ground floor: no DOM, no JupyterLab, no timers. What is malformed is null or left out; nothing throws.
 */
import { choice, cut, key, label, list, natural, object } from './values';
import type { Fields } from './values';

/** A few characters on each side of a place, by which a reader with another text finds it. */
export interface IQuote {
  readonly before: string;
  readonly after: string;
}

/** Which cell of a notebook: its id and, for notebooks whose ids do not last, its place. */
export interface ICellReference {
  readonly cell?: string;
  readonly index?: number;
}

/** A caret (`position`) and the other end of its selection (`anchor`), in UTF-16 units of a cell's or file's source. */
export interface ICursor extends ICellReference {
  readonly position: number;
  readonly anchor: number;
  readonly quote?: IQuote;
}

/** What a peer looks at: a contents path, the kind of document, and in notebooks the active cell. */
export interface ILocation extends ICellReference {
  readonly path: string;
  readonly type: string;
}

/** A document that a peer has open, also in a background tab; `dirty` with unsaved work. */
export interface IOpenDocument {
  readonly path: string;
  readonly dirty: boolean;
}

/** The active cell of a notebook. */
export interface ICellPlace {
  readonly id: string;
  readonly index: number;
  readonly mode: 'edit' | 'command';
}

/** A version of a file: when it was written (ms since the epoch, the server's clock), and its hash, '' if unknown. */
export interface IVersion {
  readonly at: number;
  readonly hash: string;
}

/** A version that a peer wrote; `from`: hashes of those that it was made from, the latest first. */
export interface ISave extends IVersion {
  readonly from: readonly string[];
}

/** Unsaved work, since when (ms since the epoch, the peer's clock), and the last save by this peer. */
export interface IDocumentState {
  readonly dirty: boolean;
  readonly since: number | null;
  readonly saved: ISave | null;
}

/** What a peer does; `running` has the cells that it started and that run or wait, in that order. */
export interface IActivity {
  readonly typing: boolean;
  readonly running: readonly ICellReference[];
}

/** At most so many cursors of one peer are drawn. */
export const MOST_CURSORS = 64;

/** So many of the documents that a peer has open are told. */
export const MOST_OPEN = 32;
/** As many earlier versions are told with a save. */
export const MOST_EARLIER = 6;

const MOST_RUNNING = 256;
const KEY_LENGTH = 255;
const PATH_LENGTH = 4096;
const QUOTE_LENGTH = 64;

/** `cell` and `index`, each only if it is usable. */
export function parseCellReference(fields: { cell?: unknown; index?: unknown }): ICellReference {
  const cell = key(fields.cell, KEY_LENGTH);
  const index = natural(fields.index);
  return {
    ...(cell === null ? {} : { cell }),
    ...(index === null ? {} : { index })
  };
}

/** A `location`; null without a usable path. */
export function parseLocation(value: unknown): ILocation | null {
  const fields = object(value);
  const path = fields && key(fields.path, PATH_LENGTH);
  if (!fields || path === null) {
    return null;
  }
  return { path, type: label(fields.type), ...parseCellReference(fields) };
}

/** The usable entries of `open`. */
export function parseOpen(value: unknown): IOpenDocument[] {
  return list(value, MOST_OPEN).flatMap(one => {
    const fields = object(one);
    const path = fields && key(fields.path, PATH_LENGTH);
    return fields && path !== null ? [{ path, dirty: fields.dirty === true }] : [];
  });
}

/** All usable cursors, the primary one (`cursor`) first, then `cursors`. */
export function parseCursors(primary: unknown, others: unknown): ICursor[] {
  return [primary, ...list(others, MOST_CURSORS - 1)]
    .map(parseCursor)
    .filter(cursor => cursor !== null);
}

function parseCursor(value: unknown): ICursor | null {
  const fields = object(value);
  const position = fields && natural(fields.position);
  if (!fields || position === null) {
    return null;
  }
  const anchor = natural(fields.anchor) ?? position;
  const quote = parseQuote(fields.quote);
  return { ...parseCellReference(fields), position, anchor, ...(quote && { quote }) };
}

/** A `quote`; null unless it has both sides. */
export function parseQuote(value: unknown): IQuote | null {
  const fields = object(value);
  if (!fields || typeof fields.before !== 'string' || typeof fields.after !== 'string') {
    return null;
  }
  // What is next to the place counts: the end of `before`, the start of `after`.
  return {
    before: fields.before.slice(-QUOTE_LENGTH),
    after: cut(fields.after, QUOTE_LENGTH)
  };
}

/** A `cell`; null unless both id and index are usable. */
export function parseCell(value: unknown): ICellPlace | null {
  const fields = object(value);
  const id = fields && key(fields.id, KEY_LENGTH);
  const index = fields && natural(fields.index);
  if (!fields || id === null || index === null) {
    return null;
  }
  const mode = choice(fields.mode, ['edit', 'command'] as const) ?? 'command';
  return { id, index, mode };
}

/** A `document`; null unless it says whether it is dirty. */
export function parseDocument(value: unknown): IDocumentState | null {
  const fields = object(value);
  if (!fields || typeof fields.dirty !== 'boolean') {
    return null;
  }
  const since = fields.dirty ? natural(fields.since) : null;
  return { dirty: fields.dirty, since, saved: parseSave(fields.saved) };
}

function parseSave(value: unknown): ISave | null {
  const fields = object(value);
  const at = fields && natural(fields.at);
  if (!fields || at === null) {
    return null;
  }
  const hash = cut(typeof fields.hash === 'string' ? fields.hash : '', KEY_LENGTH);
  const from = list(fields.from, MOST_EARLIER)
    .map(one => key(one, KEY_LENGTH))
    .filter(one => one !== null);
  return { at, hash, from };
}

/** An `activity`; null for none. */
export function parseActivity(value: unknown): IActivity | null {
  const fields: Fields = value === 'typing' ? { typing: true } : (object(value) ?? {});
  const indices = list(fields.indices, MOST_RUNNING);
  const running = list(fields.running, MOST_RUNNING)
    .map((cell, at) => parseCellReference({ cell, index: indices[at] }))
    .filter(({ cell }) => cell !== undefined);
  const typing = fields.typing === true;
  return typing || running.length > 0 ? { typing, running } : null;
}
