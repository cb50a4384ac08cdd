import { describe, expect, it } from 'vitest';

import { notesOn, summaryOf, titleOf } from '../guard/diffwording';
import { equal, pairParts } from '../guard/pairs';
import type { IPart } from '../guard/pairs';
import { partsOf } from '../guard/parts';
import { trans } from './people.fakes';

function part(id: string, source = id, type = 'code'): IPart {
  return { id, type, source, outputs: [], outputsKey: '[]' };
}

/** '0-1' belong together, '*' are moved, '2-' and '-2' are only on one side. */
function paired(left: readonly IPart[], right: readonly IPart[]): string {
  return pairParts(left, right)
    .map(pair => `${pair.left ?? ''}-${pair.right ?? ''}${pair.moved ? '*' : ''}`)
    .join(' ');
}

const parts = (ids: string) => Array.from(ids, id => part(id));

describe('cells', () => {
  it.each([
    ['abc', 'abc', '0-0 1-1 2-2'],
    ['abc', 'axbc', '0-0 -1 1-2 2-3'],
    ['axbc', 'abc', '0-0 1- 2-1 3-2'],
    ['ab', 'cd', '0-0 1-1'],
    ['abc', 'cab', '2-0* 0-1 1-2'],
    ['abc', 'bca', '1-0* 2-1* 0-2'],
    ['', 'ab', '-0 -1'],
    ['ab', '', '0- 1-'],
    ['axc', 'ayc', '0-0 1- -1 2-2']
  ])('%s and %s are %s', (left, right, expected) => {
    expect(paired(parts(left), parts(right))).toBe(expected);
  });

  it('without lasting ids belong together by their text, and by their order between', () => {
    const bare = (...sources: string[]) => sources.map(source => part('', source));
    expect(paired(bare('a', 'b', 'c'), bare('a', 'B', 'c'))).toBe('0-0 1-1 2-2');
    expect(paired(bare('a', 'c'), bare('a', 'b', 'c'))).toBe('0-0 -1 1-2');
    expect(paired(bare('a', 'b', 'c'), bare('c'))).toBe('0- 1- 2-0');
    expect(paired(bare('', ''), bare('', 'x', ''))).toBe('0-0 1-1 -2');
  });

  it('are equal if a reader sees no difference', () => {
    expect(equal(part('a'), part('a'))).toBe(true);
    expect(equal(part('a'), part('a', 'b'))).toBe(false);
    expect(equal(part('a'), part('a', 'a', 'markdown'))).toBe(false);
    expect(equal(part('a'), { ...part('a'), outputsKey: '[1]' })).toBe(false);
  });
});

describe('the parts of a document', () => {
  it('are the whole of a text', () => {
    expect(partsOf('one\ntwo', trans)).toMatchObject([{ type: 'text', source: 'one\ntwo' }]);
  });

  const outputs = (...list: object[]) =>
    partsOf({ nbformat: 4, nbformat_minor: 5, cells: [{ id: 'a', outputs: list }] }, trans)[0]
      ?.outputs;

  it('have their outputs in words', () => {
    const shown = (data: object) => ({ output_type: 'display_data', data });
    expect(
      outputs(
        { output_type: 'stream', text: ['a\n', 'b\n'] },
        shown({ 'image/png': 'AA', 'text/plain': 'x' }),
        shown({ 'image/svg+xml': '<svg>' }),
        shown({ 'image/svg+xml': '<svg>' }),
        shown({ 'text/html': '<table>', 'text/plain': 'x' }),
        shown({ 'text/plain': 'x' }),
        shown({ 'text/latex': '$x$' }),
        shown({ 'application/vnd.jupyter.widget-view+json': {} }),
        shown({ 'application/geo+json': {} }),
        { output_type: 'error', ename: 'NameError' }
      )
    ).toEqual([
      '2 lines of text',
      'Image (png)',
      'Image (svg) ×2',
      'Table or HTML',
      'Text',
      'Formula',
      'Widget',
      'geo+json',
      'Error: NameError'
    ]);
  });

  it('are read as far as they can be, whatever they are', () => {
    const cells = [
      null,
      5,
      {},
      { id: 7, cell_type: 'code', source: ['a\n', 3, 'b'], outputs: 'x' }
    ];
    expect(partsOf({ nbformat: 4, nbformat_minor: 5, cells }, trans)).toEqual([
      { id: '', type: '', source: '', outputs: [], outputsKey: '[]' },
      { id: '', type: 'code', source: 'a\nb', outputs: [], outputsKey: '[]' }
    ]);
    expect(partsOf(null, trans)).toEqual([]);
    expect(outputs({ output_type: 'error' }, {})).toEqual(['Error: ?', 'Text']);
  });

  it('have no lasting ids in old formats', () => {
    const cells = [{ id: 'a', cell_type: 'code', source: '' }];
    expect(partsOf({ nbformat: 4, nbformat_minor: 4, cells }, trans)[0]?.id).toBe('');
  });

  it('do not differ by the number of a run alone', () => {
    const key = (execution_count: number) =>
      partsOf(
        { nbformat: 4, nbformat_minor: 5, cells: [{ outputs: [{ execution_count, data: {} }] }] },
        trans
      )[0]?.outputsKey;
    expect(key(1)).toBe(key(2));
  });
});

describe('a comparison in words', () => {
  const sides = {
    left: { label: 'Yours', parts: [] },
    right: { label: 'Bob’s', parts: [] },
    trans
  };
  const pair = { left: 0, right: 0, moved: false };

  it('has the number of a cell', () => {
    expect(titleOf(pair, part('a'), trans)).toBe('Cell 1');
    expect(titleOf({ ...pair, right: 3 }, part('a'), trans)).toBe('Cell 1 here, cell 4 there');
    expect(titleOf({ ...pair, left: null, right: 3 }, part('a'), trans)).toBe('Cell 4');
    expect(titleOf(pair, part('a', 'a', 'text'), trans)).toBe('');
  });

  it('tells what else differs', () => {
    const notes = (mine: IPart | null, theirs: IPart | null, moved = false) =>
      notesOn({ ...pair, moved }, mine, theirs, sides);
    expect(notes(part('a'), part('a', 'b'))).toEqual([]);
    expect(notes(part('a'), null)).toEqual(['Only in: Yours']);
    expect(notes(null, part('a'))).toEqual(['Only in: Bob’s']);
    expect(notes(part('a'), part('a', 'a', 'markdown'), true)).toEqual([
      'Stands in another place.',
      'Kind of cell: code here, markdown there.'
    ]);
    const drawn = { ...part('a'), outputs: ['Image (png)'], outputsKey: '[1]' };
    expect(notes(part('a'), drawn)).toEqual(['The outputs differ: none here, Image (png) there.']);
    expect(notes(drawn, { ...drawn, outputsKey: '[2]' })).toEqual([
      'The outputs differ: Image (png).'
    ]);
  });

  it('has a summary', () => {
    const cells = { left: { label: '', parts: [part('a')] } };
    const text = { left: { label: '', parts: [part('t', 't', 'text')] } };
    expect(summaryOf([], cells, trans)).toBe('There is no difference.');
    expect(summaryOf([pair], cells, trans)).toBe('1 cell differs.');
    expect(summaryOf([pair, pair], cells, trans)).toBe('2 cells differ.');
    expect(summaryOf([pair], text, trans)).toBe('The texts differ.');
  });
});
