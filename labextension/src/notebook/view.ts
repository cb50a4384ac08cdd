/*
 * Reads from the page what of a notebook can be seen. Called in an animation frame, before anything is written.
 * Top floor.
 */
import { EditorView } from '@codemirror/view';
import type { Notebook } from '@jupyterlab/notebook';

import { insideOf, writtenLine } from '../editor/measure';
import type { IRange } from './beyond';

/** So many pixels of a cell have to be in sight: less is its padding. */
const ENOUGH = 12;

/** So many pixels at each edge may have faces on them. */
const EDGE = 36;

/** What can be seen, and how. */
export interface IView extends IRange {
  /** The last cell whose faces cannot be under those at the lower edge. */
  readonly clear: number;
  /** Where the notebook begins in its panel, in pixels. */
  readonly top: number;
  /** Whether the line in which the user writes is at an edge. */
  readonly above: boolean;
  readonly below: boolean;
}

/**
 * Asks for the place of few cells, however many there are; null while none is drawn, or the notebook cannot
 * be seen.
 *
 * @param isNarrow - whether what is written may reach to where the faces at the edges are
 */
export function viewOf(notebook: Notebook, isNarrow: boolean): IView | null {
  const { node, outerNode, viewportNode, widgets } = notebook;
  const { top, bottom } = insideOf(outerNode);
  const drawn = widgets
    .map((widget, index) => ({ node: widget.node, index }))
    .filter(cell => isDrawn(cell.node, viewportNode));
  if (bottom === top || drawn.length === 0) {
    return null;
  }
  const place = (at: number) => drawn[at]?.node.getBoundingClientRect();
  const first = search(drawn.length, at => (place(at)?.bottom ?? 0) >= top + ENOUGH);
  const lastAbove = (line: number) =>
    drawn[search(drawn.length, at => (place(at)?.top ?? 0) > line) - 1]?.index ?? -1;
  const last = lastAbove(bottom - ENOUGH);
  const written = isNarrow ? lineIn(notebook) : null;
  return {
    first: drawn[first]?.index ?? last + 1,
    last,
    clear: lastAbove(bottom - EDGE),
    top: node.offsetTop,
    above: written !== null && written.top < top + EDGE,
    below: written !== null && written.bottom > bottom - EDGE
  };
}

function lineIn({ activeCell, outerNode }: Notebook): { top: number; bottom: number } | null {
  const editor = activeCell?.editor ?? null;
  const view = editor && 'editor' in editor ? editor.editor : null;
  return view instanceof EditorView ? (writtenLine(view, insideOf(outerNode))[0] ?? null) : null;
}

/* JupyterLab keeps cells that are out of sight in the page, or not; and the active one without height. */
function isDrawn({ classList, parentElement, style }: HTMLElement, viewport: Element): boolean {
  return (
    parentElement === viewport &&
    style.display !== 'none' &&
    style.opacity !== '0' &&
    !classList.contains('lm-mod-hidden')
  );
}

/* The first of so many for which it is true, as it is for all after it. */
function search(length: number, isTrue: (at: number) => boolean): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isTrue(middle)) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}
