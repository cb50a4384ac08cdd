/*
 * Making a document's model equal to what was read, by changing only what differs: editors, carets, outputs and
 * the place on the screen outlive it, where JupyterLab's own way makes every cell anew.
 * Top floor, but without DOM.
 */
import type {
  ISharedAttachmentsCell,
  ISharedBaseCell,
  ISharedCell,
  ISharedCodeCell,
  ISharedNotebook,
  ISharedText
} from '@jupyter/ydoc';
import type { JSONObject, JSONValue } from '@lumino/coreutils';
import { JSONExt } from '@lumino/coreutils';

/** A notebook as it stands in its file. */
export type NotebookContent = ReturnType<ISharedNotebook['toJSON']>;

type CellContent = NotebookContent['cells'][number];
type Outputs = ReturnType<ISharedCodeCell['getOutputs']>;
type Attachments = ReturnType<ISharedAttachmentsCell['getAttachments']>;

/** Make a text equal to another, between what they have in common at their beginning and end. */
export function patchText(shared: ISharedText, text: string): void {
  const old = shared.getSource();
  const shorter = Math.min(old.length, text.length);
  let start = 0;
  while (start < shorter && old[start] === text[start]) {
    start++;
  }
  let end = 0;
  while (end < shorter - start && old.at(-1 - end) === text.at(-1 - end)) {
    end++;
  }
  // Half of a surrogate pair is no character, and cannot be written as one.
  start -= Number(isHigh(old, start - 1));
  end -= Number(isLow(old, old.length - end));
  if (old !== text) {
    shared.updateSource(start, old.length - end, text.slice(start, text.length - end));
  }
}

/** Make a notebook equal to another; false if that needs more than this can do. It may be half done then. */
export function patchNotebook(notebook: ISharedNotebook, value: NotebookContent): boolean {
  const cells = [...notebook.cells];
  const target = value.cells;
  const kept = keptCells(cells, target);
  if (
    !kept ||
    notebook.nbformat !== value.nbformat ||
    notebook.nbformat_minor !== value.nbformat_minor
  ) {
    return false;
  }
  const update = () => {
    if (!JSONExt.deepEqual(notebook.metadata, value.metadata)) {
      notebook.metadata = value.metadata;
    }
    for (const [cell, wanted] of kept) {
      patchCell(cell, wanted);
    }
    // The list of cells is renewed only at the end of the transaction, so places are counted here.
    for (let index = cells.length - 1; index >= 0; index--) {
      const cell = cells[index];
      if (cell && !kept.has(cell)) {
        notebook.deleteCell(index);
      }
    }
    const old = new Set(kept.values());
    target.forEach((wanted, index) => {
      if (!old.has(wanted)) {
        notebook.insertCell(index, wanted);
      }
    });
  };
  notebook.transact(update, false);
  return JSONExt.deepEqual(plain(notebook.toJSON()) as JSONValue, plain(value) as JSONValue);
}

/* The cells that stay, each with what it is to become; null where ids do not tell, or the order differs. */
function keptCells(
  cells: readonly ISharedCell[],
  target: readonly CellContent[]
): Map<ISharedCell, CellContent> | null {
  const wanted = new Map(target.map(cell => [cell.id, cell]));
  const kept = new Map<ISharedCell, CellContent>();
  for (const cell of cells) {
    const other = wanted.get(cell.id);
    if (other?.cell_type === cell.cell_type) {
      kept.set(cell, other);
    }
  }
  const stay = new Set(kept.values());
  const before = [...stay];
  const after = target.filter(cell => stay.has(cell));
  const unique = wanted.size === target.length && !wanted.has(undefined);
  return unique && before.every((cell, index) => cell === after[index]) ? kept : null;
}

function patchCell(cell: ISharedCell, wanted: CellContent): void {
  patchText(cell, textOf(wanted.source));
  patchMetadata(cell, wanted.metadata);
  if (isCode(cell)) {
    const outputs = (wanted.outputs ?? []) as Outputs;
    if (!JSONExt.deepEqual(cell.outputs, outputs)) {
      cell.setOutputs(outputs);
    }
    cell.execution_count = (wanted.execution_count ?? null) as number | null;
  } else {
    const attachments = wanted.attachments as Attachments;
    const old = (cell as ISharedAttachmentsCell).attachments;
    if (!JSONExt.deepEqual(old ?? {}, attachments ?? {})) {
      (cell as ISharedAttachmentsCell).attachments = attachments;
    }
  }
}

function isCode(cell: ISharedCell): cell is ISharedCodeCell {
  return cell.cell_type === 'code';
}

function patchMetadata(cell: ISharedBaseCell, wanted: CellContent['metadata']): void {
  const old = cell.getMetadata() as JSONObject;
  if (!JSONExt.deepEqual(old, wanted)) {
    for (const key of Object.keys(old).filter(one => !(one in wanted))) {
      cell.deleteMetadata(key);
    }
    cell.setMetadata(wanted);
  }
}

/* As it is compared: texts in one piece, without what JupyterLab derives or the server leaves out. */
function plain(value: NotebookContent): unknown {
  return {
    metadata: value.metadata,
    cells: value.cells.map(({ id, cell_type, source, metadata, ...rest }) => ({
      id,
      cell_type,
      source: textOf(source),
      metadata: plainMetadata(metadata as JSONObject),
      outputs: rest.outputs ?? [],
      execution_count: rest.execution_count ?? null,
      attachments: rest.attachments ?? {}
    }))
  };
}

/* Whether outputs are hidden stands twice in a model, and once in many files. */
function plainMetadata(metadata: JSONObject): JSONObject {
  const { collapsed, jupyter, ...rest } = metadata;
  const { outputs_hidden, ...others } = (jupyter ?? {}) as JSONObject;
  return { ...rest, jupyter: others, collapsed: collapsed ?? outputs_hidden ?? null };
}

function textOf(source: CellContent['source']): string {
  return typeof source === 'string' ? source : source.join('');
}

function isHigh(text: string, index: number): boolean {
  return /[\ud800-\udbff]/.test(text.charAt(index));
}

function isLow(text: string, index: number): boolean {
  return /[\udc00-\udfff]/.test(text.charAt(index));
}
