// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { Pace } from '../editor/pace';
import { Frames } from './editor-room';

let frames: Frames;
let pace: Pace;
let isFilling: boolean;
/** What waits for a frame to be painted. */
let painting: (() => void)[];

class Channel {
  readonly port1 = { onmessage: () => undefined, close: () => undefined };
  readonly port2 = {
    postMessage: () => {
      painting.push(() => {
        this.port1.onmessage();
      });
    }
  };
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  frames = new Frames();
  painting = [];
  vi.stubGlobal('requestAnimationFrame', frames.request);
  vi.stubGlobal('MessageChannel', Channel);
  isFilling = false;
  pace = new Pace(() => isFilling);
});

afterEach(() => {
  pace.dispose();
  vi.useRealTimers();
});

/** A frame that takes so many milliseconds until it is painted. */
function frame(ms = 0): void {
  frames.next();
  vi.advanceTimersByTime(ms);
  painting.splice(0).forEach(painted => {
    painted();
  });
}

function press(): void {
  window.dispatchEvent(new KeyboardEvent('keydown', { key: 'a' }));
}

describe('drawing', () => {
  it('comes in the next frame, once, however often it is asked for', () => {
    const work = vi.fn();
    pace.request(work);
    pace.request(work);
    expect(frames.wanted).toBe(1);
    frame();
    expect(work).toHaveBeenCalledTimes(1);
    expect(frames.wanted).toBe(0);
  });

  it('does not come if it was cancelled', () => {
    const work = vi.fn();
    pace.request(work);
    pace.cancel(work);
    frame();
    expect(work).not.toHaveBeenCalled();
  });

  it('leaves the page alone for some times as long as it took', () => {
    const work = vi.fn();
    pace.request(work);
    frame(20);
    pace.request(work);
    vi.advanceTimersByTime(59);
    expect(frames.wanted).toBe(0);
    vi.advanceTimersByTime(1);
    frame();
    expect(work).toHaveBeenCalledTimes(2);
  });

  it('is not put off for long by a frame that took long', () => {
    const work = vi.fn();
    pace.request(work);
    frame(5000);
    pace.request(work);
    vi.advanceTimersByTime(250);
    frame();
    expect(work).toHaveBeenCalledTimes(2);
  });

  it('leaves much more of its time to a page that is being filled', () => {
    const work = vi.fn();
    isFilling = true;
    for (const [ms, rest] of [
      [20, 800],
      [100, 2000]
    ] as const) {
      pace.request(work);
      frame(ms);
      pace.request(work);
      vi.advanceTimersByTime(rest - 1);
      expect(frames.wanted).toBe(0);
      vi.advanceTimersByTime(1);
      expect(frames.wanted).toBe(1);
      frame();
    }
    expect(work).toHaveBeenCalledTimes(4);
  });

  it('waits until it is known how long the last one took', () => {
    const work = vi.fn();
    pace.request(work);
    frames.next();
    pace.request(work);
    expect(frames.wanted).toBe(0);
    frame();
    frame();
    expect(work).toHaveBeenCalledTimes(2);
  });

  it('is in the same frame what it asks for itself', () => {
    const name = vi.fn();
    pace.request(() => {
      pace.request(name);
    });
    frame(10);
    expect(name).toHaveBeenCalledTimes(1);
    expect(frames.wanted).toBe(0);
  });

  it('is in another frame for what has more to do', () => {
    const again = vi.fn(() => {
      pace.request(again);
    });
    pace.request(again);
    frame();
    expect(again).toHaveBeenCalledTimes(1);
    frame();
    expect(again).toHaveBeenCalledTimes(2);
  });

  it('goes on after some of it failed', () => {
    const work = vi.fn();
    pace.request(() => {
      throw new Error('no');
    });
    pace.request(work);
    expect(() => {
      frames.next();
    }).toThrow('no');
    painting.splice(0).forEach(painted => {
      painted();
    });
    frame();
    expect(work).toHaveBeenCalledTimes(1);
  });
});

describe('while somebody types, drawing', () => {
  it('comes after the key is painted, also if it was asked for before', () => {
    const work = vi.fn();
    pace.request(work);
    press();
    frames.next();
    expect(work).not.toHaveBeenCalled();
    frame();
    expect(work).not.toHaveBeenCalled();
    frame();
    expect(work).toHaveBeenCalledTimes(1);
  });

  it('comes when a key has just been painted: then there is most time until the next one', () => {
    const work = vi.fn();
    press();
    frame();
    pace.request(work);
    vi.advanceTimersByTime(199);
    expect(frames.wanted).toBe(0);
    press();
    frame();
    expect(work).not.toHaveBeenCalled();
    frame();
    expect(work).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(1000);
    expect(frames.wanted).toBe(0);
  });

  it('comes when no key comes', () => {
    const work = vi.fn();
    press();
    frame();
    pace.request(work);
    vi.advanceTimersByTime(200);
    frame();
    expect(work).toHaveBeenCalledTimes(1);
  });

  it('does not wait for ever for keys to be painted', () => {
    const work = vi.fn();
    pace.request(work);
    press();
    frames.next();
    vi.advanceTimersByTime(150);
    frames.next();
    expect(work).toHaveBeenCalledTimes(1);
  });

  it('leaves the page alone for longer, but not for long', () => {
    const work = vi.fn();
    /** How many milliseconds pass from one drawing, which takes so long, to the next. */
    const between = (ms: number) => {
      pace.request(work);
      vi.advanceTimersByTime(200);
      press();
      frame();
      frame(ms);
      const { calls } = work.mock;
      const before = calls.length;
      const since = performance.now();
      pace.request(work);
      while (calls.length === before) {
        vi.advanceTimersByTime(10);
        press();
        frame();
        frame();
      }
      return performance.now() - since;
    };
    press();
    frame();
    expect(between(20)).toBe(320);
    expect(between(900)).toBe(500);
  });
});
