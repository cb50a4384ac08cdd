// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { Glide } from '../follow/glide';

/** Something to scroll, which jsdom does not lay out. */
class FakeScroller {
  readonly clientHeight = 500;
  readonly scrollHeight = 10_000;
  readonly trail: number[] = [];

  get scrollTop(): number {
    return this.trail[this.trail.length - 1] ?? 1000;
  }
  set scrollTop(top: number) {
    this.trail.push(top);
  }
  get real(): HTMLElement {
    return this as unknown as HTMLElement;
  }
}

let scroller: FakeScroller;
let glide: Glide;

beforeEach(() => {
  vi.useFakeTimers();
  scroller = new FakeScroller();
  glide = new Glide();
});

afterEach(() => {
  glide.dispose();
  vi.useRealTimers();
});

/** Let so many frames go by. */
function frames(count: number): void {
  vi.advanceTimersByTime(count * 16);
}

describe('gliding', () => {
  it('goes gently, and arrives', () => {
    glide.go(scroller.real, () => 1400);
    frames(60);
    expect(scroller.trail.length).toBeGreaterThan(5);
    expect(scroller.trail).toEqual([...scroller.trail].sort((a, b) => a - b));
    expect(Math.abs(scroller.scrollTop - 1400)).toBeLessThanOrEqual(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('goes a long way at once', () => {
    glide.go(scroller.real, () => 5000);
    expect(scroller.trail).toEqual([5000]);
  });

  it('goes at once where motion is not wanted', () => {
    const still = vi.spyOn(window, 'matchMedia').mockReturnValue({ matches: true } as never);
    glide.go(scroller.real, () => 1400);
    expect(scroller.trail).toEqual([1400]);
    still.mockRestore();
  });

  it('goes where the place is by then', () => {
    let place = 1400;
    glide.go(scroller.real, () => place);
    frames(3);
    place = 1100;
    frames(60);
    expect(Math.abs(scroller.scrollTop - 1100)).toBeLessThanOrEqual(1);
  });

  it('goes no further than one can scroll', () => {
    glide.go(scroller.real, () => 99_999);
    frames(10);
    expect(scroller.scrollTop).toBe(9500);
    expect(vi.getTimerCount()).toBe(0);
    glide.go(scroller.real, () => -50);
    frames(10);
    expect(scroller.scrollTop).toBe(0);
  });

  it('stays, if it is to, where something else scrolls away', () => {
    glide.go(scroller.real, () => 5000, 100);
    frames(20);
    scroller.scrollTop = 4900;
    frames(60);
    expect(Math.abs(scroller.scrollTop - 5000)).toBeLessThanOrEqual(1);
    frames(100);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('gives up where it never arrives', () => {
    let place = 1000;
    glide.go(scroller.real, () => (place += 10));
    frames(1000);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('ends when it is stopped, when there is nothing to go to, and with the page', () => {
    glide.go(scroller.real, () => 1400);
    glide.stop();
    const stopped = scroller.trail.length;
    frames(10);
    expect(scroller.trail).toHaveLength(stopped);
    glide.go(scroller.real, () => null);
    expect(vi.getTimerCount()).toBe(0);
    glide.dispose();
    expect(glide.isDisposed).toBe(true);
    glide.go(scroller.real, () => 1400);
    expect(scroller.trail).toHaveLength(stopped);
  });
});
