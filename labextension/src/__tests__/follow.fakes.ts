/*
 * A notebook of boxes, which jsdom does not lay out: cells stand under each other and scroll.
 */
import type { IDocumentWidget } from '@jupyterlab/docregistry';
import type { Notebook } from '@jupyterlab/notebook';
import { vi } from 'vitest';

import type { FakeContext } from './fakes';

const TOP = 100; // Of the window, on the screen.
const GAP = 10;

export class FakeCells {
  /** Cells by their heights; null for one that is not in the page. */
  constructor(
    private readonly _heights: (number | null)[],
    readonly height = 400
  ) {
    this.outerNode = document.createElement('div');
    Object.defineProperty(this.outerNode, 'clientHeight', { get: () => this.height });
    Object.defineProperty(this.outerNode, 'scrollHeight', { get: () => this.total });
    this.outerNode.getBoundingClientRect = () => rect(TOP, TOP + this.height);
    this.widgets = _heights.map((_, index) => this._cell(index));
  }

  readonly activeCellChanged = {};
  readonly outerNode: HTMLElement;
  readonly widgets: ReturnType<FakeCells['_cell']>[];
  readonly scrollToItem = vi.fn((index: number) => {
    this.draw(index);
    return Promise.resolve();
  });

  get model(): { sharedModel: { cells: { id: string }[] } } {
    return { sharedModel: { cells: this.widgets.map(({ model }) => ({ id: model.id })) } };
  }

  get total(): number {
    return this._heights.reduce<number>((sum, height) => sum + GAP + (height ?? 0), 0) + 1000;
  }

  get real(): Notebook {
    return this as unknown as Notebook;
  }

  /** A widget that shows this notebook. */
  panel(context: FakeContext): IDocumentWidget {
    const panel = {
      context,
      content: this,
      isVisible: true,
      isDisposed: false,
      node: this.outerNode
    };
    return { ...panel, revealed: Promise.resolve() } as unknown as IDocumentWidget;
  }

  /** Have a cell in the page, or (`null`) out of it. */
  draw(index: number, height: number | null = 100): void {
    this._heights[index] = height;
  }

  hide(index: number): void {
    this.draw(index, null);
    this.widgets[index]!.isHidden = true;
  }

  /** The top of a cell, from the top of all. */
  topOf(index: number): number {
    return this._heights
      .slice(0, index)
      .reduce<number>((sum, height) => sum + GAP + (height ?? 0), GAP);
  }

  private _cell(index: number) {
    const node = document.createElement('div');
    document.body.append(node);
    node.getBoundingClientRect = () => {
      const top = TOP + this.topOf(index) - this.outerNode.scrollTop;
      const height = this._heights[index];
      return height === null || height === undefined ? rect(0, 0) : rect(top, top + height);
    };
    return { node, model: { id: `c${index}` }, editor: null, isHidden: false };
  }
}

function rect(top: number, bottom: number): DOMRect {
  return { top, bottom, left: 0, right: 500, width: 500, height: bottom - top } as DOMRect;
}
