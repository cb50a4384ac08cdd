/*
 * A beat, slow for texts that grow old ("Idle for 5 min"), less slow for what moves.
 * First floor: has a timer, knows the page; one for all that a widget shows, however many people.
 */
import type { IDisposable } from '@lumino/disposable';
import { DisposableDelegate } from '@lumino/disposable';

/** Milliseconds between two beats: texts count in minutes. */
export const BEAT_MS = 30_000;

/** Run every so often while the page can be seen, and as soon as it can be seen again; until disposed. */
export function pulse(run: () => void, every = BEAT_MS): IDisposable {
  const beat = (): void => {
    if (document.visibilityState === 'visible') {
      run();
    }
  };
  const timer = setInterval(beat, every);
  document.addEventListener('visibilitychange', beat);
  return new DisposableDelegate(() => {
    clearInterval(timer);
    document.removeEventListener('visibilitychange', beat);
  });
}
