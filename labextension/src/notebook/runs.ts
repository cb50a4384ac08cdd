/*
 * Which cells of one document the user has started, as long as they run or wait.
 * Top floor, but without DOM. Ends with whatever ends a run: a result, an error, an interrupt, a restart,
 * a kernel that died, or the loss of the cell.
 */
import type { ISessionContext } from '@jupyterlab/apputils';
import type { Cell, ICellModel, ICodeCellModel } from '@jupyterlab/cells';
import type { CellList } from '@jupyterlab/notebook';
import type { Kernel } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';

import type { ICellReference } from '../peers';

/** Nothing that was started before goes on in these. */
const ENDS: ReadonlySet<Kernel.Status> = new Set<Kernel.Status>([
  'autorestarting',
  'dead',
  'restarting',
  'terminating'
]);

/** A document with cells and a kernel, as a notebook's context has them. */
export interface IRunDocument {
  readonly cells: Pick<CellList, 'changed' | typeof Symbol.iterator>;
  readonly session: Pick<ISessionContext, 'kernelChanged' | 'statusChanged'>;
  /** Before nbformat 4.5 others do not know the cells by the ids that they have here. */
  readonly idsLast: boolean;
}

export class Runs implements IDisposable {
  /** @param report - called with the cells that run or wait, whenever these have changed */
  constructor(document: IRunDocument, report: (cells: readonly ICellReference[]) => void) {
    this._document = document;
    this._report = report;
    document.cells.changed.connect(this._onCells, this);
    document.session.kernelChanged.connect(this._onKernel, this);
    document.session.statusChanged.connect(this._onStatus, this);
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (!this._isDisposed) {
      this._isDisposed = true;
      this._started.clear();
      Signal.disconnectReceiver(this);
    }
  }

  /** The user has started a cell; others may be before it in the queue. */
  start({ model }: Pick<Cell, 'model'>): void {
    if (model.type === 'code') {
      this.end({ model });
      this._started.add(model);
      model.stateChanged.connect(this._onState, this);
      this._tell();
    }
  }

  /** There is a result, or an error. */
  end({ model }: Pick<Cell, 'model'>): void {
    if (this._started.delete(model)) {
      model.stateChanged.disconnect(this._onState, this);
      this._tell();
    }
  }

  private _onState(model: ICellModel, change: { readonly name: string }): void {
    // Also where no result is told: the request was cancelled. Not where the same cell is started once more,
    // for which it is idle during this very call.
    if (change.name === 'executionState') {
      queueMicrotask(() => {
        if ((model as ICodeCellModel).executionState === 'idle') {
          this.end({ model });
        }
      });
    }
  }

  private _onStatus(_: unknown, status: Kernel.Status): void {
    if (ENDS.has(status)) {
      this._onKernel();
    }
  }

  private _onKernel(): void {
    for (const model of [...this._started]) {
      this.end({ model });
    }
  }

  /* What is gone is over; what is left may be elsewhere. */
  private _onCells(): void {
    if (this._started.size > 0) {
      const models = new Set<ICellModel>(this._document.cells);
      for (const model of [...this._started].filter(one => !models.has(one))) {
        this.end({ model });
      }
      this._tell();
    }
  }

  private _tell(): void {
    const places = this._document.idsLast ? null : [...this._document.cells];
    this._report(
      [...this._started].map(model =>
        places ? { cell: model.id, index: places.indexOf(model) } : { cell: model.id }
      )
    );
  }

  private readonly _document: IRunDocument;
  private readonly _report: (cells: readonly ICellReference[]) => void;
  /** In the order in which they were started. */
  private readonly _started = new Set<ICellModel>();
  private _isDisposed = false;
}
