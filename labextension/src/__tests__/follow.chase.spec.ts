// @vitest-environment jsdom
import type { ReadonlyJSONObject } from '@lumino/coreutils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { IFollowed } from '../follow';
import { Chase } from '../follow/chase';
import { Glide } from '../follow/glide';
import { parsePeer } from '../peers';
import { FakeContext } from './fakes';
import { FakeCells } from './follow.fakes';
import { FakeDocument, state } from './people.fakes';

let cells: FakeCells;
let room: FakeDocument;
let chase: Chase;
let glide: Glide;
let widget: ReturnType<FakeCells['panel']>;
const onMove = vi.fn();
const onUnseen = vi.fn();

const FOLLOWED: IFollowed = {
  user: parsePeer(1, state('bob'))!.user,
  leader: parsePeer(1, state('bob'))!.user,
  tab: 7,
  phase: 'leading',
  location: { path: 'a.ipynb', type: 'notebook', cell: 'c8', index: 8 },
  goneAt: null
};

/** Have the browser tell that the page is laid out in another way. */
let lay: () => void;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal(
    'ResizeObserver',
    class {
      constructor(told: () => void) {
        lay = told;
      }
      observe() {}
      disconnect() {}
    }
  );
  onMove.mockReset();
  onUnseen.mockReset();
  const context = new FakeContext('a.ipynb');
  cells = new FakeCells(Array.from({ length: 20 }, () => 100));
  room = new FakeDocument('a.ipynb', context.real);
  glide = new Glide();
  widget = cells.panel(context);
  chase = new Chase(widget, room, glide, { onMove, onUnseen });
});

