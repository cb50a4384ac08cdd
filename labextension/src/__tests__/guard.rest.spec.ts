// @vitest-environment jsdom
import { afterEach, describe, expect, it, vi } from 'vitest';

import { untilAtRest } from '../guard/rest';

/** What is wrong before each frame; from then on it is right. Returns how often it was looked at. */
async function looksAt(wrong: boolean[]): Promise<number> {
  let frames = 0;
  let looks = 0;
  const look = () => {
    looks++;
    return wrong[frames] ?? false;
  };
  await untilAtRest(look, () => {
    frames++;
    return Promise.resolve();
  });
  return looks;
}

afterEach(() => {
  vi.useRealTimers();
});

describe('what is set right until it is at rest', () => {
  it('is looked at before six frames if it is right at once, and once more', async () => {
    expect(await looksAt([])).toBe(7);
  });

  it('is looked at for six more after each time that it was wrong', async () => {
    expect(await looksAt([true])).toBe(8);
    expect(await looksAt([true, false, false, false, false, true])).toBe(13);
  });

  it('is left alone in the end if something else does not let it rest', async () => {
    expect(await looksAt(Array<boolean>(1_000).fill(true))).toBe(21);
  });

  it('goes on where the page has no frames', async () => {
    vi.useFakeTimers();
    vi.stubGlobal('requestAnimationFrame', () => 0);
    const step = vi.fn(() => false);
    const atRest = untilAtRest(step);
    await vi.advanceTimersByTimeAsync(600);
    await atRest;
    expect(step).toHaveBeenCalledTimes(7);
  });
});
