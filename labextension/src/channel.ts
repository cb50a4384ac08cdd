/*
 * The way to one room, kept open: what others say comes in, one's own state goes out.
 * First floor: knows JupyterLab's server settings and the page, draws nothing.
 * Longer than other modules: the life of a connection is easier to check in one piece.
 */
import type { ServerConnection } from '@jupyterlab/services';
import type { ReadonlyJSONObject } from '@lumino/coreutils';
import type { IDisposable, IObservableDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import type { IHello } from './hello';
import { parseHello } from './hello';
import { Line, roomUrl } from './line';
import { watchPage } from './page';
import type { IEntry, Message } from './protocol';
import { encodeState, toJSON } from './protocol';
import { delay, reaction } from './reconnect';
import { Replica } from './replica';
import type { IConnection, IPeerChange } from './tokens';

export interface IChannelOptions {
  readonly room: string;
  readonly settings: ServerConnection.ISettings;
  /** Numbers in [0, 1). */
  readonly random?: () => number;
}

/* A connection that held so long starts its back-off from the beginning. */
const STEADY_MS = 10_000;

/** Connects at once and until it is disposed. Known states outlive a lost connection, until the next snapshot. */
export class Channel implements IObservableDisposable {
  constructor(options: IChannelOptions) {
    this._options = options;
    this._random = options.random ?? Math.random;
    this._clientId = this._newId();
    this._page = watchPage({
      wake: () => {
        this._wake();
      },
      hide: () => {
        this._hangUp();
      },
      show: () => {
        this._show();
      }
    });
    this._connect();
  }

  /** The y-protocols client id under which this channel speaks. */
  get clientId(): number {
    return this._clientId;
  }

  get connection(): IConnection {
    return this._connection;
  }

  /** The server's last greeting. */
  get hello(): IHello | null {
    return this._hello;
  }

  get connectionChanged(): ISignal<this, IConnection> {
    return this._connectionChanged;
  }

  get helloChanged(): ISignal<this, IHello> {
    return this._helloChanged;
  }

  /** States of others changed, once per frame. */
  get changed(): ISignal<this, IPeerChange> {
    return this._changed;
  }

  get disposed(): ISignal<this, void> {
    return this._disposed;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** The state of another client, or undefined. */
  get(id: number): ReadonlyJSONObject | undefined {
    return this._replica.get(id);
  }

  /** Say one's own state: as soon as the server has greeted, and after each reconnect. */
  set(state: ReadonlyJSONObject): void {
    this._state = state;
    this._announce();
  }

  /** Try again now, whatever the reason for waiting or having stopped. */
  reconnect(): void {
    if (!this._line && !this._isDisposed) {
      this._attempt = 0;
      this._connect();
    }
  }

  /** Leave the room: the server withdraws us at once. */
  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._page.dispose();
    this._hangUp();
    this._disposed.emit();
    Signal.clearData(this);
  }

  private _connect(): void {
    clearTimeout(this._retry);
    this._held = false;
    this._isFresh = true;
    this._isGreeted = false;
    this._said = null;
    const { settings, room } = this._options;
    this._line = new Line(settings, roomUrl(settings, room, this._clientId), {
      heard: message => {
        this._take(message);
      },
      closed: (code, reason) => {
        this._lost(code, reason);
      }
    });
    if (this._connection.kind === 'off') {
      this._report(this._pending());
    }
  }

  private _take(message: Message): void {
    switch (message.type) {
      case 'awareness':
        this._learn(message.entries);
        break;
      case 'hello':
        this._greet(parseHello(message.hello));
        break;
      case 'query':
        this._said = null;
        this._announce();
        break;
      case 'other':
        break;
    }
  }

  /* The first frame of a line is the snapshot: from it on, what is known is true again. */
  private _learn(entries: readonly IEntry[]): void {
    const change = this._isFresh
      ? this._replica.replace(entries, this._clientId)
      : this._replica.apply(entries, this._clientId);
    if (this._isFresh) {
      this._isFresh = false;
      this._since = Date.now();
      this._report({ kind: 'connected' });
    }
    if (change) {
      this._changed.emit(change);
    }
  }

  private _greet(hello: IHello | null): void {
    if (hello) {
      if (this._hello && this._hello.user.username !== hello.user.username) {
        this._state = null; // Somebody else may have chosen to say less.
      }
      this._hello = hello;
      this._isGreeted = true;
      this._helloChanged.emit(hello);
      this._announce();
    }
  }

  /* The whole state under a higher clock, unless this line has already carried it. */
  private _announce(): void {
    const text = toJSON(this._state);
    if (this._state && this._isGreeted && this._line?.isOpen && text !== this._said) {
      this._said = text;
      this._clock += 1;
      this._line.send(encodeState(this._clientId, this._clock, this._state));
    }
  }

  private _lost(code: number, reason: string): void {
    const why = reaction(code);
    this._line = null;
    if (!this._isFresh && this._since !== null && Date.now() - this._since >= STEADY_MS) {
      this._attempt = 0;
    }
    if (why === 'stop') {
      this._report({ kind: 'off', code, reason });
      return;
    }
    if (why === 'rename') {
      this._clientId = this._newId();
    }
    this._held = why === 'slow';
    const wait = delay(this._attempt, why, this._random());
    this._retry = setTimeout(() => {
      this._connect();
    }, wait);
    this._attempt += 1;
    this._report({ ...this._pending(), code, reason });
  }

  private _wake(): void {
    if (this._line) {
      this._line.doubt();
    } else if (this._connection.kind !== 'off' && !this._held) {
      this._connect();
    }
  }

  private _show(): void {
    if (!this._line && this._connection.kind !== 'off') {
      this._report(this._pending());
      this._connect();
    }
  }

  private _hangUp(): void {
    clearTimeout(this._retry);
    this._line?.dispose();
    this._line = null;
  }

  private _pending(): IConnection {
    return { kind: this._since === null ? 'connecting' : 'reconnecting' };
  }

  private _report(connection: IConnection): void {
    const { kind, code, reason } = this._connection;
    if (kind !== connection.kind || code !== connection.code || reason !== connection.reason) {
      this._connection = connection;
      this._connectionChanged.emit(connection);
    }
  }

  /* 1 to 2^32 - 1, as y-protocols clients have. */
  private _newId(): number {
    return 1 + Math.floor(this._random() * (2 ** 32 - 1));
  }

  private readonly _options: IChannelOptions;
  private readonly _random: () => number;
  private readonly _page: IDisposable;
  private readonly _replica = new Replica();
  private _clientId: number;
  private _clock = 0;
  /* Null until there is something to say under the name that the server gave. */
  private _state: ReadonlyJSONObject | null = null;
  /* The state as this line has last carried it. */
  private _said: string | null = null;
  private _line: Line | null = null;
  private _retry: ReturnType<typeof setTimeout> | undefined;
  private _attempt = 0;
  /* No snapshot yet on this line. */
  private _isFresh = true;
  /* The server has said on this line who we are. */
  private _isGreeted = false;
  /* Nobody but the timer may connect. */
  private _held = false;
  /* When the last snapshot came. */
  private _since: number | null = null;
  private _connection: IConnection = { kind: 'connecting' };
  private _hello: IHello | null = null;
  private _isDisposed = false;
  private readonly _changed = new Signal<this, IPeerChange>(this);
  private readonly _connectionChanged = new Signal<this, IConnection>(this);
  private readonly _helloChanged = new Signal<this, IHello>(this);
  private readonly _disposed = new Signal<this, void>(this);
}
