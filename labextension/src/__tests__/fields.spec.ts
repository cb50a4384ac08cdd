import { describe, expect, it } from 'vitest';

import { Fields, fitting } from '../fields';

describe('Fields', () => {
  const [notebook, editor] = [{}, {}];

  it('has for each field what was set last', () => {
    const fields = new Fields();
    expect(fields.set(notebook, 'cursor', { position: 1 })).toBe(true);
    expect(fields.set(editor, 'cursor', { position: 2 })).toBe(true);
    expect(fields.set(notebook, 'status', 'idle')).toBe(true);
    expect(fields.merged).toEqual({ cursor: { position: 2 }, status: 'idle' });
    expect(fields.set(notebook, 'cursor', { position: 3 })).toBe(true);
    expect(fields.merged.cursor).toEqual({ position: 3 });
  });

  it('returns to the value before when an owner withdraws or goes', () => {
    const fields = new Fields();
    fields.set(notebook, 'cursor', 1);
    fields.set(editor, 'cursor', 2);
    fields.set(editor, 'cell', 'c');
    expect(fields.set(editor, 'cursor', undefined)).toBe(true);
    expect(fields.merged).toEqual({ cursor: 1, cell: 'c' });
    expect(fields.release(editor)).toEqual(['cell']);
    expect(fields.release(notebook)).toEqual(['cursor']);
    expect(fields.merged).toEqual({});
  });

  it('knows what changes nothing', () => {
    const fields = new Fields();
    expect(fields.set(notebook, 'a', undefined)).toBe(false);
    fields.set(notebook, 'a', { x: [1] });
    expect(fields.set(notebook, 'a', { x: [1] })).toBe(false);
    expect(fields.set(editor, 'a', { x: [1] })).toBe(false);
    expect(fields.release(notebook)).toEqual([]);
    expect(fields.set(editor, 'b', null)).toBe(true);
    expect(fields.merged).toEqual({ a: { x: [1] }, b: null });
  });

  it('takes names that objects have already', () => {
    const fields = new Fields();
    fields.set(notebook, '__proto__', { polluted: true });
    fields.set(notebook, 'constructor', 1);
    expect(Object.keys(fields.merged)).toEqual(['__proto__', 'constructor']);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

describe('fitting', () => {
  it('leaves a state alone that fits, to the byte', () => {
    const state = { a: 'é' };
    expect(fitting(state, 10)).toEqual(state);
    expect(fitting(state, 9)).toEqual({});
  });

  it('leaves out the largest fields first', () => {
    const state = { status: 'idle', big: 'x'.repeat(500), cursors: 'x'.repeat(200), n: null };
    expect(fitting(state, 300)).toEqual({ status: 'idle', cursors: state.cursors, n: null });
    expect(fitting(state, 100)).toEqual({ status: 'idle', n: null });
  });
});
