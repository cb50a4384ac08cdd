/**
 * Work that is wanted often and done once per animation frame (in a hidden page, when it is seen again).
 */

import { DisposableDelegate } from '@lumino/disposable';
import type { IDisposable } from '@lumino/disposable';

import { Pace } from './pace';

let pace: Pace | null = null;

/** What may be filled in the time that paced frames leave. */
const fillings = new Set<() => boolean>();

/** From now on let paced frames come only when the page has time for them. */
export function paceFrames(): void {
  pace ??= new Pace(isFilling);
}

/** Leave more time to the page whenever this says that a part of it is being filled; until disposed. */
export function yieldTo(filling: () => boolean): IDisposable {
  fillings.add(filling);
  return new DisposableDelegate(() => {
    fillings.delete(filling);
  });
}

/** Whether a part of the page is being filled. */
export function isFilling(): boolean {
  return [...fillings].some(filling => filling());
}

export class Frame implements IDisposable {
  /** @param paced - whether it may wait for what the user does, and for other drawing */
  constructor(work: () => void, paced = true) {
    this._work = work;
    this._paced = paced;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** Have the work done on the next frame. */
  request(): void {
    if (this._isDisposed) {
      return;
    }
    if (pace && this._paced) {
      pace.request(this._work);
    } else {
      this._id ??= requestAnimationFrame(() => {
        this._id = null;
        this._work();
      });
    }
  }

  dispose(): void {
    this._isDisposed = true;
    pace?.cancel(this._work);
    if (this._id !== null) {
      cancelAnimationFrame(this._id);
      this._id = null;
    }
  }

  private readonly _work: () => void;
  private readonly _paced: boolean;
  private _id: number | null = null;
  private _isDisposed = false;
}
