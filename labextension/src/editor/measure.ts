/**
 * Reads from the page what placing a flag takes. Called in an animation frame, before anything is written.
 */

import { Direction } from '@codemirror/view';
import type { EditorView } from '@codemirror/view';

import type { IBox, IFlagRequest } from './placing';
import { common } from './placing';
import type { Rectangles } from './rectangles';

/** An editor, and where things are in it. */
export interface IMeasured {
  readonly view: EditorView;
  readonly rectangles: Rectangles;
}

/** Have an editor draw at once what it would draw in the next frame: each frame costs a large page much. */
export function settle(view: EditorView): void {
  // It does so before it answers anything about its layout.
  view.lineBlockAtHeight(0);
}

/** The box inside an element's borders and scroll bars. */
export function insideOf(element: HTMLElement): IBox {
  const rect = element.getBoundingClientRect();
  const left = rect.left + element.clientLeft;
  const top = rect.top + element.clientTop;
  return { left, top, right: left + element.clientWidth, bottom: top + element.clientHeight };
}

/** The whole width of the visual line in which the user writes in this editor, if so. */
export function writtenLine(view: EditorView, clip: IBox): readonly IBox[] {
  const caret = view.hasFocus ? view.coordsAtPos(view.state.selection.main.head) : null;
  return caret ? [{ ...clip, top: caret.top, bottom: caret.bottom }] : [];
}

/** An editor as it stands on the page in this frame. */
export class Sheet {
  constructor(
    private readonly _measured: IMeasured,
    private readonly _clip: IBox
  ) {
    const { dom, scrollDOM, textDirection } = _measured.view;
    // A windowed notebook keeps the active cell, transparent, when it scrolls out of sight.
    this._isSeen = dom.checkVisibility({ opacityProperty: true });
    const inside = insideOf(scrollDOM);
    const gutter = scrollDOM.querySelector('.cm-gutters')?.getBoundingClientRect();
    const text = common(inside, _clip);
    // What is scrolled under the gutter cannot be seen.
    this._text = gutter ? { ...text, left: Math.max(text.left, gutter.right) } : text;
    const start =
      textDirection === Direction.LTR ? inside.left : inside.right - scrollDOM.clientWidth;
    this._left = start - scrollDOM.scrollLeft;
    this._top = inside.top - scrollDOM.scrollTop;
  }

  /** Where a caret is, and where the text of its visual line ends; null while it cannot be seen. */
  caret(head: number): Pick<IFlagRequest, 'caret' | 'lineEnd'> | null {
    const { rectangles, view } = this._measured;
    const rectangle = this._isSeen ? rectangles.caret(view, head) : null;
    if (!rectangle) {
      return null;
    }
    const left = this._left + rectangle.left;
    const top = this._top + rectangle.top;
    const caret = { left, top, right: left, bottom: top + rectangle.height };
    const { _text: text } = this;
    // The text may begin or end in the middle of a pixel.
    const isSeen =
      left >= text.left - 1 &&
      left <= text.right + 1 &&
      top >= text.top - 1 &&
      caret.bottom <= text.bottom + 1;
    return isSeen ? { caret, lineEnd: () => this._lineEnd(head, rectangle.top) } : null;
  }

  private _lineEnd(head: number, top: number): number {
    const { rectangles, view } = this._measured;
    const end = rectangles.caret(view, view.state.doc.lineAt(head).to);
    return end && Math.abs(end.top - top) < 1 ? this._left + end.left : this._clip.right;
  }

  private readonly _isSeen: boolean;
  private readonly _text: IBox;
  private readonly _left: number;
  private readonly _top: number;
}
