// @vitest-environment jsdom
import { CommandRegistry } from '@lumino/commands';
import { Signal } from '@lumino/signaling';
import { Widget } from '@lumino/widgets';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { Lazy } from '../lazy';
import type { CurrentDocument } from '../people/current';
import { PANEL_ID, PeoplePanel } from '../people/panel';
import { BEAT_MS } from '../pulse';
import type { ITab } from '../people/rows';
import type { IDocumentPresence } from '../tokens';
import { FakeDocument, FakePresence, at, provideIdle, state, trans } from './people.fakes';

const NOTEBOOK = 'a/b.ipynb';

class FakeCurrent {
  document: FakeDocument | null = null;
  readonly widget = null;
  readonly changed = new Signal<this, void>(this);
  readonly peopleChanged = new Signal<this, void>(this);
}

let presence: FakePresence;
let current: FakeCurrent;
let panel: PeoplePanel;
let commands: CommandRegistry;
const onGo = vi.fn<(tab: ITab) => void>();

beforeEach(() => {
  provideIdle();
  onGo.mockClear();
  presence = new FakePresence();
  current = new FakeCurrent();
  commands = new CommandRegistry();
  panel = new PeoplePanel({
    presence,
    current: current as unknown as CurrentDocument,
    trans,
    commands,
    onGo
  });
});

afterEach(() => {
  vi.useRealTimers();
  panel.dispose();
});

function show(): void {
  Widget.attach(panel, document.body);
}

function all(selector: string): HTMLElement[] {
  return [...panel.node.querySelectorAll<HTMLElement>(selector)];
}

function rows(): string[] {
  return all('.jp-AwarenessPerson-name').map(node => node.textContent);
}

async function shown(...names: string[]): Promise<void> {
  await vi.waitFor(() => {
    expect(rows()).toEqual(names);
  });
}

function press(key: string): void {
  document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
}

