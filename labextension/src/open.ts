/*
 * Which documents this page has open, and which of them with unsaved work, as it tells the others.
 * First floor: listens to JupyterLab, draws nothing.
 */
import type { Contents } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import { serverPath } from './cells';
import { MOST_OPEN } from './states';
import type { IDocumentPresence, IOpenDocument } from './tokens';

/** UTF-16 units of all paths together: the list is sent anew with every movement in the lobby. */
const MOST_UNITS = 2048;

/** What is known of the page's documents. */
export interface IDocumentsSource {
  readonly added: ISignal<unknown, IDocumentPresence>;
  [Symbol.iterator](): Iterator<IDocumentPresence>;
}

/** Follows the documents in all tabs, also in those that are not shown. */
export class OpenDocuments implements IDisposable {
  constructor(documents: IDocumentsSource, contents: Contents.IManager) {
    this._documents = documents;
    this._contents = contents;
    documents.added.connect(this._onAdded, this);
  }

  /** Those with unsaved work first, then those opened last; documents that are not on this server are left out. */
  get current(): IOpenDocument[] {
    const open = new Map<string, boolean>();
    for (const { context, work } of [...this._documents].reverse()) {
      const path = context.isReady ? serverPath(context, this._contents) : null;
      if (path !== null) {
        open.set(path, work.since !== null || open.get(path) === true);
      }
    }
    const all = Array.from(open, ([path, dirty]) => ({ path, dirty }));
    return bounded(all.sort((a, b) => Number(b.dirty) - Number(a.dirty)));
  }

  /** `current` may have changed. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    Signal.disconnectReceiver(this);
    Signal.clearData(this);
  }

  private _onAdded(_: unknown, document: IDocumentPresence): void {
    const { context } = document;
    context.pathChanged.connect(this._onChanged, this);
    document.work.changed.connect(this._onChanged, this);
    document.disposed.connect(this._onChanged, this);
    void context.ready.then(() => {
      this._onChanged();
    });
  }

  private _onChanged(): void {
    if (!this._isDisposed) {
      this._changed.emit();
    }
  }

  private readonly _documents: IDocumentsSource;
  private readonly _contents: Contents.IManager;
  private _isDisposed = false;
  private readonly _changed = new Signal<this, void>(this);
}

function bounded(documents: readonly IOpenDocument[]): IOpenDocument[] {
  let units = 0;
  return documents.slice(0, MOST_OPEN).filter(({ path }) => {
    units += path.length;
    return units <= MOST_UNITS;
  });
}
