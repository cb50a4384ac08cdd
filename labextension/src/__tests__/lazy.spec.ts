import { describe, expect, it, vi } from 'vitest';

import { Lazy } from '../lazy';

describe('a part that is loaded when it is needed', () => {
  it('is fetched once, however often it is needed', async () => {
    const fetch = vi.fn(() => Promise.resolve('part'));
    const lazy = new Lazy(fetch);
    expect(lazy.loaded).toBeNull();
    expect(await Promise.all([lazy.load(), lazy.load()])).toEqual(['part', 'part']);
    expect(await lazy.load()).toBe('part');
    expect(lazy.loaded).toBe('part');
    expect(fetch).toHaveBeenCalledOnce();
  });

  it('is fetched again after a failure, which all who waited hear of', async () => {
    const fetch = vi.fn(() => Promise.resolve('part'));
    fetch.mockRejectedValueOnce(new Error('offline'));
    const lazy = new Lazy(fetch);
    const all = await Promise.allSettled([lazy.load(), lazy.load()]);
    expect(all.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect([lazy.loaded, fetch.mock.calls.length]).toEqual([null, 1]);
    expect(await lazy.load()).toBe('part');
    expect(fetch).toHaveBeenCalledTimes(2);
  });
});
