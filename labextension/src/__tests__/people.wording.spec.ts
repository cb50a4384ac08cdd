import { describe, expect, it } from 'vitest';

import type { IRow, ITab } from '../people/rows';
import { lobbyRow } from '../people/rows';
import { headCount, rowSentence, statusText, tabText, whereText } from '../people/wording';
import { at, people, state, trans } from './people.fakes';

const TAB: ITab = {
  peer: 1,
  username: 'bob',
  color: '#1976d2',
  status: 'active',
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
    const words = (['active', 'idle', 'away'] as const).map(one => statusText(one, trans));
    expect(new Set(words).size).toBe(3);
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
