// @vitest-environment jsdom
/*
 * Hundreds of people in the panel: what of them is in the page, and how the keyboard gets to the rest.
 */
import { CommandRegistry } from '@lumino/commands';
import { Signal } from '@lumino/signaling';
import { Widget } from '@lumino/widgets';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { CurrentDocument } from '../people/current';
import { PeoplePanel } from '../people/panel';
import { MOST_ROWS, pieces } from '../people/window';
import { FakePresence, provideIdle, state, trans } from './people.fakes';

describe('the pieces of a section', () => {
  const item = (index: number, start: number, end: number) => ({ index, start, end });

  it('are the rows that are in the page, and gaps for the others', () => {
    const items = [item(0, 0, 36), item(3, 132, 180), item(4, 180, 228), item(9, 420, 468)];
    expect(pieces(items, 0, undefined, 600)).toEqual([
      { gap: 96 },
      { row: 2 },
      { row: 3 },
      { gap: 192 },
      { row: 8 },
      { gap: 132 }
    ]);
  });

  it('end where the next section begins', () => {
    const items = [item(0, 0, 36), item(1, 36, 84), item(4, 180, 216), item(5, 216, 264)];
    expect(pieces(items, 0, 4, 500)).toEqual([{ row: 0 }, { gap: 96 }]);
    expect(pieces(items, 4, undefined, 500)).toEqual([{ row: 0 }, { gap: 236 }]);
  });

  it('are one gap, or nothing, if no row is in the page', () => {
    expect(pieces([item(0, 0, 36), item(9, 436, 472)], 0, 9, 500)).toEqual([{ gap: 400 }]);
    expect(pieces([item(0, 0, 36)], 0, undefined, 36)).toEqual([]);
    expect(pieces([], 0, undefined, 0)).toEqual([]);
  });
});

let presence: FakePresence;
let panel: PeoplePanel;

beforeEach(() => {
  provideIdle();
  // jsdom has no layout: the list is as high as one row.
  vi.spyOn(HTMLElement.prototype, 'offsetHeight', 'get').mockReturnValue(48);
  vi.spyOn(HTMLElement.prototype, 'offsetWidth', 'get').mockReturnValue(240);
  presence = new FakePresence();
  const current = { changed: new Signal({}), peopleChanged: new Signal({}), document: null };
  panel = new PeoplePanel({
    presence,
    current: current as unknown as CurrentDocument,
    trans,
    commands: new CommandRegistry(),
    onGo: () => undefined
  });
});

afterEach(() => {
  panel.dispose();
});

const number = (n: number) => String(n).padStart(3, '0');

function fill(count: number): void {
  const others = Array.from({ length: count - 1 }, (_, n) => state(`p${number(n)}`));
  presence.lobby.fill(state('me'), ...others);
}

function all(selector: string): HTMLElement[] {
  return [...panel.node.querySelectorAll<HTMLElement>(selector)];
}

async function show(): Promise<void> {
  Widget.attach(panel, document.body);
  await vi.waitFor(() => {
    expect(all('.jp-AwarenessPerson')).not.toEqual([]);
  });
}

function press(key: string): void {
  document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
}

const focused = () =>
  document.activeElement?.closest<HTMLElement>('[data-awareness-person]')?.dataset.awarenessPerson;

describe('a long list of people', () => {
  it('is whole up to a number of rows', async () => {
    fill(MOST_ROWS);
    await show();
    expect(all('.jp-AwarenessPerson')).toHaveLength(MOST_ROWS);
    expect(all('[aria-posinset], [role=presentation]')).toEqual([]);
  });

  it('has only a part of its rows in the page, and says which and of how many', async () => {
    fill(300);
    await show();
    const rows = all('.jp-AwarenessPerson');
    expect(rows.length).toBeLessThan(30);
    expect(rows[0]?.getAttribute('aria-posinset')).toBe('1');
    expect(rows[3]?.getAttribute('aria-posinset')).toBe('4');
    expect(rows[3]?.getAttribute('aria-setsize')).toBe('300');
    const gaps = all('li[role=presentation]');
    expect(gaps).toHaveLength(1);
    expect(parseInt(gaps[0]?.style.height ?? '')).toBe(48 * (300 - rows.length));
    expect(all('h3').map(heading => heading.textContent)).toEqual(['Everyone300']);
  });

  it('lets the keyboard go anywhere in it', async () => {
    fill(300);
    await show();
    all('[data-awareness-row]')[0]?.focus();
    press('End');
    await vi.waitFor(() => {
      expect(focused()).toBe('p298');
    });
    press('ArrowUp');
    await vi.waitFor(() => {
      expect(focused()).toBe('p297');
    });
    press('ArrowDown');
    await vi.waitFor(() => {
      expect(focused()).toBe('p298');
    });
    press('Home');
    await vi.waitFor(() => {
      expect(focused()).toBe('me');
    });
  });

  it('keeps the row with the focus in the page, whoever comes before it', async () => {
    fill(200);
    await show();
    all('[data-awareness-row]')[0]?.focus();
    press('End');
    await vi.waitFor(() => {
      expect(focused()).toBe('p198');
    });
    const row = document.activeElement;
    fill(300);
    await vi.waitFor(() => {
      expect(all('.jp-AwarenessPeople-count')[0]?.textContent).toBe('300');
    });
    expect(document.activeElement).toBe(row);
    expect(row?.closest('li')?.getAttribute('aria-posinset')).toBe('200');
  });

  it('is whole again when it gets short', async () => {
    fill(300);
    await show();
    fill(20);
    await vi.waitFor(() => {
      expect(all('.jp-AwarenessPerson')).toHaveLength(20);
    });
    expect(all('[aria-posinset], [role=presentation]')).toEqual([]);
  });
});
