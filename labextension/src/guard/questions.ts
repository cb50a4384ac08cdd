/*
 * What is asked before somebody's work is overwritten or discarded.
 * Top floor, but without DOM: texts from plain data.
 */
import { PathExt } from '@jupyterlab/coreutils';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { IQuestion } from './ask';
import type { INewer, Mine } from './notice';
import { clock, moment } from './times';
import { authorName, newerTitle } from './wording';

/** What a question is about. */
export interface ISubject {
  readonly path: string;
  readonly newer: INewer | null;
  readonly mine: Mine;
  /** Since when there is unsaved work. */
  readonly work: number | null;
  readonly now: number;
}

/** Before a version is overwritten that the reader has not seen. */
export function beforeSaving(
  subject: ISubject & { newer: INewer },
  trans: TranslationBundle
): IQuestion {
  const { newer, mine, now } = subject;
  const name = PathExt.basename(subject.path);
  const body =
    mine === 'nothing'
      ? trans.__(
          'You have changed nothing since. Saving “%1” would put the older version back in its place.',
          name
        )
      : trans.__('You have not seen it. Saving “%1” would overwrite it with your version.', name);
  return {
    title: newerTitle(newer, moment(newer.at, now, trans), trans),
    body,
    answers: ['cancel', 'compare', 'reload', 'copy', 'overwrite'],
    discards: mine !== 'nothing'
  };
}

/** Before the reader's own work is discarded by reading the file anew. */
export function beforeReloading(subject: ISubject, trans: TranslationBundle): IQuestion {
  const { newer, mine, work, now } = subject;
  const body =
    mine === 'work' && work !== null
      ? trans.__('Your unsaved changes since %1 would be lost.', clock(work, now))
      : trans.__('What you see here is no longer in the file, and would be lost.');
  return {
    title: newer
      ? trans.__(
          'Show what was saved by %1 %2?',
          authorName(newer.by, trans),
          moment(newer.at, now, trans)
        )
      : trans.__('Read the file anew?'),
    body,
    answers: ['cancel', 'compare', 'reload', 'copy'],
    discards: true
  };
}
