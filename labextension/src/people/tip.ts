/*
 * One tooltip for all faces of a place: who it is and where, at once, under the mouse or the keyboard's focus.
 * Top floor. For the eye only: what it says is also in the label of the face.
 */
import type { IDisposable } from '@lumino/disposable';

/** Pixels between a face and its tooltip, and between the tooltip and the window's edge. */
const GAP = 6;

/** Shows `data-tip-name` and `data-tip-text` of the element under the pointer or with the focus. */
export class Tip implements IDisposable {
  /** @param owner - finds the face that an element with the focus, which is in none, stands for */
  constructor(host: HTMLElement, owner: (focused: Element) => HTMLElement | null = () => null) {
    this._owner = owner;
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

  private readonly _show = ({ target, type }: Event): void => {
    const element = target instanceof Element ? target : null;
    const within = element?.closest<HTMLElement>('[data-tip-name]') ?? null;
    if (type === 'pointerover') {
      this._put(within);
    } else if (element?.matches(':focus-visible')) {
      this._put(within ?? this._owner(element));
    }
  };

  private _put(face: HTMLElement | null): void {
    this.hide();
    if (face) {
      this._node = drawn(face.dataset);
      document.body.append(this._node);
      place(this._node, face.getBoundingClientRect());
    }
  }

  private readonly _owner: (focused: Element) => HTMLElement | null;
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
  node.append(name, ...(tipText === '' ? [] : [text]));
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
