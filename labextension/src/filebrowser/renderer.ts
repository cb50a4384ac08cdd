/*
 * The rows of the file browser, with something of ours at the end of each name.
 * Top floor: a subclass of JupyterLab's renderer.
 */
import { DirListing } from '@jupyterlab/filebrowser';
import type { Contents } from '@jupyterlab/services';

/** Draws into the column of a row's name, or takes away what it had drawn there; `width` is in pixels, if it is known. */
export type Decorate = (name: HTMLElement, model: Contents.IModel, width: number | null) => void;

type Update = DirListing.Renderer['updateItemNode'];
type Resize = DirListing.Renderer['updateItemSize'];

/** Nodes are used again for other files; what was drawn last into each is kept, to be drawn anew without asking the server. */
export class RowsRenderer extends DirListing.Renderer {
  override updateItemNode(...args: Parameters<Update>): void {
    super.updateItemNode(...args);
    const [node, model, , , , , , sizes] = args;
    this._take(node, model, sizes);
  }

  /* For many rows at once while a column is dragged; the above calls it too. */
  override updateItemSize(...args: Parameters<Resize>): void {
    super.updateItemSize(...args);
    const [node, model, , sizes] = args;
    this._take(node, model, sizes);
  }

  /** Decorate all rows from now on, and those that are there at once. */
  set decorate(decorate: Decorate) {
    this._decorate = decorate;
    this.repaint();
  }

  /** What the rows are decorated with has changed. */
  repaint(): void {
    for (const [node, row] of this._rows) {
      if (node.isConnected) {
        this._draw(node, row);
      } else {
        this._rows.delete(node);
      }
    }
  }

  private _take(node: HTMLElement, model: Contents.IModel, sizes: Parameters<Resize>[3]): void {
    const row = { model, width: sizes?.name ?? null };
    this._rows.set(node, row);
    this._draw(node, row);
  }

  private _draw(node: HTMLElement, { model, width }: IRow): void {
    const name = node.querySelector<HTMLElement>('.jp-DirListing-itemName');
    if (name) {
      this._decorate?.(name, model, width);
    }
  }

  private readonly _rows = new Map<HTMLElement, IRow>();
  private _decorate: Decorate | null = null;
}

interface IRow {
  readonly model: Contents.IModel;
  readonly width: number | null;
}
