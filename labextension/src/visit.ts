/*
 * One caller's part in a room that others on this page may have joined too.
 * First floor: no DOM, draws nothing.
 */
import type { JSONValue, ReadonlyJSONObject } from '@lumino/coreutils';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import type { Channel } from './channel';
import type { IHello } from './hello';
import type { IPeer, IPerson, IUser } from './peers';
import type { Room } from './room';
import type { IConnection, IPeerChange, IRoom } from './tokens';

/** A view of the shared room; what was set through it is withdrawn with it, and so are its listeners. */
export class Visit implements IRoom {
  /** `onLeave` is called once, when the visit is disposed. */
  constructor(room: Room, onLeave: () => void) {
    this._room = room;
    this._onLeave = onLeave;
    room.changed.connect(this._onChanged, this);
    room.channel.connectionChanged.connect(this._onConnection, this);
    room.channel.helloChanged.connect(this._onHello, this);
  }

  get id(): string {
    return this._room.id;
  }

  get clientId(): number {
    return this._room.channel.clientId;
  }

  get self(): IUser | null {
    return this._room.self;
  }

  get hello(): IHello | null {
    return this._room.channel.hello;
  }

  get state(): ReadonlyJSONObject {
    return this._room.state;
  }

  get peers(): ReadonlyMap<number, IPeer> {
    return this._room.peers;
  }

  get people(): readonly IPerson[] {
    return this._room.people;
  }

  get connection(): IConnection {
    return this._room.channel.connection;
  }

  get changed(): ISignal<this, IPeerChange> {
    return this._changed;
  }

  get connectionChanged(): ISignal<this, IConnection> {
    return this._connectionChanged;
  }

  get helloChanged(): ISignal<this, IHello> {
    return this._helloChanged;
  }

  get disposed(): ISignal<this, void> {
    return this._disposed;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._room.changed.disconnect(this._onChanged, this);
    this._room.channel.connectionChanged.disconnect(this._onConnection, this);
    this._room.channel.helloChanged.disconnect(this._onHello, this);
    this._room.release(this);
    this._onLeave();
    this._disposed.emit();
    Signal.clearData(this);
  }

  set(field: string, value: JSONValue | undefined): void {
    if (!this._isDisposed) {
      this._room.set(this, field, value);
    }
  }

  reconnect(): void {
    this._room.channel.reconnect();
  }

  private _onChanged(_: Room, change: IPeerChange): void {
    this._changed.emit(change);
  }

  private _onConnection(_: Channel, connection: IConnection): void {
    this._connectionChanged.emit(connection);
  }

  private _onHello(_: Channel, hello: IHello): void {
    this._helloChanged.emit(hello);
  }

  private readonly _room: Room;
  private readonly _onLeave: () => void;
  private _isDisposed = false;
  private readonly _changed = new Signal<this, IPeerChange>(this);
  private readonly _connectionChanged = new Signal<this, IConnection>(this);
  private readonly _helloChanged = new Signal<this, IHello>(this);
  private readonly _disposed = new Signal<this, void>(this);
}
