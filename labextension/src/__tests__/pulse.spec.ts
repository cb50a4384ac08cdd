// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { BEAT_MS, pulse } from '../pulse';

describe('a pulse', () => {
  let visibility: DocumentVisibilityState;
  const run = vi.fn();

  beforeEach(() => {
    vi.useFakeTimers();
    run.mockReset();
    visibility = 'visible';
    vi.spyOn(document, 'visibilityState', 'get').mockImplementation(() => visibility);
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  it('beats now and then until it is disposed', () => {
    const beating = pulse(run);
    vi.advanceTimersByTime(BEAT_MS - 1);
    expect(run).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1 + BEAT_MS);
    expect(run).toHaveBeenCalledTimes(2);
    beating.dispose();
    document.dispatchEvent(new Event('visibilitychange'));
    expect(vi.getTimerCount()).toBe(0);
    expect(run).toHaveBeenCalledTimes(2);
  });

  it('rests while nobody can see the page, and beats as soon as somebody can', () => {
    const beating = pulse(run);
    visibility = 'hidden';
    document.dispatchEvent(new Event('visibilitychange'));
    vi.advanceTimersByTime(10 * BEAT_MS);
    expect(run).not.toHaveBeenCalled();
    visibility = 'visible';
    document.dispatchEvent(new Event('visibilitychange'));
    expect(run).toHaveBeenCalledTimes(1);
    beating.dispose();
  });
});
