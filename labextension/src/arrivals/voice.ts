/*
 * A sentence for screen readers, which say it when they have finished another, or a short message for the eye too.
 * Top floor.
 */
import { Notification } from '@jupyterlab/apputils';
import type { IDisposable } from '@lumino/disposable';

/** Milliseconds for which a message can be read. */
const SHOWN = 5_000;

export class Voice implements IDisposable {
  constructor() {
    this._region.className = 'jp-AwarenessVoice jp-Awareness-unseen';
    this._region.setAttribute('role', 'status');
    document.body.append(this._region);
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    clearTimeout(this._timer);
    this._region.remove();
  }

  /** To screen readers only. */
  say(text: string): void {
    this._region.textContent = text;
    // The same sentence can then be said again, and nobody finds it there long after.
    this._later(() => {
      this._region.textContent = '';
    });
  }

  /** As a message in the corner, which screen readers say too, and which is not kept among the notifications. */
  show(text: string): void {
    const id = Notification.emit(text, 'info', { autoClose: SHOWN });
    setTimeout(() => {
      Notification.dismiss(id);
    }, SHOWN);
  }

  private _later(run: () => void): void {
    clearTimeout(this._timer);
    this._timer = setTimeout(run, SHOWN);
  }

  private readonly _region = document.createElement('div');
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private _isDisposed = false;
}
