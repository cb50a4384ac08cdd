/*
 * Takes the user along: opens the document that the followed person is in, and chases their view there.
 * Top floor.
 */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { IDocumentWidget } from '@jupyterlab/docregistry';
import type { Contents } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import type { Widget } from '@lumino/widgets';

import { contextOf } from '../cells';
import type { Follow } from '../follow';
import { openPath } from '../people/opening';
import type { IPresence } from '../tokens';
import { isBusy } from './acting';
import { Chase } from './chase';
import { Glide } from './glide';

export interface IGuideOptions {
  readonly follow: Follow;
  readonly presence: IPresence;
  readonly manager: IDocumentManager;
  readonly contents: Pick<Contents.IManager, 'get'>;
  readonly shell: Pick<JupyterFrontEnd.IShell, 'currentWidget' | 'currentChanged' | 'widgets'>;
  /** The user is about to be moved. */
  onMove(): void;
}

export class Guide implements IDisposable {
  constructor(private readonly _options: IGuideOptions) {
    const { follow, shell } = _options;
    follow.changed.connect(this._look, this);
    shell.currentChanged?.connect(this._onCurrent, this);
  }

  /** The path of a document that could not be opened, or cannot be shown here. */
  get unopened(): string | null {
    return this._unopened;
  }

  /** `unopened` changed. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** The user went from where they were led to elsewhere. */
  get left(): ISignal<this, void> {
    return this._left;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    const { follow, shell } = this._options;
    follow.changed.disconnect(this._look, this);
    shell.currentChanged?.disconnect(this._onCurrent, this);
    this._leave();
    this._glide.dispose();
    Signal.clearData(this);
  }

  /** Move no further until there is a reason to. */
  rest(): void {
    this._chase?.rest();
  }

  private _look(): void {
    const followed = this._options.follow.current;
    if (!followed) {
      this._leave();
      return;
    }
    const { location, phase } = followed;
    // Whoever is gone may come back to the same place.
    if (phase !== 'leading' || !location) {
      return;
    }
    if (location.path === this._path && this._isThere()) {
      if (this._chase) {
        this._chase.followed = followed;
      }
      return;
    }
    this._leave();
    this._path = location.path;
    void this._go(location.path);
  }

  /* Whether one still is, or is on the way to, where one was led; one may have left it, or closed it. */
  private _isThere(): boolean {
    return this._chase?.widget.isVisible !== false;
  }

  private async _go(path: string): Promise<void> {
    const isLate = () => this._isDisposed || this._path !== path || this._chase !== null;
    const widget = await this._open(path).catch(() => null);
    if (isLate()) {
      return;
    }
    if (widget && !widget.isVisible) {
      this._path = null;
      this._left.emit();
      return;
    }
    const document = widget && this._options.presence.documentFor(widget.context);
    if (!document) {
      this._unopened = path;
      this._changed.emit();
      return;
    }
    this._chase = new Chase(widget, document, this._glide, {
      onMove: this._options.onMove,
      onUnseen: () => {
        this._look();
      }
    });
    const { current } = this._options.follow;
    if (current?.location?.path === path) {
      this._chase.followed = current;
    }
  }

  /* Null if it does not exist, is not to be read, or is shown in another window, as by Notebook. */
  private async _open(path: string): Promise<IDocumentWidget | null> {
    const { contents, manager, onMove, presence, shell } = this._options;
    const here = [...presence.documents].find(document => document.path === path);
    if (here && contextOf(shell.currentWidget) === here.context) {
      return shell.currentWidget as IDocumentWidget;
    }
    // Asked first: the document manager would tell a failure in a dialog.
    await contents.get(here?.context.path ?? path, { content: false });
    await leisure();
    if (this._path !== path) {
      return null;
    }
    onMove();
    this._isOpening = true;
    const focus = focusOutside([...shell.widgets('main')]);
    try {
      const widget = openPath(path, manager, presence) ?? null;
      await Promise.all([widget?.context.ready, widget?.revealed]);
      focus?.focus();
      return widget;
    } finally {
      this._isOpening = false;
    }
  }

  private _onCurrent(): void {
    // In a window without focus nothing becomes current, whatever is shown.
    if (!this._isOpening && !this._isThere()) {
      this._left.emit();
    }
  }

  private _leave(): void {
    this._chase?.dispose();
    this._chase = null;
    this._path = null;
    if (this._unopened !== null) {
      this._unopened = null;
      this._changed.emit();
    }
  }

  private readonly _glide = new Glide();
  private _path: string | null = null;
  private _chase: Chase | null = null;
  private _unopened: string | null = null;
  private _isOpening = false;
  private _isDisposed = false;
  private readonly _changed = new Signal<this, void>(this);
  private readonly _left = new Signal<this, void>(this);
}

/** Milliseconds between two looks whether the user is free. */
const LOOK_EVERY = 200;

/* An opened document takes the keyboard: not from a dialog, a menu or a palette that is open. */
async function leisure(): Promise<void> {
  while (isBusy()) {
    await new Promise(resolve => setTimeout(resolve, LOOK_EVERY));
  }
}

/* Who types in a side panel shall not type on in a notebook. */
function focusOutside(widgets: readonly Widget[]): HTMLElement | null {
  const { activeElement, body } = document;
  const isInside = widgets.some(widget => widget.node.contains(activeElement));
  return activeElement instanceof HTMLElement && activeElement !== body && !isInside
    ? activeElement
    : null;
}
