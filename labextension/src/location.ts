/*
 * What the user looks at: the current document of the shell and, in a notebook, its active cell.
 * First floor: listens to JupyterLab, draws nothing.
 */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type { Notebook } from '@jupyterlab/notebook';
import type { Contents } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import { activeCell, contextOf, notebookOf, serverPath } from './cells';
import type { ILocation } from './peers';

type IShell = Pick<JupyterFrontEnd.IShell, 'currentWidget' | 'currentChanged'>;

/** Follows the shell. `type` is `notebook` for a notebook's cells, otherwise that of the contents model. */
export class Location implements IDisposable {
  constructor(shell: IShell, contents: Contents.IManager) {
    this._shell = shell;
    this._contents = contents;
    shell.currentChanged?.connect(this._onCurrent, this);
    this._onCurrent();
  }

  /** Null where there is no document, as in the launcher. */
  get current(): ILocation | null {
    const path = this._context && serverPath(this._context, this._contents);
    if (!this._context || path === null) {
      return null;
    }
    const cell = this._notebook && activeCell(this._notebook);
    const type = this._notebook ? 'notebook' : (this._context.contentsModel?.type ?? 'file');
    return { path, type, ...(cell && { cell: cell.id, index: cell.index }) };
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
    this._shell.currentChanged?.disconnect(this._onCurrent, this);
    this._unbind();
    Signal.clearData(this);
  }

  private _onCurrent(): void {
    this._unbind();
    this._context = contextOf(this._shell.currentWidget);
    this._notebook = notebookOf(this._shell.currentWidget);
    this._context?.pathChanged.connect(this._onMoved, this);
    this._context?.disposed.connect(this._onGone, this);
    this._notebook?.activeCellChanged.connect(this._onMoved, this);
    this._onMoved();
  }

  private _onGone(): void {
    this._unbind();
    this._onMoved();
  }

  private _onMoved(): void {
    this._changed.emit();
  }

  private _unbind(): void {
    this._context?.pathChanged.disconnect(this._onMoved, this);
    this._context?.disposed.disconnect(this._onGone, this);
    this._notebook?.activeCellChanged.disconnect(this._onMoved, this);
    this._context = null;
    this._notebook = null;
  }

  private readonly _shell: IShell;
  private readonly _contents: Contents.IManager;
  private _context: DocumentRegistry.Context | null = null;
  private _notebook: Notebook | null = null;
  private _isDisposed = false;
  private readonly _changed = new Signal<this, void>(this);
}
