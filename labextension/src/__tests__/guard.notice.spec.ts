import { describe, expect, it } from 'vitest';

import { UPDATED_FOR, atStake, keyOf, noticeOf } from '../guard/notice';
import type { IFacts, Notice } from '../guard/notice';
import { NOON, facts, newer, unsaved } from './guard.fakes';

const names = (notice: Notice | null) =>
  notice && 'people' in notice ? notice.people.map(({ user }) => user.username) : null;

describe('a notice', () => {
  it('is not there while nobody does anything', () => {
    expect(noticeOf(facts())).toBeNull();
    expect(noticeOf(facts({ work: NOON }))).toBeNull();
  });

  it('tells of unsaved work of others, and is another when one has some too', () => {
    const known = { unsaved: [unsaved('bob', NOON - 5)] };
    expect(noticeOf(facts(known))).toMatchObject({ kind: 'others', since: NOON - 5 });
    expect(noticeOf(facts({ ...known, work: NOON }))).toMatchObject({ kind: 'both' });
  });

  it('has those first who began first, oneself last, and the earliest time', () => {
    const known = facts({
      unsaved: [unsaved('me', 1), unsaved('zoe', null), unsaved('ann', null), unsaved('bob', 7)]
    });
    expect(names(noticeOf(known))).toEqual(['bob', 'ann', 'zoe', 'me']);
    expect(noticeOf(known)).toMatchObject({ since: 1 });
  });

  it('knows no time where nobody told one, and none that has not come', () => {
    expect(noticeOf(facts({ unsaved: [unsaved('bob', null)] }))).toMatchObject({ since: null });
    expect(noticeOf(facts({ unsaved: [unsaved('bob', NOON + 99)] }))).toMatchObject({
      since: NOON
    });
  });

  it('tells of a newer version before anything else', () => {
    const known = { newer: newer('bob'), unsaved: [unsaved('carol')], work: NOON };
    expect(noticeOf(facts(known))).toMatchObject({ kind: 'newer', mine: 'work' });
  });

  it('tells for a while that the document was renewed, unless one types again', () => {
    const updated = { by: null, at: NOON, readAt: NOON };
    expect(noticeOf(facts({ updated }))?.kind).toBe('updated');
    expect(noticeOf(facts({ updated, unsaved: [unsaved('bob')] }))?.kind).toBe('updated');
    expect(noticeOf(facts({ updated, unsaved: [unsaved('bob')], work: NOON }))?.kind).toBe('both');
    expect(noticeOf(facts({ updated, now: NOON + UPDATED_FOR }))).toBeNull();
  });
});

describe('at stake', () => {
  it.each<[string, Partial<IFacts>, string]>([
    ['nothing, of a version that one has only read', { newer: newer('bob') }, 'nothing'],
    ['unsaved work', { newer: newer('bob'), work: NOON }, 'work'],
    ['unsaved work, also without a newer version', { work: NOON }, 'work'],
    ['what one has saved and was overwritten', { newer: newer('bob', true) }, 'saved'],
    ['nothing, if it is in a copy', { newer: newer('bob', true), kept: 'a copy' }, 'nothing'],
    ['what was done since it was copied', { newer: newer('bob', true), kept: 'x', work: 1 }, 'work']
  ])('is %s', (_, known, mine) => {
    expect(atStake(facts(known))).toBe(mine);
  });
});

describe('the key of a notice', () => {
  const key = (known: Partial<IFacts>) => keyOf(noticeOf(facts(known)));

  it('is the same while only time passes', () => {
    expect(key({ unsaved: [unsaved('bob', 1)] })).toBe(key({ unsaved: [unsaved('bob', 2)] }));
    expect(key({ newer: newer('bob') })).toBe(key({ newer: newer('bob'), now: NOON + 9999 }));
    expect(key({})).toBe('');
  });

  it('differs by kind, people, version, and what is at stake', () => {
    const keys = [
      key({ unsaved: [unsaved('bob')] }),
      key({ unsaved: [unsaved('carol')] }),
      key({ unsaved: [unsaved('bob')], work: NOON }),
      key({ unsaved: [unsaved('bob')], connected: false }),
      key({ newer: newer('bob') }),
      key({ newer: newer('carol') }),
      key({ newer: newer(null) }),
      key({ newer: newer('bob', true) }),
      key({ newer: newer('bob', false, NOON + 1) }),
      key({ newer: newer('bob'), work: NOON }),
      key({ updated: { by: null, at: NOON, readAt: NOON } })
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });
});
