/*
 * Whether the user is at this page: active, idle, or away from it.
 * First floor: listens to the browser's window and document; without them one is always active.
 */
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import type { Status } from './peers';

const INPUTS = ['keydown', 'pointerdown', 'pointermove', 'wheel'] as const;

/** `away` is whose page is hidden; `idle` who has given no input for so many milliseconds (0: never). */
export function statusOf(isHidden: boolean, quietMs: number, idleAfterMs: number): Status {
  if (isHidden) {
    return 'away';
  }
  return idleAfterMs > 0 && quietMs >= idleAfterMs ? 'idle' : 'active';
}

export class Attention implements IDisposable {
  /** `idleAfter` is in milliseconds, and asked each time, so that it may change. */
  constructor(idleAfter: () => number) {
    this._idleAfter = idleAfter;
    const { signal } = this._listening;
    if (typeof window !== 'undefined' && typeof document !== 'undefined') {
      for (const input of INPUTS) {
        window.addEventListener(input, this._onInput, { signal, capture: true, passive: true });
      }
      document.addEventListener('visibilitychange', this._onVisibility, { signal });
    }
    this.refresh();
  }

  get status(): Status {
    return this._status;
  }

  /** Milliseconds since the epoch of the last input. */
  get seen(): number {
    return this._inputAt;
  }

  get changed(): ISignal<this, Status> {
    return this._changed;
  }

  get isDisposed(): boolean {
    return this._listening.signal.aborted;
  }

  dispose(): void {
    this._listening.abort();
    clearTimeout(this._timer);
    Signal.clearData(this);
  }

  /** Look again: time has passed, or `idleAfter` gives another value. */
  refresh(): void {
    const idleAfter = this._idleAfter();
    const quiet = Date.now() - this._inputAt;
    const isHidden = typeof document !== 'undefined' && document.visibilityState === 'hidden';
    this._take(statusOf(isHidden, quiet, idleAfter));
    clearTimeout(this._timer);
    if (this._status === 'active' && idleAfter > 0) {
      // Input only notes the time; one timer finds out at its end whether there was any.
      this._timer = setTimeout(() => {
        this.refresh();
      }, idleAfter - quiet);
    }
  }

  private readonly _onInput = (): void => {
    this._inputAt = Date.now();
    if (this._status !== 'active') {
      this.refresh();
    }
  };

  /* To look at the page again is an input. A page may be hidden without one, by a screen that is locked. */
  private readonly _onVisibility = (): void => {
    if (document.visibilityState === 'hidden') {
      this.refresh();
    } else {
      this._onInput();
    }
  };

  private _take(status: Status): void {
    if (status !== this._status) {
      this._status = status;
      this._changed.emit(status);
    }
  }

  private readonly _idleAfter: () => number;
  private readonly _listening = new AbortController();
  private _inputAt = Date.now();
  private _status: Status = 'active';
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private readonly _changed = new Signal<this, Status>(this);
}
