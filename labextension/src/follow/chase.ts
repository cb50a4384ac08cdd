/*
 * Seeing in one document what somebody else sees in it: their view is brought into one's own window.
 * Top floor.
 */
import type { IDocumentWidget } from '@jupyterlab/docregistry';
import { JSONExt } from '@lumino/coreutils';
import type { ReadonlyPartialJSONValue } from '@lumino/coreutils';
import type { IDisposable } from '@lumino/disposable';

import type { IFollowed } from '../follow';
import type { IPeer, IView } from '../peers';
import { revealTab } from '../people/opening';
import type { IDocumentPresence } from '../tokens';
import { goal, isSeen } from '../views';
import type { Glide } from './glide';
import { observeLayout, ownSpan, sightOf, spanOf } from './sights';

/** Milliseconds for which somebody may take to tell what they see; then their cell has to do. */
const SILENCE_MS = 700;

/** Frames in which the notebook may scroll back to what was asked of it when it had not drawn it. */
const SCROLLS_BACK = 200;

/** How often to set out for one place: for a cell that is not drawn once in two frames. */
const ATTEMPTS = 150;

/** What a peer shows of its place. */
type Place = Pick<IPeer, 'view' | 'cell' | 'cursors'>;

export interface IChaseOptions {
  /** The user's window is about to be scrolled. */
  onMove(): void;
  /** It would be, but the user looks at something else. */
  onUnseen(): void;
}

export class Chase implements IDisposable {
  constructor(
    readonly widget: IDocumentWidget,
    private readonly _document: IDocumentPresence,
    private readonly _glide: Glide,
    private readonly _options: IChaseOptions
  ) {
    this._sight = sightOf(widget);
    if (this._sight) {
      observeLayout(this._resizes, this._sight);
      this._sight.scroller.addEventListener('scroll', this._onLayout, { passive: true });
    }
    _document.changed.connect(this._look, this);
    this._silence = setTimeout(() => {
      this._settle();
    }, SILENCE_MS);
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    clearTimeout(this._silence);
    this._resizes.disconnect();
    this._sight?.scroller.removeEventListener('scroll', this._onLayout);
    this._glide.stop();
    this._document.changed.disconnect(this._look, this);
  }

  /** Go by this person, who is in this document. */
  set followed(followed: IFollowed) {
    const before = this._followed?.location;
    this._followed = followed;
    this._look();
    if (!this._last?.view && before && before !== followed.location) {
      this._settle();
    }
  }

  /** Move no further until they do. */
  rest(): void {
    this._isResting = true;
    this._glide.stop();
  }

  private _look(): void {
    const peer = this._peer();
    const place = peer && { view: peer.view, cell: peer.cell, cursors: peer.cursors.slice(0, 1) };
    if (!place || isSame(place, this._last)) {
      return;
    }
    this._last = place;
    this._isResting = false;
    this._attempts = 0;
    if (peer.view && this._sight) {
      clearTimeout(this._silence);
      this._see(peer, peer.view);
    }
  }

  /* Of their tabs in this document the one that leads, otherwise one that tells what it sees. */
  private _peer(): IPeer | null {
    const { leader, tab } = this._followed ?? {};
    const peers = [...this._document.peers.values()].filter(
      ({ user }) => user.username === leader?.username
    );
    const telling = peers.filter(peer => peer.view);
    return telling.find(peer => peer.view?.tab === tab) ?? telling[0] ?? peers[0] ?? null;
  }

  /*
   * What is drawn late pushes away what was already reached, and JupyterLab may scroll back to where it was asked to.
   * While one glides that is seen in every frame. A document that was hidden has another layout too: no reason to go.
   */
  private readonly _onLayout = (): void => {
    if (!this.widget.isVisible || this._isResting || this._isComing || this._glide.isGoing) {
      return;
    }
    const peer = this._peer();
    const view = this._last?.view;
    if (peer && view) {
      this._see(peer, view, true);
    }
  };

  private _see(peer: IPeer, view: IView, again = false): void {
    const sight = this._sight;
    if (!this.widget.isVisible) {
      this._options.onUnseen();
      return;
    }
    const coming = sight?.bring(view.first, again);
    if (!sight) {
      return;
    }
    if (coming) {
      this._options.onMove();
      this._isComing = true;
      void coming.then(() => {
        this._isComing = false;
        if (this._isWanted(view)) {
          this._glideTo(peer, view, SCROLLS_BACK);
        }
      });
      return;
    }
    const seen = spanOf(sight, view);
    if (!seen || isSeen(ownSpan(sight), seen, sight.caretOf(peer))) {
      this._glide.stop();
      return;
    }
    this._glideTo(peer, view, 0);
  }

  private _glideTo(peer: IPeer, view: IView, atLeast: number): void {
    const sight = this._sight;
    if (sight && this._attempts < ATTEMPTS) {
      this._attempts += 1;
      this._options.onMove();
      const target = () => {
        const seen = spanOf(sight, view);
        if (!seen) {
          this._seeAgain(peer, view);
        }
        return seen && goal(ownSpan(sight), seen, sight.caretOf(peer));
      };
      this._glide.go(sight.scroller, target, atLeast);
    }
  }

  /* JupyterLab may say that a cell is there before it is, and take away what it has just drawn. */
  private _seeAgain(peer: IPeer, view: IView): void {
    requestAnimationFrame(() => {
      if (this._isWanted(view)) {
        this._see(peer, view, true);
      }
    });
  }

  private _isWanted(view: IView): boolean {
    return this._last?.view === view && !this._isResting && !this._isDisposed;
  }

  /* They do not tell what they see, as a script does not: their cell or caret has to do. */
  private _settle(): void {
    const { leader, location, tab } = this._followed ?? {};
    if (leader && location && !this._last?.view) {
      this._options.onMove();
      const { username, color } = leader;
      const place = {
        peer: tab ?? 0,
        username,
        color,
        status: 'active' as const,
        seen: null,
        ...location
      };
      this._settling += 1;
      const turn = this._settling;
      const isWanted = () => turn === this._settling && !this._last?.view && !this._isDisposed;
      void revealTab(place, this.widget, this._document, isWanted);
    }
  }

  private readonly _sight: ReturnType<typeof sightOf>;
  private _followed: IFollowed | null = null;
  private _last: Place | null = null;
  private _attempts = 0;
  /** How often their cell or caret was gone to: only the last time counts. */
  private _settling = 0;
  private _isResting = false;
  private _isComing = false;
  private readonly _resizes = new ResizeObserver(this._onLayout);
  private readonly _silence: ReturnType<typeof setTimeout>;
  private _isDisposed = false;
}

function isSame(a: Place, b: Place | null): boolean {
  const json = (place: Place) => place as unknown as ReadonlyPartialJSONValue;
  return b !== null && JSONExt.deepEqual(json(a), json(b));
}
