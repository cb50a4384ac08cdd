/*
 * Readers for JSON that somebody else wrote: a bounded value of the right type, or nothing.
 * Ground floor: no DOM, no JupyterLab, no timers.
 */

/** The largest number of UTF-16 units of a name that is shown to people. */
export const NAME_LENGTH = 200;

/** An object with unknown values. */
export type Fields = Readonly<Record<string, unknown>>;

/* Marks that cannot be seen and reorder or hide what can: with them a name could imitate another. */
const INVISIBLE = /[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]+/g;
const SPACE = /[\s\p{Cc}]+/gu;

/** The value if it is a JSON object, otherwise null. */
export function object(value: unknown): Fields | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Fields)
    : null;
}

/** The value if it is an array, otherwise an empty one; never more than `most` items. */
export function list(value: unknown, most: number): readonly unknown[] {
  return Array.isArray(value) ? value.slice(0, most) : [];
}

/** The value if it is an integer from 0 to 2^53 - 1, otherwise null. */
export function natural(value: unknown): number | null {
  return Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : null;
}

/** The value if it is a finite number >= 0, otherwise the fallback. */
export function amount(value: unknown, fallback: number): number {
  return Number.isFinite(value) && (value as number) >= 0 ? (value as number) : fallback;
}

/** The value if it is one of the choices, otherwise null. */
export function choice<T extends string>(value: unknown, choices: readonly T[]): T | null {
  return choices.find(one => one === value) ?? null;
}

/** The value if it is a string of 1 to `most` UTF-16 units, otherwise null: for keys, never cut. */
export function key(value: unknown, most: number): string | null {
  return typeof value === 'string' && value !== '' && value.length <= most ? value : null;
}

/** A string for people: on one line, without invisible marks, cut after `most` UTF-16 units; '' if it is none. */
export function label(value: unknown, most = NAME_LENGTH): string {
  if (typeof value !== 'string') {
    return '';
  }
  const line = cut(value, most * 4)
    .replace(INVISIBLE, '')
    .replace(SPACE, ' ')
    .trim();
  return cut(line, most).trim();
}

/** The first `most` UTF-16 units of a text, one less where the cut would split a surrogate pair. */
export function cut(text: string, most: number): string {
  if (text.length <= most) {
    return text;
  }
  const last = text.charCodeAt(most - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? most - 1 : most);
}
