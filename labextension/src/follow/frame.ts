/*
 * The frame around the documents while the user follows somebody, with a tab that says whom and how to stop.
 * Top floor. Lies over the page and moves nothing in it.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { closeIcon } from '@jupyterlab/ui-components';
import type { IDisposable } from '@lumino/disposable';

import type { IBox } from '../editor/placing';
import { parse, textOn } from '../palette';
import { followIcon } from './icons';
import { placeTab } from './placing';

export interface IFrameOptions {
  /** What the frame is around. */
  readonly area: HTMLElement;
  readonly trans: TranslationBundle;
  onStop(): void;
}

/** What the frame says. */
export interface IFrameText {
  readonly name: string;
  readonly text: string;
  /** `#rrggbb` */
  readonly color: string;
  /** Nobody leads at the moment. */
  readonly waiting: boolean;
}

/** What stands above and below documents in JupyterLab and Notebook. */
const SURROUNDINGS = '#jp-top-panel, #jp-bottom-panel, #top-panel-wrapper, #menu-panel-wrapper';

export class FollowFrame implements IDisposable {
  constructor(private readonly _options: IFrameOptions) {
    const { trans } = _options;
    this._node = element('div', 'jp-ThemedContainer jp-AwarenessFollow');
    this._frame = element('div', 'jp-AwarenessFollow-frame');
    this._tab = element('div', 'jp-AwarenessFollow-tab');
    this._text = element('span', 'jp-AwarenessFollow-text');
    this._hint = element('span', 'jp-AwarenessFollow-hint');
    this._hint.textContent = `· ${trans.__('Esc to stop')}`;
    this._stop = element('button', 'jp-AwarenessFollow-stop');
    this._stop.type = 'button';
    this._stop.addEventListener('click', () => {
      _options.onStop();
    });
    closeIcon.element({ container: this._stop, elementSize: 'small' });
    const eye = element('span', 'jp-AwarenessFollow-icon');
    followIcon.element({ container: eye, elementSize: 'small' });
    this._tab.append(eye, this._text, this._hint, this._stop);
    this._news = element('div', 'jp-Awareness-unseen');
    this._news.setAttribute('role', 'status');
    this._node.append(this._frame, this._tab);
    this._tab.setAttribute('role', 'group');
    this._node.hidden = true;
    document.body.append(this._node, this._news);
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    this._resizes.disconnect();
    window.removeEventListener('resize', this._place);
    this._node.remove();
    this._news.remove();
  }

  /** Show this, or nothing. */
  show(content: IFrameText | null): void {
    const wasHidden = this._node.hidden;
    this._node.hidden = content === null;
    this._news.textContent = content?.text ?? '';
    if (!content) {
      this._resizes.disconnect();
      window.removeEventListener('resize', this._place);
      return;
    }
    this._write(content);
    if (wasHidden) {
      window.addEventListener('resize', this._place);
      this._resizes.observe(this._options.area);
      this._resizes.observe(this._tab);
    }
    this._place();
  }

  private _write({ name, text, color, waiting }: IFrameText): void {
    const { style, classList } = this._node;
    style.setProperty('--jp-awareness-color', parse(color));
    style.setProperty('--jp-awareness-on-color', textOn(color));
    classList.toggle('jp-mod-waiting', waiting);
    this._text.textContent = text;
    const stop = this._options.trans.__('Stop following %1', name);
    this._stop.title = stop;
    this._stop.setAttribute('aria-label', stop);
    this._tab.setAttribute('aria-label', text);
  }

  private readonly _place = (): void => {
    const frame = boxOf(this._options.area);
    setBox(this._frame, frame);
    const { width, height } = this._tab.getBoundingClientRect();
    const screen = { width: window.innerWidth, height: window.innerHeight };
    const spot = placeTab(frame, screen, { width, height }, surroundings());
    this._tab.dataset.side = spot.side;
    this._tab.style.left = `${Math.round(spot.left)}px`;
    this._tab.style.top = `${Math.round(spot.top)}px`;
  };

  private readonly _node: HTMLElement;
  private readonly _frame: HTMLElement;
  private readonly _tab: HTMLElement;
  private readonly _text: HTMLElement;
  private readonly _hint: HTMLElement;
  private readonly _stop: HTMLButtonElement;
  private readonly _news: HTMLElement;
  private readonly _resizes = new ResizeObserver(this._place);
  private _isDisposed = false;
}

function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className: string
): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag);
  node.className = className;
  return node;
}

function boxOf(node: Element): IBox {
  const { left, top, right, bottom } = node.getBoundingClientRect();
  return { left, top, right, bottom };
}

function setBox({ style }: HTMLElement, { left, top, right, bottom }: IBox): void {
  style.left = `${left}px`;
  style.top = `${top}px`;
  style.width = `${right - left}px`;
  style.height = `${bottom - top}px`;
}

/* What can be seen there: texts, pictures and fields, without the empty space around them. */
function surroundings(): IBox[] {
  return [...document.querySelectorAll(SURROUNDINGS)]
    .flatMap(panel => [...panel.querySelectorAll('*')])
    .filter(
      one =>
        one.matches('svg, img, input') ||
        (one.childElementCount === 0 && one.textContent.trim() !== '')
    )
    .map(boxOf)
    .filter(({ left, right, top, bottom }) => right > left && bottom > top);
}
