// @vitest-environment jsdom
import { EditorState } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { FileSight } from '../follow/file-sight';
import { NotebookSight } from '../follow/notebook-sight';
import { ownSpan, sightOf, spanOf } from '../follow/sights';
import { parsePeer } from '../peers';
import type { IEdge, IPeer } from '../peers';
import { FakeContext, panel } from './fakes';
import { FakeCells } from './follow.fakes';

let cells: FakeCells;
let sight: NotebookSight;

beforeEach(() => {
  cells = new FakeCells(Array.from({ length: 10 }, () => 100));
  sight = new NotebookSight(cells.real);
});

function edge(index: number, part: number, cell = `c${index}`): IEdge {
  return { cell, index, part };
}

function peer(fields: object): IPeer {
  return parsePeer(1, { user: { username: 'bob' }, ...fields })!;
}

describe('what is seen of a notebook', () => {
  it('is from a part of a cell to a part of another', () => {
    expect(sight.look()).toEqual({ first: edge(0, 0), last: edge(3, 0.6) });
    cells.outerNode.scrollTop = 150;
    expect(sight.look()).toEqual({ first: edge(1, 0.3), last: edge(4, 1) });
  });

  it('begins at the next cell, between two', () => {
    cells.outerNode.scrollTop = 112;
    expect(sight.look()?.first).toEqual(edge(1, 0));
  });

  it('is the end of the last cell, past it', () => {
    cells.outerNode.scrollTop = 1500;
    expect(sight.look()).toEqual({ first: edge(9, 1), last: edge(9, 1) });
  });

  it('is not what is out of the page', () => {
    cells.draw(0, null);
    cells.outerNode.scrollTop = 60;
    expect(sight.look()?.first.cell).toBe('c1');
  });

  it('is nothing in a hidden window', () => {
    cells = new FakeCells([100, 100], 0);
    expect(new NotebookSight(cells.real).look()).toBeNull();
  });
});

describe('where a place is in a notebook', () => {
  it('is the same again', () => {
    cells.outerNode.scrollTop = 150;
    const seen = sight.look()!;
    cells.outerNode.scrollTop = 700;
    expect(spanOf(sight, seen)).toEqual({ top: 150, bottom: 550 });
    expect(ownSpan(sight)).toEqual({ top: 700, bottom: 1100 });
  });

  it('is found by the cell, else by its number', () => {
    expect(sight.heightOf(edge(9, 0, 'c2'))).toBe(cells.topOf(2));
    expect(sight.heightOf(edge(2, 0.5, 'other'))).toBe(cells.topOf(2) + 50);
    expect(sight.heightOf({ part: 0, position: 5 })).toBeNull();
  });

  it('is the very top for the beginning of the first cell', () => {
    expect(sight.heightOf(edge(0, 0))).toBe(0);
  });

  it('is below the cell above, under a collapsed heading', () => {
    cells.hide(3);
    cells.hide(4);
    expect(sight.heightOf(edge(4, 0.2))).toBe(cells.topOf(2) + 100);
  });

  it('is not known of what is not drawn, until it is', async () => {
    cells.draw(7, null);
    expect(spanOf(sight, { first: edge(7, 0.5), last: edge(8, 1) })).toBeNull();
    await sight.bring(edge(7, 0.5));
    expect(cells.scrollToItem).toHaveBeenCalledExactlyOnceWith(7, 'start');
    expect(sight.heightOf(edge(7, 0.5))).toBe(cells.topOf(7) + 50);
    expect(sight.bring(edge(7, 0.5))).toBeNull();
  });

  it('is gone nearer to, from both sides, if asking for it did not help', async () => {
    [0, 1, 8, 9].forEach(cell => {
      cells.draw(cell, null);
    });
    await sight.bring(edge(9, 0), true);
    expect(cells.outerNode.scrollTop).toBe(cells.topOf(7));
    await sight.bring(edge(0, 0.5), true);
    expect(cells.outerNode.scrollTop).toBe(cells.topOf(2) + 100 - 400);
    expect(cells.scrollToItem).not.toHaveBeenCalled();
    expect(sight.bring(edge(4, 0), true)).toBeNull();
  });

  it('is guessed for a lower end that is not drawn', () => {
    cells.draw(9, null);
    const span = spanOf(sight, { first: edge(7, 0), last: edge(9, 1) });
    expect(span).toEqual({ top: cells.topOf(7), bottom: cells.topOf(7) + 400 });
  });

  it('is the head of the active cell for somebody in command mode', () => {
    const cell = { id: 'c3', index: 3, mode: 'command' };
    const top = cells.topOf(3);
    expect(sight.caretOf(peer({ cell }))).toEqual({ top, bottom: top + 48 });
    expect(sight.caretOf(peer({ cursor: { cell: 'c3', position: 0, anchor: 0 } }))?.top).toBe(top);
    expect(sight.caretOf(peer({}))).toBeNull();
  });
});

describe('what is seen of a file', () => {
  let view: EditorView;
  let file: FileSight;
  const LINE = 20;

  beforeEach(() => {
    const doc = Array.from({ length: 100 }, (_, n) => `line ${n} of it`).join('\n');
    view = new EditorView({ state: EditorState.create({ doc }) });
    file = new FileSight(view);
    const { scrollDOM } = view;
    scrollDOM.getBoundingClientRect = () => ({ top: 100, bottom: 300 }) as DOMRect;
    Object.defineProperty(scrollDOM, 'clientHeight', { value: 200 });
    Object.defineProperty(view, 'documentTop', { get: () => 100 - scrollDOM.scrollTop });
    const block = (number: number) => {
      const { from, to } = view.state.doc.line(number);
      return { from, to, top: (number - 1) * LINE, bottom: number * LINE };
    };
    Object.assign(view, {
      lineBlockAt: (position: number) => block(view.state.doc.lineAt(position).number),
      lineBlockAtHeight: (height: number) =>
        block(Math.min(view.state.doc.lines, Math.floor(height / LINE) + 1))
    });
  });

  afterEach(() => {
    view.destroy();
  });

  it('is from a part of a line to a part of another', () => {
    view.scrollDOM.scrollTop = 50;
    const seen = file.look();
    expect(seen?.first).toMatchObject({ position: view.state.doc.line(3).from, part: 0.5 });
    expect(seen?.last).toMatchObject({ position: view.state.doc.line(13).from, part: 0.5 });
    expect(file.bring()).toBeNull();
  });

  it('is the same again, where the text differs', () => {
    view.scrollDOM.scrollTop = 50;
    const seen = file.look()!;
    view.dispatch({ changes: { from: 0, insert: 'more\nlines\n' } });
    expect(spanOf(file, seen)).toEqual({ top: 90, bottom: 290 });
    expect(file.heightOf({ index: 1, part: 0 })).toBeNull();
  });

  it('has the line of a caret', () => {
    const { from } = view.state.doc.line(30);
    const cursor = { position: from + 2, anchor: from };
    expect(file.caretOf(peer({ cursor }))).toEqual({ top: 580, bottom: 600 });
    expect(file.caretOf(peer({}))).toBeNull();
  });
});

describe('the sight of a widget', () => {
  it('is there for notebooks, and not for others', () => {
    expect(sightOf(cells.panel(new FakeContext('a.ipynb')))).toBeInstanceOf(NotebookSight);
    expect(sightOf(panel(new FakeContext('a.csv')))).toBeNull();
    expect(sightOf(null)).toBeNull();
  });
});
