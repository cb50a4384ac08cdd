/*
 * The document that the user looks at, and a signal for whatever the panel shows of it.
 * Top floor: knows the shell.
 */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import type { Widget } from '@lumino/widgets';

import { contextOf } from '../cells';
import type { IDocumentPresence, IPresence } from '../tokens';

/** Follows the shell's current widget. */
export class CurrentDocument implements IDisposable {
  constructor(
    private readonly _shell: JupyterFrontEnd.IShell,
    private readonly _presence: IPresence
  ) {
    _shell.currentChanged?.connect(this._look, this);
    _presence.documentAdded.connect(this._look, this);
    this._look();
  }

  /** The presence in the current document; null if none is current, or if it has no presence. */
  get document(): IDocumentPresence | null {
    return this._document;
  }

  /** The widget that shows it. */
  get widget(): Widget | null {
    return this._document && this._widget;
  }

  /** Another document became current. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** The people in it, what they do there, or the connection to them changed. */
  get peopleChanged(): ISignal<this, void> {
    return this._peopleChanged;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._follow(null);
    this._shell.currentChanged?.disconnect(this._look, this);
    this._presence.documentAdded.disconnect(this._look, this);
    Signal.clearData(this);
  }

  private _look(): void {
    this._widget = this._shell.currentWidget;
    const context = contextOf(this._widget);
    this._follow(context ? this._presence.documentFor(context) : null);
  }

  private _follow(document: IDocumentPresence | null): void {
    if (this._document !== document) {
      this._document?.changed.disconnect(this._onPeople, this);
      this._document?.connectionChanged.disconnect(this._onPeople, this);
      this._document?.disposed.disconnect(this._look, this);
      this._document = document;
      document?.changed.connect(this._onPeople, this);
      document?.connectionChanged.connect(this._onPeople, this);
      document?.disposed.connect(this._look, this);
    }
    this._changed.emit();
  }

  private _onPeople(): void {
    this._peopleChanged.emit();
  }

  private _document: IDocumentPresence | null = null;
  private _widget: Widget | null = null;
  private _changed = new Signal<this, void>(this);
  private _peopleChanged = new Signal<this, void>(this);
  private _isDisposed = false;
}
