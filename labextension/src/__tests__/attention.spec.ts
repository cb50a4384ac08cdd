import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { Attention, statusOf } from '../attention';

describe('statusOf', () => {
  it.each([
    [false, 0, 1000, 'active'],
    [false, 999, 1000, 'active'],
    [false, 1000, 1000, 'idle'],
    [false, 1e12, 0, 'active'],
    [true, 0, 1000, 'away'],
    [true, 0, 0, 'away']
  ])('hidden %s, quiet %d ms of %d is %s', (isHidden, quiet, idleAfter, expected) => {
    expect(statusOf(isHidden, quiet, idleAfter)).toBe(expected);
  });
});

describe('Attention', () => {
  let page: EventTarget & { visibilityState: string };
  let attention: Attention;
  let idleAfter: number;
  const changed = vi.fn();

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    vi.stubGlobal('window', new EventTarget());
    page = Object.assign(new EventTarget(), { visibilityState: 'visible' });
    vi.stubGlobal('document', page);
    idleAfter = 1000;
    changed.mockReset();
    attention = new Attention(() => idleAfter);
    attention.changed.connect((_, status) => {
      changed(status);
    });
  });

  afterEach(() => {
    attention.dispose();
    vi.useRealTimers();
  });

  function look(visibilityState: string): void {
    page.visibilityState = visibilityState;
    page.dispatchEvent(new Event('visibilitychange'));
  }

  it('is idle after a while without input, and active with the next', () => {
    vi.advanceTimersByTime(999);
    expect(attention.status).toBe('active');
    vi.advanceTimersByTime(1);
    expect(attention.status).toBe('idle');
    window.dispatchEvent(new Event('pointermove'));
    expect(attention.status).toBe('active');
    expect(changed.mock.calls).toEqual([['idle'], ['active']]);
  });

  it.each(['keydown', 'pointerdown', 'pointermove', 'wheel'])('is kept active by %s', input => {
    for (let ms = 0; ms < 5000; ms += 900) {
      vi.advanceTimersByTime(900);
      window.dispatchEvent(new Event(input));
    }
    expect(changed).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1000);
    expect(attention.status).toBe('idle');
  });

  it('is away while the page is hidden, however long', () => {
    look('hidden');
    expect(attention.status).toBe('away');
    vi.advanceTimersByTime(100_000);
    expect(attention.status).toBe('away');
    look('visible');
    expect(attention.status).toBe('active');
    vi.advanceTimersByTime(1000);
    expect(changed.mock.calls).toEqual([['away'], ['active'], ['idle']]);
  });

  it('knows when the last input was', () => {
    const start = Date.now();
    vi.advanceTimersByTime(300);
    window.dispatchEvent(new Event('keydown'));
    vi.advanceTimersByTime(5000);
    expect([attention.status, attention.seen]).toEqual(['idle', start + 300]);
    look('hidden'); // By itself, as when a screen is locked.
    expect([attention.status, attention.seen]).toEqual(['away', start + 300]);
    look('visible');
    expect([attention.status, attention.seen]).toEqual(['active', start + 5300]);
  });

  it('does not tell of every input', () => {
    for (let ms = 0; ms < 900; ms += 10) {
      vi.advanceTimersByTime(10);
      window.dispatchEvent(new Event('keydown'));
    }
    expect(changed).not.toHaveBeenCalled();
  });

  it('takes another time when told to', () => {
    vi.advanceTimersByTime(500);
    idleAfter = 200;
    attention.refresh();
    expect(attention.status).toBe('idle');
    idleAfter = 0;
    attention.refresh();
    expect(attention.status).toBe('active');
    vi.advanceTimersByTime(1e9);
    expect(attention.status).toBe('active');
  });

  it('listens no more once disposed', () => {
    attention.dispose();
    look('hidden');
    vi.advanceTimersByTime(5000);
    expect(changed).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is away from the start in a page opened in the background', () => {
    page.visibilityState = 'hidden';
    const other = new Attention(() => 1000);
    expect(other.status).toBe('away');
    other.dispose();
  });
});

it('is active where there is no page', () => {
  const attention = new Attention(() => 0);
  expect(attention.status).toBe('active');
  attention.dispose();
});
