/*
 * Being called: a notification that asks politely, and what is done about it.
 * Top floor.
 */
import { Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IDisposable } from '@lumino/disposable';

import { CALL_MS, CallBook } from '../calls';
import type { ICall, IPeer, IUser } from '../peers';
import type { IPresence, IRoom } from '../tokens';
import { callText } from './wording';

export interface ICallingOptions {
  readonly presence: IPresence;
  readonly trans: TranslationBundle;
  /** Whether calls are to be shown at all. */
  isOn(): boolean;
  /** The user wants to go there. */
  onGo(caller: IUser, call: ICall): void;
}

/** At most one notification for each caller; it goes away by itself. */
export class Calling implements IDisposable {
  constructor(private readonly _options: ICallingOptions) {
    const { lobby } = _options.presence;
    lobby.connectionChanged.connect(this._onConnection, this);
    lobby.changed.connect(this._look, this);
    this._onConnection(lobby);
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    const { lobby } = this._options.presence;
    lobby.connectionChanged.disconnect(this._onConnection, this);
    lobby.changed.disconnect(this._look, this);
    for (const username of [...this._shown.keys()]) {
      this._dismiss(username);
    }
  }

  /* A snapshot comes in the same turn as the connection: what stands in it was called before. */
  private _onConnection({ connection }: Pick<IRoom, 'connection'>): void {
    if (connection.kind === 'connected') {
      this._isNew = true;
      queueMicrotask(() => {
        this._book.learn(this._others());
        this._isNew = false;
      });
    }
  }

  private _look(): void {
    const { isOn, presence } = this._options;
    if (this._isNew) {
      return;
    }
    for (const { user, call } of this._book.news(this._others(), Date.now())) {
      if (isOn() && presence.preferences.current.calls) {
        this._show(user, call);
      }
    }
  }

  private _others(): IPeer[] {
    const { lobby, self } = this._options.presence;
    return [...lobby.peers.values()].filter(({ user }) => user.username !== self?.username);
  }

  private _show(user: IUser, call: ICall): void {
    const { onGo, trans } = this._options;
    const { username } = user;
    this._dismiss(username);
    const close = () => {
      this._dismiss(username);
    };
    const id = Notification.emit(callText(user, call, trans), 'info', {
      autoClose: CALL_MS,
      actions: [
        {
          label: trans.__('Go there'),
          displayType: 'accent',
          callback: () => {
            close();
            onGo(user, call);
          }
        },
        { label: trans.__('Dismiss'), callback: close }
      ]
    });
    this._shown.set(username, { id, timer: setTimeout(close, CALL_MS) });
  }

  private _dismiss(username: string): void {
    const shown = this._shown.get(username);
    if (shown) {
      clearTimeout(shown.timer);
      this._shown.delete(username);
      Notification.dismiss(shown.id);
    }
  }

  private readonly _book = new CallBook();
  private readonly _shown = new Map<
    string,
    { readonly id: string; readonly timer: ReturnType<typeof setTimeout> }
  >();
  private _isNew = false;
  private _isDisposed = false;
}
