import { describe, expect, it } from 'vitest';

import { beyond, share } from '../notebook/beyond';
import { visitorsOf } from '../notebook/visitors';
import type { IVisitor } from '../notebook/visitors';
import { visitorText, allNames, cellSentence, visitorName } from '../notebook/wording';
import type { ICellReference, IPeer } from '../peers';
import { peer } from './editor-room';
import { trans } from './people.fakes';

const CELLS = ['a', 'b', 'c', 'd', 'e'];

function find({ cell, index }: ICellReference): string | null {
  return cell !== undefined && CELLS.includes(cell) ? cell : (CELLS[index ?? -1] ?? null);
}

function at(id: number, name: string, cell: string, mode = 'command', more: object = {}): IPeer {
  return peer(id, name, [], { cell: { id: cell, index: CELLS.indexOf(cell), mode }, ...more });
}

function indexOf(id: string): number {
  return CELLS.indexOf(id);
}

function visitors(...peers: IPeer[]) {
  return visitorsOf(peers, { find, self: 'me', runs: true });
}

function inCell(cell: string, ...peers: IPeer[]): readonly IVisitor[] {
  return visitors(...peers).get(cell) ?? [];
}

function names(all: readonly IVisitor[]): string[] {
  return all.map(({ user }) => user.username);
}

describe('the visitors of a cell', () => {
  it('are those whose active cell it is, whatever their mode', () => {
    const found = visitors(at(1, 'bob', 'a', 'edit'), at(2, 'carol', 'b'), at(3, 'dora', 'a'));
    expect([...found.keys()]).toEqual(['a', 'b']);
    expect(found.get('a')).toMatchObject([
      { user: { username: 'bob' }, mode: 'edit', peer: 1 },
      { user: { username: 'dora' }, mode: 'command', peer: 3 }
    ]);
  });

  it('are found by the index where the id is another', () => {
    const stranger = peer(1, 'bob', [], { cell: { id: 'theirs', index: 3, mode: 'edit' } });
    expect(names(inCell('d', stranger))).toEqual(['bob']);
    const lost = peer(1, 'bob', [], { cell: { id: 'theirs', index: 30, mode: 'edit' } });
    expect(visitors(lost).size).toBe(0);
  });

  it('are found by their cursor if they tell no cell, as agents do', () => {
    const agent = peer(1, 'bot', [{ cell: 'c', position: 0, anchor: 0 }], { kind: 'agent' });
    expect(inCell('c', agent)).toMatchObject([{ agent: true, mode: 'edit' }]);
    expect(visitors(peer(2, 'bob')).size).toBe(0);
  });

  it('are persons: two tabs in one cell are one, as lively as the livelier', () => {
    const tabs = [
      at(1, 'bob', 'a', 'command', { status: 'idle', seen: 5000 }),
      at(2, 'bob', 'a', 'edit', { activity: 'typing' })
    ];
    for (const [first, second] of [tabs, [...tabs].reverse()] as [IPeer, IPeer][]) {
      expect(inCell('a', first, second)).toMatchObject([
        { mode: 'edit', status: 'active', seen: null, typing: true, peer: 2 }
      ]);
    }
    expect([...visitors(at(1, 'bob', 'a'), at(2, 'bob', 'b')).keys()]).toEqual(['a', 'b']);
  });

  it('are those who have started it, too, and their other marks stay', () => {
    const running = { activity: { running: ['a', 'c', 'gone'], typing: true } };
    const found = visitors(at(1, 'bob', 'a', 'edit', running));
    expect(found.get('a')).toMatchObject([{ mode: 'edit', running: true, typing: true }]);
    expect(found.get('c')).toMatchObject([{ mode: null, running: true, typing: false }]);
    expect(found.size).toBe(2);
    const withoutRuns = visitorsOf([at(1, 'bob', 'a', 'edit', running)], {
      find,
      self: null,
      runs: false
    });
    expect([...withoutRuns.keys()]).toEqual(['a']);
  });

  it('keep their order whatever they do; who is away, or elsewhere, comes last', () => {
    const running = { activity: { running: ['a'] } };
    const peers = [
      at(1, 'aaron', 'b', 'edit', running),
      at(2, 'bob', 'a', 'command', { status: 'away' }),
      at(3, 'me', 'a'),
      at(4, 'carol', 'a', 'edit'),
      at(5, 'dora', 'a', 'command', { status: 'idle' })
    ];
    expect(names(inCell('a', ...peers))).toEqual(['carol', 'dora', 'me', 'bob', 'aaron']);
    expect(inCell('a', ...peers)[2]?.self).toBe(true);
  });
});

