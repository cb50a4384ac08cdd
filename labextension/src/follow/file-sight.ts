/*
 * What is seen of a text file. CodeMirror knows the height of every line, of those it has not drawn nearly.
 * Top floor.
 */
import type { BlockInfo, EditorView } from '@codemirror/view';

import { sourceOf } from '../editor/places';
import type { IEdge, IPeer } from '../peers';
import { locate, quote } from '../positions';
import type { ISpan } from '../views';
import { heightIn, partOf, placeIn, windowOf } from './heights';
import type { Ends, ISight } from './sights';

export class FileSight implements ISight {
  constructor(private readonly _view: EditorView) {}

  get scroller(): HTMLElement {
    return this._view.scrollDOM;
  }

  look(): Ends | null {
    const { top, bottom } = windowOf(this.scroller);
    return bottom > top ? { first: this._edge(top), last: this._edge(bottom) } : null;
  }

  heightOf({ position, quote: words, part }: IEdge): number | null {
    if (position === undefined) {
      return null;
    }
    const line = this._line({ position, anchor: position, ...(words && { quote: words }) });
    return heightIn(this.scroller, placeIn(line, part));
  }

  caretOf({ cursors: [cursor] }: IPeer): ISpan | null {
    if (!cursor) {
      return null;
    }
    const line = this._line(cursor);
    return {
      top: heightIn(this.scroller, line.top),
      bottom: heightIn(this.scroller, line.bottom)
    };
  }

  bring(): null {
    return null;
  }

  private _edge(y: number): IEdge {
    const { state, documentTop } = this._view;
    const block = this._view.lineBlockAtHeight(y - documentTop);
    return {
      position: block.from,
      quote: quote(sourceOf(state.doc), block.from),
      part: partOf(this._onScreen(block), y)
    };
  }

  /* The line in one's own text that somebody else's place is in, on the screen. */
  private _line(place: Parameters<typeof locate>[1]): ISpan {
    const { position } = locate(sourceOf(this._view.state.doc), place);
    return this._onScreen(this._view.lineBlockAt(position));
  }

  private _onScreen({ top, bottom }: BlockInfo): ISpan {
    const { documentTop } = this._view;
    return { top: documentTop + top, bottom: documentTop + bottom };
  }
}
