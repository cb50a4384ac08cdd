/**
 * Whose caret the pointer is at: layers let every event through, so the editor has to be asked.
 */

import type { EditorView } from '@codemirror/view';

import { shownIn } from './places';

/** How near to a caret, in pixels, the pointer has to be to read its name. */
const HOVER_DISTANCE = 5;

/** The place of the peers' caret under the pointer, or null. */
export function caretAt(view: EditorView, x: number, y: number): number | null {
  const { carets } = shownIn(view.state);
  if (carets.length === 0) {
    return null;
  }
  const position = view.posAtCoords({ x, y }, false);
  const near = carets.find(({ head }) => {
    const caret = Math.abs(head - position) <= 1 ? view.coordsAtPos(head) : null;
    return (
      caret && Math.abs(caret.left - x) <= HOVER_DISTANCE && y >= caret.top && y <= caret.bottom
    );
  });
  return near?.head ?? null;
}
