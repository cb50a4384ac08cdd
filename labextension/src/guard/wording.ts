/*
 * What a notice says to its reader.
 * Top floor, but without DOM: texts from plain data.
 */
import { PathExt } from '@jupyterlab/coreutils';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { INewer, IUpdate, Mine, Notice } from './notice';
import type { IAuthor } from './saves';
import { ago, clock } from './times';

/** A notice in words; `title` is the sentence, `detail` may be empty. */
export interface IWords {
  readonly title: string;
  readonly detail: string;
}

/** The words of a notice at a time. */
export function words(notice: Notice, now: number, trans: TranslationBundle): IWords {
  switch (notice.kind) {
    case 'others':
      return { title: unsavedTitle(notice, now, trans), detail: '' };
    case 'both':
      return {
        title: bothTitle(notice.people, trans),
        detail: trans.__('They will not be merged: agree on who saves first.')
      };
    case 'newer':
      return {
        title: newerTitle(notice.newer, ago(notice.newer.at, now, trans), trans),
        detail: newerDetail(notice.mine, notice.kept, trans)
      };
    case 'updated':
      return {
        title: updatedTitle(notice.update, ago(notice.update.at, now, trans), trans),
        detail: ''
      };
  }
}

/** A notice for those who hear it, without the times that go on while it stands. */
export function spoken(notice: Notice, trans: TranslationBundle): string {
  switch (notice.kind) {
    case 'newer': {
      const title = timeless(newerTitle(notice.newer, '', trans));
      return sentences(title, newerDetail(notice.mine, notice.kept, trans));
    }
    case 'updated':
      return timeless(updatedTitle(notice.update, '', trans));
    case 'others':
    case 'both': {
      const { title, detail } = words(notice, notice.since ?? 0, trans);
      return sentences(title, detail);
    }
  }
}

/** A notice in one line. */
export function sentences(title: string, detail: string): string {
  return [title, detail].filter(Boolean).join('. ');
}

/* Where a time has been left out of a sentence. */
function timeless(text: string): string {
  return text.replace(/\s+(?=[,.]|$)/g, '');
}

/** 'Bob saved a newer version 5 s ago'; `when` comes from outside, so that it can be left out. */
export function newerTitle({ by, over }: INewer, when: string, trans: TranslationBundle): string {
  if (!by) {
    return over
      ? trans.__('Your version was overwritten %1, by nobody who is here', when)
      : trans.__('This file was changed %1, by nobody who is here', when);
  }
  if (by.self) {
    return over
      ? trans.__('You saved over this version in another tab %1', when)
      : trans.__('You saved a newer version in another tab %1', when);
  }
  const name = by.user.display_name;
  return over
    ? trans.__('%1 saved over your version %2', name, when)
    : trans.__('%1 saved a newer version %2', name, when);
}

/** 'Bob', 'you in another tab', or what stands for nobody. */
export function authorName(by: IAuthor | null, trans: TranslationBundle): string {
  if (!by) {
    return trans.__('somebody who is not here');
  }
  return by.self ? trans.__('you in another tab') : by.user.display_name;
}

/** 'Bob', 'Bob and Carol', 'Bob, Carol and Dan', 'Bob, Carol and 2 others'. */
export function namesOf(people: readonly IAuthor[], trans: TranslationBundle): string {
  const names = people.map(author => authorName(author, trans));
  const [first = '', second = '', third = ''] = names;
  switch (names.length) {
    case 1:
      return first;
    case 2:
      return trans.__('%1 and %2', first, second);
    case 3:
      return trans.__('%1, %2 and %3', first, second, third);
    default:
      return trans.__('%1, %2 and %3 others', first, second, String(names.length - 2));
  }
}

type Unsaved = Extract<Notice, { kind: 'others' | 'both' }>;

function unsavedTitle(notice: Unsaved, now: number, trans: TranslationBundle): string {
  const { people, since, connected } = notice;
  const names = namesOf(people, trans);
  if (!connected) {
    return trans.__('When the connection was lost, there were unsaved changes here: %1', names);
  }
  const [only] = people;
  if (only?.self && people.length === 1) {
    return since === null
      ? trans.__('You have unsaved changes here in another tab')
      : trans.__('You have unsaved changes here in another tab since %1', clock(since, now));
  }
  if (since === null) {
    return people.length === 1
      ? trans.__('%1 has unsaved changes here', names)
      : trans.__('%1 have unsaved changes here', names);
  }
  return people.length === 1
    ? trans.__('%1 has unsaved changes here since %2', names, clock(since, now))
    : trans.__('%1 have unsaved changes here since %2', names, clock(since, now));
}

function bothTitle(people: readonly IAuthor[], trans: TranslationBundle): string {
  const [only] = people;
  if (people.length > 1) {
    return trans.__('You have unsaved changes here, and so have %1', namesOf(people, trans));
  }
  return only?.self
    ? trans.__('You have unsaved changes here in two tabs')
    : trans.__('You and %1 both have unsaved changes here', namesOf(people, trans));
}

function newerDetail(mine: Mine, kept: string | null, trans: TranslationBundle): string {
  if (kept !== null && mine === 'nothing') {
    return trans.__('Your version is kept in “%1”.', PathExt.basename(kept));
  }
  switch (mine) {
    case 'nothing':
      return '';
    case 'work':
      return trans.__('Yours is unsaved: autosave waits.');
    case 'saved':
      return trans.__('What you see here is no longer in the file.');
  }
}

function updatedTitle({ by }: IUpdate, when: string, trans: TranslationBundle): string {
  if (!by) {
    return trans.__('Updated to the file as it was changed %1', when);
  }
  return by.self
    ? trans.__('Updated to what you saved in another tab %1', when)
    : trans.__('Updated to what %1 saved %2', by.user.display_name, when);
}
