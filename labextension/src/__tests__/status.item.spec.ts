// @vitest-environment jsdom
import { Widget } from '@lumino/widgets';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { Preferences } from '../preferences';
import { PresenceStatus } from '../status/item';
import { FakeRoom, provideIdle, state, trans } from './people.fakes';

let lobby: FakeRoom;
let item: PresenceStatus;
let preferences: Preferences;
const onOpen = vi.fn();

beforeEach(() => {
  provideIdle();
  onOpen.mockClear();
  lobby = new FakeRoom().fill(state('me'), state('bob'));
  preferences = new Preferences(null);
  item = new PresenceStatus({ lobby, preferences, trans, onOpen });
  Widget.attach(item, document.body);
});

afterEach(() => {
  item.dispose();
});

function button(): HTMLElement | null {
  return item.node.querySelector('button');
}

function announced(): string | null | undefined {
  return item.node.querySelector('[role=status]')?.textContent;
}

async function shows(text: string): Promise<void> {
  await vi.waitFor(() => {
    expect(button()?.textContent).toBe(text);
  });
}

describe("the status bar's item", () => {
  it('counts persons and follows the room', async () => {
    await shows('2');
    expect(button()?.getAttribute('aria-label')).toBe('2 people here. Open the list of people');
    lobby.fill(state('me'), state('bob'), state('bob'), state('robot', { kind: 'agent' }));
    await shows('3');
    expect(button()?.title).toBe('2 people and 1 agent here');
  });

  it('announces the connection, but not the number', async () => {
    await shows('2');
    expect(announced()).toBe('');
    lobby.turn({ kind: 'reconnecting', code: 1006 });
    await shows('Reconnecting…');
    expect(announced()).toBe('Connection lost');
    expect(button()?.title).toContain('who was here last');
    lobby.turn({ kind: 'connected' });
    await shows('2');
    expect(announced()).toBe('');
  });

  it('says why it is off', async () => {
    lobby.turn({ kind: 'off', code: 4403, reason: 'no right to read' });
    await shows('Not connected');
    expect(button()?.title).toContain('no right to read');
  });

  it('says that one is invisible, as long as one is', async () => {
    await shows('2');
    preferences.set({ invisible: true });
    await shows('2You are invisible');
    expect(announced()).toBe('You are invisible');
    const label = '2 people here. You are invisible. Open the list of people';
    expect(button()?.getAttribute('aria-label')).toBe(label);
    preferences.set({ invisible: false });
    await shows('2');
    expect(announced()).toBe('');
  });

  it('opens the list', async () => {
    await shows('2');
    button()?.click();
    expect(onOpen).toHaveBeenCalledOnce();
  });

  it('lets go of the room', () => {
    item.dispose();
    expect(() => lobby.fill(state('me'))).not.toThrow();
  });
});
