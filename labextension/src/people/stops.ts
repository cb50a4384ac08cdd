/*
 * Where the keyboard stops in the list of people: each person, and each of their tabs while these are shown.
 * Top floor, but for the last two without DOM. Of a long list not every stop is in the page.
 */
import type { IRow } from './rows';

/** A person (`tab` is null), or one of their tabs by its peer. */
export interface IStop {
  readonly person: string;
  readonly tab: number | null;
}

/** All stops in their order. */
export function stopsOf(rows: readonly IRow[], expanded: ReadonlySet<string>): IStop[] {
  return rows.flatMap(({ key: person, tabs }) => [
    { person, tab: null },
    ...(tabs.length > 1 && expanded.has(person)
      ? tabs.map(({ peer }) => ({ person, tab: peer }))
      : [])
  ]);
}

/** The stop that a key leads to; undefined for other keys. */
export function nextStop(stops: readonly IStop[], from: IStop, key: string): IStop | undefined {
  const at = stops.findIndex(({ person, tab }) => person === from.person && tab === from.tab);
  switch (key) {
    case 'ArrowDown':
      return stops[Math.min(at + 1, stops.length - 1)];
    case 'ArrowUp':
      return stops[Math.max(at - 1, 0)];
    case 'Home':
      return stops[0];
    case 'End':
      return stops[stops.length - 1];
    default:
      return undefined;
  }
}

/** The stop that an element is, or belongs to as a person's other buttons do; null outside of all rows. */
export function stopAt(element: Element): IStop | null {
  const person = element.closest<HTMLElement>('[data-awareness-person]')?.dataset.awarenessPerson;
  const tab = element.closest<HTMLElement>('[data-awareness-tab]')?.dataset.awarenessTab;
  return person === undefined ? null : { person, tab: tab === undefined ? null : Number(tab) };
}

/** The button of a stop, if it is in the page. */
export function buttonOf(list: Element, stop: IStop): HTMLElement | undefined {
  return [...list.querySelectorAll<HTMLElement>('[data-awareness-row]')].find(button => {
    const { person, tab } = stopAt(button) ?? {};
    return person === stop.person && tab === stop.tab;
  });
}
