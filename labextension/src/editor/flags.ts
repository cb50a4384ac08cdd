/**
 * One name flag on the page: its element, what it says and where it is put.
 */

import type { TranslationBundle } from '@jupyterlab/translation';

import type { IFlag } from './names';
import { nameElements } from './names';
import type { IFlagSpot, Side } from './placing';

function contentsOf({ carets, isHovered }: IFlag, self: string | null): string {
  const names = carets.map(({ peer, exact }) => [
    peer.user.username,
    peer.user.display_name,
    peer.user.color,
    peer.kind,
    peer.document?.dirty,
    exact,
    isHovered && [peer.status, peer.seen]
  ]);
  return JSON.stringify([self, isHovered, names]);
}

export class FlagElement {
  constructor(layer: HTMLElement) {
    this._element = document.createElement('div');
    this._element.className = 'jp-AwarenessFlag';
    layer.appendChild(this._element);
  }

  /** The side of its caret that it is on; null before it was put anywhere. */
  get side(): Side | null {
    return this._side;
  }

  /** Its size in pixels. Reads the page. */
  get size(): { readonly width: number; readonly height: number } {
    return { width: this._element.offsetWidth, height: this._element.offsetHeight };
  }

  /** Say what a flag says. Writes nothing if it says it already. */
  fill(flag: IFlag, connected: boolean, self: string | null, trans: TranslationBundle): void {
    const contents = contentsOf(flag, self);
    if (contents !== this._contents) {
      this._contents = contents;
      this._element.replaceChildren(...nameElements(flag, self, trans));
    }
    const { classList } = this._element;
    classList.toggle('jp-mod-fading', flag.phase === 'fading');
    const isOffline = !connected || flag.carets.every(({ peer }) => peer.unreachable);
    classList.toggle('jp-mod-offline', isOffline);
    classList.toggle('jp-mod-hovered', flag.isHovered);
  }

  /**
   * Put it at a spot of its layer, or (null) take it out of sight. It glides along with a caret that its
   * peer moved in a line.
   */
  put(spot: IFlagSpot | null, movedAt: number): void {
    const { classList, style } = this._element;
    style.visibility = spot ? '' : 'hidden';
    if (spot) {
      const { left, side, top } = spot;
      const isGliding = this._side === side && this._top === top && this._movedAt !== movedAt;
      classList.toggle('jp-mod-gliding', isGliding);
      classList.toggle('jp-mod-below', side === 'below');
      classList.toggle('jp-mod-beside', side === 'beside');
      style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
      this._side = side;
      this._top = top;
    }
    this._movedAt = movedAt;
  }

  remove(): void {
    this._element.remove();
  }

  private readonly _element: HTMLElement;
  private _contents: string | null = null;
  private _side: Side | null = null;
  private _top = 0;
  private _movedAt = 0;
}
