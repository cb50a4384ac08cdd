import { describe, expect, it } from 'vitest';

import { overlap, placeFlags } from '../editor/placing';
import type { IBox, IFlagRequest } from '../editor/placing';

const CLIP: IBox = { left: 100, top: 100, right: 600, bottom: 400 };
const LINE = 20;

/** A flag of 80 x 16 for a caret at a place; the line's text ends at `end`. */
function flag(left: number, top: number, end = left, last: IFlagRequest['last'] = null) {
  const caret = { left, top, right: left, bottom: top + LINE };
  return { caret, lineEnd: () => end, width: 80, height: 16, last };
}

function line(top: number): IBox {
  return { ...CLIP, top, bottom: top + LINE };
}

describe('placeFlags', () => {
  it('puts a flag on top of its caret', () => {
    expect(placeFlags([flag(200, 200)], CLIP, [])).toEqual([
      { left: 199, top: 184, side: 'above' }
    ]);
  });

  it('puts it below on the first visible line, where it would be clipped', () => {
    expect(placeFlags([flag(200, 105)], CLIP, [])).toEqual([
      { left: 199, top: 125, side: 'below' }
    ]);
  });

  it('keeps it inside at the right edge', () => {
    expect(placeFlags([flag(590, 200)], CLIP, [])[0]?.left).toBe(520);
  });

  it('never covers the line being written', () => {
    for (const written of [160, 180, 200, 220]) {
      const [spot] = placeFlags([flag(200, 200)], CLIP, [line(written)]);
      expect(spot).not.toBeNull();
      const top = spot?.top ?? 0;
      const box = { left: 199, right: 279, top, bottom: top + 16 };
      expect(overlap(box, line(written))).toBe(false);
    }
  });

  it('goes behind the end of the line when there is room neither above nor below', () => {
    const [spot] = placeFlags([flag(200, 104, 320)], CLIP, [line(124)]);
    expect(spot).toEqual({ left: 328, top: 106, side: 'beside' });
  });

  it('is not drawn rather than clipped', () => {
    expect(placeFlags([flag(200, 104, 590)], CLIP, [line(124)])).toEqual([null]);
    const narrow = { ...CLIP, right: 150 };
    expect(placeFlags([flag(120, 200)], narrow, [])).toEqual([null]);
  });

  it('gives the first the better place and never lets two overlap', () => {
    const spots = placeFlags([flag(200, 200), flag(230, 200), flag(260, 200)], CLIP, []);
    expect(spots.map(spot => spot?.side)).toEqual(['above', 'below', 'beside']);
  });

  it('asks for the end of a line only if it matters', () => {
    const request = { ...flag(200, 200), lineEnd: () => expect.unreachable() as number };
    expect(placeFlags([request], CLIP, [])[0]?.side).toBe('above');
  });

  it('stays on its side while it can', () => {
    expect(placeFlags([flag(200, 200, 200, 'below')], CLIP, [])[0]?.side).toBe('below');
    expect(placeFlags([flag(200, 380, 200, 'below')], CLIP, [])[0]?.side).toBe('above');
  });
});
