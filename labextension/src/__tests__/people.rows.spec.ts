import { describe, expect, it } from 'vitest';

import type { ICurrent, IRow, ISeen } from '../people/rows';
import { documentRows, lobbyRow, matching, sections } from '../people/rows';
import { at, people, state } from './people.fakes';

const NOTEBOOK = 'a/b.ipynb';

type States = readonly ReturnType<typeof state>[];

function lobby(...states: States): ISeen {
  return { people: people(...states), live: true };
}

function current(path: string, ...states: States): ICurrent & ISeen {
  return { path, people: people(...states), live: false, describe: tab => tab };
}

function names(rows: readonly IRow[]): string[] {
  return rows.map(row => row.key);
}

describe('sections', () => {
  it('put everybody in one list while no document is current', () => {
    const found = sections(lobby(at('bob', NOTEBOOK), state('me')), null);
    expect(found.map(one => [one.id, names(one.rows)])).toEqual([['everyone', ['me', 'bob']]]);
  });

  it('put those who have the current document open first, and nobody twice', () => {
    const everyone = lobby(at('me', NOTEBOOK, 1), at('bob', NOTEBOOK, 2), at('eve', 'c.py'));
    const found = sections(everyone, current(NOTEBOOK, state('me'), state('bob')));
    expect(found.map(one => [one.id, names(one.rows), one.live])).toEqual([
      ['document', ['me', 'bob'], false],
      ['elsewhere', ['eve'], true]
    ]);
  });

  it('leave out an empty one', () => {
    const found = sections(lobby(at('me', NOTEBOOK)), current(NOTEBOOK, state('me')));
    expect(found.map(one => one.id)).toEqual(['document']);
    expect(sections(lobby(), null)).toEqual([]);
  });
});

describe('a row', () => {
  it('has one tab for each peer, those in documents first', () => {
    const [bob] = people(state('bob'), at('bob', NOTEBOOK, 3));
    expect(lobbyRow(bob!).tabs.map(tab => [tab.path, tab.index])).toEqual([
      [NOTEBOOK, 3],
      [null, undefined]
    ]);
  });

  it('takes the place from the room of the document, and other tabs from the lobby', () => {
    const everyone = people(at('bob', NOTEBOOK, 1), at('bob', 'c.py'));
    const cell = { id: 'x', index: 7, mode: 'edit' };
    const [row] = documentRows(everyone, current(NOTEBOOK, state('bob', { cell })));
    expect(row?.aside).toBe(false);
    expect(row?.tabs.map(tab => [tab.path, tab.cell, tab.index])).toEqual([
      [NOTEBOOK, 'x', 7],
      ['c.py', undefined, undefined]
    ]);
  });

  it('takes the place of a cursor where no active cell is told', () => {
    const cursor = { cell: 'y', index: 2, position: 1, anchor: 1 };
    const [row] = documentRows([], current(NOTEBOOK, state('bob', { cursor })));
    expect(row?.tabs[0]).toMatchObject({ path: NOTEBOOK, cell: 'y', index: 2 });
  });

  it('says so when somebody has the document open but looks at another', () => {
    const everyone = people(at('bob', 'c.py'));
    const [row] = documentRows(everyone, current(NOTEBOOK, state('bob')));
    expect(row?.aside).toBe(true);
    expect(row?.tabs.map(tab => tab.path)).toEqual(['c.py']);
  });

  it('is not aside only because a person does not tell where they look', () => {
    const [row] = documentRows(people(state('bob')), current(NOTEBOOK, state('bob')));
    expect(row?.aside).toBe(false);
    expect(row?.tabs.map(tab => tab.path)).toEqual([NOTEBOOK]);
  });

  it('knows an agent, and oneself', () => {
    const [me, robot] = people(state('robot', { kind: 'agent' }), state('me')).map(lobbyRow);
    expect(me).toMatchObject({ key: 'me', self: true, agent: false });
    expect(robot).toMatchObject({ key: 'robot', self: false, agent: true });
  });

  it('has the status of the lobby, where every tab tells it', () => {
    const everyone = people({ ...at('bob', NOTEBOOK), status: 'away' });
    const [row] = documentRows(everyone, current(NOTEBOOK, state('bob', { status: 'active' })));
    expect(row?.status).toBe('away');
  });
});

describe('matching', () => {
  const all = sections(lobby(state('me'), at('bob', 'Data/Sales.ipynb'), at('eve', 'x.py')), null);
  const found = (words: string) => matching(all, words).flatMap(one => names(one.rows));

  it.each([
    ['', ['me', 'bob', 'eve']],
    ['BO', ['bob']],
    ['sales', ['bob']],
    ['bob sales', ['bob']],
    ['bob x.py', []],
    ['  ', ['me', 'bob', 'eve']]
  ])('finds %j by name and by document', (words, expected) => {
    expect(found(words)).toEqual(expected);
  });
});
