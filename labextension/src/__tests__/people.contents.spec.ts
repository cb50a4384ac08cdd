import { Text } from '@codemirror/state';
import type { Widget } from '@lumino/widgets';
import { describe, expect, it } from 'vitest';

import { cellIndex, describeIn } from '../people/contents';
import { documentTab } from '../people/rows';
import { notebookOf } from '../cells';
import { people, state } from './people.fakes';

/** A panel of a notebook with these cells; a cell that starts with `#` or a blank is Markdown. */
function notebook(...sources: readonly string[]): Widget {
  const cells = sources.map((source, at) => ({
    id: `id-${at}`,
    cell_type: /^[#\s]/.test(source) ? 'markdown' : 'code',
    source
  }));
  const content = { activeCellChanged: {}, model: { sharedModel: { cells } } };
  return { content } as unknown as Widget;
}

function described(widget: Widget | null, fields: Parameters<typeof state>[1]): object {
  const [person] = people(state('bob', fields));
  const peer = person!.peers[0]!;
  return describeIn(widget)(documentTab(peer, 'a.ipynb'), peer);
}

function inCell(id: string, index: number): Parameters<typeof state>[1] {
  return { cell: { id, index, mode: 'edit' } };
}

describe('a cell in the own copy of a notebook', () => {
  const widget = notebook('a', 'b', 'c');
  it.each([
    ['is found by its id, wherever the other has it', { cell: 'id-2', index: 0 }, 2],
    ['is found by its index if the id is unknown', { cell: 'other', index: 1 }, 1],
    ['is the last one at most', { cell: 'other', index: 9 }, 2],
    ['is nowhere if nothing is told', {}, -1]
  ])('%s', (_, place, index) => {
    expect(cellIndex(notebookOf(widget)!, place)).toBe(index);
  });
});

describe('the heading of a cell', () => {
  it('is the nearest above, without marks', () => {
    const widget = notebook('# One', 'x', '\n## *Two* of [three](http://x) `four` ##\ntext', 'y');
    expect(described(widget, inCell('id-1', 1))).toMatchObject({ heading: 'One' });
    expect(described(widget, inCell('id-3', 3))).toMatchObject({ heading: 'Two of three four' });
  });

  it('is left out where there is none', () => {
    const widget = notebook('x', ' no heading', 'y');
    expect(described(widget, inCell('id-2', 2))).not.toHaveProperty('heading');
  });

  it('is not taken from a comment in code', () => {
    const widget = notebook('x = 1\n# comment', 'y');
    expect(described(widget, inCell('id-1', 1))).not.toHaveProperty('heading');
  });

  it('comes with the index in the own copy', () => {
    const widget = notebook('# One', 'x', 'y');
    expect(described(widget, inCell('id-1', 7))).toMatchObject({ index: 1, heading: 'One' });
  });
});

describe('the line of a cursor', () => {
  const text = Text.of(['one', 'two', 'three']);
  const editor = {
    revealPosition: () => undefined,
    // As CodeMirrorEditor does it, which throws beyond the end.
    getPositionAt: (offset: number) => ({ line: text.lineAt(offset).number - 1, column: 0 }),
    model: { sharedModel: { getSource: () => text.toString() } }
  };
  const file = { content: { editor } } as unknown as Widget;

  it('counts from 1', () => {
    expect(described(file, { cursor: { position: 0, anchor: 0 } })).toMatchObject({ line: 1 });
    expect(described(file, { cursor: { position: 9, anchor: 9 } })).toMatchObject({ line: 3 });
  });

  it('is that in the own copy, where the cursor is drawn', () => {
    const cursor = { position: 0, anchor: 0, quote: { before: '', after: 'three' } };
    expect(described(file, { cursor })).toMatchObject({ line: 3 });
  });

  it('is the last one for a place beyond the end', () => {
    expect(described(file, { cursor: { position: 99, anchor: 99 } })).toMatchObject({ line: 3 });
  });

  it('is left out where no cursor is told', () => {
    expect(described(file, {})).not.toHaveProperty('line');
  });
});

it('adds nothing where there is neither a notebook nor an editor', () => {
  expect(described(null, inCell('x', 4))).toMatchObject({ index: 4, cell: 'x' });
});
