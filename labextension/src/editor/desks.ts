/**
 * What the editors of one document share: the routes to them and the publisher of the user's carets.
 */

import type { ISharedCell, ISharedNotebook, ISharedText } from '@jupyter/ydoc';
import { DisposableDelegate } from '@lumino/disposable';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';

import type { ICellReference, IDocumentPresence, IPresence } from '../tokens';
import { CellOrder } from './order';
import { Publisher } from './publish';
import { Routes } from './routes';

/** What an editor edits: a cell of a notebook, or a file. */
export interface IEdited {
  /** Null for a file. */
  readonly cell: string | null;
  readonly notebook: ISharedNotebook | null;
  /** What the document can be found by. */
  readonly root: object;
}

/** What a shared model is about; null for a text outside of any document, such as a console's prompt. */
export function editedBy(model: ISharedText): IEdited | null {
  if (!('cell_type' in model)) {
    return { cell: null, notebook: null, root: model };
  }
  const cell = model as unknown as ISharedCell;
  const { notebook } = cell;
  return notebook && { cell: cell.getId(), notebook, root: notebook };
}

export class Desk implements IDisposable {
  constructor(
    document: IDocumentPresence,
    notebook: ISharedNotebook | null,
    lingerMs: () => number
  ) {
    this.publisher = new Publisher(document);
    this._cells = null;
    if (notebook) {
      this._cells = new CellOrder(notebook, () => {
        this._onCells();
      });
    }
    this.routes = new Routes(document, this._cells, lingerMs);
  }

  /** The editor whose carets were published last. */
  lastUsed: object | null = null;
  readonly publisher: Publisher;
  readonly routes: Routes;

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** How others find a cell of this document; nothing to say about a file. */
  reference(cell: string | null): ICellReference {
    const index = cell === null ? undefined : this._cells?.indexOf(cell);
    return cell === null || index === undefined ? {} : { cell, index };
  }

  dispose(): void {
    this._isDisposed = true;
    this.publisher.dispose();
    this.routes.dispose();
    this._cells?.dispose();
  }

  private _onCells(): void {
    this.routes.routeAll();
    const { cell } = this.publisher;
    if (cell !== null && !this._cells?.has(cell)) {
      this.publisher.clear();
    }
  }

  private readonly _cells: CellOrder | null;
  private _isDisposed = false;
}

interface IWaiting {
  readonly edited: IEdited;
  readonly found: (desk: Desk) => void;
}

/** The desk of each open document, made when its first editor asks. */
export class Desks implements IDisposable {
  /** @param lingerMs - how long the cursors of somebody quiet are shown; 0 for as long as they are there */
  constructor(presence: IPresence, lingerMs: () => number) {
    this._presence = presence;
    this._lingerMs = lingerMs;
    presence.documentAdded.connect(this._onDocumentAdded, this);
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /**
   * Call `found` as soon as the document is known: at once, later, or never. Editors may be made before
   * their document is announced.
   */
  find(edited: IEdited, found: (desk: Desk) => void): IDisposable {
    const waiting = { edited, found };
    if (!this._serve(waiting)) {
      this._waiting.add(waiting);
    }
    return new DisposableDelegate(() => {
      this._waiting.delete(waiting);
    });
  }

  /** Find everybody's place again: the settings changed. */
  routeAll(): void {
    this._desks.forEach(desk => {
      desk.routes.routeAll();
    });
  }

  dispose(): void {
    this._isDisposed = true;
    Signal.clearData(this);
    this._waiting.clear();
    this._desks.forEach(desk => {
      desk.dispose();
    });
    this._desks.clear();
  }

  private _serve({ edited, found }: IWaiting): boolean {
    const document = this._presence.documentOf(edited.root);
    if (!document || document.isDisposed) {
      return false;
    }
    let desk = this._desks.get(document);
    if (!desk) {
      desk = new Desk(document, edited.notebook, this._lingerMs);
      this._desks.set(document, desk);
      document.disposed.connect(this._onDocumentDisposed, this);
    }
    found(desk);
    return true;
  }

  private _onDocumentAdded(): void {
    for (const waiting of [...this._waiting]) {
      if (this._serve(waiting)) {
        this._waiting.delete(waiting);
      }
    }
  }

  private _onDocumentDisposed(document: IDocumentPresence): void {
    this._desks.get(document)?.dispose();
    this._desks.delete(document);
  }

  private readonly _presence: IPresence;
  private readonly _lingerMs: () => number;
  private readonly _desks = new Map<IDocumentPresence, Desk>();
  private readonly _waiting = new Set<IWaiting>();
  private _isDisposed = false;
}
