/*
 * Real shared models: what is patched has to become what was read, whatever differs.
 */
import { YFile, YNotebook } from '@jupyter/ydoc';
import type { ISharedCodeCell } from '@jupyter/ydoc';
import { beforeEach, describe, expect, it, vi } from 'vitest';

import { patchNotebook, patchText } from '../guard/patch';
import type { NotebookContent } from '../guard/patch';

beforeEach(() => {
  vi.spyOn(console, 'warn').mockImplementation(() => undefined); // Yjs, of cells on their way.
});

describe('a text', () => {
  it.each([
    ['', 'abc'],
    ['abc', ''],
    ['abc', 'abc'],
    ['abcdef', 'abXYef'],
    ['aaa', 'aaaa'],
    ['aaaa', 'aaa'],
    ['abcabc', 'abc'],
    ['x😀y', 'x😁y'],
    ['😀', '😀😀'],
    ['a😀', 'a😁'],
    ['😀z', '\u{1fa00}z']
  ])('%j becomes %j', (before, after) => {
    const file = YFile.create();
    file.setSource(before);
    patchText(file, after);
    expect(file.getSource()).toBe(after);
  });

  it('is not touched where both are the same', () => {
    const file = YFile.create();
    file.setSource('one\ntwo\nthree');
    const changes = vi.fn();
    file.changed.connect(changes);
    patchText(file, 'one\ntwo\nthree');
    expect(changes).not.toHaveBeenCalled();
    patchText(file, 'one\n2\nthree');
    expect(changes).toHaveBeenCalledWith(file, {
      sourceChange: [{ retain: 4 }, { insert: '2' }, { delete: 3 }]
    });
  });
});

function code(id: string, source: string, rest: object = {}): NotebookContent['cells'][number] {
  return {
    id,
    cell_type: 'code',
    source,
    metadata: {},
    outputs: [],
    execution_count: null,
    ...rest
  };
}

function markdown(id: string, source: string, rest: object = {}): NotebookContent['cells'][number] {
  return { id, cell_type: 'markdown', source, metadata: {}, ...rest };
}

function content(cells: NotebookContent['cells'], rest: object = {}): NotebookContent {
  return { nbformat: 4, nbformat_minor: 5, metadata: { title: 'x' }, cells, ...rest };
}

const STREAM = { output_type: 'stream', name: 'stdout', text: 'hello\n' };
const BEFORE = [
  code('a', 'one', { outputs: [STREAM], execution_count: 3, metadata: { tags: ['x'] } }),
  markdown('b', '# two', { attachments: { 'x.png': { 'image/png': 'AA' } } }),
  code('c', 'three')
];

function load(): YNotebook {
  return YNotebook.create({ data: structuredClone(content(BEFORE)) });
}

describe('a notebook', () => {
  it.each<[string, NotebookContent['cells'], object?]>([
    ['nothing', BEFORE],
    ['a source', [code('a', 'ONE'), ...BEFORE.slice(1)]],
    ['a source in lines', [{ ...BEFORE[0]!, source: ['one\n', 'two'] }, ...BEFORE.slice(1)]],
    ['outputs', [code('a', 'one', { outputs: [] }), ...BEFORE.slice(1)]],
    [
      'other outputs',
      [
        BEFORE[0]!,
        BEFORE[1]!,
        code('c', 'three', {
          execution_count: 9,
          outputs: [
            { output_type: 'display_data', data: { 'text/plain': 'x' }, metadata: {} },
            { output_type: 'error', ename: 'E', evalue: 'v', traceback: ['t'] }
          ]
        })
      ]
    ],
    [
      'metadata of a cell',
      [{ ...BEFORE[0]!, metadata: { name: 'y', jupyter: { outputs_hidden: true } } }, BEFORE[1]!]
    ],
    ['an attachment', [BEFORE[0]!, markdown('b', '# two'), BEFORE[2]!]],
    ['a new cell at the beginning', [code('n', 'new'), ...BEFORE]],
    [
      'new cells between and at the end',
      [BEFORE[0]!, markdown('n', 'new'), ...BEFORE.slice(1), code('m', '')]
    ],
    ['fewer cells', [BEFORE[2]!]],
    ['other cells', [code('x', 'x'), code('y', 'y')]],
    ['the kind of a cell', [BEFORE[0]!, code('b', '# two'), BEFORE[2]!]],
    ['the metadata of the notebook', BEFORE, { metadata: { title: 'y', more: { deep: [1] } } }]
  ])('becomes another one in: %s', (_, cells, rest = {}) => {
    const notebook = load();
    const wanted = content(cells, rest);
    expect(patchNotebook(notebook, structuredClone(wanted))).toBe(true);
    const expected = YNotebook.create({ data: structuredClone(wanted) });
    const normal = ({ source }: NotebookContent['cells'][number]) =>
      typeof source === 'string' ? source : source.join('');
    expect(notebook.toJSON().cells.map(({ id }) => id)).toEqual(cells.map(({ id }) => id));
    expect(notebook.toJSON().cells.map(normal)).toEqual(cells.map(normal));
    expect(notebook.toJSON().metadata).toEqual(expected.toJSON().metadata);
  });

  it('keeps the cells that stay, and does not touch those that are the same', () => {
    const notebook = load();
    const [first, , third] = notebook.cells;
    const touched = vi.fn();
    first!.changed.connect(touched);
    patchNotebook(notebook, content([BEFORE[0]!, code('n', 'new'), code('c', 'THREE')]));
    expect(notebook.cells.map(({ id }) => id)).toEqual(['a', 'n', 'c']);
    expect(notebook.cells[0]).toBe(first);
    expect(notebook.cells[2]).toBe(third);
    expect(touched).not.toHaveBeenCalled();
    expect((first as ISharedCodeCell).outputs).toEqual([STREAM]);
  });

  it.each<[string, NotebookContent]>([
    ['another order', content([BEFORE[2]!, BEFORE[0]!, BEFORE[1]!])],
    ['another format', content(BEFORE, { nbformat_minor: 4 })],
    ['ids that are not unique', content([BEFORE[0]!, BEFORE[0]!])],
    ['no ids', content(BEFORE.map(cell => ({ ...cell, id: undefined })))]
  ])('is left to JupyterLab with %s', (_, wanted) => {
    const notebook = load();
    const before = notebook.toJSON();
    expect(patchNotebook(notebook, wanted)).toBe(false);
    expect(notebook.toJSON()).toEqual(before);
  });
});
