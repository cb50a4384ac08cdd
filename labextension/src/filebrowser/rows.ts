/*
 * Who has which file open, in the rows of the file browser.
 * Top floor.
 */
import type { Contents } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';

import { serverPath } from '../cells';
import { Holders } from '../holders';
import { Glances, MOST_FACES } from '../people/glance';
import type { IGlance } from '../people/glance';
import { insideText, lastKnown, openText } from '../people/wording';
import type { Settings } from '../settings';
import { Throttle } from '../throttle';
import type { IRoom } from '../tokens';
import type { RowsRenderer } from './renderer';

/** Milliseconds between two drawings. */
const DRAW_EVERY = 200;

/* Pixels: an icon, a few letters of the name, a pencil, one face; and how far the next face is. */
const NAME_AND_FACE = 24 + 64 + 22 + 18;
const NEXT_FACE = 13;

export interface IRowsOptions {
  readonly renderer: RowsRenderer;
  readonly lobby: IRoom;
  readonly contents: Contents.IManager;
  readonly settings: Settings;
  readonly trans: TranslationBundle;
}

/** Faces on files, dots on folders below which something is open; oneself is not shown. */
export class OpenFiles implements IDisposable {
  constructor(private readonly _options: IRowsOptions) {
    const { lobby, renderer, settings } = _options;
    this._holders = this._look();
    lobby.changed.connect(this._redraw, this);
    lobby.connectionChanged.connect(this._redraw, this);
    settings.changed.connect(this._redraw, this);
    renderer.decorate = (name, model, width) => {
      this._decorate(name, this._glance(model, width));
    };
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    this._drawing.dispose();
    Signal.disconnectReceiver(this);
  }

  private _redraw(): void {
    this._drawing.invoke();
  }

  private _look(): Holders {
    const { lobby, settings } = this._options;
    return new Holders(settings.current.fileBrowser ? lobby.people : []);
  }

  private _decorate(name: HTMLElement, glance: IGlance | null): void {
    const node = this._glances.show(name, glance);
    const text = name.querySelector('.jp-DirListing-itemText');
    if (node) {
      text?.setAttribute('aria-describedby', node.id);
    } else {
      text?.removeAttribute('aria-describedby');
    }
  }

  private _glance(model: Contents.IModel, width: number | null): IGlance | null {
    const { contents, lobby, trans } = this._options;
    const path = serverPath(model, contents);
    if (path === null) {
      return null;
    }
    const isFolder = model.type === 'directory';
    const holders = isFolder ? this._holders.below(path) : this._holders.of(path);
    const stale = lobby.connection.kind !== 'connected';
    const text = isFolder ? insideText(holders, trans) : openText(holders, trans);
    return {
      subject: path,
      label: stale ? lastKnown(text, trans) : text,
      holders,
      most: isFolder ? MOST_FACES : room(width),
      stale,
      as: isFolder ? 'dots' : 'faces'
    };
  }

  private _holders: Holders;
  private _isDisposed = false;
  private readonly _glances = new Glances();
  private readonly _drawing = new Throttle(
    () => {
      this._holders = this._look();
      this._options.renderer.repaint();
    },
    () => DRAW_EVERY
  );
}

/* For how many faces a column has room. */
function room(width: number | null): number {
  const faces = 1 + Math.floor(((width ?? Infinity) - NAME_AND_FACE) / NEXT_FACE);
  return Math.max(1, Math.min(faces, MOST_FACES));
}
