/*
 * When the user acts in a document: types, clicks or scrolls; and when they press Escape.
 * Top floor. Only what people do counts, never a scrolling by a program.
 */
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

/* What has the keyboard for itself as long as it is open, and what Escape closes first. */
const MODAL = [
  '.jp-Dialog',
  '.lm-Menu',
  '.jp-ModalCommandPalette:not(.lm-mod-hidden)',
  '.jp-Completer:not(.lm-mod-hidden)'
].join(',');

/** Our own things in documents: who clicks there does something about people. */
const OURS = '.jp-AwarenessStack';

/** A wheel that turns less than this in so many milliseconds was only touched, or swings out. */
const TURNED = 24;
const TURNED_WITHIN = 400;

export class Acting implements IDisposable {
  /** `isDocument`: whether a place in the page is in a document. */
  constructor(private readonly _isDocument: (place: Node) => boolean) {
    // Before anybody else: Escape is taken by shortcuts of notebooks.
    const options = { capture: true, passive: true, signal: this._listening.signal };
    window.addEventListener('keydown', this._onKey, options);
    window.addEventListener('wheel', this._onWheel, options);
    for (const type of ['pointerdown', 'paste', 'cut', 'drop'] as const) {
      window.addEventListener(type, this._onOther, options);
    }
  }

  get acted(): ISignal<this, void> {
    return this._acted;
  }

  get escaped(): ISignal<this, void> {
    return this._escaped;
  }

  get isDisposed(): boolean {
    return this._listening.signal.aborted;
  }

  dispose(): void {
    this._listening.abort();
    Signal.clearData(this);
  }

  private readonly _onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape') {
      if (isAct(event)) {
        this._onOther(event);
      }
    } else if (event.isTrusted && !isTakenFirst(event)) {
      this._escaped.emit();
    }
  };

  private readonly _onWheel = (event: WheelEvent): void => {
    if (event.ctrlKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      return; // Zooms, or goes sideways.
    }
    const { timeStamp } = event;
    this._turned = timeStamp - this._turnedAt > TURNED_WITHIN ? 0 : this._turned;
    this._turnedAt = timeStamp;
    // In lines or pages one step is much.
    this._turned += event.deltaMode === 0 ? Math.abs(event.deltaY) : TURNED;
    if (this._turned >= TURNED) {
      this._onOther(event);
    }
  };

  private readonly _onOther = (event: Event): void => {
    const { target, isTrusted } = event;
    const isOurs = target instanceof Element && target.closest(OURS);
    if (isTrusted && target instanceof Node && !isOurs && this._isDocument(target)) {
      this._acted.emit();
    }
  };

  private readonly _listening = new AbortController();
  private _turned = 0;
  private _turnedAt = -Infinity;
  private readonly _acted = new Signal<this, void>(this);
  private readonly _escaped = new Signal<this, void>(this);
}

/** Whether something is open that has the keyboard for itself. */
export function isBusy(): boolean {
  return document.querySelector(MODAL) !== null;
}

/* Not a key that does nothing by itself, nor copying, finding and saving. */
function isAct({ key, ctrlKey, metaKey }: KeyboardEvent): boolean {
  const isQuiet = /^(Alt|AltGraph|CapsLock|Control|Fn|Meta|NumLock|Shift|Dead|F\d+)$/.test(key);
  return !isQuiet && !((ctrlKey || metaKey) && /^[cfs]$/i.test(key));
}

function isTakenFirst(event: KeyboardEvent): boolean {
  // Some fields are inside of a component of their own.
  const [target] = event.composedPath();
  const isField = target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
  return isField || isBusy();
}
