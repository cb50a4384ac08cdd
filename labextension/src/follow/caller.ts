/*
 * Calling others to where the user is.
 * Top floor.
 */
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import { CALL_EVERY_MS, CALL_MS } from '../calls';
import type { ICall } from '../peers';
import { sharable } from '../privacy';
import { parseLocation } from '../states';
import type { IRoom } from '../tokens';

export class Caller implements IDisposable {
  constructor(private readonly _lobby: IRoom) {
    _lobby.changed.connect(this._look, this);
  }

  /** Whether there are others to call, a place to call them to, and the last call is some time ago. */
  get canCall(): boolean {
    return this._place() !== null && this._others() > 0 && this._resting === undefined;
  }

  /** `canCall` changed. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    this._withdraw();
    clearTimeout(this._resting);
    this._lobby.changed.disconnect(this._look, this);
    Signal.clearData(this);
  }

  /** Call everybody who is here, and tell what was called; null if one cannot. */
  call(): ICall | null {
    const place = this._place();
    if (!place || !this.canCall) {
      return null;
    }
    const { path, cell, index } = place;
    const call = {
      at: Date.now(),
      path,
      ...(cell === undefined ? {} : { cell }),
      ...(index === undefined ? {} : { index })
    };
    clearTimeout(this._standing);
    this._lobby.set('call', call);
    this._standing = setTimeout(() => {
      this._withdraw();
    }, CALL_MS);
    this._resting = setTimeout(() => {
      this._resting = undefined;
      this._look();
    }, CALL_EVERY_MS);
    this._look();
    return call;
  }

  private _place(): ReturnType<typeof parseLocation> {
    const { connection, hello, state } = this._lobby;
    // What others are not told they are not called to.
    return connection.kind === 'connected' && hello
      ? parseLocation(sharable(state, hello).location)
      : null;
  }

  private _others(): number {
    return this._lobby.people.filter(person => !person.self).length;
  }

  private _withdraw(): void {
    clearTimeout(this._standing);
    this._lobby.set('call', undefined);
  }

  private _look(): void {
    if (this.canCall !== this._could) {
      this._could = this.canCall;
      this._changed.emit();
    }
  }

  private _could = false;
  private _standing: ReturnType<typeof setTimeout> | undefined;
  private _resting: ReturnType<typeof setTimeout> | undefined;
  private _isDisposed = false;
  private readonly _changed = new Signal<this, void>(this);
}
