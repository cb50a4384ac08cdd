/**
 * Work that is wanted often and done once per animation frame (in a hidden page, when it is seen again).
 */

import type { IDisposable } from '@lumino/disposable';

export class Frame implements IDisposable {
  constructor(work: () => void) {
    this._work = work;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** Have the work done on the next frame. */
  request(): void {
    if (this._id === null && !this._isDisposed) {
      this._id = requestAnimationFrame(() => {
        this._id = null;
        this._work();
      });
    }
  }

  dispose(): void {
    this._isDisposed = true;
    if (this._id !== null) {
      cancelAnimationFrame(this._id);
      this._id = null;
    }
  }

  private readonly _work: () => void;
  private _id: number | null = null;
  private _isDisposed = false;
}
