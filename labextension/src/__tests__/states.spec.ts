import { describe, expect, it } from 'vitest';

import {
  MOST_CURSORS,
  MOST_OPEN,
  MOST_EARLIER,
  parseActivity,
  parseCell,
  parseCursors,
  parseDocument,
  parseLocation,
  parseOpen
} from '../states';

describe('parseCursors', () => {
  it('drops what is malformed within a cursor', () => {
    const cursor = { cell: 5, index: -1, position: 4, anchor: 'x', quote: { before: 'a' } };
    expect(parseCursors(cursor, undefined)).toEqual([{ position: 4, anchor: 4 }]);
  });

  it.each([-1, 0.5, 2 ** 53, '1', null, NaN])('drops a cursor at %s', position => {
    expect(parseCursors({ position, anchor: 0 }, [{ position, anchor: 0 }])).toEqual([]);
  });

  it('takes so many and no more', () => {
    const many = Array.from({ length: 10_000 }, (_, position) => ({ position, anchor: position }));
    const cursors = parseCursors(many[0], many);
    expect(cursors).toHaveLength(MOST_CURSORS);
  });

  it('keeps of a long quote what is next to the caret', () => {
    const quote = { before: 'x'.repeat(500) + 'near', after: 'here' + 'x'.repeat(500) };
    const [cursor] = parseCursors({ position: 1, anchor: 1, quote }, null);
    expect(cursor?.quote?.before).toMatch(/^x{60}near$/);
    expect(cursor?.quote?.after).toMatch(/^herex{60}$/);
  });
});

describe('parseLocation', () => {
  it('needs a path of bounded length', () => {
    expect(parseLocation({ path: 'a/b', type: 'file' })).toEqual({ path: 'a/b', type: 'file' });
    expect(parseLocation({ type: 'file' })).toBeNull();
    expect(parseLocation({ path: 'x'.repeat(5000), type: 'file' })).toBeNull();
    expect(parseLocation({ path: 'a', type: 3, cell: '', index: 2 })).toEqual({
      path: 'a',
      type: '',
      index: 2
    });
  });
});

describe('parseOpen', () => {
  it('leaves out what has no usable path, and takes only true for unsaved', () => {
    const open = ['a', { path: 'a', dirty: true }, { path: '' }, { path: 'b', dirty: 'yes' }, null];
    expect(parseOpen(open)).toEqual([
      { path: 'a', dirty: true },
      { path: 'b', dirty: false }
    ]);
    expect(parseOpen({ path: 'a' })).toEqual([]);
  });

  it('takes so many and no more', () => {
    expect(parseOpen(Array(10_000).fill({ path: 'a' }))).toHaveLength(MOST_OPEN);
  });
});

describe('parseCell', () => {
  it('needs id and index', () => {
    expect(parseCell({ id: 'c', index: 1, mode: 'edit' })).toEqual({
      id: 'c',
      index: 1,
      mode: 'edit'
    });
    expect(parseCell({ id: 'c', index: 1, mode: 'toString' })?.mode).toBe('command');
    expect(parseCell({ id: 'c' })).toBeNull();
    expect(parseCell({ id: 'x'.repeat(300), index: 1 })).toBeNull();
  });
});

describe('parseDocument', () => {
  it('keeps dirty when the save cannot be read', () => {
    expect(parseDocument({ dirty: false, saved: { at: 'x', hash: 'h' } })).toEqual({
      dirty: false,
      since: null,
      saved: null
    });
    expect(parseDocument({ dirty: true, saved: { at: 1.7e12, hash: null } })).toEqual({
      dirty: true,
      since: null,
      saved: { at: 1.7e12, hash: '', from: [] }
    });
    expect(parseDocument({ dirty: 1, saved: null })).toBeNull();
  });

  it('knows since when there is unsaved work, if there is any', () => {
    expect(parseDocument({ dirty: true, since: 5, saved: null })?.since).toBe(5);
    expect(parseDocument({ dirty: true, since: '5', saved: null })?.since).toBeNull();
    expect(parseDocument({ dirty: false, since: 5, saved: null })?.since).toBeNull();
  });

  it('has a bounded number of earlier versions, and only usable ones', () => {
    const from = ['a', 5, '', 'x'.repeat(300), 'b', ...Array<string>(1000).fill('c')];
    const { saved } = parseDocument({ dirty: false, saved: { at: 1, hash: 'h', from } }) ?? {};
    expect(saved?.from).toEqual(['a', 'b', 'c']);
    expect(MOST_EARLIER).toBe(6);
  });
});

describe('parseActivity', () => {
  it('is typing, some running cells, both, or nothing', () => {
    expect(parseActivity('typing')).toEqual({ typing: true, running: [] });
    expect(parseActivity({ running: ['a', 1, 'b'] })).toEqual({
      typing: false,
      running: [{ cell: 'a' }, { cell: 'b' }]
    });
    expect(parseActivity({ running: ['a'], typing: true })).toEqual({
      typing: true,
      running: [{ cell: 'a' }]
    });
    expect(parseActivity({ running: [], typing: 'yes' })).toBeNull();
    expect(parseActivity('dancing')).toBeNull();
  });

  it('has the places of cells whose ids do not last', () => {
    expect(parseActivity({ running: ['a', '', 'b', 'c'], indices: [4, 5, -1] })?.running).toEqual([
      { cell: 'a', index: 4 },
      { cell: 'b' },
      { cell: 'c' }
    ]);
  });

  it('has no more cells than one can look at', () => {
    const running = Array.from({ length: 300 }, (_, at) => `id-${at}`);
    expect(parseActivity({ running })?.running).toHaveLength(256);
  });
});
