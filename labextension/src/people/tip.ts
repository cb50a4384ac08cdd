/*
 * One tooltip for all faces of a stack: who it is and where, at once, under the mouse or the keyboard's focus.
 * Top floor. For the eye only: what it says is also in the label of the face.
 */
import type { IDisposable } from '@lumino/disposable';

/** Pixels between a face and its tooltip, and between the tooltip and the window's edge. */
const GAP = 6;

/** Shows `data-tip-name` and `data-tip-text` of the element under the pointer or with the focus. */
export class Tip implements IDisposable {
  constructor(host: HTMLElement) {
    const options = { signal: this._listening.signal };
    host.addEventListener('pointerover', this._show, options);
    host.addEventListener('focusin', this._show, options);
    for (const type of ['pointerleave', 'pointerdown', 'focusout'] as const) {
      host.addEventListener(type, this.hide, options);
    }
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape') {
        this.hide();
      }
    };
    document.addEventListener('keydown', onKey, options);
  }

  get isDisposed(): boolean {
    return this._listening.signal.aborted;
  }

  dispose(): void {
    this.hide();
    this._listening.abort();
  }

  /** Until the next face is entered. */
  readonly hide = (): void => {
    this._node?.remove();
    this._node = null;
  };

  private readonly _show = (event: Event): void => {
    const { target } = event;
    const face = target instanceof Element ? target.closest<HTMLElement>('[data-tip-name]') : null;
    const silent = event.type === 'focusin' && !face?.matches(':focus-visible');
    if (!face || silent) {
      return;
    }
    this._node?.remove();
    this._node = drawn(face.dataset);
    document.body.append(this._node);
    place(this._node, face.getBoundingClientRect());
  };

  private _node: HTMLElement | null = null;
  private readonly _listening = new AbortController();
}

function drawn({ tipName = '', tipText = '' }: DOMStringMap): HTMLElement {
  const node = document.createElement('div');
  node.className = 'jp-ThemedContainer jp-AwarenessTip';
  node.setAttribute('aria-hidden', 'true');
  const name = document.createElement('strong');
  name.textContent = tipName;
  const text = document.createElement('span');
  text.textContent = tipText;
  node.append(name, text);
  return node;
}

/* Below the face, or above it at the window's bottom; never over the window's edge. */
function place(node: HTMLElement, face: DOMRect): void {
  const { width, height } = node.getBoundingClientRect();
  const centered = face.left + face.width / 2 - width / 2;
  const left = Math.max(GAP, Math.min(centered, window.innerWidth - width - GAP));
  const below = face.bottom + GAP;
  const top = below + height + GAP > window.innerHeight ? face.top - GAP - height : below;
  node.style.left = `${Math.round(left)}px`;
  node.style.top = `${Math.round(top)}px`;
}
