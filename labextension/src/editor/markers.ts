/**
 * The elements of a caret and of a selection, which CodeMirror's layers keep as long as they look the same.
 */

import type { LayerMarker, RectangleMarker } from '@codemirror/view';

import { parse } from '../palette';
import type { ICaret, IShown } from './places';

/** So many colours fit into one caret. */
const MOST_STRIPES = 3;

const CARET = 'jp-AwarenessCaret';

/** What carets look like, apart from their place: their element is reused while it is the same. */
function looks(carets: readonly ICaret[], shown: IShown): string {
  return carets.reduce(
    (text, { peer, exact }) => `${text} ${peer.id}${peer.user.color}${peer.status}${exact}`,
    String(isOffline(carets, shown))
  );
}

/** Whether somebody's place is what was last known. */
function isOffline(carets: readonly ICaret[], { connected }: IShown): boolean {
  return !connected || carets.every(({ peer }) => peer.unreachable);
}

/** Put an element where a rectangle is; writes nothing if it is there already. */
function fit(element: HTMLElement, rectangle: RectangleMarker, previous?: RectangleMarker): void {
  if (previous?.eq(rectangle)) {
    return;
  }
  const { left, top, width, height } = rectangle;
  // Moved so, nothing has to be laid out anew.
  element.style.transform = `translate(${left}px, ${top}px)`;
  if (previous?.height !== height) {
    element.style.height = `${height}px`;
  }
  if (width !== null && previous?.width !== width) {
    element.style.width = `${width}px`;
  }
}

function setColor(element: HTMLElement, { peer }: ICaret): void {
  element.style.setProperty('--jp-awareness-color', parse(peer.user.color));
}

/** One or more carets at one place, in stripes. */
export class CaretMarker implements LayerMarker {
  constructor(
    private readonly _carets: readonly ICaret[],
    private readonly _shown: IShown,
    private readonly _rectangle: RectangleMarker
  ) {
    this._looks = looks(_carets, _shown);
    this._movedAt = Math.max(..._carets.map(caret => caret.movedAt));
  }

  eq(other: CaretMarker): boolean {
    return this._looks === other._looks && this._rectangle.eq(other._rectangle);
  }

  draw(): HTMLElement {
    const element = document.createElement('div');
    element.className = CARET;
    element.classList.toggle('jp-mod-offline', isOffline(this._carets, this._shown));
    element.classList.toggle(
      'jp-mod-idle',
      this._carets.every(({ peer }) => peer.status !== 'active')
    );
    for (const caret of this._carets.slice(0, MOST_STRIPES)) {
      const stripe = document.createElement('div');
      stripe.className = `${CARET}-stripe`;
      stripe.classList.toggle('jp-mod-approximate', !caret.exact);
      setColor(stripe, caret);
      element.appendChild(stripe);
    }
    fit(element, this._rectangle);
    return element;
  }

  /** Glides where the peer moved within a line; jumps with the text when local typing shifts it. */
  update(element: HTMLElement, previous: CaretMarker): boolean {
    if (this._looks !== previous._looks) {
      return false;
    }
    const isGliding =
      !this._shown.still &&
      this._movedAt !== previous._movedAt &&
      this._rectangle.top === previous._rectangle.top;
    element.classList.toggle('jp-mod-gliding', isGliding);
    fit(element, this._rectangle, previous._rectangle);
    return true;
  }

  private readonly _looks: string;
  private readonly _movedAt: number;
}

/** One rectangle of a selection. */
export class SelectionMarker implements LayerMarker {
  constructor(
    private readonly _caret: ICaret,
    shown: IShown,
    private readonly _rectangle: RectangleMarker
  ) {
    this._isOffline = isOffline([_caret], shown);
    this._looks = looks([_caret], shown);
  }

  eq(other: SelectionMarker): boolean {
    return this._looks === other._looks && this._rectangle.eq(other._rectangle);
  }

  draw(): HTMLElement {
    const element = document.createElement('div');
    element.className = 'jp-AwarenessSelection';
    fit(element, this._rectangle);
    element.classList.toggle('jp-mod-approximate', !this._caret.exact);
    element.classList.toggle('jp-mod-offline', this._isOffline);
    setColor(element, this._caret);
    return element;
  }

  update(element: HTMLElement, previous: SelectionMarker): boolean {
    fit(element, this._rectangle, previous._rectangle);
    return this._looks === previous._looks;
  }

  private readonly _isOffline: boolean;
  private readonly _looks: string;
}
