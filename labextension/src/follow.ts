/*
 * Following a person: whom, where they lead, what one waits for, and how it ends.
 * First floor: listens to the lobby and has a timer; draws nothing, and opens and scrolls nothing.
 */
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import type { Obstacle } from './leaders';
import { leaderOf, obstacle, refuses } from './leaders';
import type { ILocation, IPerson, IUser } from './peers';
import { isHidden } from './privacy';
import type { IRoom } from './tokens';

/**
 * `leading`: they are in a document. `nowhere`: they look at none. `gone`: they left, perhaps to reload.
 * `offline`: there is no connection to them.
 */
export type Phase = 'leading' | 'nowhere' | 'gone' | 'offline';

/** Somebody who is followed. */
export interface IFollowed {
  readonly user: IUser;
  /** Who leads them in turn, and is gone by; otherwise they lead themselves. */
  readonly leader: IUser;
  /** The leader's tab: its client id in the lobby; null as long as none was seen. */
  readonly tab: number | null;
  readonly phase: Phase;
  /** Where the leader is; null if that is no document. Kept while they are gone. */
  readonly location: ILocation | null;
  /** Since when they are gone, in milliseconds. */
  readonly goneAt: number | null;
}

/** Why following ended: one has stopped it, by a command or by acting oneself; or they refuse, or did not return. */
export type Ending = 'stopped' | 'acted' | 'refused' | 'left';

/** What is known of the lobby. */
export interface ILobby {
  readonly people: readonly IPerson[];
  /** One's own username. */
  readonly self: string;
  /** Whether people are those of now. */
  readonly live: boolean;
}

/** Milliseconds for which one waits for somebody who has left: a page may take that long to reload. */
export const PATIENCE_MS = 30_000;

/** The next state of following somebody, or how it ends. */
export function look(before: IFollowed, lobby: ILobby, now: number): IFollowed | Ending {
  const { username } = before.user;
  const person = lobby.people.find(one => one.username === username);
  if (!lobby.live) {
    return { ...before, phase: 'offline', goneAt: null };
  }
  const lead = person && leaderOf(username, lobby.people, lobby.self, before.tab);
  if (!lead) {
    const goneAt = before.goneAt ?? now;
    return now - goneAt >= PATIENCE_MS ? 'left' : { ...before, phase: 'gone', goneAt };
  }
  if (refuses(person)) {
    return 'refused';
  }
  // In a circle everybody was led to where they are, so that nobody's place says where to go.
  const location = (lead.circle ? before.location : null) ?? lead.tab.location;
  return {
    user: person.user,
    leader: lead.person.user,
    tab: lead.tab.id,
    phase: location ? 'leading' : 'nowhere',
    location,
    goneAt: null
  };
}

export class Follow implements IDisposable {
  /** `now` gives milliseconds. */
  constructor(lobby: IRoom, now: () => number = Date.now) {
    this._lobby = lobby;
    this._now = now;
    lobby.changed.connect(this._look, this);
    lobby.connectionChanged.connect(this._look, this);
  }

  /** Null while nobody is followed. Replaced, not changed, when something about it changes. */
  get current(): IFollowed | null {
    return this._current;
  }

  get changed(): ISignal<this, IFollowed | null> {
    return this._changed;
  }

  /** Following somebody has ended; comes before `changed`. */
  get ended(): ISignal<this, { readonly user: IUser; readonly why: Ending }> {
    return this._ended;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this.stop('stopped');
    this._isDisposed = true;
    this._lobby.changed.disconnect(this._look, this);
    this._lobby.connectionChanged.disconnect(this._look, this);
    Signal.clearData(this);
  }

  /** Why somebody cannot be followed now; null if they can. */
  obstacle(username: string): Obstacle | null {
    const person = this._lobby.people.find(one => one.username === username);
    return obstacle(person, this._isSeen());
  }

  /** Follow somebody, instead of whom one followed before. Does nothing if they cannot be followed. */
  start(username: string): void {
    const person = this._lobby.people.find(one => one.username === username);
    if (!person || this.obstacle(username) !== null || this._current?.user.username === username) {
      return;
    }
    const { user } = person;
    this._lobby.set('following', username);
    this._current = {
      user,
      leader: user,
      tab: null,
      phase: 'nowhere',
      location: null,
      goneAt: null
    };
    this._look();
  }

  stop(why: 'stopped' | 'acted'): void {
    this._end(why);
  }

  private _look(): void {
    const { hello, people, connection } = this._lobby;
    if (!this._current || !hello) {
      return;
    }
    clearTimeout(this._timer);
    if (!this._isSeen()) {
      this._end('stopped');
      return;
    }
    const live = connection.kind === 'connected';
    const now = this._now();
    const next = look(this._current, { people, self: hello.user.username, live }, now);
    if (typeof next === 'string') {
      this._end(next);
      return;
    }
    if (next.goneAt !== null) {
      this._timer = setTimeout(
        () => {
          this._look();
        },
        next.goneAt + PATIENCE_MS - now
      );
    }
    if (!isSame(next, this._current)) {
      this._current = next;
      this._changed.emit(next);
    }
  }

  private _isSeen(): boolean {
    const { hello, state } = this._lobby;
    return !hello || !isHidden(state, hello);
  }

  private _end(why: Ending): void {
    if (this._current) {
      const { user } = this._current;
      clearTimeout(this._timer);
      this._current = null;
      this._lobby.set('following', undefined);
      this._ended.emit({ user, why });
      this._changed.emit(null);
    }
  }

  private readonly _lobby: IRoom;
  private readonly _now: () => number;
  private _current: IFollowed | null = null;
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private _isDisposed = false;
  private readonly _changed = new Signal<this, IFollowed | null>(this);
  private readonly _ended = new Signal<this, { readonly user: IUser; readonly why: Ending }>(this);
}

/* Both are plain data, made by `look` in one order. */
function isSame(a: IFollowed, b: IFollowed): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
