/*
 * What a document's widget shows of it: which part is seen, and where a part that somebody else sees is in it.
 * Top floor. Heights are pixels from the top of all that can be scrolled.
 */
import type { Widget } from '@lumino/widgets';

import { notebookOf } from '../cells';
import type { IEdge, IPeer, IView } from '../peers';
import { editorIn, viewIn } from '../people/contents';
import type { ISpan } from '../views';
import { FileSight } from './file-sight';
import { NotebookSight } from './notebook-sight';

/** The two ends of what is seen. */
export type Ends = Pick<IView, 'first' | 'last'>;

/** One widget's view of its document. */
export interface ISight {
  /** What scrolls. */
  readonly scroller: HTMLElement;
  /** What can be seen; null if that is nothing. */
  look(): Ends | null;
  /** Where an end of somebody's view is; null if it is not here, or not drawn yet. */
  heightOf(edge: IEdge): number | null;
  /** Where somebody's caret or active cell is; null likewise. */
  caretOf(peer: IPeer): ISpan | null;
  /**
   * Have drawn what was not; null if there is no need, or nothing to draw.
   *
   * @param again - it was asked for already and has not come
   */
  bring(edge: IEdge, again?: boolean): Promise<void> | null;
}

/** The sight of a notebook's panel or a file editor; null for other widgets, which nobody can look over. */
export function sightOf(widget: Widget | null): ISight | null {
  const notebook = notebookOf(widget);
  if (notebook) {
    return new NotebookSight(notebook);
  }
  const view = viewIn(editorIn(widget));
  return view && new FileSight(view);
}

/** Watch for what moves a document's parts without scrolling: the window's size, and that of what is in it. */
export function observeLayout(resizes: ResizeObserver, { scroller }: ISight): void {
  resizes.observe(scroller);
  if (scroller.firstElementChild) {
    resizes.observe(scroller.firstElementChild);
  }
}

/** What one can see now. */
export function ownSpan({ scroller }: ISight): ISpan {
  return { top: scroller.scrollTop, bottom: scroller.scrollTop + scroller.clientHeight };
}

/** Where in one's own copy somebody's view is; null as long as its upper end is not drawn. */
export function spanOf(sight: ISight, { first, last }: Ends): ISpan | null {
  const top = sight.heightOf(first);
  if (top === null) {
    return null;
  }
  // What is far below may not be drawn: then a window like one's own is a good guess.
  const bottom = sight.heightOf(last) ?? top + sight.scroller.clientHeight;
  return { top, bottom: Math.max(top, bottom) };
}
