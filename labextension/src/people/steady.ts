/*
 * Keeps the lines of a document where they are on the screen while what is above them grows or shrinks.
 * Top floor. JupyterLab's file editor has an empty toolbar, to which the first face gives its height.
 */
import type { IDocumentWidget } from '@jupyterlab/docregistry';
import type { Notebook } from '@jupyterlab/notebook';
import type { IDisposable } from '@lumino/disposable';
import { DisposableDelegate } from '@lumino/disposable';

import { notebookOf } from '../cells';
import { editorIn } from './contents';

/** Scroll along with the height of `above`, until disposed. Does nothing for what is neither notebook nor text. */
export function steadyText(
  widget: IDocumentWidget,
  above: HTMLElement = widget.toolbar.node
): IDisposable {
  let height: number | null = null;
  const observer = new ResizeObserver(() => {
    // In a hidden tab it has no height at all, which is no change of what is above.
    if (widget.isVisible) {
      const now = above.offsetHeight;
      shift(widget, now - (height ?? now));
      height = now;
    }
  });
  if (editorIn(widget) ?? notebookOf(widget)) {
    observer.observe(above);
  }
  return new DisposableDelegate(() => {
    observer.disconnect();
  });
}

/* Not if that would put what the reader works at under the toolbar. */
function shift(widget: IDocumentWidget, by: number): void {
  const scroller = scrollerIn(widget);
  if (scroller && by !== 0) {
    const { top } = scroller.getBoundingClientRect();
    const work = workTop(widget);
    if (work === null || work < top || work - by >= top) {
      scroller.scrollTop += by;
    }
  }
}

function scrollerIn(widget: IDocumentWidget): Element | null {
  const notebook = notebookOf(widget);
  return notebook
    ? notebook.node.querySelector('.jp-WindowedPanel-outer')
    : (editorIn(widget)?.host.querySelector('.cm-scroller') ?? null);
}

/* The height on the screen of the caret that has the focus, or of the active cell; null if there is neither. */
function workTop(widget: IDocumentWidget): number | null {
  const notebook = notebookOf(widget);
  const editor = editorIn(widget) ?? notebook?.activeCell?.editor;
  if (editor?.hasFocus()) {
    return editor.getCoordinateForPosition(editor.getCursorPosition())?.top ?? null;
  }
  return notebook ? activeTop(notebook) : null;
}

function activeTop({ activeCell }: Notebook): number | null {
  return activeCell?.isAttached ? activeCell.node.getBoundingClientRect().top : null;
}
