/*
 * Keeps the lines of a document where they are on the screen while what is above them grows or shrinks.
 * Top floor. JupyterLab's file editor has an empty toolbar, to which the first face gives its height.
 */
import type { IDocumentWidget } from '@jupyterlab/docregistry';
import type { Notebook } from '@jupyterlab/notebook';
import type { IDisposable } from '@lumino/disposable';
import { DisposableDelegate } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { Widget } from '@lumino/widgets';

import { notebookOf } from '../cells';
import { editorIn } from './contents';

/* Whose lines somebody else holds where they are, and how often. */
const held = new WeakMap<Widget, number>();
const released = new Signal<object, Widget>({});

/** Scroll along with the height of `above`, until disposed. Does nothing for what is neither notebook nor text. */
export function steadyText(
  widget: IDocumentWidget,
  above: HTMLElement = widget.toolbar.node
): IDisposable {
  let height: number | null = null;
  const observer = new ResizeObserver(() => {
    // In a hidden tab it has no height at all, which is no change of what is above.
    if (widget.isVisible && !held.has(widget)) {
      const now = above.offsetHeight;
      shift(widget, now - (height ?? now));
      height = now;
    }
  });
  const onReleased = (_: object, other: Widget) => {
    if (other === widget && widget.isVisible) {
      height = above.offsetHeight;
    }
  };
  if (editorIn(widget) ?? notebookOf(widget)) {
    observer.observe(above);
    released.connect(onReleased);
  }
  return new DisposableDelegate(() => {
    observer.disconnect();
    released.disconnect(onReleased);
  });
}

/**
 * Leave the lines of a widget to the caller, who puts them where they belong, until disposed. The last thing before
 * that is to do so: what has grown or shrunk above by then is never made up for again.
 */
export function holdLines(widget: Widget): IDisposable {
  held.set(widget, (held.get(widget) ?? 0) + 1);
  return new DisposableDelegate(() => {
    const others = (held.get(widget) ?? 1) - 1;
    if (others > 0) {
      held.set(widget, others);
    } else {
      held.delete(widget);
      released.emit(widget);
    }
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
