/*
 * Who came and who left, so that it can be told once: not of those who were here from the start, nor of those who only
 * blink, and not more often than is polite.
 * Ground floor: no DOM, no JupyterLab, no timers; times are milliseconds and an argument.
 */
import type { IUser } from './peers';

/** What is to be told. */
export interface INews {
  readonly came: readonly IUser[];
  readonly left: readonly IUser[];
}

export interface ITimes {
  /** Who has come is told after so long, together with those who come meanwhile. */
  readonly comeMs: number;
  /** Who has gone for longer than this has left; who is back earlier, as after a reload, has not. */
  readonly leaveMs: number;
  /** Between two tellings at least. */
  readonly everyMs: number;
}

export class Arrivals {
  constructor(private readonly _times: ITimes) {}

  /**
   * These people are there now. While one is not connected (`live`) nothing is known of them; those who are there
   * when the connection comes, or comes back, are not told.
   */
  see(users: readonly IUser[], live: boolean, now: number): void {
    const returned = live && !this._live;
    this._live = live;
    if (!live) {
      return;
    }
    const present = new Set<string>();
    for (const user of users) {
      present.add(user.username);
      const known = this._known.get(user.username);
      this._known.set(user.username, {
        user,
        present: true,
        since: known?.present === true ? known.since : now,
        told: returned || known?.told === true
      });
    }
    for (const [username, known] of this._known) {
      if (!present.has(username)) {
        this._miss(username, known, now);
      }
    }
  }

  /** When there will be something to tell, if nothing changes until then; null for nothing. */
  get next(): number | null {
    const times = [...this._known.values()].filter(isNews).map(known => this._due(known));
    return this._live && times.length > 0
      ? Math.max(Math.min(...times), this._toldAt + this._times.everyMs)
      : null;
  }

  /** What there is to tell; it counts as told. Null for nothing. */
  take(now: number): INews | null {
    if (this.next === null || this.next > now) {
      return null;
    }
    this._toldAt = now;
    const news = [...this._known.values()].filter(
      known => isNews(known) && (known.present || this._due(known) <= now)
    );
    for (const known of news) {
      if (known.present) {
        this._known.set(known.user.username, { ...known, told: true });
      } else {
        this._known.delete(known.user.username);
      }
    }
    const users = (present: boolean) =>
      news.filter(known => known.present === present).map(({ user }) => user);
    return { came: users(true), left: users(false) };
  }

  private _miss(username: string, known: IKnown, now: number): void {
    if (!known.told) {
      this._known.delete(username); // Came and left again before anything was said.
    } else if (known.present) {
      this._known.set(username, { ...known, present: false, since: now });
    }
  }

  private _due({ present, since }: IKnown): number {
    return since + (present ? this._times.comeMs : this._times.leaveMs);
  }

  private readonly _known = new Map<string, IKnown>();
  private _live = false;
  private _toldAt = -Infinity;
}

interface IKnown {
  readonly user: IUser;
  readonly present: boolean;
  /** Since when. */
  readonly since: number;
  /** Whether the reader takes them for present. */
  readonly told: boolean;
}

function isNews({ present, told }: IKnown): boolean {
  return present !== told;
}
