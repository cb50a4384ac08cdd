import { describe, expect, it } from 'vitest';

import { NEUTRAL } from '../palette';
import { groupByPerson, parsePeer, parseUser } from '../peers';
import type { IPeer } from '../peers';

const USER = {
  username: 'ada',
  name: 'Ada L.',
  display_name: 'Ada Lovelace',
  initials: 'AL',
  avatar_url: 'https://example.org/ada.png',
  color: '#224466'
};

function peer(id: number, username: string, more: Record<string, unknown> = {}): IPeer {
  const parsed = parsePeer(id, { user: { username, display_name: username }, ...more });
  if (!parsed) {
    throw new Error('a peer was expected');
  }
  return parsed;
}

describe('parsePeer', () => {
  it('reads a whole state', () => {
    const state = {
      user: USER,
      kind: 'agent',
      status: 'idle',
      seen: 1_800_000_000_000,
      location: { path: 'a.ipynb', type: 'notebook', cell: 'c', index: 0 },
      open: [{ path: 'a.ipynb', dirty: true }],
      cursor: { cell: 'c', index: 0, position: 3, anchor: 1 },
      cursors: [{ position: 9, anchor: 9 }],
      cell: { id: 'c', index: 0, mode: 'edit' },
      document: { dirty: true, since: 4, saved: { at: 5, hash: 'h', from: ['g'] } },
      activity: 'typing',
      view: { tab: 3, first: { index: 0, part: 0.5 }, last: { index: 1, part: 1 } },
      following: 'bob',
      followable: false,
      call: { at: 5, path: 'a.ipynb' },
      unreachable: true,
      'other-extension': { x: [1] }
    };
    expect(parsePeer(7, state)).toEqual({
      id: 7,
      user: USER,
      kind: 'agent',
      status: 'idle',
      seen: state.seen,
      location: state.location,
      open: state.open,
      cursors: [state.cursor, ...state.cursors],
      cell: state.cell,
      document: state.document,
      activity: { typing: true, running: [] },
      view: state.view,
      following: 'bob',
      followable: false,
      call: state.call,
      unreachable: true,
      state
    });
  });

  it('needs a username and nothing else', () => {
    expect(parsePeer(1, { user: { username: 'ada' } })).toMatchObject({
      user: {
        username: 'ada',
        name: 'ada',
        display_name: 'ada',
        initials: 'A',
        avatar_url: null,
        color: NEUTRAL
      },
      kind: 'person',
      status: 'active',
      seen: null,
      location: null,
      open: [],
      cursors: [],
      cell: null,
      document: null,
      activity: null,
      view: null,
      following: null,
      followable: true,
      call: null,
      unreachable: false
    });
  });

  it.each([
    undefined,
    null,
    [],
    'ada',
    {},
    { user: null },
    { user: 'ada' },
    { user: {} },
    { user: { username: '' } },
    { user: { username: 7 } },
    { user: { username: ['ada'] } },
    { user: { username: 'x'.repeat(256) } }
  ])('is nobody for %o', state => {
    expect(parsePeer(1, state)).toBeNull();
  });

  it('drops each malformed field alone, whatever stands in it', () => {
    const strange = [null, 1, 'x', [], [[]], {}, { path: {} }, { id: 1 }, true, 1e308];
    const names = [
      'kind',
      'status',
      'location',
      'cursor',
      'cursors',
      'cell',
      'document',
      'activity',
      'view',
      'call'
    ];
    for (const name of names) {
      for (const value of strange) {
        const state = JSON.parse(JSON.stringify({ user: USER, [name]: value })) as unknown;
        expect(parsePeer(1, state), `${name}: ${JSON.stringify(value)}`).toEqual({
          ...parsePeer(1, { user: USER }),
          state
        });
      }
    }
  });

  it('is not moved by keys of the prototype', () => {
    const state = JSON.parse(
      '{"user": {"username": "__proto__", "__proto__": {"color": "#123456"}},' +
        ' "__proto__": {"status": "away"}, "constructor": 1, "location": {"path": "__proto__"}}'
    ) as unknown;
    const parsed = parsePeer(1, state);
    expect(parsed).toMatchObject({
      user: { username: '__proto__', color: NEUTRAL },
      status: 'active',
      location: { path: '__proto__', type: '' }
    });
    expect(({} as Record<string, unknown>).status).toBeUndefined();
  });
});

