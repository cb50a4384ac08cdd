/**
 * What a name flag says, and for how long: pure functions of carets, settings and time, and the one
 * function that makes the element.
 */

import type { TranslationBundle } from '@jupyterlab/translation';

import { parse, textOn } from '../palette';
import { statusText } from '../people/wording';
import type { ICaret } from './places';
import { groupByHead } from './places';

/** When names are shown: for a while after a movement, at all times, or only under the pointer. */
export interface IFlagOptions {
  readonly nameFlags: 'fade' | 'always' | 'hover';
  readonly flagSeconds: number;
}

/** The carets of one place whose names one flag shows. */
export interface IFlag {
  /** The same for the same peers in the same editor, wherever they go. */
  readonly key: string;
  readonly head: number;
  readonly carets: readonly ICaret[];
  readonly phase: 'shown' | 'fading';
  readonly isHovered: boolean;
  readonly movedAt: number;
}

/** How long the last bit of a flag takes to go; the same as in the style sheet. */
export const FADE_MS = 250;

/** So many names before the rest becomes a number. */
const MOST_NAMES = 2;
const MOST_NAMES_HOVERED = 8;

/** When a caret that moved at `movedAt` stops being named; its flag is gone `FADE_MS` later. */
export function shownUntil(movedAt: number, { nameFlags, flagSeconds }: IFlagOptions): number {
  switch (nameFlags) {
    case 'always':
      return Infinity;
    case 'hover':
      return -Infinity;
    case 'fade':
      return movedAt + flagSeconds * 1000;
  }
}

/** One caret per person: a person's tabs at one place are one name. */
function byPerson(carets: readonly ICaret[]): readonly ICaret[] {
  const persons = new Map<string, ICaret>();
  for (const caret of [...carets].sort((a, b) => b.movedAt - a.movedAt)) {
    if (!persons.has(caret.peer.user.username)) {
      persons.set(caret.peer.user.username, caret);
    }
  }
  return [...persons.values()];
}

/**
 * The flags of one editor at one time; the latest movement first.
 *
 * @param hovered - the place under the pointer, whose carets are all named whatever the settings say
 */
export function flagsOf(
  carets: readonly ICaret[],
  options: IFlagOptions,
  now: number,
  hovered: number | null
): readonly IFlag[] {
  const flags = groupByHead(carets).flatMap((group): IFlag[] => {
    const { head } = group[0];
    const isHovered = head === hovered;
    const named = group.filter(
      ({ rank, movedAt }) =>
        isHovered || (rank === 0 && now < shownUntil(movedAt, options) + FADE_MS)
    );
    if (named.length === 0) {
      return [];
    }
    const movedAt = Math.max(...named.map(caret => caret.movedAt));
    const phase = isHovered || now < shownUntil(movedAt, options) ? 'shown' : 'fading';
    const key = named.map(({ peer, rank }) => `${peer.id}.${rank}`).join(' ');
    return [{ key, head, carets: byPerson(named), phase, isHovered, movedAt }];
  });
  return flags.sort((a, b) => Number(b.isHovered) - Number(a.isHovered) || b.movedAt - a.movedAt);
}

/** When `flagsOf` next answers differently although nothing moves; Infinity if never. */
export function nextChange(carets: readonly ICaret[], options: IFlagOptions, now: number): number {
  const times = carets.flatMap(({ movedAt }) => {
    const until = shownUntil(movedAt, options);
    return [until, until + FADE_MS];
  });
  return Math.min(Infinity, ...times.filter(time => time > now));
}

/** How a caret's owner is called here; `self` is one's own username. */
export function nameOf({ peer }: ICaret, self: string | null, trans: TranslationBundle): string {
  return peer.user.username === self ? trans.__('You (other tab)') : peer.user.display_name;
}

/** What is said of a caret whose place is a guess, because the two texts differ. */
function guess({ peer }: ICaret, name: string, trans: TranslationBundle): string {
  return peer.document?.dirty === false
    ? trans.__('about here: you have unsaved edits (%1)', name)
    : trans.__('about here: %1 has unsaved edits', name);
}

/** Under the pointer there is room for more than the name. */
function hoveredText(caret: ICaret, name: string, trans: TranslationBundle): string {
  const { exact, peer } = caret;
  const text = exact ? name : guess(caret, name, trans);
  return peer.status === 'active' ? text : `${text} · ${statusText(peer, trans)}`;
}

function nameElement(
  caret: ICaret,
  isHovered: boolean,
  self: string | null,
  trans: TranslationBundle
): HTMLElement {
  const element = document.createElement('span');
  const name = nameOf(caret, self, trans);
  element.className = 'jp-AwarenessFlag-name';
  element.classList.toggle('jp-mod-agent', caret.peer.kind === 'agent');
  element.classList.toggle('jp-mod-approximate', !caret.exact);
  const text = document.createElement('span');
  text.className = 'jp-AwarenessFlag-text';
  text.textContent = isHovered ? hoveredText(caret, name, trans) : name;
  element.appendChild(text);
  element.style.setProperty('--jp-awareness-color', parse(caret.peer.user.color));
  element.style.setProperty('--jp-awareness-on-color', textOn(caret.peer.user.color));
  return element;
}

/** The contents of a flag: a name on its colour for each person, then how many more there are. */
export function nameElements(
  { carets, isHovered }: IFlag,
  self: string | null,
  trans: TranslationBundle
): readonly HTMLElement[] {
  const most = isHovered ? MOST_NAMES_HOVERED : MOST_NAMES;
  // A number for a single name would take as much room and say less.
  const count = carets.length === most + 1 ? most + 1 : most;
  const elements = carets.slice(0, count).map(caret => nameElement(caret, isHovered, self, trans));
  if (carets.length > count) {
    const more = document.createElement('span');
    more.className = 'jp-AwarenessFlag-more';
    more.textContent = `+${carets.length - count}`;
    elements.push(more);
  }
  return elements;
}
