import { describe, expect, it } from 'vitest';

import { differs, versionOf } from '../version';

describe('versionOf', () => {
  it('has the time in milliseconds, and the hash if there is one', () => {
    const last_modified = '2026-02-03T04:05:06.789123Z';
    expect(versionOf({ last_modified, hash: 'abc' })).toEqual({ at: 1770091506789, hash: 'abc' });
    expect(versionOf({ last_modified })).toEqual({ at: 1770091506789, hash: '' });
  });

  it('is null without a time', () => {
    expect(versionOf({ last_modified: '', hash: 'abc' })).toBeNull();
    expect(versionOf(null)).toBeNull();
  });
});

describe('differs', () => {
  const known = { at: 1000, hash: 'a' };

  it('goes by the hash, whatever the time', () => {
    expect(differs({ at: 9000, hash: 'a' }, known, 0)).toBe(false);
    expect(differs({ at: 1000, hash: 'b' }, known, 500)).toBe(true);
    expect(differs({ at: 10, hash: 'b' }, known, 500)).toBe(true);
  });

  it('goes by the exact time where only the known hash is missing', () => {
    const unsure = { at: 1000, hash: '' };
    expect(differs({ at: 1000, hash: 'b' }, unsure, 500)).toBe(false);
    expect(differs({ at: 1001, hash: 'b' }, unsure, 500)).toBe(true);
  });

  it('allows for inexact times where the server gives no hashes', () => {
    expect(differs({ at: 1500, hash: '' }, known, 500)).toBe(false);
    expect(differs({ at: 1501, hash: '' }, known, 500)).toBe(true);
    expect(differs({ at: 10, hash: '' }, known, 500)).toBe(false);
  });
});
