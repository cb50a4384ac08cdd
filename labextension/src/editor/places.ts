/**
 * Where peers' carets are in an editor's own text: placed when a peer moves, and carried along with
 * local edits until it moves again. CodeMirror state only; no view, no page.
 */

import { StateEffect, StateField } from '@codemirror/state';
import type { ChangeDesc, EditorState, Text } from '@codemirror/state';

import type { ICursor, IPeer, IQuote } from '../peers';
import { locate } from '../positions';
import type { ISource } from '../positions';
import type { IRoutedCursor } from './whereabouts';

/** A peer's caret, and its selection if `anchor` differs from `head`, in this editor's text. */
export interface ICaret {
  readonly peer: IPeer;
  /** As the peer said it, about the peer's own text. */
  readonly cursor: ICursor;
  /** 0 is the primary cursor, which carries the name flag. */
  readonly rank: number;
  readonly movedAt: number;
  readonly head: number;
  readonly anchor: number;
  /** Whether this text is the peer's, as far as one can tell at the caret; if not, it is a good guess. */
  readonly exact: boolean;
}

/** What an editor shows. */
export interface IShown {
  readonly carets: readonly ICaret[];
  /** Whether the carets are live; otherwise they are the last ones known. */
  readonly connected: boolean;
  /** Whether they jump to where they move. */
  readonly still: boolean;
}

/** Replace what is shown by what peers now say. */
export const showCursors = StateEffect.define<{
  readonly cursors: readonly IRoutedCursor[];
  readonly connected: boolean;
  readonly still?: boolean;
}>();

/** Draw again although nothing moved: the display settings changed. */
export const redraw = StateEffect.define();

/** A document as what `positions` reads, without joining its lines to one string. */
export function sourceOf(doc: Text): ISource {
  return { length: doc.length, slice: (from, to) => doc.sliceString(from, to) };
}

function place(doc: Text, routed: IRoutedCursor): ICaret {
  const { position, anchor, exact } = locate(sourceOf(doc), routed.cursor);
  return { ...routed, head: position, anchor, exact };
}

/** Whether what the peer quoted stands around a place; without a quote one cannot tell. */
function isQuoted(doc: Text, head: number, { before, after }: IQuote): boolean {
  const from = Math.max(0, head - before.length);
  return doc.sliceString(from, head + after.length) === before + after;
}

/**
 * A caret does not ride along in front of what is typed at its place, and a selection does not grow
 * by what is typed at its ends.
 */
function carry(caret: ICaret, changes: ChangeDesc, doc: Text): ICaret {
  const inward = Math.sign(caret.anchor - caret.head) || -1;
  const head = changes.mapPos(caret.head, inward);
  const anchor = changes.mapPos(caret.anchor, caret.anchor === caret.head ? -1 : -inward);
  const { quote } = caret.cursor;
  return { ...caret, head, anchor, exact: quote ? isQuoted(doc, head, quote) : caret.exact };
}

/**
 * Carets after a local edit. Where the text around one was replaced (a revert from disk replaces all
 * of it), the peer's own words may still tell the place better than the edit does.
 */
function carryAll(carets: readonly ICaret[], changes: ChangeDesc, doc: Text): readonly ICaret[] {
  return carets.map(caret => {
    const carried = carry(caret, changes, doc);
    if (carried.exact || !changes.touchesRange(caret.head)) {
      return carried;
    }
    const found = place(doc, caret);
    return found.exact ? found : carried;
  });
}

/** A peer that has not moved stays where local edits carried it, whoever else has moved. */
function placeAll(
  cursors: readonly IRoutedCursor[],
  before: readonly ICaret[],
  doc: Text
): readonly ICaret[] {
  const known = new Map(before.map(caret => [`${caret.peer.id} ${caret.rank}`, caret]));
  return cursors.map(routed => {
    const caret = known.get(`${routed.peer.id} ${routed.rank}`);
    return caret?.movedAt === routed.movedAt ? { ...caret, peer: routed.peer } : place(doc, routed);
  });
}

export const shownField = StateField.define<IShown>({
  create: () => ({ carets: [], connected: true, still: false }),
  update(shown, { changes, docChanged, effects, newDoc }) {
    let { carets, connected, still } = shown;
    if (docChanged && carets.length > 0) {
      carets = carryAll(carets, changes, newDoc);
    }
    for (const effect of effects) {
      if (effect.is(showCursors)) {
        carets = placeAll(effect.value.cursors, carets, newDoc);
        ({ connected, still = false } = effect.value);
      }
    }
    const isSame = carets === shown.carets && connected === shown.connected;
    return isSame && still === shown.still ? shown : { carets, connected, still };
  }
});

/** What an editor shows now. */
export function shownIn(state: EditorState): IShown {
  return state.field(shownField);
}

/** Carets that stand at one place, as one group that is not empty; in the order of the places. */
export function groupByHead(
  carets: readonly ICaret[]
): readonly (readonly [ICaret, ...ICaret[]])[] {
  const groups = new Map<number, [ICaret, ...ICaret[]]>();
  for (const caret of carets) {
    const group = groups.get(caret.head);
    if (group) {
      group.push(caret);
    } else {
      groups.set(caret.head, [caret]);
    }
  }
  return [...groups].sort(([a], [b]) => a - b).map(([, group]) => group);
}
