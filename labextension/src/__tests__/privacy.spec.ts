import { describe, expect, it } from 'vitest';

import { USUAL_CHOICES } from '../preferences';
import { CURSORS, PLACES, generalFields, sharable } from '../privacy';

const NOON = 1_800_000_000_000;
const ACTIVE = { status: 'active', seen: NOON } as const;
const FREE = {
  allow_invisible: true,
  share_locations: 'choice',
  share_cursors: 'choice'
} as const;

describe('what is said in every room', () => {
  it('is little if nothing was chosen', () => {
    const { status, ...others } = generalFields(USUAL_CHOICES, ACTIVE);
    expect(status).toBe('active');
    expect(Object.values(others)).toEqual([undefined, undefined, undefined, undefined]);
  });

  it.each(['idle', 'away'] as const)('has the last input while %s', status => {
    const fields = generalFields(USUAL_CHOICES, { status, seen: NOON });
    expect(fields).toMatchObject({ status, seen: NOON });
  });

  it.each(['active', 'idle', 'away'] as const)(
    'is to be away, and not since when, for whoever wants to appear so and is %s',
    status => {
      const choices = { ...USUAL_CHOICES, appearAway: true };
      const fields = generalFields(choices, { status, seen: NOON });
      expect(fields).toMatchObject({ status: 'away', seen: undefined });
    }
  );

  it('tells the server what it must not pass on', () => {
    const choices = { ...USUAL_CHOICES, invisible: true, shareLocation: false, color: '#123456' };
    expect(generalFields(choices, ACTIVE)).toMatchObject({
      invisible: true,
      privacy: { location: false },
      user: { color: '#123456' }
    });
    const { privacy } = generalFields({ ...choices, shareCursor: false }, ACTIVE);
    expect(privacy).toEqual({ location: false, cursor: false });
  });
});

describe('what is left of a state', () => {
  const all = Object.fromEntries([...PLACES, ...CURSORS, 'status', 'theirs'].map(it => [it, 1]));
  const keys = (privacy: unknown, rules: Parameters<typeof sharable>[1]): string[] =>
    Object.keys(sharable({ ...all, privacy } as typeof all, rules)).filter(
      field => field !== 'privacy'
    );
  const without = (...fields: string[]): string[] =>
    Object.keys(all).filter(field => !fields.includes(field));
  const both = { location: false, cursor: false };

  it('is what the person lets others see', () => {
    expect(keys(undefined, FREE)).toEqual(without());
    expect(keys({ location: false }, FREE)).toEqual(['status', 'theirs']);
    expect(keys({ cursor: false }, FREE)).toEqual(without(...CURSORS));
    expect(keys(both, FREE)).toEqual(['status', 'theirs']);
  });

  it('is what the admin lets others see', () => {
    const never = { ...FREE, share_locations: 'never', share_cursors: 'never' } as const;
    expect(keys(undefined, never)).toEqual(['status', 'theirs']);
    const always = { ...FREE, share_locations: 'always', share_cursors: 'always' } as const;
    expect(keys(both, always)).toEqual(without());
    const cursors = { ...FREE, share_cursors: 'always' } as const;
    expect(keys(both, cursors)).toEqual(without(...PLACES));
    const nowhere = { ...FREE, share_locations: 'never' } as const;
    expect(keys(undefined, nowhere)).toEqual(['status', 'theirs']);
  });

  it('is the wish to be invisible, where that is possible', () => {
    const state = { ...all, invisible: true };
    expect(sharable(state, FREE)).toEqual({ invisible: true });
    expect(sharable(state, { ...FREE, allow_invisible: false })).toEqual(state);
  });
});
