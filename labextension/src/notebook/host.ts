/*
 * The element in a cell that has everything of ours in it. It lies over the cell, so that it takes no room.
 * Top floor.
 */

/** Stays the same while its cell gets another node, as when it is moved. */
export class CellHost {
  constructor() {
    CellHost._made += 1;
    this.id = `jp-awareness-cell-${CellHost._made}`;
    this.node.className = 'jp-AwarenessCell';
  }

  readonly node = document.createElement('div');
  /** The id of the words in it. */
  readonly id: string;

  /** Be in a cell, after everything of JupyterLab's. */
  put(cell: HTMLElement): void {
    if (this.node.parentElement !== cell) {
      this.remove();
      cell.append(this.node);
      describe(cell, ids => [...ids, this.id]);
    }
  }

  remove(): void {
    const cell = this.node.parentElement;
    if (cell) {
      this.node.remove();
      describe(cell, ids => ids.filter(id => id !== this.id));
    }
  }

  private static _made = 0;
}

/* What else describes the cell stays. */
function describe(cell: HTMLElement, change: (ids: readonly string[]) => readonly string[]): void {
  const ids = change((cell.getAttribute('aria-describedby') ?? '').split(' ').filter(Boolean));
  if (ids.length > 0) {
    cell.setAttribute('aria-describedby', ids.join(' '));
  } else {
    cell.removeAttribute('aria-describedby');
  }
}
