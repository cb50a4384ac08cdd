/*
 * What a document's widget can tell of a place in it: the cell, the heading above it, the line.
 * Top floor. Widgets are taken by shape: importing their classes would load their packages in every page.
 */
import { EditorView } from '@codemirror/view';
import type { CodeEditor } from '@jupyterlab/codeeditor';
import type { Notebook } from '@jupyterlab/notebook';
import type { Widget } from '@lumino/widgets';

import { findCell, notebookOf } from '../cells';
import type { IPeer } from '../peers';
import { locate } from '../positions';
import type { ITab } from './rows';

/** The editor inside a file editor's widget. */
export function editorIn(widget: Widget | null): CodeEditor.IEditor | null {
  const content = widget && 'content' in widget ? widget.content : null;
  const editor =
    typeof content === 'object' && content && 'editor' in content ? content.editor : null;
  return typeof editor === 'object' && editor !== null && 'revealPosition' in editor
    ? (editor as CodeEditor.IEditor)
    : null;
}

/** CodeMirror's view in an editor. */
export function viewIn(editor: CodeEditor.IEditor | null): EditorView | null {
  const view = editor && 'editor' in editor ? editor.editor : null;
  return view instanceof EditorView ? view : null;
}

/** Where somebody else's cell is in this notebook, as near as there is one; -1 if nowhere. */
export function cellIndex(notebook: Notebook, place: Pick<ITab, 'cell' | 'index'>): number {
  const cells = notebook.model?.sharedModel.cells ?? [];
  const { index: told } = place;
  const indexOf = (id: string): number | undefined => {
    // Where it is said to be, first: asking hundreds of cells for their ids takes a while.
    const isThere = told !== undefined && cells[told]?.id === id;
    const found = isThere ? told : cells.findIndex(cell => cell.id === id);
    return found < 0 ? undefined : found;
  };
  const found = findCell(place, { length: cells.length, indexOf });
  return found ?? (told === undefined ? -1 : cells.length - 1);
}

/** Adds to a tab what the reader's own copy of the document has there: the heading, or the line. */
export function describeIn(widget: Widget | null): (tab: ITab, peer: IPeer) => ITab {
  const notebook = notebookOf(widget);
  const editor = editorIn(widget);
  let source: string | null = null;
  let headings: readonly string[] | null = null;
  return (tab, peer) => {
    const [cursor] = peer.cursors;
    if (editor && cursor) {
      // As its caret is drawn, and within the text: CodeMirror throws on places that it does not have.
      source ??= editor.model.sharedModel.getSource();
      const place = editor.getPositionAt(locate(source, cursor).position);
      return place ? { ...tab, line: place.line + 1 } : tab;
    }
    const index = notebook ? cellIndex(notebook, tab) : -1;
    if (!notebook || index < 0) {
      return tab;
    }
    headings ??= headingsOf(notebook);
    const heading = headings[index];
    return { ...tab, index, ...(heading ? { heading } : {}) };
  };
}

const HEADING = /^#{1,6}[ \t]+(.+)$/m;

/** For each cell the heading that it stands under, '' before the first. */
function headingsOf(notebook: Notebook): readonly string[] {
  let heading = '';
  return (notebook.model?.sharedModel.cells ?? []).map(cell => {
    if (cell.cell_type === 'markdown') {
      heading = plain(HEADING.exec(cell.source)?.[1]) || heading;
    }
    return heading;
  });
}

/* Without the marks of emphasis, code and links. */
function plain(markdown = ''): string {
  return markdown
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/[*_`]|#+\s*$/g, '')
    .trim();
}
