import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { Throttle } from '../throttle';

describe('Throttle', () => {
  beforeEach(() => {
    run.mockReset();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const run = vi.fn();

  it('runs the first call after the current task, once for all in it', async () => {
    const throttle = new Throttle(run, () => 50);
    throttle.invoke();
    throttle.invoke();
    expect(run).not.toHaveBeenCalled();
    await Promise.resolve();
    expect(run).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(1000);
    expect(run).toHaveBeenCalledTimes(1);
    throttle.dispose();
  });

  it('runs at most once in an interval, and the last call is never lost', async () => {
    const throttle = new Throttle(run, () => 50);
    let ran = 0;
    for (let ms = 0; ms < 195; ms += 5) {
      throttle.invoke();
      ran = ms;
      await vi.advanceTimersByTimeAsync(5);
    }
    expect(run).toHaveBeenCalledTimes(4); // At 0, 50, 100 and 150 ms.
    await vi.advanceTimersByTimeAsync(200 - ran);
    expect(run).toHaveBeenCalledTimes(5);
    await vi.advanceTimersByTimeAsync(1000);
    expect(run).toHaveBeenCalledTimes(5);
    throttle.dispose();
  });

  it('is at once again after a pause, and asks for the interval each time', async () => {
    let interval = 50;
    const throttle = new Throttle(run, () => interval);
    throttle.invoke();
    await vi.advanceTimersByTimeAsync(60);
    interval = 500;
    throttle.invoke();
    await Promise.resolve();
    expect(run).toHaveBeenCalledTimes(2);
    throttle.invoke();
    await vi.advanceTimersByTimeAsync(499);
    expect(run).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(1);
    expect(run).toHaveBeenCalledTimes(3);
    throttle.dispose();
  });

  it('runs a call made while running', async () => {
    const throttle: Throttle = new Throttle(
      run.mockImplementationOnce(() => {
        throttle.invoke();
      }),
      () => 50
    );
    throttle.invoke();
    await vi.advanceTimersByTimeAsync(50);
    expect(run).toHaveBeenCalledTimes(2);
    throttle.dispose();
  });

  it('does nothing once disposed', async () => {
    const throttle = new Throttle(run, () => 50);
    throttle.invoke();
    throttle.dispose();
    throttle.invoke();
    await vi.advanceTimersByTimeAsync(1000);
    expect(run).not.toHaveBeenCalled();
    expect(throttle.isDisposed).toBe(true);
  });
});
