// @vitest-environment jsdom
import { Signal } from '@lumino/signaling';
import { Widget } from '@lumino/widgets';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { GuardBar } from '../guard/bar';
import type { Guard } from '../guard/guard';
import { UPDATED_FOR, noticeOf } from '../guard/notice';
import type { IFacts } from '../guard/notice';
import { NOON, author, facts, newer, unsaved } from './guard.fakes';
import { provideIdle, trans } from './people.fakes';

let now: number;
let known: Partial<IFacts>;
let bar: GuardBar;
const changed = new Signal<object, void>({});
const hide = vi.fn();
const deeds = {
  compare: vi.fn(),
  reload: vi.fn(),
  keepCopy: vi.fn(),
  openCopy: vi.fn(),
  show: vi.fn()
};

const guard = {
  changed,
  hide,
  get notice() {
    return noticeOf(facts({ now, ...known }));
  },
  get newer() {
    return known.newer ?? null;
  }
} as unknown as Guard;

function know(what: Partial<IFacts>): void {
  known = what;
  changed.emit();
}

const text = () => bar.node.querySelector('.jp-AwarenessGuard-words')?.textContent;
const heard = () => bar.announcement.textContent;

async function shows(words: string): Promise<void> {
  await vi.waitFor(() => {
    expect(bar.isHidden).toBe(false);
    expect(text()).toContain(words);
  });
}

beforeEach(() => {
  provideIdle();
  now = NOON;
  known = {};
  hide.mockClear();
  bar = new GuardBar({ guard, deeds, trans, now: () => now });
  Widget.attach(bar, document.body);
});

afterEach(() => {
  bar.dispose();
});

describe('the bar', () => {
  it('is hidden while there is nothing to say, and until it is drawn', async () => {
    expect(bar.isHidden).toBe(true);
    know({ unsaved: [unsaved('bob')] });
    expect(bar.isHidden).toBe(true);
    await shows('Bob has unsaved changes here');
    know({});
    expect(bar.isHidden).toBe(true);
  });

  it('has faces and words as text, whatever a name is', async () => {
    know({ unsaved: [unsaved('<b>eve'), unsaved('bob'), unsaved('carol'), unsaved('dan')] });
    await shows('<b>eve');
    expect(bar.node.querySelector('b')).toBeNull();
    expect(bar.node.querySelectorAll('.jp-AwarenessAvatar')).toHaveLength(3);
  });

  it('looks serious when something is at stake', async () => {
    know({ newer: newer('bob') });
    await shows('Bob saved');
    expect(bar.hasClass('jp-mod-serious')).toBe(false);
    know({ newer: newer('bob'), work: NOON });
    expect(bar.hasClass('jp-mod-serious')).toBe(true);
    know({ unsaved: [unsaved('bob')], work: NOON });
    expect(bar.hasClass('jp-mod-serious')).toBe(true);
    know({ unsaved: [unsaved('bob')] });
    expect(bar.hasClass('jp-mod-serious')).toBe(false);
  });

  it('does what its buttons say, and can be hidden but for a newer version', async () => {
    know({ unsaved: [unsaved('bob')] });
    await shows('Bob');
    const buttons = () => [...bar.node.querySelectorAll('button')];
    buttons().forEach(button => {
      button.click();
    });
    expect(deeds.show).toHaveBeenCalledOnce();
    expect(hide).toHaveBeenCalledOnce();
    know({ newer: newer('bob') });
    await shows('newer version');
    expect(buttons().map(button => button.textContent)).toEqual([
      'Show differences',
      'Reload',
      'Save mine as a copy'
    ]);
  });
});

describe('the time in the bar', () => {
  it('goes on while it is seen', async () => {
    vi.useFakeTimers();
    know({ newer: newer('bob') });
    await vi.advanceTimersByTimeAsync(100);
    expect(text()).toContain('just now');
    now += 3000;
    await vi.advanceTimersByTimeAsync(3000);
    expect(text()).toContain('3 s ago');
    vi.useRealTimers();
  });

  it('ends what is said only for a while', async () => {
    vi.useFakeTimers();
    know({ updated: { by: author('bob'), at: NOON, readAt: NOON } });
    await vi.advanceTimersByTimeAsync(100);
    expect(text()).toContain('Updated to what Bob saved');
    now += UPDATED_FOR;
    await vi.advanceTimersByTimeAsync(UPDATED_FOR);
    expect(bar.isHidden).toBe(true);
    vi.useRealTimers();
  });
});

describe('what screen readers are told', () => {
  it('is what happened, once, and not too often', async () => {
    vi.useFakeTimers();
    expect(bar.announcement.getAttribute('role')).toBe('status');
    know({ newer: newer('bob') });
    await vi.advanceTimersByTimeAsync(1);
    expect(heard()).toBe('Bob saved a newer version');
    know({ newer: newer('bob'), work: NOON });
    await vi.advanceTimersByTimeAsync(1);
    know({ newer: newer('carol'), work: NOON });
    await vi.advanceTimersByTimeAsync(1);
    expect(heard()).not.toContain('Carol');
    await vi.advanceTimersByTimeAsync(10_000);
    expect(heard()).toBe('Carol saved a newer version. Yours is unsaved: autosave waits.');
    vi.useRealTimers();
  });
});
