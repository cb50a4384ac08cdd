/*
 * Tells others which cells the user has started, in each document of the page.
 * Top floor, but without DOM.
 */
import type { Cell } from '@jupyterlab/cells';
import type { INotebookModel, Notebook } from '@jupyterlab/notebook';
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import { OwnActivity } from '../activity';
import type { IDocumentPresence, IPresence } from '../tokens';
import { Runs } from './runs';

interface IRun {
  readonly notebook: Notebook;
  readonly cell: Cell;
}

/** As `NotebookActions` tells of all notebooks of the page. */
export interface IRunSignals {
  readonly executionScheduled: ISignal<unknown, IRun>;
  readonly executed: ISignal<unknown, IRun>;
}

/** Cell ids are in the file since this minor version of nbformat 4. */
const IDS_LAST_SINCE = 5;

export class Runner implements IDisposable {
  constructor(presence: Pick<IPresence, 'documentOf'>, signals: IRunSignals) {
    this._presence = presence;
    signals.executionScheduled.connect(this._onScheduled, this);
    signals.executed.connect(this._onExecuted, this);
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    Signal.disconnectReceiver(this);
    for (const runs of this._runs.values()) {
      runs.dispose();
    }
    this._runs.clear();
  }

  private _onScheduled(_: unknown, { notebook, cell }: IRun): void {
    const { model } = notebook;
    const document = model && this._presence.documentOf(model.sharedModel);
    if (document) {
      const runs = this._runs.get(document) ?? this._open(document, model);
      runs.start(cell);
    }
  }

  private _onExecuted(_: unknown, { notebook, cell }: IRun): void {
    const document = notebook.model && this._presence.documentOf(notebook.model.sharedModel);
    if (document) {
      this._runs.get(document)?.end(cell);
    }
  }

  private _open(
    document: IDocumentPresence,
    { cells, nbformat, nbformatMinor }: INotebookModel
  ): Runs {
    const { sessionContext: session } = document.context;
    const idsLast = nbformat > 4 || nbformatMinor >= IDS_LAST_SINCE;
    const runs = new Runs({ cells, session, idsLast }, running => {
      OwnActivity.of(document).running = running;
    });
    this._runs.set(document, runs);
    document.disposed.connect(this._onDisposed, this);
    return runs;
  }

  private _onDisposed(document: IDocumentPresence): void {
    this._runs.get(document)?.dispose();
    this._runs.delete(document);
  }

  private readonly _presence: Pick<IPresence, 'documentOf'>;
  private readonly _runs = new Map<IDocumentPresence, Runs>();
  private _isDisposed = false;
}
