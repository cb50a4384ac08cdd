/*
 * Tells those who follow the user what the user sees of the current document; nobody else, and nothing meanwhile.
 * Top floor.
 */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import { JSONExt } from '@lumino/coreutils';
import type { JSONObject } from '@lumino/coreutils';
import type { IDisposable } from '@lumino/disposable';

import { CurrentDocument } from '../people/current';
import { Throttle } from '../throttle';
import type { IDocumentPresence, IPresence } from '../tokens';
import { observeLayout, sightOf } from './sights';
import type { ISight } from './sights';

/** Milliseconds between two looks. */
const LOOK_EVERY = 100;

export class Lookout implements IDisposable {
  /** `isOn`: whether the user takes part in following at all. */
  constructor(
    private readonly _presence: IPresence,
    shell: JupyterFrontEnd.IShell,
    private readonly _isOn: () => boolean
  ) {
    this._current = new CurrentDocument(shell, _presence);
    this._current.changed.connect(this.refresh, this);
    _presence.lobby.changed.connect(this.refresh, this);
    _presence.lobby.connectionChanged.connect(this._onConnection, this);
    _presence.preferences.changed.connect(this.refresh, this);
    this.refresh();
  }

  /**
   * The window was moved for the user, who follows somebody. Not told until the user acts: what one was led to
   * is not one's own, and in a circle everybody would lead everybody on.
   */
  set led(led: boolean) {
    this._led = led;
    this._looking.invoke();
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    this._attach(null, null);
    this._looking.dispose();
    this._current.dispose();
    const { lobby, preferences } = this._presence;
    lobby.changed.disconnect(this.refresh, this);
    lobby.connectionChanged.disconnect(this._onConnection, this);
    preferences.changed.disconnect(this.refresh, this);
  }

  /** Something that decides whether to tell has changed. */
  refresh(): void {
    const { lobby, preferences } = this._presence;
    const isFollowed = lobby.people.some(person => person.followsSelf);
    const isTold = isFollowed && preferences.current.followable && this._isOn();
    const document = isTold ? this._current.document : null;
    if (document !== this._document) {
      this._attach(document, document && sightOf(this._current.widget));
    }
  }

  /* The client id may be another one now. */
  private _onConnection(): void {
    this.refresh();
    this._looking.invoke();
  }

  private _attach(document: IDocumentPresence | null, sight: ISight | null): void {
    this._sight?.scroller.removeEventListener('scroll', this._onChange);
    this._resizes.disconnect();
    this._tell(null);
    this._document = document;
    this._sight = sight;
    if (sight) {
      sight.scroller.addEventListener('scroll', this._onChange, { passive: true });
      observeLayout(this._resizes, sight);
      this._looking.invoke();
    }
  }

  private readonly _onChange = (): void => {
    this._looking.invoke();
  };

  private _look(): void {
    const ends = this._led ? null : this._sight?.look();
    if (ends) {
      const view = { tab: this._presence.lobby.clientId, ...ends };
      this._tell(view as unknown as JSONObject);
    }
  }

  private _tell(view: JSONObject | null): void {
    if (!JSONExt.deepEqual(view, this._told)) {
      this._told = view;
      this._document?.set('view', view ?? undefined);
    }
  }

  private readonly _current: CurrentDocument;
  private _document: IDocumentPresence | null = null;
  private _sight: ISight | null = null;
  private _told: JSONObject | null = null;
  private _led = false;
  private _isDisposed = false;
  private readonly _resizes = new ResizeObserver(this._onChange);
  private readonly _looking = new Throttle(
    () => {
      this._look();
    },
    () => LOOK_EVERY
  );
}
