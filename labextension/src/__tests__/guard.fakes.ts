/*
 * People, versions and times for the tests of the guard.
 */
import { parseUser } from '../peers';
import type { IAuthor } from '../guard/saves';
import type { IFacts, INewer } from '../guard/notice';

/** Noon in the time zone of the test. */
export const NOON = new Date(2026, 1, 3, 12, 0, 0).getTime();

/** Somebody whose name is made of the username; `me` is oneself in another tab. */
export function author(username: string): IAuthor {
  const display_name = username.charAt(0).toUpperCase() + username.slice(1);
  const user = parseUser({ username, display_name, color: '#1976d2' });
  if (!user) {
    throw new Error('no username');
  }
  return { user, agent: false, self: username === 'me' };
}

/** A version on disk that is not shown. */
export function newer(by: string | null, over = false, at = NOON): INewer {
  return { version: { at, hash: 'new' }, at, by: by === null ? null : author(by), over };
}

/** What is known where nothing is the matter, but for what the test says. */
export function facts(known: Partial<IFacts> = {}): IFacts {
  return {
    now: NOON,
    connected: true,
    work: null,
    unsaved: [],
    newer: null,
    kept: null,
    updated: null,
    ...known
  };
}

/** Somebody's unsaved work. */
export function unsaved(username: string, since: number | null = NOON): IFacts['unsaved'][number] {
  return { by: author(username), since };
}
