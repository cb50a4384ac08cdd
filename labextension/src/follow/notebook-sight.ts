/*
 * What is seen of a notebook, in all of its windowing modes: cells may be out of the page, or have no editor yet.
 * Top floor.
 */
import type { Cell } from '@jupyterlab/cells';
import type { Notebook } from '@jupyterlab/notebook';

import type { IEdge, IPeer } from '../peers';
import { cellIndex, viewIn } from '../people/contents';
import { locate } from '../positions';
import type { ISpan } from '../views';
import { heightIn, partOf, placeIn, windowOf } from './heights';
import type { Ends, ISight } from './sights';

/** So much of an active cell has to be seen, in pixels. */
const CELL_HEAD = 48;

export class NotebookSight implements ISight {
  constructor(private readonly _notebook: Notebook) {}

  get scroller(): HTMLElement {
    return this._notebook.outerNode;
  }

  look(): Ends | null {
    const { top, bottom } = windowOf(this.scroller);
    let ends = null as Ends | null;
    let above = null as IEdge | null;
    for (const [index, cell] of this._notebook.widgets.entries()) {
      const box = boxOf(cell);
      const place = { cell: cell.model.id, index };
      // A pixel more or less is rounding.
      if (!box || box.bottom <= top + 1) {
        above = box ? { ...place, part: 1 } : above;
        continue;
      }
      if (box.top >= bottom - 1) {
        break;
      }
      ends = {
        first: ends?.first ?? { ...place, part: partOf(box, top) },
        last: { ...place, part: partOf(box, bottom) }
      };
    }
    // One can scroll past the end.
    return ends ?? (above && bottom > top ? { first: above, last: above } : null);
  }

  heightOf(edge: IEdge): number | null {
    const { cell, hidden, index } = this._find(edge);
    if (index === 0 && edge.part === 0) {
      return 0; // With the space above the first cell.
    }
    const box = cell && boxOf(cell);
    return box ? heightIn(this.scroller, placeIn(box, hidden ? 1 : edge.part)) : null;
  }

  caretOf({ cell: place, cursors: [cursor] }: IPeer): ISpan | null {
    const reference = place ? { cell: place.id, index: place.index } : cursor;
    const { cell } = this._find(reference ?? {});
    const box = cell && boxOf(cell);
    if (!box) {
      return null;
    }
    const view = viewIn(cell.editor);
    // Somebody in command mode has left their caret somewhere before.
    if (view && cursor && (!place || place.mode === 'edit')) {
      const source = cell.model.sharedModel.getSource();
      const line = view.lineBlockAt(
        Math.min(locate(source, cursor).position, view.state.doc.length)
      );
      return this._span(view.documentTop + line.top, view.documentTop + line.bottom);
    }
    return this._span(box.top, Math.min(box.bottom, box.top + CELL_HEAD));
  }

  bring(edge: IEdge, again = false): Promise<void> | null {
    const { cell, index } = this._find(edge);
    if (!cell || boxOf(cell)) {
      return null;
    }
    if (again) {
      return this._approach(index);
    }
    // It rejects when another scrolling takes over.
    return this._notebook.scrollToItem(index, 'start').catch(() => undefined);
  }

  /* The cell; under a collapsed heading the last one above that can be seen. */
  private _find(place: { cell?: string; index?: number }): {
    readonly cell: Cell | undefined;
    readonly index: number;
    readonly hidden: boolean;
  } {
    const { widgets } = this._notebook;
    const wanted = cellIndex(this._notebook, place);
    let index = wanted;
    while (index > 0 && widgets[index]?.isHidden) {
      index -= 1;
    }
    return { cell: widgets[index], index, hidden: index !== wanted };
  }

  /*
   * JupyterLab scrolls to where it believes a cell to be, and may be far off as long as it has drawn few cells: go
   * to the nearest one that is drawn, which has it draw the next ones.
   */
  private _approach(index: number): Promise<void> {
    const drawn = this._notebook.widgets.flatMap((cell, at) => {
      const box = boxOf(cell);
      return box ? [{ ...box, at, away: Math.abs(at - index) }] : [];
    });
    const [nearest] = drawn.sort((a, b) => a.away - b.away);
    const { scroller } = this;
    if (nearest) {
      scroller.scrollTop =
        nearest.at < index
          ? heightIn(scroller, nearest.top)
          : heightIn(scroller, nearest.bottom) - scroller.clientHeight;
    }
    return new Promise(resolve => {
      requestAnimationFrame(() => {
        resolve();
      });
    });
  }

  private _span(top: number, bottom: number): ISpan {
    return { top: heightIn(this.scroller, top), bottom: heightIn(this.scroller, bottom) };
  }
}

/* Its box on the screen; null while it is not in the page. */
function boxOf({ node }: Cell): ISpan | null {
  const { top, bottom } = node.getBoundingClientRect();
  return node.isConnected && bottom > top ? { top, bottom } : null;
}
