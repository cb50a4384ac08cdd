import { describe, expect, it } from 'vitest';

import { amount, choice, cut, key, label, list, natural, object } from '../values';

const STRANGE: readonly unknown[] = [
  undefined,
  null,
  true,
  -1,
  1.5,
  NaN,
  Infinity,
  2 ** 53,
  '',
  'x',
  [],
  ['x'],
  {},
  Object.create(null),
  Symbol('s'),
  () => 1
];

describe('readers', () => {
  it('take only integers from 0 to 2^53 - 1', () => {
    expect(natural(0)).toBe(0);
    expect(natural(2 ** 53 - 1)).toBe(2 ** 53 - 1);
    expect(STRANGE.map(natural).filter(value => value !== null)).toEqual([]);
    expect(natural('1')).toBeNull();
  });

  it('take only objects that are not arrays', () => {
    const empty: unknown = Object.create(null);
    expect(object(empty)).toBe(empty);
    expect(STRANGE.map(object).filter(value => value !== null)).toHaveLength(2);
  });

  it('take finite amounts, and nothing below 0', () => {
    expect(amount(0.05, 1)).toBe(0.05);
    expect([-1, NaN, Infinity, '2', null].map(value => amount(value, 7))).toEqual([7, 7, 7, 7, 7]);
  });

  it('cut lists, never keys', () => {
    expect(list([1, 2, 3], 2)).toEqual([1, 2]);
    expect(list({ length: 3 }, 2)).toEqual([]);
    expect(key('abc', 3)).toBe('abc');
    expect(key('abcd', 3)).toBeNull();
    expect(key('', 3)).toBeNull();
  });

  it('take a choice by equality, not by property', () => {
    expect(choice('a', ['a', 'b'])).toBe('a');
    expect(choice('constructor', ['a', 'b'])).toBeNull();
    expect(choice(['a'], ['a', 'b'])).toBeNull();
  });
});

describe('label', () => {
  it('has one line and nothing that hides or reorders', () => {
    expect(label('  Ada\n\tLovelace\u0000 ')).toBe('Ada Lovelace');
    expect(label('\u202eadA\u202c \u2066x\u2069\u200b')).toBe('adA x');
  });

  it('keeps what scripts and emoji need', () => {
    expect(label('نام\u200cخانوادگی')).toBe('نام\u200cخانوادگی');
    expect(label('👩‍🚀')).toBe('👩‍🚀');
  });

  it('is bounded without splitting a pair, also when most of it is invisible', () => {
    expect(label('😀'.repeat(300))).toBe('😀'.repeat(100));
    expect(label('ab😀', 3)).toBe('ab');
    expect(label('\u0000'.repeat(1e6) + 'x')).toBe('');
  });

  it('is empty for what is no string', () => {
    expect(STRANGE.filter(value => typeof value !== 'string').map(value => label(value))).toEqual(
      Array(14).fill('')
    );
  });
});

describe('cut', () => {
  it('takes one unit less rather than half a pair', () => {
    expect(cut('😀😀', 3)).toBe('😀');
    expect(cut('😀😀', 2)).toBe('😀');
    expect(cut('ab', 2)).toBe('ab');
    expect(cut('😀', 1)).toBe('');
  });
});
