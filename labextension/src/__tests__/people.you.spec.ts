// @vitest-environment jsdom
import { CommandRegistry } from '@lumino/commands';
import { Signal } from '@lumino/signaling';
import { Widget } from '@lumino/widgets';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { parseHello } from '../hello';
import type { CurrentDocument } from '../people/current';
import { PeoplePanel } from '../people/panel';
import { FakePresence, provideIdle, state, trans } from './people.fakes';

const PALETTE = ['#1a73e8', '#d93025'];

let presence: FakePresence;
let panel: PeoplePanel;

function greet(rules: Record<string, unknown> = {}): void {
  const user = { username: 'me', display_name: 'Me', color: '#1e8e3e' };
  presence.lobby.hello = parseHello({ user, palette: PALETTE, ...rules });
}

beforeEach(() => {
  provideIdle();
  localStorage.clear();
  presence = new FakePresence();
  presence.preferences.username = 'me';
  greet();
  presence.lobby.fill(
    state('me'),
    state('bob', {
      user: { username: 'bob', display_name: 'Bob', initials: 'B', color: '#d93025' }
    })
  );
  const current = {
    document: null,
    widget: null,
    changed: new Signal({}),
    peopleChanged: new Signal({})
  } as unknown as CurrentDocument;
  panel = new PeoplePanel({
    presence,
    commands: new CommandRegistry(),
    current,
    trans,
    onGo: vi.fn()
  });
  Widget.attach(panel, document.body);
});

afterEach(() => {
  panel.dispose();
  presence.preferences.dispose();
});

function find(selector: string): HTMLElement | null {
  return panel.node.querySelector<HTMLElement>(selector);
}

function all(selector: string): HTMLElement[] {
  return [...panel.node.querySelectorAll<HTMLElement>(selector)];
}

async function expanded(): Promise<void> {
  await vi.waitFor(() => {
    expect(find('.jp-AwarenessYou-button')).not.toBeNull();
  });
  find('.jp-AwarenessYou-button')?.click();
  await vi.waitFor(() => {
    expect(find('.jp-AwarenessYou')).not.toBeNull();
  });
}

function inputs(): Record<string, HTMLInputElement> {
  return Object.fromEntries(
    all('.jp-AwarenessSwitch').map(node => [
      node.querySelector('label')?.textContent ?? '',
      node.querySelector('input') as HTMLInputElement
    ])
  );
}

describe('the part of the panel that is about oneself', () => {
  it('is shown and hidden by a button that says what it does', async () => {
    await expanded();
    const button = find('.jp-AwarenessYou-button');
    expect(button?.getAttribute('aria-label')).toBe('You: privacy and colour');
    expect(button?.getAttribute('aria-expanded')).toBe('true');
    const controlled = button?.getAttribute('aria-controls') ?? '';
    expect(document.getElementById(controlled)?.textContent).toContain('Invisible');
    button?.click();
    await vi.waitFor(() => {
      expect(find('.jp-AwarenessYou')).toBeNull();
    });
  });

  it('is not there before it is known who one is', async () => {
    presence.lobby.hello = null;
    presence.lobby.fill(state('bob'));
    await vi.waitFor(() => {
      expect(find('.jp-AwarenessYou-button')).toBeNull();
    });
  });

  it('has switches with names and explanations, each in effect at once', async () => {
    await expanded();
    const [invisible] = Object.values(inputs());
    expect(Object.keys(inputs())).toEqual([
      'Invisible',
      'Share my location',
      'Share my cursor',
      'Appear away'
    ]);
    expect(invisible?.getAttribute('role')).toBe('switch');
    const described = invisible?.getAttribute('aria-describedby') ?? '';
    expect(document.getElementById(described)?.textContent).toMatch(/^Nobody sees/);
    invisible?.click();
    expect(presence.preferences.current.invisible).toBe(true);
    inputs()['Share my cursor']?.click();
    expect(presence.preferences.current.shareCursor).toBe(false);
    await vi.waitFor(() => {
      expect(Object.values(inputs()).map(({ checked }) => checked)).toEqual([
        true,
        true,
        false,
        false
      ]);
    });
  });

  it('says why a switch is fixed, and does not move it', async () => {
    greet({ share_locations: 'always' });
    presence.preferences.set({ shareLocation: false });
    await expanded();
    const fixed = inputs()['Share my location'];
    expect(fixed?.getAttribute('aria-disabled')).toBe('true');
    expect(fixed?.checked).toBe(true);
    fixed?.click();
    expect(presence.preferences.current.shareLocation).toBe(false);
    expect(fixed?.checked).toBe(true);
    const described = fixed?.getAttribute('aria-describedby') ?? '';
    expect(document.getElementById(described)?.textContent).toMatch(/^Whoever runs this server/);
  });

  it('offers the colours, and marks those that others have', async () => {
    await expanded();
    const names = () => all('[type=radio]').map(radio => radio.getAttribute('aria-label'));
    expect(names()).toEqual(['Automatic', 'Blue', 'Red, also Bob']);
    expect(all('.jp-AwarenessSwatch').map(node => node.textContent)).toEqual(['Auto', '', 'B']);
    const radios = all('[type=radio]') as HTMLInputElement[];
    expect(radios.map(radio => radio.checked)).toEqual([true, false, false]);
    radios[1]?.click();
    expect(presence.preferences.current.color).toBe('#1a73e8');
    await vi.waitFor(() => {
      const checked = (all('[type=radio]') as HTMLInputElement[]).map(radio => radio.checked);
      expect(checked).toEqual([false, true, false]);
    });
    all('[type=radio]')[0]?.click();
    expect(presence.preferences.current.color).toBeNull();
  });

  it('reminds one of being invisible, for whoever hears it too, and has a way back', async () => {
    presence.preferences.set({ invisible: true });
    await vi.waitFor(() => {
      expect(
        all('[role=status]')
          .map(node => node.textContent)
          .join()
      ).toContain('You are invisible');
    });
    expect(find('.jp-AwarenessYou-button')?.dataset.notice).toBe('unseen');
    find('.jp-AwarenessNotice button')?.click();
    expect(presence.preferences.current.invisible).toBe(false);
    await vi.waitFor(() => {
      expect(find('.jp-AwarenessNotice')).toBeNull();
    });
  });
});