describe('those who are out of sight', () => {
  function far(first: number, last: number, ...peers: IPeer[]) {
    const { above, below } = beyond(visitors(...peers), { first, last }, indexOf);
    const told = (side: typeof above) =>
      side.map(({ visitor, index }) => `${visitor.user.username} ${index}`);
    return { above: told(above), below: told(below) };
  }

  it('are above or below, the nearest first', () => {
    const peers = CELLS.map((cell, index) => at(index, `p${index}`, cell));
    expect(far(2, 2, ...peers)).toEqual({ above: ['p1 1', 'p0 0'], below: ['p3 3', 'p4 4'] });
    expect(far(0, 4, ...peers)).toEqual({ above: [], below: [] });
  });

  it('are not those who only run something there', () => {
    const runner = at(1, 'bob', 'c', 'edit', { activity: { running: ['e'] } });
    expect(far(2, 2, runner)).toEqual({ above: [], below: [] });
  });

  it('are not those who can be seen in another tab, and nobody twice', () => {
    expect(far(2, 2, at(1, 'bob', 'a'), at(2, 'bob', 'c'))).toEqual({ above: [], below: [] });
    expect(far(3, 3, at(1, 'bob', 'a'), at(2, 'bob', 'b')).above).toEqual(['bob 1']);
  });

  it('are all below while nothing is in sight', () => {
    expect(far(0, -1, at(1, 'bob', 'a')).below).toEqual(['bob 0']);
  });
});

describe('everybody', () => {
  /** Who is where, if c can be seen clear of both edges, b and d only if there is nothing at theirs. */
  function shown(...peers: IPeer[]) {
    const all = visitors(...peers);
    const { marked, far: away } = share(all, { first: 1, last: 3 }, { first: 2, last: 2 }, indexOf);
    const told = (side: typeof away.above) => side.map(({ visitor }) => visitor.user.username);
    const cells = CELLS.slice(marked.first, marked.last + 1);
    return { above: told(away.above), cells: cells.join(''), below: told(away.below) };
  }

  it('is in a cell near an edge while there is nobody at the edge', () => {
    const near = [at(1, 'bob', 'b'), at(2, 'carol', 'c'), at(3, 'dora', 'd')];
    expect(shown(...near)).toEqual({ above: [], cells: 'bcd', below: [] });
  });

  it('joins those at the edge who would lie over them', () => {
    const near = [at(1, 'bob', 'b'), at(2, 'carol', 'c'), at(3, 'dora', 'd')];
    expect(shown(...near, at(4, 'eve', 'e'))).toEqual({
      above: [],
      cells: 'bc',
      below: ['dora', 'eve']
    });
    expect(shown(...near, at(4, 'ada', 'a'))).toEqual({
      above: ['bob', 'ada'],
      cells: 'cd',
      below: []
    });
  });

  it('is nowhere twice: who joins at one edge may bring somebody to the other', () => {
    const tabs = [at(1, 'bob', 'b'), at(2, 'bob', 'e'), at(3, 'ada', 'a'), at(4, 'dora', 'd')];
    expect(shown(...tabs)).toEqual({ above: ['bob', 'ada'], cells: 'c', below: ['dora', 'bob'] });
  });

  it('is at one edge only where the window is too low for both', () => {
    const all = visitors(at(1, 'bob', 'c'), at(2, 'ada', 'a'), at(3, 'eve', 'e'));
    const { marked, far: away } = share(all, { first: 2, last: 2 }, { first: 3, last: 1 }, indexOf);
    expect(marked).toEqual({ first: 3, last: 1 });
    expect(away.above.map(({ index }) => index)).toEqual([2, 0]);
    expect(away.below.map(({ index }) => index)).toEqual([4]);
  });
});

describe('the words', () => {
  const only = (more: object, mode = 'edit') => inCell('a', at(1, 'bob', 'a', mode, more))[0]!;

  it.each([
    ['Editing', {}],
    ['Editing · Typing', { activity: 'typing' }],
    ['Editing · Idle', { status: 'idle' }],
    ['Editing · Away', { status: 'away', seen: -1 }],
    ['Editing · Away', { status: 'away', seen: 9e15 }],
    ['Editing', { status: 'active', seen: 5000 }]
  ])('say %s', (text, more) => {
    expect(visitorText(only(more), trans)).toBe(text);
  });

  it('tell that a cell is only selected, and who has started it', () => {
    expect(visitorText(only({}, 'command'), trans)).toBe('Selected');
    const [runner] = inCell('b', at(1, 'bob', 'a', 'edit', { activity: { running: ['b'] } }));
    expect(visitorText(runner!, trans)).toMatch(/^Started this cell/);
  });

  it('tell since when somebody is idle: the time, and the day if it was another', () => {
    const today = new Date();
    today.setHours(0, 5);
    const idle = (seen: number) => visitorText(only({ status: 'idle', seen }), trans);
    expect(idle(today.getTime())).toMatch(/Idle since \D*\d+:05/);
    expect(idle(Date.UTC(2020, 5, 15, 12, 0))).toMatch(/Idle since .*15/);
  });

  it('name agents, oneself, and everybody', () => {
    const all = inCell('a', at(1, 'bot', 'a', 'edit', { kind: 'agent' }), at(2, 'me', 'a'));
    expect(all.map(one => visitorName(one, trans))).toEqual(['bot (agent)', 'You, in another tab']);
    expect(allNames(all, trans)).toBe('bot (agent), You, in another tab');
    expect(cellSentence(all, trans)).toBe('bot (agent): editing. You, in another tab: selected.');
  });
});
