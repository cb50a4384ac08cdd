/*
 * What this page says of one open document: unsaved work, the last save, the active cell.
 * First floor: listens to JupyterLab, draws nothing.
 */
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type { Notebook } from '@jupyterlab/notebook';
import type { JSONObject, JSONValue } from '@lumino/coreutils';
import type { IDisposable } from '@lumino/disposable';
import { DisposableDelegate } from '@lumino/disposable';

import { activeCell } from './cells';

export class Reporter implements IDisposable {
  /** `set` gets the fields `document` and `cell` whenever they may have changed. */
  constructor(
    context: DocumentRegistry.Context,
    set: (field: string, value: JSONValue | undefined) => void
  ) {
    this._context = context;
    this._set = set;
    context.saveState.connect(this._onSave, this);
    context.model.stateChanged.connect(this._onModel, this);
    this._reportDocument();
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    this._context.saveState.disconnect(this._onSave, this);
    this._context.model.stateChanged.disconnect(this._onModel, this);
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
    this._set('document', { dirty: this._context.model.dirty, saved: this._saved });
  }

  private _onModel(_: DocumentRegistry.IModel, change: { readonly name: string }): void {
    if (change.name === 'dirty') {
      this._reportDocument();
    }
  }

  private _onSave(_: DocumentRegistry.Context, state: DocumentRegistry.SaveState): void {
    if (state === 'completed') {
      const model = this._context.contentsModel;
      // The server's clock and hash, so that others can compare them with what they have loaded.
      const at = Date.parse(model?.last_modified ?? '');
      this._saved = Number.isNaN(at) ? null : { at, hash: model?.hash ?? '' };
      this._reportDocument();
    }
  }

  private readonly _context: DocumentRegistry.Context;
  private readonly _set: (field: string, value: JSONValue | undefined) => void;
  private readonly _views = new Map<Notebook, () => void>();
  private _saved: JSONObject | null = null;
  private _isDisposed = false;
}
