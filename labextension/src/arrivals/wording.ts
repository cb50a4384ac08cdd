/*
 * Who came and who left, in a sentence.
 * Top floor, but without DOM.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

import type { INews } from '../arrivals';
import type { IUser } from '../peers';
import { nameList } from '../people/wording';

/** 'Bob and 3 others came', 'Bob opened this document; Eve and Joe left it'. */
export function newsText(
  { came, left }: INews,
  where: 'document' | 'everywhere',
  trans: TranslationBundle
): string {
  const parts = [
    ...(came.length > 0 ? [cameText(came, where, trans)] : []),
    ...(left.length > 0 ? [leftText(left, where, trans)] : [])
  ];
  return parts.length === 2 ? trans.__('%1; %2', ...parts) : (parts[0] ?? '');
}

function cameText(
  users: readonly IUser[],
  where: 'document' | 'everywhere',
  trans: TranslationBundle
): string {
  const names = list(users, trans);
  return where === 'document'
    ? trans.__('%1 opened this document', names)
    : trans.__('%1 came', names);
}

function leftText(
  users: readonly IUser[],
  where: 'document' | 'everywhere',
  trans: TranslationBundle
): string {
  const names = list(users, trans);
  return where === 'document'
    ? trans.__('%1 closed this document', names)
    : trans.__('%1 left', names);
}

/* One name, if there are more than two: it is heard, not read. */
function list(users: readonly IUser[], trans: TranslationBundle): string {
  return nameList(
    users.map(({ display_name }) => display_name),
    trans,
    2
  );
}
