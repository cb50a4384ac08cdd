/**
 * Tells editors when they come into sight and leave it: one observer for all of them.
 */

import { DisposableDelegate } from '@lumino/disposable';
import type { IDisposable } from '@lumino/disposable';

export class Visibility implements IDisposable {
  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** Call back whenever any part of the element can now, or can no longer, be seen. */
  watch(element: Element, changed: (isVisible: boolean) => void): IDisposable {
    this._watched.set(element, changed);
    this._observer.observe(element);
    return new DisposableDelegate(() => {
      this._watched.delete(element);
      this._observer.unobserve(element);
    });
  }

  dispose(): void {
    this._isDisposed = true;
    this._observer.disconnect();
    this._watched.clear();
  }

  private readonly _watched = new Map<Element, (isVisible: boolean) => void>();
  private readonly _observer = new IntersectionObserver(entries => {
    // An element that came and went within one frame is reported twice: the last entry holds.
    const last = new Map(entries.map(entry => [entry.target, entry.isIntersecting]));
    last.forEach((isVisible, element) => this._watched.get(element)?.(isVisible));
  });
  private _isDisposed = false;
}
