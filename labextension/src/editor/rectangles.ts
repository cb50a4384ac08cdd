/**
 * Measures where carets and selections are in one editor, and remembers it while it cannot have changed:
 * a keystroke moves what is on its own line, not two hundred carets on others.
 */

import { EditorSelection } from '@codemirror/state';
import { RectangleMarker } from '@codemirror/view';
import type { EditorView, ViewUpdate } from '@codemirror/view';

import { showCursors } from './places';

interface IKnown {
  /** The lines on which it begins and ends, as they were when it was measured. */
  readonly texts: readonly [string, string];
  readonly rectangles: readonly RectangleMarker[];
}

export class Rectangles {
  /** To be told of every update, before anything is measured. */
  update(update: ViewUpdate): void {
    if (!this._keepsOtherLines(update)) {
      this._known.clear();
    }
  }

  /** A caret, in pixels of the scrolled contents; null where the editor draws no text. */
  caret(view: EditorView, head: number): RectangleMarker | null {
    const { from, to } = view.viewport;
    return head >= from && head <= to ? (this._measure(view, head, head)[0] ?? null) : null;
  }

  /** A selection, as far as the editor draws its text. */
  selection(view: EditorView, anchor: number, head: number): readonly RectangleMarker[] {
    const from = Math.max(Math.min(anchor, head), view.viewport.from);
    const to = Math.min(Math.max(anchor, head), view.viewport.to);
    return from < to ? this._measure(view, from, to) : [];
  }

  private _measure(view: EditorView, from: number, to: number): readonly RectangleMarker[] {
    const { doc, selection } = view.state;
    const first = doc.lineAt(from);
    const last = to <= first.to ? first : doc.lineAt(to);
    const ends = `${first.number}:${from - first.from} ${last.number}:${to - last.from}`;
    // All lines of a selection but the last are tinted up to the edge.
    const key = first === last ? ends : `${ends} ${view.contentDOM.offsetWidth}`;
    // On the line in which the user writes completions come and go that are not part of the text.
    const own = view.hasFocus ? doc.lineAt(selection.main.head).number : null;
    const isOwn = own === first.number || own === last.number;
    const known = isOwn ? undefined : this._known.get(key);
    if (known?.texts[0] === first.text && known.texts[1] === last.text) {
      return known.rectangles;
    }
    const rectangles = RectangleMarker.forRange(view, '', EditorSelection.range(from, to));
    if (rectangles.length > 0 && !isOwn) {
      this._known.set(key, { texts: [first.text, last.text], rectangles });
    }
    return rectangles;
  }

  /** Whether lines that are not edited keep their place, and their characters theirs. */
  private _keepsOtherLines(update: ViewUpdate): boolean {
    const { docChanged, geometryChanged, heightChanged, startState, state, transactions } = update;
    if (heightChanged || startState.doc.lines !== state.doc.lines) {
      return false;
    }
    // An effect may be anything, also a decoration that pushes characters aside.
    if (!transactions.every(({ effects }) => effects.every(effect => effect.is(showCursors)))) {
      return false;
    }
    return docChanged || !geometryChanged || this._isOnlyWider(update.view);
  }

  /** Whether the geometry changed because the edited line is the longest: it widens the contents. */
  private _isOnlyWider(view: EditorView): boolean {
    const width = view.contentDOM.offsetWidth;
    const isWider = width !== this._width && !view.lineWrapping;
    this._width = width;
    return isWider;
  }

  private readonly _known = new Map<string, IKnown>();
  private _width = 0;
}
