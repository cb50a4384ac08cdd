/*
 * Reads from the page what of a notebook can be seen. Called in an animation frame, before anything is written.
 * Top floor.
 */
import { EditorView } from '@codemirror/view';
import type { Notebook } from '@jupyterlab/notebook';

import { insideOf, writtenLine } from '../editor/measure';
import type { IRange } from './beyond';

/** The height of a cell's faces, and how far they reach down into it from its upper border. */
const FACES = 20;
const HANG = 11;

/** So many pixels below the upper edge they stop, while the rest of a tall cell is scrolled. */
const STOP = 4;

/** So many pixels at each edge may have faces on them. */
const EDGE = 36;

/** The cells whose faces can be seen whole, and how. */
export interface IView extends IRange {
  /** Those of them whose faces would also be seen if there were faces at both edges. */
  readonly clearFirst: number;
  readonly clearLast: number;
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
  const isShown = (at: number) => {
    const cell = widgets[at];
    return cell !== undefined && isDrawn(cell.node, viewportNode);
  };
  const box = (at: number) => widgets[at]?.node.getBoundingClientRect();
  const from = (line: number) =>
    search(widgets.length, isShown, at => (box(at)?.bottom ?? 0) >= line + FACES).first;
  const upTo = (line: number) =>
    search(widgets.length, isShown, at => (box(at)?.top ?? 0) + HANG > line);
  const { before: last, first: next } = upTo(bottom);
  if (bottom === top || (last === -1 && next === null)) {
    return null;
  }
  const written = isNarrow ? lineIn(notebook) : null;
  return {
    first: from(top + STOP) ?? last + 1,
    last,
    clearFirst: from(top + EDGE) ?? last + 1,
    clearLast: upTo(bottom - EDGE).before,
    top: node.offsetTop,
    above: written !== null && written.top < top + EDGE,
    below: written !== null && written.bottom > bottom - EDGE
  };
}

/** In these modes JupyterLab draws all cells, bit by bit in the page's idle time; in the others what is in sight. */
const FILLING_MODES: readonly string[] = ['defer', 'contentVisibility'];

/** Whether JupyterLab still has cells to draw in idle time. */
export function isBeingFilled({ isVisible, notebookConfig, widgets }: Notebook): boolean {
  return (
    isVisible &&
    FILLING_MODES.includes(notebookConfig.windowingMode) &&
    widgets.some(cell => cell.isPlaceholder())
  );
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

/*
 * Of so many, some of which count: the first for which it is true, as it is for all after it, null if there is none;
 * and the last before it, -1 if there is none. Few are asked.
 */
function search(
  length: number,
  counts: (at: number) => boolean,
  isTrue: (at: number) => boolean
): { readonly first: number | null; readonly before: number } {
  let [low, high, first] = [0, length, null as number | null];
  while (low < high) {
    const middle = (low + high) >> 1;
    let at = middle;
    while (at < high && !counts(at)) {
      at += 1;
    }
    if (at < high && !isTrue(at)) {
      low = at + 1;
    } else {
      first = at < high ? at : first;
      high = middle;
    }
  }
  return { first, before: low - 1 };
}
