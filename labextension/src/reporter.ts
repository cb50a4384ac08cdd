/*
 * What this page says of one open document: unsaved work, the last save, the active cell.
 * First floor: listens to JupyterLab, draws nothing.
 */
import type { Notebook } from '@jupyterlab/notebook';
import type { JSONValue } from '@lumino/coreutils';
import type { IDisposable } from '@lumino/disposable';
import { DisposableDelegate } from '@lumino/disposable';

import { activeCell } from './cells';
import type { IDocumentPresence } from './tokens';

export class Reporter implements IDisposable {
  /** `set` gets the fields `document` and `cell` whenever they may have changed. */
  constructor(
    document: Pick<IDocumentPresence, 'lineage' | 'work'>,
    set: (field: string, value: JSONValue | undefined) => void
  ) {
    this._document = document;
    this._set = set;
    document.work.changed.connect(this._reportDocument, this);
    document.lineage.changed.connect(this._reportDocument, this);
    this._reportDocument();
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    this._document.work.changed.disconnect(this._reportDocument, this);
    this._document.lineage.changed.disconnect(this._reportDocument, this);
    for (const stop of [...this._views.values()]) {
      stop();
    }
    this._views.clear();
  }

  /** Report the active cell of a notebook that shows this document; of several, the one used last. */
  follow(notebook: Notebook): IDisposable {
    const use = (): void => {
      this._views.delete(notebook);
      this._views.set(notebook, stop); // Now the last one.
      this._reportCell();
    };
    const stop = (): void => {
      notebook.activeCellChanged.disconnect(use);
      notebook.stateChanged.disconnect(use);
    };
    notebook.activeCellChanged.connect(use);
    notebook.stateChanged.connect(use);
    use();
    return new DisposableDelegate(() => {
      stop();
      this._views.delete(notebook);
      this._reportCell();
    });
  }

  private _reportCell(): void {
    if (this._isDisposed) {
      return;
    }
    const notebook = [...this._views.keys()].pop();
    const cell = notebook && activeCell(notebook);
    this._set('cell', cell ? { ...cell } : undefined);
  }

  private _reportDocument(): void {
    const { since } = this._document.work;
    const { saved } = this._document.lineage;
    this._set('document', {
      dirty: since !== null,
      ...(since !== null && { since }),
      saved: saved && { ...saved, from: [...saved.from] }
    });
  }

  private readonly _document: Pick<IDocumentPresence, 'lineage' | 'work'>;
  private readonly _set: (field: string, value: JSONValue | undefined) => void;
  private readonly _views = new Map<Notebook, () => void>();
  private _isDisposed = false;
}
