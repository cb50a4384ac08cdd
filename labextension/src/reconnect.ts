/*
 * What a client does after its socket was closed: by the close code, and how long it waits.
 * Ground floor: no DOM, no JupyterLab, no timers.
 */

/**
 * `stop`: trying again cannot help; `rename`: again with another client id; `slow`: again, but not before
 * `SLOW_MS`, whatever happens; `retry`: again.
 */
export type Reaction = 'stop' | 'rename' | 'slow' | 'retry';

const REACTIONS: ReadonlyMap<number, Reaction> = new Map([
  [1009, 'stop'], // too large: the same state would be refused again
  [4400, 'stop'], // bad frame
  [4403, 'stop'], // not allowed
  [4404, 'stop'], // no such document
  [4409, 'rename'], // the client id belongs to someone else
  [4429, 'slow'] // too fast or too many
]);

const BASE_MS = 250;
const CAP_MS = 10_000;
/** The least wait after the server found us too fast. */
export const SLOW_MS = 5_000;
/* A server that answers nothing for so many attempts (about a minute) may not have this extension at all. */
const PATIENCE = 12;
const LONG_CAP_MS = 60_000;

/** What to do after a close with this code (RFC 6455 section 7.4 or this project's own). */
export function reaction(code: number): Reaction {
  return REACTIONS.get(code) ?? 'retry';
}

/**
 * Milliseconds to wait: full jitter, so that clients of a restarted server do not come back all at once.
 *
 * `attempt` counts from 0 since the connection last held; `random` is in [0, 1).
 */
export function delay(attempt: number, why: Reaction, random: number): number {
  const cap = attempt < PATIENCE ? CAP_MS : LONG_CAP_MS;
  const wait = random * Math.min(cap, BASE_MS * 2 ** attempt);
  if (why === 'rename' && attempt === 0) {
    return 0;
  }
  return why === 'slow' ? SLOW_MS + wait : wait;
}