afterEach(() => {
  chase.dispose();
  glide.dispose();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

/** What somebody sees: from the beginning of one cell to the end of another. */
function sees(first: number, last: number, tab = 7): ReadonlyJSONObject {
  const edge = (index: number, part: number) => ({ cell: `c${index}`, index, part });
  return { view: { tab, first: edge(first, 0), last: edge(last, 1) } };
}

function arrive(): number {
  vi.advanceTimersByTime(2000);
  return cells.outerNode.scrollTop;
}

describe('the chase', () => {
  it('brings what the leader sees to the top', () => {
    room.fill(state('me'), state('bob', sees(4, 6)));
    chase.followed = FOLLOWED;
    expect(Math.abs(arrive() - cells.topOf(4))).toBeLessThanOrEqual(1);
    expect(onMove).toHaveBeenCalled();
    room.fill(state('me'), state('bob', sees(2, 4)));
    expect(Math.abs(arrive() - cells.topOf(2))).toBeLessThanOrEqual(1);
  });

  it('does not move while all of it is seen, whoever else moves', () => {
    chase.followed = FOLLOWED;
    room.fill(state('me'), state('bob', sees(1, 2)));
    room.fill(state('me'), state('bob', sees(1, 2)), state('eve', sees(9, 9)));
    expect(arrive()).toBe(0);
    expect(onMove).not.toHaveBeenCalled();
  });

  it('does not go back to what has not changed', () => {
    chase.followed = FOLLOWED;
    room.fill(state('bob', sees(4, 6)));
    arrive();
    cells.outerNode.scrollTop = 0;
    room.fill(state('bob', { ...sees(4, 6), status: 'idle' }));
    chase.followed = { ...FOLLOWED, location: { path: 'a.ipynb', type: 'notebook', index: 3 } };
    expect(arrive()).toBe(0);
  });

  it('goes by the tab that leads', () => {
    chase.followed = FOLLOWED;
    room.fill(state('bob', sees(9, 9, 5)), state('bob', sees(4, 6, 7)));
    expect(Math.abs(arrive() - cells.topOf(4))).toBeLessThanOrEqual(1);
  });

  it('has drawn what was not', async () => {
    chase.followed = FOLLOWED;
    cells.draw(15, null);
    room.fill(state('bob', sees(15, 16)));
    expect(cells.scrollToItem).toHaveBeenCalledExactlyOnceWith(15, 'start');
    await vi.advanceTimersByTimeAsync(100);
    expect(Math.abs(arrive() - cells.topOf(15))).toBeLessThanOrEqual(1);
  });

  it('goes nearer itself to what is not drawn though it was asked for', async () => {
    chase.followed = FOLLOWED;
    [13, 14, 15].forEach(cell => {
      cells.draw(cell, null);
    });
    cells.scrollToItem.mockResolvedValueOnce(undefined);
    room.fill(state('bob', sees(15, 16)));
    await vi.advanceTimersByTimeAsync(100);
    expect(cells.outerNode.scrollTop).toBe(cells.topOf(16) + 100 - cells.height);
    cells.draw(15);
    await vi.advanceTimersByTimeAsync(100);
    expect(cells.scrollToItem).toHaveBeenCalledTimes(1);
    expect(Math.abs(arrive() - cells.topOf(15))).toBeLessThanOrEqual(1);
  });

  it('goes nearer again to what goes while it is on the way', async () => {
    chase.followed = FOLLOWED;
    room.fill(state('bob', sees(19, 19)));
    cells.draw(19, null);
    await vi.advanceTimersByTimeAsync(100);
    expect(cells.outerNode.scrollTop).toBe(cells.topOf(18));
    cells.draw(19);
    await vi.advanceTimersByTimeAsync(100);
    expect(Math.abs(arrive() - cells.topOf(19))).toBeLessThanOrEqual(1);
  });

  it('does not try for ever, nor for what is no longer looked at', async () => {
    chase.followed = FOLLOWED;
    cells.draw(19, null);
    cells.scrollToItem.mockResolvedValue(undefined);
    room.fill(state('bob', sees(19, 19)));
    await vi.advanceTimersByTimeAsync(10_000);
    expect(cells.outerNode.scrollTop).toBe(cells.topOf(18));
    cells.outerNode.scrollTop = 0;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(cells.outerNode.scrollTop).toBe(0);
    room.fill(state('bob', { ...sees(19, 19), status: 'idle' }));
    room.fill(state('bob', sees(4, 5)));
    await vi.advanceTimersByTimeAsync(100);
    expect(Math.abs(arrive() - cells.topOf(4))).toBeLessThanOrEqual(1);
  });

  it('goes there again when what is drawn late has pushed it away', () => {
    chase.followed = FOLLOWED;
    room.fill(state('bob', sees(4, 6)));
    arrive();
    cells.draw(1, 900);
    lay();
    expect(Math.abs(arrive() - cells.topOf(4))).toBeLessThanOrEqual(1);
    chase.rest();
    cells.draw(2, 900);
    const { scrollTop } = cells.outerNode;
    lay();
    expect(arrive()).toBe(scrollTop);
    room.fill(state('bob', sees(5, 6)));
    expect(Math.abs(arrive() - cells.topOf(5))).toBeLessThanOrEqual(1);
  });

  it('does not let itself be scrolled away, but by the user', () => {
    chase.followed = FOLLOWED;
    room.fill(state('bob', sees(4, 6)));
    arrive();
    const elsewhere = () => {
      cells.outerNode.scrollTop = 20;
      cells.outerNode.dispatchEvent(new Event('scroll'));
      return arrive();
    };
    expect(Math.abs(elsewhere() - cells.topOf(4))).toBeLessThanOrEqual(1);
    chase.rest();
    expect(elsewhere()).toBe(20);
  });

  it('does not bring back somebody who has gone elsewhere', () => {
    chase.followed = FOLLOWED;
    room.fill(state('bob', sees(4, 6)));
    arrive();
    Object.assign(widget, { isVisible: false });
    cells.outerNode.scrollTop = 0;
    lay();
    expect(arrive()).toBe(0);
    expect(onUnseen).not.toHaveBeenCalled();
  });

  it('gives way to what never stops scrolling', () => {
    chase.followed = FOLLOWED;
    room.fill(state('bob', sees(4, 6)));
    let back = 0;
    for (let time = 0; time < 1000; time += 1) {
      arrive();
      back += cells.outerNode.scrollTop === 20 ? 0 : 1;
      cells.outerNode.scrollTop = 20;
      cells.outerNode.dispatchEvent(new Event('scroll'));
    }
    expect(back).toBeGreaterThan(10);
    expect(back).toBeLessThan(500);
  });

  it('says so if nobody would see the movement', () => {
    chase.followed = FOLLOWED;
    Object.assign(widget, { isVisible: false });
    room.fill(state('bob', sees(4, 6)));
    expect(arrive()).toBe(0);
    expect(onUnseen).toHaveBeenCalledTimes(1);
  });

  it('goes by the cell of somebody who does not tell what they see', async () => {
    chase.followed = FOLLOWED;
    room.fill(state('bob', { cell: { id: 'c8', index: 8, mode: 'edit' } }));
    expect(cells.scrollToItem).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1000);
    expect(cells.scrollToItem).toHaveBeenCalledWith(8, 'smart');
    const location = { path: 'a.ipynb', type: 'notebook', cell: 'c9', index: 9 };
    chase.followed = { ...FOLLOWED, location };
    expect(cells.scrollToItem).toHaveBeenLastCalledWith(9, 'smart');
  });

  it('lets go of their cell when they do tell', async () => {
    chase.followed = FOLLOWED;
    room.fill(state('bob', { cell: { id: 'c8', index: 8, mode: 'edit' } }));
    await vi.advanceTimersByTimeAsync(750);
    const { calls } = cells.scrollToItem.mock;
    const times = calls.length;
    expect(times).toBeGreaterThan(0);
    room.fill(state('bob', sees(4, 6)));
    await vi.advanceTimersByTimeAsync(3000);
    expect(calls).toHaveLength(times);
    expect(Math.abs(cells.outerNode.scrollTop - cells.topOf(4))).toBeLessThanOrEqual(1);
  });

  it('ends', () => {
    chase.followed = FOLLOWED;
    chase.dispose();
    expect(chase.isDisposed).toBe(true);
    room.fill(state('bob', sees(4, 6)));
    expect(arrive()).toBe(0);
    expect(cells.scrollToItem).not.toHaveBeenCalled();
  });
});
