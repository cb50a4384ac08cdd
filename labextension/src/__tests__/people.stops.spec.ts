// @vitest-environment jsdom
import { describe, expect, it } from 'vitest';

import { lobbyRow } from '../people/rows';
import { buttonOf, nextStop, stopAt, stopsOf } from '../people/stops';
import { at, people } from './people.fakes';

const ROWS = people(at('bob', 'a.py'), at('eve', 'b.py'), at('eve', 'c.py')).map(lobbyRow);

describe('the stops of the keyboard', () => {
  it('are people, and the tabs that are shown', () => {
    const closed = [
      { person: 'bob', tab: null },
      { person: 'eve', tab: null }
    ];
    expect(stopsOf(ROWS, new Set())).toEqual(closed);
    expect(stopsOf(ROWS, new Set(['bob', 'nobody']))).toEqual(closed);
    expect(stopsOf(ROWS, new Set(['eve']))).toEqual([
      ...closed,
      { person: 'eve', tab: 2 },
      { person: 'eve', tab: 3 }
    ]);
  });

  it('follow each other, and end at the ends', () => {
    const stops = stopsOf(ROWS, new Set(['eve']));
    const [bob, eve, first, second] = stops;
    expect(nextStop(stops, bob!, 'ArrowDown')).toBe(eve);
    expect(nextStop(stops, eve!, 'ArrowDown')).toBe(first);
    expect(nextStop(stops, first!, 'ArrowUp')).toBe(eve);
    expect(nextStop(stops, second!, 'ArrowDown')).toBe(second);
    expect(nextStop(stops, bob!, 'ArrowUp')).toBe(bob);
    expect(nextStop(stops, bob!, 'End')).toBe(second);
    expect(nextStop(stops, second!, 'Home')).toBe(bob);
    expect(nextStop(stops, bob!, 'x')).toBeUndefined();
    expect(nextStop(stops, { person: 'gone', tab: null }, 'ArrowDown')).toBe(bob);
    expect(nextStop([], bob!, 'ArrowDown')).toBeUndefined();
  });

  it('are found in the page, and from it', () => {
    const list = document.createElement('ul');
    list.innerHTML = `
      <li data-awareness-person="a&quot;b"><button data-awareness-row id="main"></button>
        <button id="toggle"></button>
        <button data-awareness-row data-awareness-tab="7" id="tab"></button></li>
      <li id="other"></li>`;
    const at7 = { person: 'a"b', tab: 7 };
    expect(stopAt(list.querySelector('#tab')!)).toEqual(at7);
    expect(stopAt(list.querySelector('#toggle')!)).toEqual({ person: 'a"b', tab: null });
    expect(stopAt(list.querySelector('#other')!)).toBeNull();
    expect(buttonOf(list, at7)?.id).toBe('tab');
    expect(buttonOf(list, { ...at7, tab: null })?.id).toBe('main');
    expect(buttonOf(list, { ...at7, tab: 8 })).toBeUndefined();
  });
});