describe('parseUser', () => {
  it('bounds and cleans what people read', () => {
    const user = parseUser({ ...USER, display_name: 'x'.repeat(1000), name: '\u202ebob' });
    expect(user?.display_name).toBe('x'.repeat(200));
    expect(user?.name).toBe('bob');
  });

  it('shows somebody whose name is invisible', () => {
    expect(parseUser({ username: '\u200b' })).toMatchObject({ display_name: '?', initials: '?' });
  });

  it.each([
    ['https://example.org/a.png', true],
    ['HTTP://example.org/a.png', true],
    ['data:image/png;base64,AA==', true],
    ['/user/ada/files/me.png', true],
    ['/', true],
    ['//example.org/a.png', false],
    ['/\\example.org/a.png', false],
    ['javascript:alert(1)', false],
    ['data:text/html,<script>', false],
    ['files/me.png', false],
    ['', false],
    ['/' + 'x'.repeat(20_000), false],
    [null, false],
    [{}, false]
  ])('avatar %s: %s', (url, kept) => {
    expect(parseUser({ ...USER, avatar_url: url })?.avatar_url).toBe(kept ? url : null);
  });
});

describe('when somebody was last seen', () => {
  it.each([
    ['idle', 5, 5],
    ['away', 5, 5],
    ['active', 5, null],
    ['idle', -1, null],
    ['idle', 1.5, null],
    ['idle', 'noon', null]
  ])('while %s, %s is %s', (status, seen, expected) => {
    expect(peer(1, 'ada', { status, seen }).seen).toBe(expected);
  });

  it('is told by the liveliest of their peers', () => {
    const [ada] = groupByPerson(
      [
        peer(1, 'ada', { status: 'away', seen: 9 }),
        peer(2, 'ada', { status: 'idle', seen: 3 }),
        peer(3, 'ada', { status: 'idle', seen: 7 }),
        peer(4, 'ada', { status: 'idle' })
      ],
      null
    );
    expect(ada?.peers.map(({ id }) => id)).toEqual([3, 2, 4, 1]);
    expect([ada?.status, ada?.seen]).toEqual(['idle', 7]);
  });
});

describe('groupByPerson', () => {
  it('has one face for all tabs, the liveliest first', () => {
    const tabs = [
      peer(1, 'ada', { status: 'away' }),
      peer(2, 'bob'),
      peer(3, 'ada', { status: 'active' }),
      peer(4, 'ada', { status: 'idle' })
    ];
    const [ada, bob] = groupByPerson(tabs, null);
    expect(ada?.username).toBe('ada');
    expect(ada?.status).toBe('active');
    expect(ada?.peers.map(({ id }) => id)).toEqual([3, 4, 1]);
    expect(bob?.peers.map(({ id }) => id)).toEqual([2]);
    expect(tabs.map(({ id }) => id)).toEqual([1, 2, 3, 4]);
  });

  it('begins with oneself, then persons by name, then agents', () => {
    const people = groupByPerson(
      [
        peer(1, 'Émile'),
        peer(2, 'a bot', { kind: 'agent' }),
        peer(3, 'zoe'),
        peer(4, 'Fred'),
        peer(5, 'adam')
      ],
      'zoe'
    );
    expect(people.map(({ username }) => username)).toEqual([
      'zoe',
      'adam',
      'Émile',
      'Fred',
      'a bot'
    ]);
    expect(people.map(({ self }) => self)).toEqual([true, false, false, false, false]);
  });

  it('is a person as long as one of the peers is', () => {
    const own = [peer(1, 'ada', { kind: 'agent' }), peer(2, 'ada')];
    expect(groupByPerson(own, null).map(({ kind }) => kind)).toEqual(['person']);
    expect(groupByPerson(own.slice(0, 1), null).map(({ kind }) => kind)).toEqual(['agent']);
  });

  it('keeps people of one name apart, in an order that does not depend on who came first', () => {
    const same = ['u2', 'u1', '__proto__', 'constructor'].map((username, id) =>
      peer(id, username, { user: { username, display_name: 'Kim' } })
    );
    const order = groupByPerson(same, null).map(({ username }) => username);
    expect(order).toHaveLength(4);
    expect(groupByPerson(same.reverse(), null).map(({ username }) => username)).toEqual(order);
  });

  it('is empty for nobody', () => {
    expect(groupByPerson([], 'ada')).toEqual([]);
  });
});
