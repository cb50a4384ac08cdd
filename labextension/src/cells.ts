/*
 * What is asked of the widgets that show documents, without loading the packages they come from.
 * First floor: types of JupyterLab only.
 */
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type { Notebook } from '@jupyterlab/notebook';
import type { Contents } from '@jupyterlab/services';
import type { Widget } from '@lumino/widgets';

import type { ICellPlace, ICellReference } from './peers';

/* Documents of this server: without a drive, or on the one that real-time co-editing puts before them. */
const DRIVES: readonly string[] = ['', 'RTC'];

/** The context of a widget that shows a document, otherwise null. */
export function contextOf(widget: Widget | null): DocumentRegistry.Context | null {
  const context = widget && 'context' in widget ? widget.context : null;
  return typeof context === 'object' && context && 'model' in context && 'pathChanged' in context
    ? (context as DocumentRegistry.Context)
    : null;
}

/** The notebook in a notebook's panel, otherwise null. */
export function notebookOf(widget: Widget | null): Notebook | null {
  const content = widget && 'content' in widget ? widget.content : null;
  return typeof content === 'object' && content && 'activeCellChanged' in content
    ? (content as Notebook)
    : null;
}

/** Where the user is in a notebook, null if it has no cells (yet). */
export function activeCell(notebook: Notebook): ICellPlace | null {
  const { activeCell: cell, activeCellIndex: index, mode } = notebook;
  return cell && index >= 0 ? { id: cell.model.id, index, mode } : null;
}

/** The cells of a notebook here, asked by their ids. */
export interface ICellIndices {
  readonly length: number;
  /** Undefined if there is none with this id. */
  indexOf(id: string): number | undefined;
}

/**
 * Where the cell is here that somebody else means; null if nowhere. Before nbformat 4.5 every browser
 * invents its own cell ids; then the cell's index has to do.
 */
export function findCell({ cell, index }: ICellReference, cells: ICellIndices): number | null {
  const found = cell === undefined ? undefined : cells.indexOf(cell);
  return found ?? (index !== undefined && index < cells.length ? index : null);
}

/** The cell that is shown in place of one: of those under a collapsed heading the heading, otherwise itself. */
export function shownCell({ widgets }: Pick<Notebook, 'widgets'>, index: number): number {
  let shown = index;
  while (shown > 0 && widgets[shown]?.isHidden) {
    shown -= 1;
  }
  return shown;
}

/** The contents path on this server of a document, null if it is elsewhere or has none. */
export function serverPath(
  context: Pick<DocumentRegistry.Context, 'path'>,
  contents: Pick<Contents.IManager, 'driveName' | 'localPath'>
): string | null {
  const path = DRIVES.includes(contents.driveName(context.path))
    ? contents.localPath(context.path).replace(/^\/+|\/+$/g, '')
    : '';
  return path === '' ? null : path;
}
