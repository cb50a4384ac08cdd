/*
 * Keeps the lines of a text file where they are on the screen while the toolbar above them grows or shrinks.
 * Top floor. JupyterLab's file editor has an empty toolbar, to which the first face gives its height.
 */
import type { IDocumentWidget } from '@jupyterlab/docregistry';
import type { IDisposable } from '@lumino/disposable';
import { DisposableDelegate } from '@lumino/disposable';

import { editorIn } from './contents';

/** Scroll along with the toolbar's height, until disposed. Does nothing for documents without an editor. */
export function steadyText(widget: IDocumentWidget): IDisposable {
  const { node } = widget.toolbar;
  let height: number | null = null;
  const observer = new ResizeObserver(() => {
    const now = node.offsetHeight;
    // In a hidden tab it has no height at all, which is no change of the toolbar.
    if (now > 0) {
      shift(widget, now - (height ?? now));
      height = now;
    }
  });
  if (editorIn(widget)) {
    observer.observe(node);
  }
  return new DisposableDelegate(() => {
    observer.disconnect();
  });
}

/* Not if that would put the reader's own cursor under the toolbar. */
function shift(widget: IDocumentWidget, by: number): void {
  const editor = editorIn(widget);
  const scroller = editor?.host.querySelector('.cm-scroller');
  if (!editor || !scroller || by === 0) {
    return;
  }
  const top = scroller.getBoundingClientRect().top;
  const caret = editor.getCoordinateForPosition(editor.getCursorPosition());
  if (!editor.hasFocus() || !caret || caret.top - by >= top) {
    scroller.scrollTop += by;
  }
}
