/*
 * Scrolling gently to a place that may still move: what is drawn on the way has other heights than expected.
 * Top floor. At once where motion is not wanted, and over long ways.
 */
import type { IDisposable } from '@lumino/disposable';

/** The share of the rest of the way that is gone in one frame. */
const PACE = 0.3;

/** Of more windows than this the eye could not follow the way. */
const FARTHEST = 2;

/** Frames without a movement after which the place is reached. */
const STEADY = 3;

/** Frames after which one gives up: something else scrolls. */
const MOST = 240;

export class Glide implements IDisposable {
  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this.stop();
    this._isDisposed = true;
  }

  /**
   * Scroll there, instead of where one was going before.
   *
   * @param target - asked before every frame; null ends the way
   * @param atLeast - frames for which to stay there, whatever else scrolls
   */
  go(scroller: HTMLElement, target: () => number | null, atLeast = 0): void {
    this.stop();
    if (!this._isDisposed) {
      const way = { scroller, target, atLeast, steady: 0, frames: 0 };
      this._step(way);
    }
  }

  /** Whether it is on the way. */
  get isGoing(): boolean {
    return this._frame !== null;
  }

  stop(): void {
    if (this._frame !== null) {
      cancelAnimationFrame(this._frame);
      this._frame = null;
    }
  }

  private _step(way: IWay): void {
    const { scroller, target } = way;
    const wanted = target();
    if (wanted === null) {
      this._frame = null;
      return;
    }
    const lowest = scroller.scrollHeight - scroller.clientHeight;
    const rest = Math.max(0, Math.min(wanted, lowest)) - scroller.scrollTop;
    way.steady = Math.abs(rest) <= 1 ? way.steady + 1 : 0;
    way.frames += 1;
    const arrived = way.steady >= STEADY && way.frames >= way.atLeast;
    if (arrived || way.frames > MOST) {
      this._frame = null;
      return;
    }
    if (way.steady === 0) {
      scroller.scrollTop += isShort(rest, scroller) ? Math.sign(rest) + rest * PACE : rest;
    }
    this._frame = requestAnimationFrame(() => {
      this._step(way);
    });
  }

  private _frame: number | null = null;
  private _isDisposed = false;
}

interface IWay {
  readonly scroller: HTMLElement;
  readonly target: () => number | null;
  readonly atLeast: number;
  steady: number;
  frames: number;
}

function isShort(way: number, { clientHeight }: HTMLElement): boolean {
  const isStill = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
  return !isStill && Math.abs(way) > 2 && Math.abs(way) <= FARTHEST * clientHeight;
}
