import { describe, expect, it } from 'vitest';

import { Holders, holdersIn } from '../holders';
import type { IHolder } from '../holders';
import { groupByPerson, parsePeer } from '../peers';
import type { IPerson } from '../peers';

type Peer = readonly [username: string, fields?: Record<string, unknown>];

/** People from usernames and fields of states; `me` is oneself. */
function people(...peers: readonly Peer[]): IPerson[] {
  const parsed = peers.map(([username, fields], id) =>
    parsePeer(id + 1, { user: { username }, ...fields })
  );
  return groupByPerson(
    parsed.filter(peer => peer !== null),
    'me'
  );
}

const open = (...paths: readonly string[]) => ({ open: paths.map(path => ({ path })) });
const unsaved = (path: string) => ({ open: [{ path, dirty: true }] });
const names = (holders: readonly IHolder[]) =>
  holders.map(({ user, dirty }) => user.username + (dirty ? '*' : ''));

describe('those who have a document open', () => {
  it('are those who list it, and those who look at it', () => {
    const location = { path: 'b.py', type: 'file' };
    const holders = new Holders(
      people(['bob', open('a.py', 'b.py')], ['eve', unsaved('a.py')], ['robot', { location }])
    );
    expect(names(holders.of('a.py'))).toEqual(['bob', 'eve*']);
    expect(names(holders.of('b.py'))).toEqual(['bob', 'robot']);
    expect(holders.of('c.py')).toEqual([]);
    expect(holders.of('toString')).toEqual([]);
  });

  it('are persons, with unsaved work if it is in one of their tabs, and without oneself', () => {
    const holders = new Holders(
      people(
        ['bob', open('a.py')],
        ['bob', { ...unsaved('a.py'), location: { path: 'a.py' } }],
        ['me', unsaved('a.py')]
      )
    );
    expect(names(holders.of('a.py'))).toEqual(['bob*']);
  });

  it('come in the order of people, but for those who are away', () => {
    const holders = new Holders(
      people(
        ['ann', { ...open('a.py'), status: 'away' }],
        ['bob', { ...unsaved('a.py'), status: 'idle' }],
        ['robot', { ...open('a.py'), kind: 'agent' }]
      )
    );
    expect(names(holders.of('a.py'))).toEqual(['bob*', 'robot', 'ann']);
    expect(holders.of('a.py')[1]?.agent).toBe(true);
  });

  it('are known from the room of the document too', () => {
    const document = { dirty: true, saved: null };
    const here = people(['me', { document }], ['bob'], ['eve'], ['eve', { document }]);
    expect(names(holdersIn(here))).toEqual(['bob', 'eve*']);
  });
});

describe('those who have something open below a folder', () => {
  it('are there once, however deep it is, and with unsaved work if it is in any of it', () => {
    const holders = new Holders(
      people(
        ['bob', { open: [{ path: 'x/y/a.py' }, { path: 'x/b.py', dirty: true }, { path: 'x/c' }] }],
        ['eve', { ...open('x/y/a.py'), status: 'away' }],
        ['joe', open('xy/a.py', 'x.py')]
      )
    );
    expect(names(holders.below('x'))).toEqual(['bob*', 'eve']);
    expect(names(holders.below('x/y'))).toEqual(['bob', 'eve']);
    expect(holders.below('x/y/a.py')).toEqual([]);
    expect(names(holders.below('xy'))).toEqual(['joe']);
  });

  it('come in the order of people, whatever they have open', () => {
    const holders = new Holders(
      people(
        ['ann', { ...open('x/1'), status: 'away' }],
        ['bob', open('x/1')],
        ['eve', open('x/2')]
      )
    );
    expect(names(holders.below('x'))).toEqual(['bob', 'eve', 'ann']);
  });

  it('are found for every path that a peer may say', () => {
    const holders = new Holders(people(['bob', open('/a.py', '//', 'x//b.py')]));
    expect(names(holders.of('/a.py'))).toEqual(['bob']);
    expect(names(holders.below('x'))).toEqual(['bob']);
  });
});
