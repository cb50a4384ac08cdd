/*
 * One room as this page sees it: its peers, its people, and the one state that the page publishes in it.
 * First floor: no DOM, draws nothing. Shared by all who joined; each of them holds a `Seat`.
 */
import type { JSONValue, ReadonlyJSONObject } from '@lumino/coreutils';
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import type { Channel } from './channel';
import { Fields, publishable } from './fields';
import { USUAL_LIMITS } from './hello';
import { isColor } from './palette';
import type { IPeer, IPerson, IUser } from './peers';
import { groupByPerson, parsePeer } from './peers';
import { Throttle } from './throttle';
import type { IPeerChange } from './tokens';
import { object } from './values';

const THROTTLE_MS = 50;
const NOBODY: IPeerChange = { added: [], updated: [], removed: [] };
/* Of oneself these change so often, and are shown so rarely, that they are no change to `people`. */
const QUIET: ReadonlySet<string> = new Set(['cursor', 'cursors']);

export class Room implements IDisposable {
  /** Takes the channel over. */
  constructor(id: string, channel: Channel) {
    this.id = id;
    this.channel = channel;
    this._throttle = new Throttle(
      () => {
        const { hello } = this.channel;
        if (hello) {
          this.channel.set(publishable(this.state, hello));
        }
      },
      () => this._interval()
    );
    channel.changed.connect(this._onChanged, this);
    channel.helloChanged.connect(this._onHello, this);
  }

  readonly id: string;
  readonly channel: Channel;

  /** Others, validated: each state is parsed once. */
  get peers(): ReadonlyMap<number, IPeer> {
    return this._peers;
  }

  /** Others and oneself by person. */
  get people(): readonly IPerson[] {
    if (!this._people) {
      const { self: user } = this;
      const { hello, clientId } = this.channel;
      const me = hello && parsePeer(clientId, { ...this.state, user, kind: hello.kind });
      const all = [...(me ? [me] : []), ...this._peers.values()];
      this._people = groupByPerson(all, user?.username ?? null);
    }
    return this._people;
  }

  /** Oneself as the server knows one, in the colour that one chose. */
  get self(): IUser | null {
    const { hello } = this.channel;
    const color = object(this.state.user)?.color;
    return hello && isColor(color) && hello.palette.includes(color)
      ? { ...hello.user, color }
      : (hello?.user ?? null);
  }

  /** One's own state. */
  get state(): ReadonlyJSONObject {
    return this._fields.merged;
  }

  get changed(): ISignal<this, IPeerChange> {
    return this._changed;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._throttle.dispose();
    this.channel.dispose();
    Signal.clearData(this);
  }

  /** Set or withdraw an owner's value of a field. */
  set(owner: object, field: string, value: JSONValue | undefined): void {
    if (this._fields.set(owner, field, value)) {
      this._onOwn([field]);
    }
  }

  /** Withdraw all that an owner has set. */
  release(owner: object): void {
    this._onOwn(this._fields.release(owner));
  }

  private _onOwn(fields: readonly string[]): void {
    // Before the greeting it is not known whose choices count.
    if (fields.length > 0 && this.channel.hello) {
      this._throttle.invoke();
    }
    if (fields.some(field => !QUIET.has(field))) {
      this._renew(NOBODY);
    }
  }

  private _onHello(): void {
    this._throttle.invoke();
    this._renew(NOBODY);
  }

  private _onChanged(_: Channel, change: IPeerChange): void {
    const before = this._peers;
    const after = new Map(before);
    for (const id of [...change.added, ...change.updated, ...change.removed]) {
      const state = this.channel.get(id);
      const peer = state ? parsePeer(id, state) : null;
      if (peer) {
        after.set(id, peer);
      } else {
        after.delete(id);
      }
    }
    this._peers = after;
    // A state that names nobody is nobody, so what the channel calls an update may be a coming or a going.
    const ids = [...change.added, ...change.updated, ...change.removed];
    this._renew({
      added: ids.filter(id => !before.has(id) && after.has(id)),
      updated: ids.filter(id => before.has(id) && after.has(id)),
      removed: ids.filter(id => before.has(id) && !after.has(id))
    });
  }

  private _renew(change: IPeerChange): void {
    this._people = null;
    this._changed.emit(change);
  }

  /* Milliseconds between two frames: faster than the server passes on, or allows, is of no use. */
  private _interval(): number {
    const { hello } = this.channel;
    const { updates_per_second: most } = hello?.limits ?? USUAL_LIMITS;
    const flush = (hello?.flush_interval ?? 0) * 1000;
    return Math.max(THROTTLE_MS, flush, most > 0 ? 1000 / most : 0);
  }

  private _peers: ReadonlyMap<number, IPeer> = new Map();
  private _people: readonly IPerson[] | null = null;
  private readonly _fields = new Fields();
  private readonly _throttle: Throttle;
  private readonly _changed = new Signal<this, IPeerChange>(this);
  private _isDisposed = false;
}
