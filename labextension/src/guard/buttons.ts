/*
 * What can be done about a notice, the most sensible thing first.
 * Top floor, but without DOM.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

import type { Notice } from './notice';
import type { IAuthor } from './saves';

/** What the buttons do. */
export interface IDeeds {
  compare(): void;
  reload(): void;
  keepCopy(): void;
  openCopy(path: string): void;
  /** Show where these people are. */
  show(people: readonly IAuthor[]): void;
}

export interface IButton {
  readonly label: string;
  readonly primary: boolean;
  readonly run: () => void;
}

/** From left to right; of several, one is primary. */
export function buttonsOf(notice: Notice, deeds: IDeeds, trans: TranslationBundle): IButton[] {
  switch (notice.kind) {
    case 'others':
    case 'both':
      return [showButton(notice.people, deeds, trans)];
    case 'newer':
      return newerButtons(notice, deeds, trans);
    case 'updated':
      return [];
  }
}

function showButton(people: readonly IAuthor[], deeds: IDeeds, trans: TranslationBundle): IButton {
  const [only] = people;
  const one = people.length === 1 && only && !only.self;
  const label = one ? trans.__('Go to %1', only.user.display_name) : trans.__('Show who');
  return {
    label,
    primary: false,
    run: () => {
      deeds.show(people);
    }
  };
}

function newerButtons(
  { mine, kept }: Extract<Notice, { kind: 'newer' }>,
  deeds: IDeeds,
  trans: TranslationBundle
): IButton[] {
  const compare = { label: trans.__('Show differences'), primary: false, run: deeds.compare };
  const reload = { label: trans.__('Reload'), primary: mine === 'nothing', run: deeds.reload };
  const copy =
    kept !== null && mine === 'nothing'
      ? {
          label: trans.__('Open the copy'),
          primary: false,
          run: () => {
            deeds.openCopy(kept);
          }
        }
      : {
          label: trans.__('Save mine as a copy'),
          primary: mine !== 'nothing',
          run: deeds.keepCopy
        };
  return [compare, reload, copy];
}
