/*
 * Shows what others have saved without being asked, if the reader loses nothing by it and is not at work.
 * Top floor, but without DOM.
 */
import type { IDisposable } from '@lumino/disposable';

import type { Guard } from './guard';
import type { INewer } from './notice';

export interface IAutoOptions {
  readonly guard: Guard;
  /** Whether the user wants it. */
  wanted(): boolean;
  /** Whether something is being asked or done. */
  busy(): boolean;
  /** Whether the reader is about to type, or something runs. */
  inUse(): boolean;
  /** Show what is in the file, if it may be shown when it has been read; gives whether it is. */
  read(mayShow: () => boolean): Promise<boolean>;
}

/* Milliseconds until it is looked again whether the reader is still at work. */
const AGAIN_AFTER = 1000;

export class AutoReload implements IDisposable {
  constructor(options: IAutoOptions) {
    this._options = options;
    options.guard.changed.connect(this.consider, this);
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    clearTimeout(this._timer);
    this._options.guard.changed.disconnect(this.consider, this);
  }

  /** Something may have changed: read the file now, or when the time has come. */
  consider(): void {
    const { guard, wanted, busy, inUse } = this._options;
    const { newer } = guard;
    clearTimeout(this._timer);
    if (this._isDisposed || this._reading || !newer || !wanted() || guard.mine !== 'nothing') {
      return;
    }
    if (newer.version.at === this._failed?.version.at) {
      return; // JupyterLab has told the user why.
    }
    if (busy() || inUse()) {
      this._timer = setTimeout(() => {
        this.consider();
      }, AGAIN_AFTER);
    } else {
      void this._read(newer);
    }
  }

  private async _read(newer: INewer): Promise<void> {
    const { guard, inUse, read } = this._options;
    this._reading = true;
    try {
      if (await read(() => guard.mine === 'nothing' && !inUse())) {
        guard.tell(newer);
      }
    } catch {
      this._failed = newer;
    } finally {
      this._reading = false;
    }
    this.consider();
  }

  private readonly _options: IAutoOptions;
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private _reading = false;
  private _failed: INewer | null = null;
  private _isDisposed = false;
}
