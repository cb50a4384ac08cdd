import { Signal } from '@lumino/signaling';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { AutoReload } from '../guard/auto';
import type { Guard } from '../guard/guard';
import type { INewer, Mine } from '../guard/notice';
import { newer } from './guard.fakes';

class FakeGuard {
  newer: INewer | null = null;
  mine: Mine = 'nothing';
  readonly changed = new Signal<this, void>(this);
  readonly tell = vi.fn();

  set(found: INewer | null, mine: Mine = 'nothing'): void {
    this.newer = found;
    this.mine = mine;
    this.changed.emit();
  }
}

let guard: FakeGuard;
let wanted: boolean;
let busy: boolean;
let inUse: boolean;
let auto: AutoReload;
const read = vi.fn<(mayShow: () => boolean) => Promise<boolean>>();

const passed = async (milliseconds = 0) => {
  await vi.advanceTimersByTimeAsync(milliseconds);
};

beforeEach(() => {
  vi.useFakeTimers();
  guard = new FakeGuard();
  wanted = true;
  busy = false;
  inUse = false;
  read.mockReset().mockImplementation(() => {
    guard.set(null);
    return Promise.resolve(true);
  });
  auto = new AutoReload({
    guard: guard as unknown as Guard,
    wanted: () => wanted,
    busy: () => busy,
    inUse: () => inUse,
    read
  });
});

afterEach(() => {
  auto.dispose();
  vi.useRealTimers();
});

describe('reading anew by itself', () => {
  it('happens at once where nothing is lost, and is told', async () => {
    const found = newer('bob');
    guard.set(found);
    await passed();
    expect(read).toHaveBeenCalledOnce();
    expect(guard.tell).toHaveBeenCalledExactlyOnceWith(found);
  });

  it.each<Mine>(['work', 'saved'])(
    'does not happen while there is something to lose: %s',
    async mine => {
      guard.set(newer('bob'), mine);
      await passed(60_000);
      expect(read).not.toHaveBeenCalled();
    }
  );

  it('does not happen if the user does not want it, until they do', async () => {
    wanted = false;
    guard.set(newer('bob'));
    await passed(60_000);
    expect(read).not.toHaveBeenCalled();
    wanted = true;
    auto.consider();
    await passed();
    expect(read).toHaveBeenCalledOnce();
  });

  it('waits as long as the reader is at work', async () => {
    inUse = true;
    guard.set(newer('bob'));
    await passed(10_000);
    expect(read).not.toHaveBeenCalled();
    inUse = false;
    await passed(1000);
    expect(read).toHaveBeenCalledOnce();
  });

  it('waits as long as something is being asked', async () => {
    busy = true;
    guard.set(newer('bob'));
    await passed(10_000);
    expect(read).not.toHaveBeenCalled();
    busy = false;
    await passed(1000);
    expect(read).toHaveBeenCalledOnce();
  });

  it.each(['the caret', 'a letter'])(
    'shows nothing to a reader who has set %s while it was read',
    async what => {
      read.mockReset().mockImplementation(mayShow => {
        busy = true; // It is itself something that is done.
        expect(mayShow()).toBe(true);
        inUse = true;
        guard.mine = what === 'a letter' ? 'work' : 'nothing';
        expect(mayShow()).toBe(false);
        busy = false;
        return Promise.resolve(false);
      });
      guard.set(newer('bob'));
      await passed();
      expect(guard.tell).not.toHaveBeenCalled();
      read.mockReset().mockImplementation(() => {
        guard.set(null);
        return Promise.resolve(true);
      });
      inUse = false;
      await passed(1000);
      expect(read).toHaveBeenCalledTimes(what === 'a letter' ? 0 : 1);
    }
  );

  it('is tried once for a version that cannot be read', async () => {
    read.mockReset().mockRejectedValue(new Error('gone'));
    guard.set(newer('bob'));
    await passed();
    guard.set(newer('bob'));
    await passed(10_000);
    expect(read).toHaveBeenCalledOnce();
    expect(guard.tell).not.toHaveBeenCalled();
    guard.set(newer('bob', false, 5));
    await passed();
    expect(read).toHaveBeenCalledTimes(2);
  });

  it('happens again for what came in the meantime', async () => {
    read.mockReset().mockImplementationOnce(() => {
      guard.set(newer('carol', false, 7));
      return Promise.resolve(true);
    });
    read.mockImplementation(() => {
      guard.set(null);
      return Promise.resolve(true);
    });
    guard.set(newer('bob'));
    await passed();
    expect(read).toHaveBeenCalledTimes(2);
  });

  it('is over when it is disposed', async () => {
    inUse = true;
    guard.set(newer('bob'));
    auto.dispose();
    inUse = false;
    await passed(10_000);
    guard.set(newer('carol'));
    expect(read).not.toHaveBeenCalled();
  });
});
