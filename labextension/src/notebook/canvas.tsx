/*
 * Writes into one notebook on the page who is where: marks in its cells, faces at its edges. Touches what
 * differs and nothing else.
 * Top floor.
 */
import type { IDisposable } from '@lumino/disposable';
import * as React from 'react';
import { createPortal, flushSync } from 'react-dom';
import { createRoot } from 'react-dom/client';

import { Edge } from './edge';
import type { IEdgeProps } from './edge';
import { CellHost } from './host';
import { CellMark } from './marks';
import type { IMarkOptions } from './marks';
import type { IBeyond } from './beyond';
import type { IVisitor } from './visitors';

/** A cell that can be seen, with somebody in it. */
export interface IMarkedCell {
  readonly id: string;
  readonly node: HTMLElement;
  readonly visitors: readonly IVisitor[];
}

/** All that is drawn. */
export interface IPicture {
  readonly cells: readonly IMarkedCell[];
  readonly far: IBeyond;
  /** Where the notebook begins in its panel, in pixels. */
  readonly top: number;
  /** The edges at which the user writes. */
  readonly covers: Readonly<Record<IEdgeProps['side'], boolean>>;
  /** Whether these are the last ones known. */
  readonly stale: boolean;
}

export type ICanvasOptions = Omit<IMarkOptions, 'typing'> & Pick<IEdgeProps, 'onGo' | 'onMore'>;

export class Canvas implements IDisposable {
  /** @param panel - what has the notebook in it, and gets the faces at its edges */
  constructor(panel: HTMLElement, options: ICanvasOptions) {
    this._options = options;
    this._edges.className = 'jp-AwarenessEdges';
    panel.append(this._edges);
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** Whether the focus is in the faces at the edges. */
  get hasFocus(): boolean {
    return this._edges.contains(document.activeElement);
  }

  dispose(): void {
    if (!this._isDisposed) {
      this._isDisposed = true;
      this._root.unmount();
      this._edges.remove();
      this._hosts.forEach(host => {
        host.remove();
      });
      this._hosts.clear();
    }
  }

  draw(picture: IPicture, typing: boolean): void {
    const { cells, far, covers } = picture;
    const { _options: options } = this;
    const gone = new Set(this._hosts.keys());
    const portals = cells.map(({ id, node, visitors }) => {
      gone.delete(id);
      const host = this._hostIn(id, node, picture);
      const isStale = picture.stale || visitors.every(one => one.unreachable);
      host.node.classList.toggle('jp-mod-stale', isStale);
      const mark = <CellMark {...options} typing={typing} id={host.id} visitors={visitors} />;
      return createPortal(mark, host.node, id);
    });
    for (const id of gone) {
      this._hosts.get(id)?.remove();
      this._hosts.delete(id);
    }
    this._setTop(picture);
    // In this frame, not in one of React's own choice: what is seen next fits to what was read.
    flushSync(() => {
      this._root.render(
        <>
          <Edge {...options} side="above" far={far.above} aside={covers.above} />
          <Edge {...options} side="below" far={far.below} aside={covers.below} />
          {portals}
        </>
      );
    });
  }

  private _hostIn(id: string, cell: HTMLElement, { far }: IPicture): CellHost {
    const host = this._hosts.get(id) ?? new CellHost();
    this._hosts.set(id, host);
    host.put(cell);
    // Faces that stay in sight while a tall cell is scrolled do so below those at the edge.
    host.node.classList.toggle('jp-mod-lower', far.above.length > 0);
    return host;
  }

  private _setTop({ top, stale }: IPicture): void {
    if (top !== this._top) {
      this._top = top;
      this._edges.style.top = `${top}px`;
    }
    this._edges.classList.toggle('jp-mod-stale', stale);
  }

  private readonly _options: ICanvasOptions;
  private readonly _edges = document.createElement('div');
  private readonly _root = createRoot(this._edges);
  private readonly _hosts = new Map<string, CellHost>();
  private _top = 0;
  private _isDisposed = false;
}
