/*
 * Where the reader is in a document's widget: what is at the top of the view, the active cell, the caret.
 * Taken before the document is read anew, and gone back to after.
 * Top floor.
 */
import type { Cell } from '@jupyterlab/cells';
import type { CodeEditor } from '@jupyterlab/codeeditor';
import type { Notebook } from '@jupyterlab/notebook';
import { EditorView } from '@codemirror/view';
import type { Widget } from '@lumino/widgets';

import { notebookOf } from '../cells';
import { editorIn } from '../people/contents';
import { holdLines } from '../people/steady';
import { locate, quote } from '../positions';
import { untilAtRest } from './rest';

/** Remember the place; the result goes back to it. */
export function keepPlace(widget: Widget): () => Promise<void> {
  const notebook = notebookOf(widget);
  const editor = editorIn(widget);
  const goBack = notebook ? keepInNotebook(notebook) : editor ? keepInText(editor) : null;
  if (!goBack) {
    return () => Promise.resolve();
  }
  return async () => {
    const hold = holdLines(widget);
    try {
      await goBack();
    } finally {
      hold.dispose();
    }
  };
}

function keepInNotebook(notebook: Notebook): () => Promise<void> {
  const { activeCell, mode } = notebook;
  const id = activeCell?.model.id;
  const caret = keepCaret(activeCell?.editor ?? null);
  const scroll = keepCells(notebook);
  return async () => {
    const index = notebook.widgets.findIndex(cell => cell.model.id === id);
    if (index >= 0 && notebook.activeCellIndex !== index) {
      notebook.activeCellIndex = index;
    }
    if (index >= 0) {
      notebook.mode = mode;
      caret(notebook.widgets[index]?.editor ?? null);
    }
    await scroll();
  };
}

function keepInText(editor: CodeEditor.IEditor): () => Promise<void> {
  const caret = keepCaret(editor);
  const scroll = keepLines(editor);
  return async () => {
    caret(editor);
    await scroll();
  };
}

/* The caret, by the words around it; in the same text it stays where it is. */
function keepCaret(editor: CodeEditor.IEditor | null): (editor: CodeEditor.IEditor | null) => void {
  const view = viewOf(editor);
  const range = view?.state.selection.main;
  const text = view?.state.doc.toString() ?? '';
  const focused = view?.hasFocus === true;
  return other => {
    const next = viewOf(other);
    if (!next || !range) {
      return;
    }
    const now = next.state.doc.toString();
    const { head, anchor } = range;
    if (now !== text || next !== view) {
      const place = locate(now, { position: head, anchor, quote: quote(text, head) });
      next.dispatch({ selection: { anchor: place.anchor, head: place.position } });
    }
    if (focused && !next.hasFocus) {
      next.focus();
    }
  };
}

/*
 * What is in view comes back to its height on the screen: the line with the caret, otherwise the first of the cells
 * that is still there.
 */
function keepCells(notebook: Notebook): () => Promise<void> {
  const scroller = notebook.node.querySelector('.jp-WindowedPanel-outer');
  if (!scroller) {
    return () => Promise.resolve();
  }
  const { top, bottom } = scroller.getBoundingClientRect();
  const { activeCell } = notebook;
  const cells = notebook.widgets.filter(({ node }) => node.getBoundingClientRect().bottom > top);
  const seen = [
    ...(activeCell ? [{ id: activeCell.model.id, at: caretTop }] : []),
    ...cells.map(cell => ({ id: cell.model.id, at: cellTop }))
  ].flatMap(({ id, at }) => {
    const height = topIn(notebook, id, at);
    return height !== null && height < bottom ? [{ id, at, height }] : [];
  });
  // What begins above the view comes last: it may have changed where it cannot be seen.
  seen.sort((a, b) => Number(a.height < top) - Number(b.height < top));
  return () =>
    untilAtRest(() => {
      for (const { id, at, height } of seen) {
        const now = topIn(notebook, id, at);
        if (now !== null) {
          return scrollBy(scroller, now - height);
        }
      }
      return false;
    });
}

type Measure = (cell: Cell) => number | null;

function topIn(notebook: Notebook, id: string, measure: Measure): number | null {
  const cell = notebook.widgets.find(one => one.model.id === id);
  return cell?.isAttached ? measure(cell) : null;
}

function cellTop({ node }: Cell): number | null {
  const { top, height } = node.getBoundingClientRect();
  return height > 0 ? top : null;
}

function caretTop({ editor }: Cell): number | null {
  const view = viewOf(editor);
  return view?.coordsAtPos(view.state.selection.main.head)?.top ?? null;
}

/* The line at the top of the view comes back to its height likewise. */
function keepLines(editor: CodeEditor.IEditor): () => Promise<void> {
  const view = viewOf(editor);
  if (!view) {
    return () => Promise.resolve();
  }
  const text = view.state.doc.toString();
  const { scrollDOM } = view;
  const edge = scrollDOM.getBoundingClientRect().top;
  const line = view.lineBlockAtHeight(edge - view.documentTop);
  const height = view.documentTop + line.top;
  const place = { position: line.from, anchor: line.from, quote: quote(text, line.from) };
  return () =>
    untilAtRest(() => {
      const { position } = locate(view.state.doc.toString(), place);
      return scrollBy(scrollDOM, view.documentTop + view.lineBlockAt(position).top - height);
    });
}

/* Says whether that was by a pixel or more: at an end of the text there may be nothing left to scroll. */
function scrollBy(scroller: Element, pixels: number): boolean {
  const before = scroller.scrollTop;
  scroller.scrollTop += pixels;
  return Math.abs(scroller.scrollTop - before) >= 1;
}

function viewOf(editor: CodeEditor.IEditor | null): EditorView | null {
  const view = editor && 'editor' in editor ? editor.editor : null;
  return view instanceof EditorView ? view : null;
}
