/*
 * What is told of the user: the fields that say where they are, what they chose, and what is left to be sent.
 * Ground floor: no DOM, no JupyterLab, no timers. The server obeys the same choices; see `privacy.py`.
 */
import type { JSONObject, JSONValue, ReadonlyJSONObject } from '@lumino/coreutils';

import type { IHello } from './hello';
import type { Status } from './peers';
import type { IChoices } from './tokens';
import { object } from './values';

/** The fields that say which document, and which part of it, somebody looks at. */
export const PLACES: readonly string[] = ['location', 'open', 'cell', 'view', 'call'];

/** The fields that say where in a text somebody is. */
export const CURSORS: readonly string[] = ['cursor', 'cursors', 'selection', 'selections'];

/** The fields that are the same in every room. */
export type General = 'invisible' | 'privacy' | 'seen' | 'status' | 'user';

/** What a person who made these choices says in every room; a field that says nothing is undefined. */
export function generalFields(
  choices: IChoices,
  attention: { readonly status: Status; readonly seen: number }
): Readonly<Record<General, JSONValue | undefined>> {
  const { appearAway, color, invisible, shareCursor, shareLocation } = choices;
  const privacy: JSONObject = {
    ...(shareLocation ? {} : { location: false }),
    ...(shareCursor ? {} : { cursor: false })
  };
  const status = appearAway ? 'away' : attention.status;
  return {
    status,
    // When somebody who only appears away has last been there is what they do not tell.
    seen: appearAway || status === 'active' ? undefined : attention.seen,
    invisible: invisible || undefined,
    privacy: Object.keys(privacy).length > 0 ? privacy : undefined,
    user: color === null ? undefined : { color }
  };
}

/** Whether nobody is told of somebody with this state. */
export function isHidden(
  state: ReadonlyJSONObject,
  { allow_invisible }: Pick<IHello, 'allow_invisible'>
): boolean {
  return state.invisible === true && allow_invisible;
}

/** The part of a state that its own choices, and the server's rules, let others see. */
export function sharable(
  state: ReadonlyJSONObject,
  rules: Pick<IHello, 'allow_invisible' | 'share_locations' | 'share_cursors'>
): ReadonlyJSONObject {
  if (isHidden(state, rules)) {
    return { invisible: true };
  }
  const wish = object(state.privacy) ?? {};
  const hides = (what: 'location' | 'cursor', sharing: IHello['share_locations']): boolean =>
    sharing === 'never' || (sharing === 'choice' && wish[what] === false);
  const withheld = hides('location', rules.share_locations)
    ? // A cursor is in a cell.
      [...PLACES, ...(rules.share_cursors === 'always' ? [] : CURSORS)]
    : hides('cursor', rules.share_cursors)
      ? CURSORS
      : [];
  return Object.fromEntries(Object.entries(state).filter(([field]) => !withheld.includes(field)));
}
