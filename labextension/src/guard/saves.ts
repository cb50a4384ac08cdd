/*
 * What peers have told of their saves: who wrote which version, and what it was made from.
 * Top floor, but without DOM: plain data. Peers may have left since, and may have lied: what is on disk is asked
 * of the server; from here come only the names.
 */
import type { ISave, IUser, IVersion } from '../peers';

/** Somebody who writes, or has unsaved work. */
export interface IAuthor {
  readonly user: IUser;
  readonly agent: boolean;
  /** Oneself, in another tab. */
  readonly self: boolean;
}

/** A save, and who told of it. */
export interface IHeard extends ISave {
  readonly by: IAuthor;
  /** When it was written, by the clock of this page; it may be that of another machine than the server's. */
  readonly seenAt: number;
}

const MOST = 64;

export class Saves {
  /** Remember a save; false if it is known. */
  hear(save: ISave, by: IAuthor, seenAt: number): boolean {
    const key = JSON.stringify([save.at, save.hash, by.user.username]);
    if (this._heard.has(key)) {
      return false;
    }
    this._heard.set(key, { ...save, by, seenAt });
    const [oldest] = this._heard.keys();
    if (this._heard.size > MOST && oldest !== undefined) {
      this._heard.delete(oldest);
    }
    return true;
  }

  /** Who wrote a version, if anybody has told so. */
  writer(version: IVersion): IHeard | null {
    const matches = this._matches(version);
    // Of two who say so, the one who knows the time.
    return matches.find(save => save.at === version.at) ?? matches[0] ?? null;
  }

  /** Whether any save is such a one. */
  any(test: (save: IHeard) => boolean): boolean {
    return [...this._heard.values()].some(test);
  }

  /** Whether a version was made from an older one, as far as anybody has told. */
  descends(version: IVersion, from: IVersion): boolean {
    const seen = new Set<IHeard>();
    const open = this._matches(version);
    for (let save = open.pop(); save; save = open.pop()) {
      if (from.hash !== '' && save.from.includes(from.hash)) {
        return true;
      }
      if (!seen.has(save)) {
        seen.add(save);
        open.push(...save.from.flatMap(hash => this._matches({ at: -1, hash })));
      }
    }
    return false;
  }

  private _matches({ at, hash }: IVersion): IHeard[] {
    return [...this._heard.values()].filter(save =>
      save.hash !== '' && hash !== '' ? save.hash === hash : save.at === at
    );
  }

  private readonly _heard = new Map<string, IHeard>();
}
