import { describe, expect, it } from 'vitest';

import { parseHello } from '../hello';
import { swatches, switches } from '../people/choices';
import { noticeOf } from '../people/notices';
import { USUAL_CHOICES } from '../preferences';
import type { IChoices, IHello } from '../tokens';
import { people, state, trans } from './people.fakes';

function hello(rules: Record<string, unknown> = {}): IHello {
  return parseHello({ user: { username: 'me' }, ...rules })!;
}

function shown(
  choices: Partial<IChoices>,
  rules: Record<string, unknown> = {}
): Record<string, [on: boolean, fixed: boolean]> {
  const all = switches({ ...USUAL_CHOICES, ...choices }, hello(rules), trans);
  return Object.fromEntries(all.map(({ name, on, fixed }) => [name, [on, fixed !== null]]));
}

describe('the switches', () => {
  it('are as they were chosen', () => {
    expect(shown({})).toEqual({
      invisible: [false, false],
      shareLocation: [true, false],
      shareCursor: [true, false],
      appearAway: [false, false]
    });
    const others = { invisible: true, shareLocation: false, shareCursor: false, appearAway: true };
    expect(shown(others)).toEqual({
      invisible: [true, false],
      shareLocation: [false, false],
      shareCursor: [false, true],
      appearAway: [true, false]
    });
  });

  it('keep a cursor back together with the place that it tells', () => {
    expect(shown({ shareLocation: false }).shareCursor).toEqual([false, true]);
    expect(shown({}, { share_locations: 'never' }).shareCursor).toEqual([false, true]);
    expect(shown({ shareLocation: false }, { share_cursors: 'always' }).shareCursor).toEqual([
      true,
      true
    ]);
    expect(shown({ shareCursor: false }).shareCursor).toEqual([false, false]);
  });

  it('are fixed where the admin has decided, and say so', () => {
    expect(shown({ shareCursor: true }, { share_cursors: 'never' }).shareCursor).toEqual([
      false,
      true
    ]);
    expect(shown({ shareLocation: false }, { share_locations: 'always' }).shareLocation).toEqual([
      true,
      true
    ]);
    expect(shown({ invisible: true }, { allow_invisible: false }).invisible).toEqual([false, true]);
    expect(shown({}, { write: false }).invisible).toEqual([true, true]);
    const [first] = switches(USUAL_CHOICES, hello({ allow_invisible: false }), trans);
    expect(first?.fixed).toMatch(/^Whoever runs this server/);
  });

  it('are free until the server says otherwise', () => {
    expect(switches(USUAL_CHOICES, null, trans).every(({ fixed }) => fixed === null)).toBe(true);
  });
});

describe('what one is reminded of', () => {
  it.each<[Partial<IChoices>, Record<string, unknown>, string | undefined]>([
    [{}, {}, undefined],
    [{ shareLocation: false }, {}, undefined],
    [{ invisible: true }, {}, 'You are invisible'],
    [{ invisible: true, appearAway: true }, {}, 'You are invisible'],
    [{ invisible: true }, { allow_invisible: false }, undefined],
    [{ appearAway: true }, {}, 'You appear away'],
    [{ appearAway: true }, { write: false }, 'Others cannot see you']
  ])('of %j under %j is %s', (choices, rules, title) => {
    const notice = noticeOf({ ...USUAL_CHOICES, ...choices }, hello(rules), trans);
    expect(notice?.title).toBe(title);
  });

  it('has a way back, where there is one', () => {
    const invisible = { ...USUAL_CHOICES, invisible: true };
    expect(noticeOf(invisible, null, trans)?.undo?.choices).toEqual({ invisible: false });
    expect(noticeOf(invisible, hello({ write: false }), trans)?.undo).toBeNull();
  });
});

describe('the colours', () => {
  const rules = { palette: ['#1a73e8', '#d93025', '#123456'] };

  it('are those of the palette, by name, with who else has them', () => {
    const everyone = people(
      state('me', { user: { username: 'me', color: '#1a73e8' } }),
      state('bob', { user: { username: 'bob', display_name: 'Bob', color: '#D93025' } })
    );
    const all = swatches({ ...USUAL_CHOICES, color: '#1a73e8' }, hello(rules), everyone, trans);
    expect(all.map(({ name, chosen, takenBy }) => [name, chosen, takenBy.length])).toEqual([
      ['Blue', true, 0],
      ['Red', false, 1],
      ['#123456', false, 0]
    ]);
  });

  it('are not there before the server has told them', () => {
    expect(swatches(USUAL_CHOICES, null, [], trans)).toEqual([]);
  });
});
