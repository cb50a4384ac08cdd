/*
 * Calls gathered in time: the first at once, those that follow together, the last one never lost.
 * First floor: has a timer, knows nothing of JupyterLab.
 */
import type { IDisposable } from '@lumino/disposable';

/** A notebook that is opened gets its cells bit by bit, in every frame some: so many milliseconds of it are one change. */
export const GATHERED = 200;

/** Lumino's `Throttler` delays the first call (trailing) or loses the last one (leading); this does neither. */
export class Throttle implements IDisposable {
  /** `interval` is asked, in milliseconds, at each call that leaves. */
  constructor(run: () => void, interval: () => number) {
    this._run = run;
    this._interval = interval;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** What was asked for and has not left is dropped. */
  dispose(): void {
    this._isDisposed = true;
    clearTimeout(this._timer);
  }

  /** Run after the current task, or when the interval since the last run is over. */
  invoke(): void {
    this._wanted = true;
    if (this._timer === undefined && !this._isDisposed) {
      this._timer = setTimeout(() => {
        this._timer = undefined;
        if (this._wanted) {
          this.invoke();
        }
      }, this._interval());
      // Not within this call: what is set together leaves together.
      queueMicrotask(() => {
        if (!this._isDisposed) {
          this._wanted = false;
          this._run();
        }
      });
    }
  }

  private readonly _run: () => void;
  private readonly _interval: () => number;
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private _wanted = false;
  private _isDisposed = false;
}
