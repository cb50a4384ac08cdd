/*
 * What a person has chosen for themself and should be reminded of.
 * Top floor, but without DOM: everything here is plain data.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

import type { IChoices, IHello } from '../tokens';

/** Something about oneself that is easily forgotten, and the way back. */
export interface INotice {
  readonly kind: 'unseen' | 'away';
  readonly title: string;
  readonly detail: string;
  readonly undo: { readonly label: string; readonly choices: Partial<IChoices> } | null;
}

/** What others do not see although they usually would; null if there is nothing to be reminded of. */
export function noticeOf(
  choices: IChoices,
  hello: IHello | null,
  trans: TranslationBundle
): INotice | null {
  if (hello && !hello.write) {
    return {
      kind: 'unseen',
      title: trans.__('Others cannot see you'),
      detail: trans.__('You may see who is here, but not be seen.'),
      undo: null
    };
  }
  if (choices.invisible && hello?.allow_invisible !== false) {
    return {
      kind: 'unseen',
      title: trans.__('You are invisible'),
      detail: trans.__('Nobody sees that you are here.'),
      undo: { label: trans.__('Show me'), choices: { invisible: false } }
    };
  }
  return choices.appearAway
    ? {
        kind: 'away',
        title: trans.__('You appear away'),
        detail: trans.__('Others see you as away, whatever you do.'),
        undo: { label: trans.__('I am here'), choices: { appearAway: false } }
      }
    : null;
}
