import type { ReadonlyJSONObject } from '@lumino/coreutils';
import { describe, expect, it } from 'vitest';

import { leaderOf, obstacle, tabOf } from '../leaders';
import { at, people, state } from './people.fakes';

/** A tab of somebody who looks at a notebook of their own. */
function tab(username: string, fields: ReadonlyJSONObject = {}): ReadonlyJSONObject {
  return { ...at(username, `${username}.ipynb`, 0), ...fields };
}

describe('who can be followed', () => {
  it.each([
    ['somebody in a document', [tab('bob')], null],
    ['somebody with one tab in a document', [state('bob'), tab('bob')], null],
    ['oneself', [tab('me')], 'self'],
    ['somebody who does not want it', [tab('bob', { followable: false })], 'refuses'],
    ['somebody who says so in one tab', [tab('bob'), tab('bob', { followable: false })], 'refuses'],
    ['somebody who does not show where they are', [state('bob')], 'nowhere'],
    ['nobody', [], 'gone']
  ] as const)('%s', (_, states, reason) => {
    expect(obstacle(people(...states)[0], true)).toBe(reason);
  });

  it('nobody, by whoever is invisible', () => {
    expect(obstacle(people(tab('bob'))[0], false)).toBe('unseen');
  });
});

describe('the tab that leads', () => {
  const away = { status: 'away' };

  it('is the liveliest, rather one with a document', () => {
    const [bob] = people(tab('bob', away), state('bob'), tab('bob'));
    expect(tabOf(bob!, null)?.id).toBe(3);
    expect(tabOf(people(state('bob'))[0]!, null)?.id).toBe(1);
  });

  it('stays as long as it is there', () => {
    const [bob] = people(tab('bob'), tab('bob', { status: 'idle' }));
    expect(tabOf(bob!, 2)?.id).toBe(2);
    expect(tabOf(bob!, 9)?.id).toBe(1);
  });

  it('is not a hidden one while they are active in another', () => {
    const [bob] = people(tab('bob', away), tab('bob'));
    expect(tabOf(bob!, 1)?.id).toBe(2);
    const [eve] = people(tab('eve', away), tab('eve', away));
    expect(tabOf(eve!, 2)?.id).toBe(2);
  });
});

describe('the leader', () => {
  function leader(username: string, ...states: ReadonlyJSONObject[]): [string, boolean] | null {
    const lead = leaderOf(username, people(...states), 'me', null);
    return lead && [lead.person.username, lead.circle];
  }

  it('is the one who is followed', () => {
    expect(leader('bob', tab('me'), tab('bob'), tab('eve'))).toEqual(['bob', false]);
    expect(leader('bob', tab('me'), tab('eve'))).toBeNull();
  });

  it('is whoever leads that one in turn', () => {
    const bob = tab('bob', { following: 'eve' });
    const eve = tab('eve', { following: 'ada' });
    expect(leader('bob', bob, eve, tab('ada'))).toEqual(['ada', false]);
    expect(leader('bob', bob, eve)).toEqual(['eve', false]);
    expect(leader('bob', bob, eve, tab('ada', { followable: false }))).toEqual(['eve', false]);
  });

  it('is in a circle with whoever follows oneself, or others round', () => {
    const bob = tab('bob', { following: 'eve' });
    expect(leader('bob', bob, tab('eve', { following: 'me' }))).toEqual(['bob', true]);
    expect(leader('bob', bob, tab('eve', { following: 'bob' }))).toEqual(['bob', true]);
    expect(leader('bob', tab('bob', { following: 'me' }))).toEqual(['bob', true]);
    expect(leader('bob', tab('bob', { following: 'bob' }))).toEqual(['bob', true]);
  });
});
