/*
 * What screen readers are told: the last thing that there is to say, and not too often.
 * Top floor: a live region.
 */
import type { IDisposable } from '@lumino/disposable';

import { Throttle } from '../throttle';

/* Milliseconds between two announcements. */
const SAY_EVERY = 5000;

/** A node that is not seen, for the text that is heard. */
export class Announcer implements IDisposable {
  constructor() {
    this.node.className = 'jp-Awareness-unseen';
    this.node.setAttribute('role', 'status');
    this.node.setAttribute('aria-live', 'polite');
  }

  readonly node = document.createElement('span');

  get isDisposed(): boolean {
    return this._speaking.isDisposed;
  }

  dispose(): void {
    this._speaking.dispose();
  }

  /** Say something, unless it was the last thing that was said. */
  say(text: string): void {
    if (text !== this._text) {
      this._text = text;
      this._speaking.invoke();
    }
  }

  private _text = '';
  private readonly _speaking = new Throttle(
    () => {
      this.node.textContent = this._text;
    },
    () => SAY_EVERY
  );
}
