/**
 * Where name flags go: beside their caret, inside what is visible, off the line being typed.
 * Pure geometry in pixels of one coordinate system; knows neither the page nor CodeMirror.
 */

export interface IBox {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** On which side of its caret a flag is. `beside` is after the end of the caret's own line. */
export type Side = 'above' | 'below' | 'beside';

export interface IFlagRequest {
  readonly caret: IBox;
  /** Where the text of the caret's visual line ends; asked only if it matters. */
  readonly lineEnd: () => number;
  readonly width: number;
  readonly height: number;
  /** The side it was on, so that a flag does not jump about while its neighbours move. */
  readonly last: Side | null;
}

export interface IFlagSpot {
  readonly left: number;
  readonly top: number;
  readonly side: Side;
}

const SIDES: readonly Side[] = ['above', 'below', 'beside'];
/** The flag's edge lies over the caret's, so that the two look like one thing. */
const CARET_OVERHANG = 1;
const GAP_BESIDE = 8;

export function overlap(a: IBox, b: IBox): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

/** The common part of two boxes; it has no area if they do not overlap. */
export function common(a: IBox, b: IBox): IBox {
  return {
    left: Math.max(a.left, b.left),
    top: Math.max(a.top, b.top),
    right: Math.min(a.right, b.right),
    bottom: Math.min(a.bottom, b.bottom)
  };
}

function boxOf(spot: IFlagSpot, { width, height }: IFlagRequest): IBox {
  const { left, top } = spot;
  return { left, top, right: left + width, bottom: top + height };
}

function spotOn(
  side: Side,
  { caret, lineEnd, width, height }: IFlagRequest,
  clip: IBox
): IFlagSpot {
  if (side === 'beside') {
    const top = (caret.top + caret.bottom - height) / 2;
    return { left: Math.max(lineEnd(), caret.right) + GAP_BESIDE, top, side };
  }
  const wanted = caret.left - CARET_OVERHANG;
  return {
    left: Math.max(clip.left, Math.min(wanted, clip.right - width)),
    top: side === 'above' ? caret.top - height : caret.bottom,
    side
  };
}

function isInside(box: IBox, clip: IBox): boolean {
  return (
    box.left >= clip.left &&
    box.top >= clip.top &&
    box.right <= clip.right &&
    box.bottom <= clip.bottom
  );
}

/**
 * A place for each flag, or null where none is free (its caret stays visible, and hovering it asks
 * again); earlier requests choose first.
 *
 * @param clip - what is visible; a flag is wholly inside of it or not drawn
 * @param kept - boxes that must stay free: the line on which the local user writes
 */
export function placeFlags(
  requests: readonly IFlagRequest[],
  clip: IBox,
  kept: readonly IBox[]
): (IFlagSpot | null)[] {
  const taken = [...kept];
  return requests.map(request => {
    const { last } = request;
    const sides = last === null ? SIDES : [last, ...SIDES.filter(side => side !== last)];
    for (const side of sides) {
      const spot = spotOn(side, request, clip);
      const box = boxOf(spot, request);
      if (isInside(box, clip) && !taken.some(other => overlap(box, other))) {
        taken.push(box);
        return spot;
      }
    }
    return null;
  });
}