describe('the panel of people', () => {
  it('has the id that the shell finds it by, and a name', () => {
    expect(panel.id).toBe(PANEL_ID);
    expect(panel.title.caption).toBe('People');
  });

  it('lists persons, oneself first, and follows the room', async () => {
    presence.lobby.fill(at('bob', NOTEBOOK, 2), state('me'));
    show();
    await shown('Me', 'Bob');
    expect(all('.jp-AwarenessPerson-where')[1]?.textContent).toBe('b.ipynb · Cell 3');
    presence.lobby.fill(state('me'), at('eve', 'c.py'));
    await shown('Me', 'Eve');
  });

  it('puts the people of the current document above the others', async () => {
    presence.lobby.fill(state('me'), at('bob', NOTEBOOK), at('eve', 'c.py'));
    const context = {} as IDocumentPresence['context'];
    current.document = new FakeDocument(NOTEBOOK, context).fill(state('me'), state('bob'));
    show();
    await shown('Me', 'Bob', 'Eve');
    const headings = all('h3').map(node => node.textContent);
    expect(headings).toEqual(['In this document2', 'Elsewhere1']);
    current.document.connection = { kind: 'reconnecting' };
    current.peopleChanged.emit();
    await vi.waitFor(() => {
      expect(all('section').map(section => section.dataset.stale)).toEqual(['true', undefined]);
    });
  });

  it('says nothing of who has a document open if it may not know', async () => {
    presence.lobby.fill(state('me'), state('bob'));
    const context = {} as IDocumentPresence['context'];
    current.document = new FakeDocument(NOTEBOOK, context).fill(state('me'));
    current.document.connection = { kind: 'off', code: 4403 };
    show();
    await shown('Me', 'Bob');
    expect(all('h3').map(node => node.textContent)).toEqual(['Everyone2']);
  });

  it('goes to where somebody is', async () => {
    presence.lobby.fill(state('me'), at('bob', NOTEBOOK, 2));
    show();
    await shown('Me', 'Bob');
    all('[data-awareness-row]')[1]?.click();
    expect(onGo).toHaveBeenCalledOnce();
    expect(onGo.mock.calls[0]?.[0]).toMatchObject({ path: NOTEBOOK, cell: 'cell-2', index: 2 });
  });

  it('goes nowhere with somebody who is nowhere', async () => {
    presence.lobby.fill(state('me'), state('bob'));
    show();
    await shown('Me', 'Bob');
    const [, bob] = all('[data-awareness-row]');
    bob?.click();
    expect(onGo).not.toHaveBeenCalled();
    expect(bob?.getAttribute('aria-disabled')).toBe('true');
  });

  it('has one tab stop, and arrows from row to row', async () => {
    presence.lobby.fill(state('me'), at('bob', NOTEBOOK), at('eve', 'c.py'));
    show();
    await shown('Me', 'Bob', 'Eve');
    const stops = all('[data-awareness-row]');
    expect(stops.map(stop => stop.tabIndex)).toEqual([0, -1, -1]);
    stops[0]?.focus();
    press('ArrowDown');
    expect(document.activeElement).toBe(stops[1]);
    press('End');
    expect(document.activeElement).toBe(stops[2]);
    press('ArrowDown');
    expect(document.activeElement).toBe(stops[2]);
    press('Home');
    press('ArrowUp');
    expect(document.activeElement).toBe(stops[0]);
  });

  it('shows and hides the tabs of a person by keys', async () => {
    presence.lobby.fill(state('me'), at('bob', NOTEBOOK, 1), at('bob', 'c.py'));
    show();
    await shown('Me', 'Bob');
    expect(all('.jp-AwarenessPerson-toggle')[0]?.textContent).toBe('2 tabs');
    all('[data-awareness-row]')[1]?.focus();
    press('ArrowRight');
    await vi.waitFor(() => {
      expect(all('.jp-AwarenessPerson-tab').map(tab => tab.textContent)).toEqual([
        'b.ipynb · Cell 2',
        'c.py'
      ]);
    });
    press('ArrowDown');
    press('ArrowDown');
    (document.activeElement as HTMLElement).click();
    expect(onGo.mock.calls[0]?.[0].path).toBe('c.py');
    press('ArrowLeft');
    await vi.waitFor(() => {
      expect(all('.jp-AwarenessPerson-tab')).toEqual([]);
    });
  });

  it('tells everything about a row to those who hear it', async () => {
    presence.lobby.fill(state('me'), { ...at('robot', 'c.py'), kind: 'agent', status: 'idle' });
    show();
    await shown('Me', 'Robot');
    expect(all('[data-awareness-row]')[1]?.getAttribute('aria-label')).toBe(
      'Robot, agent, idle, c.py. Go there'
    );
  });

  it('says so in a friendly way if nobody else is here', async () => {
    presence.lobby.fill(state('me'));
    show();
    await vi.waitFor(() => {
      expect(all('.jp-AwarenessPeople-alone')[0]?.textContent).toContain('You are alone here.');
    });
  });

  it('keeps the last known people while the connection is lost, and offers to try again', async () => {
    presence.lobby.fill(state('me'), at('bob', NOTEBOOK));
    show();
    await shown('Me', 'Bob');
    presence.lobby.turn({ kind: 'reconnecting', code: 1006 });
    await vi.waitFor(() => {
      expect(all('[role=status]')[0]?.textContent).toContain('Connection lost');
    });
    expect(rows()).toEqual(['Me', 'Bob']);
    expect(all('section')[0]?.dataset.stale).toBe('true');
    all('.jp-AwarenessBanner-retry')[0]?.click();
    expect(presence.lobby.reconnect).toHaveBeenCalledOnce();
  });

  it('lets texts that grow old grow old', async () => {
    const minute = 60_000;
    vi.useFakeTimers({ toFake: ['Date', 'setInterval'], now: 100 * minute });
    panel.dispose();
    panel = new PeoplePanel({
      presence,
      commands,
      current: current as unknown as CurrentDocument,
      trans,
      onGo
    });
    presence.lobby.fill(state('me'), state('bob', { status: 'idle', seen: 99 * minute }));
    show();
    await shown('Me', 'Bob');
    const where = () => all('.jp-AwarenessPerson-where')[1]?.textContent;
    expect(where()).toBe('Idle for 1 min · Just looking around');
    vi.setSystemTime(104 * minute);
    vi.advanceTimersByTime(BEAT_MS);
    await vi.waitFor(() => {
      expect(where()).toMatch(/^Idle for 5 min/);
    });
  });

  it('has a search only if there are many', async () => {
    const crowd = Array.from({ length: 13 }, (_, at) => state(`p${at}`));
    presence.lobby.fill(...crowd.slice(0, 12));
    show();
    await vi.waitFor(() => {
      expect(rows()).toHaveLength(12);
    });
    expect(all('input')).toEqual([]);
    presence.lobby.fill(...crowd);
    await vi.waitFor(() => {
      expect(all('input')).toHaveLength(1);
    });
    const input = all('input')[0] as HTMLInputElement;
    const setter = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set;
    setter?.call(input, 'p12');
    input.dispatchEvent(new Event('input', { bubbles: true }));
    await shown('P12');
  });

  it('does not draw while it is hidden, and is up to date when it is shown', async () => {
    presence.lobby.fill(state('me'));
    show();
    await shown('Me');
    panel.hide();
    presence.lobby.fill(state('me'), state('bob'));
    await new Promise(resolve => setTimeout(resolve, 150));
    expect(rows()).toEqual(['Me']);
    panel.show();
    await shown('Me', 'Bob');
  });

  it('lets go of everything', () => {
    show();
    panel.dispose();
    expect(() => presence.lobby.fill(state('me'))).not.toThrow();
    expect(document.querySelector('.jp-AwarenessPeople')).toBeNull();
  });
});

