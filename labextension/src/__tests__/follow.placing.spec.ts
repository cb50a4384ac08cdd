import { describe, expect, it } from 'vitest';

import { placeTab } from '../follow/placing';

const box = (left: number, top: number, right: number, bottom: number) => ({
  left,
  top,
  right,
  bottom
});

const FRAME = box(200, 28, 1000, 700);
const SCREEN = { width: 1200, height: 724 };
const SIZE = { width: 200, height: 22 };

describe('the tab of the frame', () => {
  it('stands above the middle of the frame', () => {
    expect(placeTab(FRAME, SCREEN, SIZE, [])).toEqual({ left: 500, top: 6, side: 'above' });
  });

  it('moves aside for what stands there, the shorter way', () => {
    const menu = box(0, 4, 560, 24);
    expect(placeTab(FRAME, SCREEN, SIZE, [menu])).toMatchObject({ left: 568, side: 'above' });
    const faces = box(640, 4, 1200, 24);
    expect(placeTab(FRAME, SCREEN, SIZE, [faces])).toMatchObject({ left: 432, side: 'above' });
  });

  it('does not mind what stands elsewhere', () => {
    const others = [box(0, 701, 1200, 724), box(0, 0, 199, 28), box(500, 0, 700, 5)];
    expect(placeTab(FRAME, SCREEN, SIZE, others)).toMatchObject({ left: 500, side: 'above' });
  });

  it.each([
    ['all is taken', FRAME, [box(0, 4, 1200, 24)]],
    ['there is a gap that is too small', FRAME, [box(0, 4, 500, 24), box(710, 4, 1200, 24)]],
    ['there is no room', box(200, 10, 1000, 700), []]
  ])('stands below where above %s', (_, frame, taken) => {
    const spot = placeTab(frame, SCREEN, SIZE, taken);
    expect(spot).toEqual({ left: 500, top: 700, side: 'below' });
  });

  it('stands inside, at the bottom, if all else is taken', () => {
    const spot = placeTab(box(0, 0, 1200, 724), SCREEN, SIZE, []);
    expect(spot).toEqual({ left: 500, top: 702, side: 'inside' });
  });
});
