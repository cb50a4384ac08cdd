/**
 * Work that is wanted often and done once per animation frame (in a hidden page, when it is seen again).
 */

import type { IDisposable } from '@lumino/disposable';

import { Pace } from './pace';

let pace: Pace | null = null;

/** From now on let paced frames come only when the page has time for them. */
export function paceFrames(): void {
  pace ??= new Pace();
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
