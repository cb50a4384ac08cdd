import { describe, expect, it } from 'vitest';

import type { IRow, ITab } from '../people/rows';
import { lobbyRow } from '../people/rows';
import { Holders } from '../holders';
import {
  headCount,
  insideText,
  lineText,
  nameList,
  openText,
  rowSentence,
  statusText,
  tabSentence,
  tabText,
  whereText
} from '../people/wording';
import { at, people, state, trans } from './people.fakes';

const TAB: ITab = {
  peer: 1,
  username: 'bob',
  color: '#1976d2',
  status: 'active',
  seen: null,
  path: 'a/b.ipynb'
};

function row(...states: readonly ReturnType<typeof state>[]): IRow {
  return lobbyRow(people(...states)[0]!);
}

describe('the place of a tab', () => {
  it.each<[Partial<ITab>, string | undefined, string]>([
    [{}, undefined, 'b.ipynb'],
    [{ index: 0 }, undefined, 'b.ipynb · Cell 1'],
    [{ index: 11, heading: 'Cleaning' }, undefined, 'b.ipynb · Cell 12 · Cleaning'],
    [{ index: 11, heading: 'Cleaning' }, 'a/b.ipynb', 'Cell 12 · Cleaning'],
    [{ line: 3 }, 'other.py', 'b.ipynb · Line 3'],
    [{}, 'a/b.ipynb', 'Has it open'],
    [{ path: null }, 'a/b.ipynb', 'Just looking around']
  ])('%j within %j is %j', (fields, within, text) => {
    expect(tabText({ ...TAB, ...fields }, trans, within)).toBe(text);
  });

  it('of somebody who has the document open but is elsewhere says both', () => {
    expect(whereText({ ...row(at('bob', 'c.py')), aside: true }, trans, 'a/b.ipynb')).toBe(
      'Open here, now in c.py'
    );
  });
});

describe('the sentence of a row', () => {
  it('has the name, the marks, the status and the place', () => {
    expect(rowSentence(row({ ...at('me', 'c.py'), status: 'idle' }), trans)).toBe(
      'Me, you, idle, c.py'
    );
    expect(rowSentence(row(state('robot', { kind: 'agent' })), trans)).toBe(
      'Robot, agent, active, Just looking around'
    );
  });

  it('names each status by its own word', () => {
    const words = (['active', 'idle', 'away'] as const).map(status =>
      statusText({ status, seen: null }, trans)
    );
    expect(words).toEqual(['Active', 'Idle', 'Away']);
  });

  it('says of whom nobody can tell how lively they are that they are out of reach', () => {
    const bob = row({ ...at('bob', 'c.py'), unreachable: true });
    expect(rowSentence(bob, trans)).toBe('Bob, out of reach, c.py');
    expect(lineText(bob, trans)).toBe('Out of reach · c.py');
    // Another tab of theirs is on a server that answers.
    expect(
      lineText(row({ ...at('bob', 'c.py'), unreachable: true }, at('bob', 'c.py')), trans)
    ).toBe('c.py');
  });

  it('says how long somebody has been idle', () => {
    const now = Date.now();
    const bob = { ...state('bob'), status: 'idle', seen: now - 5 * 60_000 };
    expect(rowSentence(row(bob), trans)).toBe('Bob, idle for 5 min, Just looking around');
    expect(lineText(row(bob), trans)).toBe('Idle for 5 min · Just looking around');
    expect(lineText(row(state('bob')), trans)).toBe('Just looking around');
    expect(tabSentence(row(bob).tabs[0]!, trans)).toBe('Just looking around, idle for 5 min');
  });
});

describe('how lively somebody is', () => {
  const noon = new Date(2026, 5, 15, 12, 0, 0).getTime();

  it.each([
    [-120, 'Idle'],
    [0, 'Idle'],
    [0.9, 'Idle'],
    [1, 'Idle for 1 min'],
    [59.9, 'Idle for 59 min'],
    [60, 'Idle for 1 h'],
    [1439, 'Idle for 23 h']
  ])('after %d minutes is %s', (minutes, text) => {
    const seen = noon - minutes * 60_000;
    expect(statusText({ status: 'idle', seen }, trans, noon)).toBe(text);
  });

  it('is since when they are away, with the date if that is another day', () => {
    const time = (seen: number) => statusText({ status: 'away', seen }, trans, noon);
    const clock = { hour: '2-digit', minute: '2-digit' } as const;
    const morning = new Date(2026, 5, 15, 9, 5);
    expect(time(morning.getTime())).toBe(`Away since ${morning.toLocaleString([], clock)}`);
    const before = new Date(2026, 5, 14, 23, 59);
    const dated = before.toLocaleString([], { ...clock, day: 'numeric', month: 'short' });
    expect(time(before.getTime())).toBe(`Away since ${dated}`);
    before.setHours(12, 0);
    const yesterday = before.toLocaleString([], { ...clock, day: 'numeric', month: 'short' });
    const idle = statusText({ status: 'idle', seen: before.getTime() }, trans, noon);
    expect(idle).toBe(`Idle since ${yesterday}`);
  });
});

describe('the head count', () => {
  const one = { agent: false };
  const robot = { agent: true };
  it.each([
    [[one], '1 person'],
    [[one, one], '2 people'],
    [[robot], '1 agent'],
    [[one, one, robot], '2 people and 1 agent'],
    [[], '']
  ])('tells people from agents: %j', (rows, text) => {
    expect(headCount(rows, trans)).toBe(text);
  });
});

describe('a list of names', () => {
  it.each([
    [[], ''],
    [['Bob'], 'Bob'],
    [['Bob', 'Eve'], 'Bob and Eve'],
    [['Bob', 'Eve', 'Joe'], 'Bob, Eve and Joe'],
    [['Bob', 'Eve', 'Joe', 'Zoe'], 'Bob, Eve and 2 others']
  ])('of %j is bounded', (names, text) => {
    expect(nameList(names, trans)).toBe(text);
  });

  it('may count all but one', () => {
    expect(nameList(['Bob', 'Eve', 'Joe'], trans, 2)).toBe('Bob and 2 others');
    expect(nameList(['Bob', 'Eve'], trans, 1)).toBe(' and 2 others');
  });
});

describe('who has something open', () => {
  const open = (username: string, dirty: boolean) =>
    state(username, { open: [{ path: 'x/a.py', dirty }] });

  it('is said with who has unsaved work in it', () => {
    const one = new Holders(people(open('bob', false)));
    expect(openText(one.of('x/a.py'), trans)).toBe('Open by Bob');
    expect(insideText(one.below('x'), trans)).toBe('Bob has something open in here');
    const two = new Holders(people(open('bob', true), open('eve', true), open('joe', false)));
    expect(openText(two.of('x/a.py'), trans)).toBe(
      'Open by Bob, Eve and Joe; Bob and Eve have unsaved changes'
    );
    expect(insideText(two.below('x'), trans)).toBe(
      'Bob, Eve and Joe have something open in here; Bob and Eve have unsaved changes'
    );
  });
});