describe('a face', () => {
  it('shows a picture without telling where from, and initials if it does not load', async () => {
    const user = { username: 'bob', display_name: 'Bob', avatar_url: 'https://x.org/b.png' };
    presence.lobby.fill({ ...state('bob'), user });
    show();
    const image = await vi.waitFor(() => {
      const [found] = all('section .jp-AwarenessAvatar img');
      expect(found).toBeDefined();
      return found!;
    });
    expect(image.getAttribute('referrerpolicy')).toBe('no-referrer');
    image.dispatchEvent(new Event('error'));
    await vi.waitFor(() => {
      expect(all('section .jp-AwarenessAvatar-face')[0]?.textContent).toBe('B');
    });
  });

  it('takes a colour only as a colour', async () => {
    const user = { username: 'bob', display_name: 'Bob', color: 'red;background:url(x)' };
    presence.lobby.fill({ ...state('bob'), user });
    show();
    await shown('Bob');
    const style = all('section .jp-AwarenessAvatar')[0]?.style;
    expect(style?.getPropertyValue('--jp-awareness-color')).toBe('#767676');
  });

  it('has a shape for each status, and corners for an agent', async () => {
    presence.lobby.fill(
      state('a'),
      state('b', { status: 'idle' }),
      state('c', { status: 'away', kind: 'agent' })
    );
    show();
    await shown('A', 'B', 'C');
    const marks = all('.jp-AwarenessStatusMark').map(mark => mark.innerHTML);
    expect(new Set(marks).size).toBe(3);
    expect(all('section .jp-AwarenessAvatar').map(one => one.dataset.kind)).toEqual([
      'person',
      'person',
      'agent'
    ]);
  });
});

describe('what the panel shows', () => {
  it('is loaded when the panel is first seen', async () => {
    const load = vi.spyOn(Lazy.prototype, 'load');
    presence.lobby.fill(state('me'));
    panel.hide();
    show();
    expect(load).not.toHaveBeenCalled();
    panel.show();
    await shown('Me');
    expect(load).toHaveBeenCalledOnce();
  });

  it('is asked for again by a button if it could not be loaded', async () => {
    vi.spyOn(Lazy.prototype, 'load').mockRejectedValueOnce(new Error('offline'));
    presence.lobby.fill(state('me'));
    show();
    const button = await vi.waitFor(() => {
      const [found] = all('.jp-AwarenessBanner-retry');
      expect(found).toBeDefined();
      return found!;
    });
    expect(all('h2').map(node => node.textContent)).toEqual(['People']);
    expect(all('[role=status]')[0]?.textContent).toContain('could not be loaded');
    button.click();
    await shown('Me');
    expect(all('.jp-AwarenessBanner')).toEqual([]);
  });

  it('is asked for again when the panel is shown again, and with a new connection', async () => {
    const load = vi.spyOn(Lazy.prototype, 'load').mockRejectedValue(new Error('offline'));
    presence.lobby.fill(state('me'));
    show();
    panel.hide();
    panel.show();
    expect(load).toHaveBeenCalledTimes(2);
    load.mockRestore();
    presence.lobby.connectionChanged.emit(presence.lobby.connection);
    await shown('Me');
  });
});
