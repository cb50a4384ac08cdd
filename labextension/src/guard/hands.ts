/*
 * Whether the reader is about to type into a document, or runs something in it: then it must not change by itself.
 * Top floor.
 */
import type { Widget } from '@lumino/widgets';

import { notebookOf } from '../cells';

/** Whether a widget of a document is in use. */
export function inUse(widget: Widget): boolean {
  return hasCaret(widget) || isRunning(widget);
}

/* A caret in a window that has not the focus gets no keys. */
function hasCaret({ node }: Widget): boolean {
  const { activeElement } = document;
  const text = activeElement?.closest('[contenteditable="true"], input, select, textarea');
  return document.hasFocus() && text instanceof Element && node.contains(text);
}

function isRunning(widget: Widget): boolean {
  const cells = notebookOf(widget)?.model?.sharedModel.cells ?? [];
  return cells.some(cell => 'executionState' in cell && cell.executionState === 'running');
}
