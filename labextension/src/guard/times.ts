/*
 * Times in words: how long ago, or at what time of the day.
 * Top floor, but without DOM: time is an argument.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** 'just now', '5 s ago', '2 min ago', 'at 10:42'. */
export function ago(at: number, now: number, trans: TranslationBundle): string {
  const age = Math.max(0, now - at);
  if (age < 2 * SECOND) {
    return trans.__('just now');
  }
  if (age < MINUTE) {
    return trans.__('%1 s ago', String(rounded(age) / SECOND));
  }
  return age < HOUR
    ? trans.__('%1 min ago', String(rounded(age) / MINUTE))
    : moment(at, now, trans);
}

/** 'at 10:42', for what stands longer than it is read. */
export function moment(at: number, now: number, trans: TranslationBundle): string {
  return trans.__('at %1', clock(at, now));
}

/** Milliseconds until `ago` has something else to say; null if it never has. */
export function untilNext(at: number, now: number): number | null {
  const age = Math.max(0, now - at);
  if (age < 2 * SECOND) {
    return 2 * SECOND - age;
  }
  return age < HOUR ? rounded(age) + step(age) - age : null;
}

/** '10:42', with the day if that is another. */
export function clock(at: number, now: number): string {
  const sameDay = new Date(at).toDateString() === new Date(now).toDateString();
  return new Intl.DateTimeFormat(undefined, {
    hour: 'numeric',
    minute: '2-digit',
    ...(sameDay ? {} : { day: 'numeric', month: 'short' })
  }).format(at);
}

/* The number need not change more often than one looks at it. */
function step(age: number): number {
  return age < 10 * SECOND ? SECOND : age < MINUTE ? 5 * SECOND : MINUTE;
}

function rounded(age: number): number {
  return Math.floor(age / step(age)) * step(age);
}
