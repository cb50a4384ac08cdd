/*
 * Colours and initials of people: what may reach a style attribute, and what can be read on it.
 * Ground floor: no DOM, no JupyterLab, no timers.
 */

/** The colour of somebody whose colour cannot be read. */
export const NEUTRAL = '#767676';

const COLOR = /^#[0-9a-f]{6}$/i;

/** Whether a value is a colour as people have them: `#rrggbb`. */
export function isColor(color: unknown): color is string {
  return typeof color === 'string' && COLOR.test(color);
}

/** A colour as `#rrggbb` in lower case; anything else gives the neutral grey. The only way into a style attribute. */
export function parse(color: unknown): string {
  return isColor(color) ? color.toLowerCase() : NEUTRAL;
}

/** Black or white, whichever has the higher contrast on the colour (WCAG 2, contrast ratio). */
export function textOn(color: unknown): '#000000' | '#ffffff' {
  const light = luminance(parse(color));
  return (light + 0.05) / 0.05 > 1.05 / (light + 0.05) ? '#000000' : '#ffffff';
}

/** Relative luminance of `#rrggbb`, 0 (black) to 1 (white), as WCAG 2 defines it. */
export function luminance(color: string): number {
  return 0.2126 * linear(color, 1) + 0.7152 * linear(color, 3) + 0.0722 * linear(color, 5);
}

/* The linear share of the channel whose two digits start at `start`. */
function linear(color: string, start: number): number {
  const part = parseInt(color.slice(start, start + 2), 16) / 255;
  return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
}

/** One or two characters, as people see characters, for a display name: of its first and its last word; '' for ''. */
export function initials(name: string): string {
  const words = name.split(/[^\p{L}\p{M}\p{N}\p{Extended_Pictographic}\u200d\ufe0f]+/u);
  const firsts = words.filter(word => word !== '').map(first);
  const ends = firsts.length > 1 ? [...firsts.slice(0, 1), ...firsts.slice(-1)] : firsts;
  return ends.join('') || first(name.trim());
}

let graphemes: Intl.Segmenter | undefined;

function first(word: string): string {
  graphemes ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' });
  // A grapheme can be very long (stacked marks): a bounded head is enough to find a usual one.
  for (const { segment } of graphemes.segment(word.slice(0, 32))) {
    return segment.toLocaleUpperCase();
  }
  return '';
}
