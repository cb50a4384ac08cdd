/*
 * What the user does in one document, as the parts of the page that see it tell: typing, running cells.
 * Ground floor: no DOM, no JupyterLab, no timers.
 */
import type { JSONObject } from '@lumino/coreutils';

import type { ICellReference } from './states';
import type { IDocumentPresence } from './tokens';

/** More are not published: a state travels whole with each movement, and nobody looks at so many cells. */
const MOST_PUBLISHED = 32;

type IPublisher = Pick<IDocumentPresence, 'set'>;

/** Two parts of a page speak of one field, so it has one owner in each document. */
export class OwnActivity {
  /** The one of a document. */
  static of(document: IPublisher): OwnActivity {
    const known = all.get(document) ?? new OwnActivity(document);
    all.set(document, known);
    return known;
  }

  private constructor(document: IPublisher) {
    this._document = document;
  }

  /** Whether the user types. */
  set typing(typing: boolean) {
    if (this._typing !== typing) {
      this._typing = typing;
      this._publish();
    }
  }

  /** The cells that the user started and that run or wait, in that order; with places if ids do not last. */
  set running(cells: readonly ICellReference[]) {
    this._running = cells.slice(0, MOST_PUBLISHED);
    this._publish();
  }

  private _publish(): void {
    this._document.set('activity', this._field());
  }

  private _field(): JSONObject | 'typing' | undefined {
    if (this._running.length === 0) {
      return this._typing ? 'typing' : undefined;
    }
    const indices = this._running.map(({ index }) => index ?? null);
    return {
      running: this._running.map(({ cell }) => cell ?? ''),
      ...(indices.some(index => index !== null) && { indices }),
      ...(this._typing && { typing: true })
    };
  }

  private readonly _document: IPublisher;
  private _typing = false;
  private _running: readonly ICellReference[] = [];
}

const all = new WeakMap<IPublisher, OwnActivity>();
