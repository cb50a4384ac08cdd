/**
 * Tells the others where the local user's carets are in a document, and that they type.
 * One per document: its editors (a notebook has one per cell) share one primary cursor.
 */

import type { EditorState, SelectionRange } from '@codemirror/state';
import { JSONExt } from '@lumino/coreutils';
import type { JSONObject, JSONValue } from '@lumino/coreutils';
import type { IDisposable } from '@lumino/disposable';

import { OwnActivity } from '../activity';
import { MOST_CURSORS } from '../peers';
import type { ICellReference } from '../peers';
import { quote } from '../positions';
import type { IDocumentPresence } from '../tokens';
import { sourceOf } from './places';

/** How long after the last keystroke somebody still counts as typing. */
const TYPING_MS = 2000;

function cursorOf(state: EditorState, range: SelectionRange, where: ICellReference): JSONObject {
  const { head: position, anchor } = range;
  return { ...where, position, anchor, quote: { ...quote(sourceOf(state.doc), position) } };
}

export class Publisher implements IDisposable {
  constructor(document: Pick<IDocumentPresence, 'set'>) {
    this._document = document;
    this._activity = OwnActivity.of(document);
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** The cell in which the cursor was last published; null if there is none. */
  get cell(): string | null {
    return this._cell;
  }

  /** Publish all ranges of an editor's selection, the main one first; `where` is empty for a file's only text. */
  select(state: EditorState, where: ICellReference): void {
    const { main, ranges } = state.selection;
    const others = ranges.filter(range => range !== main).slice(0, MOST_CURSORS - 1);
    this._cell = where.cell ?? null;
    this._set('cursor', cursorOf(state, main, where));
    this._set(
      'cursors',
      others.length > 0 ? others.map(range => cursorOf(state, range, where)) : undefined
    );
  }

  /** Withdraw the cursors: the text they were in is gone. */
  clear(): void {
    this._cell = null;
    this._set('cursor', undefined);
    this._set('cursors', undefined);
  }

  /** Say that the user types, until nothing has been typed for a while. */
  typing(): void {
    clearTimeout(this._timer);
    this._timer = setTimeout(() => {
      this._activity.typing = false;
    }, TYPING_MS);
    this._activity.typing = true;
  }

  dispose(): void {
    this._isDisposed = true;
    clearTimeout(this._timer);
  }

  /** Moving a caret away and back is news, saying the same again is not. */
  private _set(field: string, value: JSONValue | undefined): void {
    const last = this._published.get(field);
    if (last === value || (last && value && JSONExt.deepEqual(last, value))) {
      return;
    }
    this._published.set(field, value);
    this._document.set(field, value);
  }

  private readonly _document: Pick<IDocumentPresence, 'set'>;
  private readonly _activity: OwnActivity;
  private readonly _published = new Map<string, JSONValue | undefined>();
  private _cell: string | null = null;
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private _isDisposed = false;
}
