/*
 * Asking others to come to where one is: the field `call`, its reader, and which calls are new.
 * Ground floor: no DOM, no JupyterLab, no timers; time is an argument, in milliseconds.
 */
import type { IPeer } from './peers';
import type { ILocation } from './states';
import { parseLocation } from './states';
import { natural, object } from './values';

/** The place, and when the caller asked by their own clock, which tells their calls apart. */
export interface ICall extends Omit<ILocation, 'type'> {
  readonly at: number;
}

/** So long a call stands, and is shown. */
export const CALL_MS = 30_000;

/** Between two calls that one person may send. */
export const CALL_EVERY_MS = 10_000;

/** Between two calls of one person that are shown. Less, since the first may have been longer on its way. */
export const SHOW_EVERY_MS = 5_000;

/* Calls of so many tabs are remembered, those heard last. */
const MOST = 1000;

/** A `call`; null unless it says when and where to. */
export function parseCall(value: unknown): ICall | null {
  const at = natural(object(value)?.at);
  const place = parseLocation(value);
  if (at === null || !place) {
    return null;
  }
  const { path, cell, index } = place;
  return {
    at,
    path,
    ...(cell === undefined ? {} : { cell }),
    ...(index === undefined ? {} : { index })
  };
}

/** Remembers what was heard, so that each call is heard once. */
export class CallBook {
  /** Take what stands as known: whoever comes later, or comes back, is not called by it. */
  learn(peers: Iterable<IPeer>): void {
    for (const peer of peers) {
      this._hear(peer);
    }
  }

  /** The peers whose calls are new. Of what one person asks too often, it is heard but not told. */
  news(peers: Iterable<IPeer>, now: number): (IPeer & { readonly call: ICall })[] {
    const told: (IPeer & { readonly call: ICall })[] = [];
    for (const peer of peers) {
      const { call, user } = peer;
      const last = this._told.get(user.username) ?? -Infinity;
      if (this._hear(peer) && call && now - last >= SHOW_EVERY_MS) {
        remember(this._told, user.username, now);
        told.push({ ...peer, call });
      }
    }
    return told;
  }

  /* Whether its call was not heard before. */
  private _hear({ id, call }: IPeer): boolean {
    if (!call || this._heard.get(id) === call.at) {
      return false;
    }
    remember(this._heard, id, call.at);
    return true;
  }

  private readonly _heard = new Map<number, number>();
  private readonly _told = new Map<string, number>();
}

function remember<T>(book: Map<T, number>, name: T, value: number): void {
  book.delete(name);
  book.set(name, value);
  for (const oldest of book.keys()) {
    if (book.size <= MOST) {
      break;
    }
    book.delete(oldest);
  }
}
