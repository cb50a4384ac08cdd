/**
 * The cells of a notebook, asked by id and by place.
 */

import type { ISharedNotebook, NotebookChange } from '@jupyter/ydoc';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';

import { findCell } from '../cells';
import type { ICellReference } from '../peers';

export class CellOrder implements IDisposable {
  /** @param onChange - called after cells were added, removed or moved */
  constructor(notebook: Pick<ISharedNotebook, 'cells' | 'changed'>, onChange: () => void) {
    this._notebook = notebook;
    this._onChange = onChange;
    notebook.changed.connect(this._onNotebookChanged, this);
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  has(id: string): boolean {
    return this._all().has(id);
  }

  get length(): number {
    return this._notebook.cells.length;
  }

  /** The id of a cell, or null if there are not so many. */
  at(index: number): string | null {
    return this._notebook.cells[index]?.getId() ?? null;
  }

  /** The id here of the cell that somebody else means; null if there is none. */
  find(place: ICellReference): string | null {
    const index = findCell(place, this);
    return index === null ? null : this.at(index);
  }

  /** The place of a cell, or undefined if there is none with this id. */
  indexOf(id: string): number | undefined {
    return this._all().get(id);
  }

  dispose(): void {
    this._isDisposed = true;
    Signal.clearData(this);
  }

  private _all(): ReadonlyMap<string, number> {
    this._indices ??= new Map(this._notebook.cells.map((cell, index) => [cell.getId(), index]));
    return this._indices;
  }

  private _onNotebookChanged(_: unknown, change: NotebookChange): void {
    if (change.cellsChange) {
      this._indices = null;
      this._onChange();
    }
  }

  private readonly _notebook: Pick<ISharedNotebook, 'cells' | 'changed'>;
  private readonly _onChange: () => void;
  private _indices: ReadonlyMap<string, number> | null = null;
  private _isDisposed = false;
}
