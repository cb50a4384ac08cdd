/**
 * When what others do may be drawn: never between a key and its painting, and never so often that it takes more
 * than a part of the page's time. On a page that has time to spare that is the next frame.
 */

import type { IDisposable } from '@lumino/disposable';

/** A part of the page in one frame, all of it together. */
export type Work = () => void;

/** After a drawing the page is left alone for so many times as long as that took, but not for more milliseconds. */
interface IRest {
  readonly times: number;
  readonly mostMs: number;
}

const REST: IRest = { times: 3, mostMs: 250 };
const REST_TYPING: IRest = { times: 16, mostMs: 500 };

/** While JupyterLab fills the page in the time that is left of frames: there is none left of those that are drawn. */
const REST_FILLING: IRest = { times: 40, mostMs: 2000 };

/** So many milliseconds after a key somebody still types. */
const TYPING_MS = 1000;

/** When so many milliseconds have passed without a key, the next one is not expected soon. */
const PAUSE_MS = 200;

/** So many milliseconds it waits for keys to be painted, however many there are. */
const LONGEST_HOLD = 150;

export class Pace implements IDisposable {
  /** @param isFilling - whether a part of the page is still being filled, in idle time */
  constructor(private readonly _isFilling: () => boolean) {
    const { signal } = this._listening;
    window.addEventListener('keydown', this._onKey, { capture: true, passive: true, signal });
  }

  get isDisposed(): boolean {
    return this._listening.signal.aborted;
  }

  dispose(): void {
    this._listening.abort();
    clearTimeout(this._timer);
    this._wanted.clear();
  }

  /** Have some work done in a frame that may be drawn; once, however often it is asked for. */
  request(work: Work): void {
    this._wanted.add(work);
    this._plan();
  }

  cancel(work: Work): void {
    this._wanted.delete(work);
  }

  private _plan(): void {
    if (this._isPlanned || this._isMeasured) {
      return;
    }
    this._isPlanned = true;
    const wait = this._restsUntil - performance.now();
    if (wait > 0) {
      this._timer = setTimeout(this._seek, wait);
    } else {
      this._seek();
    }
  }

  /* While somebody types there is most time until the next key when one has just been painted. */
  private readonly _seek = (): void => {
    const pause = this._keyAt + PAUSE_MS - performance.now();
    if (pause > 0) {
      this._isSeeking = true;
      this._timer = setTimeout(this._ask, pause);
    } else {
      this._ask();
    }
  };

  private readonly _ask = (): void => {
    this._isSeeking = false;
    requestAnimationFrame(this._onFrame);
  };

  private readonly _onFrame = (): void => {
    const start = performance.now();
    if (this._unpainted > 0) {
      this._heldSince ??= start;
      if (start - this._heldSince < LONGEST_HOLD) {
        this._ask();
        return;
      }
    }
    this._heldSince = null;
    this._isPlanned = false;
    if (this._wanted.size > 0) {
      this._isMeasured = true;
      afterPainting(() => {
        this._rest(start);
      });
      this._draw();
    }
  };

  /* What is asked for while something is drawn belongs to that drawing: a caret's name. What comes back is the next. */
  private _draw(): void {
    const done = new Set<Work>();
    for (let pass = 0; pass < 2; pass += 1) {
      for (const work of [...this._wanted].filter(one => !done.has(one))) {
        if (this._wanted.delete(work)) {
          done.add(work);
          work();
        }
      }
    }
  }

  private _rest(start: number): void {
    const now = performance.now();
    const { times, mostMs } = this._restAt(now);
    this._restsUntil = now + Math.min((now - start) * times, mostMs);
    this._isMeasured = false;
    if (this._wanted.size > 0) {
      this._plan();
    }
  }

  private _restAt(now: number): IRest {
    if (this._isFilling()) {
      return REST_FILLING;
    }
    return now - this._keyAt < TYPING_MS ? REST_TYPING : REST;
  }

  private readonly _onKey = (): void => {
    this._keyAt = performance.now();
    this._unpainted += 1;
    requestAnimationFrame(() => {
      afterPainting(() => {
        this._unpainted -= 1;
        if (this._isSeeking && this._unpainted === 0) {
          clearTimeout(this._timer);
          this._ask();
        }
      });
    });
  };

  private readonly _listening = new AbortController();
  private readonly _wanted = new Set<Work>();
  private _isPlanned = false;
  /** Whether the next key that is painted is waited for. */
  private _isSeeking = false;
  /** Something was drawn, and it is not yet known how long that takes. */
  private _isMeasured = false;
  private _restsUntil = 0;
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private _keyAt = -Infinity;
  /** So many keys were pressed whose effect is not yet painted. */
  private _unpainted = 0;
  /** Since when what was to be drawn waits for that. */
  private _heldSince: number | null = null;
}

/** Asked for in an animation frame, it comes when that one has been painted. */
function afterPainting(call: () => void): void {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    call();
  };
  port2.postMessage(null);
}
