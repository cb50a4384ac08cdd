/*
 * What people read about people: where somebody is, how lively they are, what a click does.
 * Top floor, but without DOM: texts from plain data.
 */
import { PathExt } from '@jupyterlab/coreutils';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { IHolder } from '../holders';
import type { Status } from '../peers';
import type { ITab, IRow, ISection } from './rows';

const MINUTE = 60_000;

/** 'Active', 'Idle for 5 min', 'Away since 10:42'; times in milliseconds since the epoch. */
export function statusText(
  { status, seen }: { readonly status: Status; readonly seen: number | null },
  trans: TranslationBundle,
  now = Date.now()
): string {
  switch (status) {
    case 'active':
      return trans.__('Active');
    case 'idle':
      return seen === null ? trans.__('Idle') : idleText(seen, now, trans);
    case 'away':
      return seen === null ? trans.__('Away') : trans.__('Away since %1', timeText(seen, now));
  }
}

/* Clocks of two computers differ: what is in the future is just now. Nobody counts a day in hours. */
function idleText(seen: number, now: number, trans: TranslationBundle): string {
  const minutes = Math.floor((now - seen) / MINUTE);
  const hours = Math.floor(minutes / 60);
  if (hours >= 24) {
    return trans.__('Idle since %1', timeText(seen, now));
  }
  if (hours >= 1) {
    return trans.__('Idle for %1 h', hours);
  }
  return minutes < 1 ? trans.__('Idle') : trans.__('Idle for %1 min', minutes);
}

/** '10:42', or with the date if that is another day. */
export function timeText(time: number, now: number): string {
  const date = new Date(time);
  const today = date.toDateString() === new Date(now).toDateString();
  return date.toLocaleString(undefined, {
    ...(today ? {} : { day: 'numeric', month: 'short' }),
    hour: '2-digit',
    minute: '2-digit'
  });
}

function lowered(text: string): string {
  return text.charAt(0).toLocaleLowerCase() + text.slice(1);
}

/** 'analysis.ipynb · Cell 12 · Cleaning'; without the document's name if `within` is its path. */
export function tabText(tab: ITab, trans: TranslationBundle, within?: string): string {
  if (tab.path === null) {
    return trans.__('Just looking around');
  }
  const parts = [
    tab.path === within ? '' : PathExt.basename(tab.path),
    tab.index === undefined ? '' : trans.__('Cell %1', tab.index + 1),
    tab.line === undefined ? '' : trans.__('Line %1', tab.line),
    tab.heading ?? ''
  ].filter(part => part !== '');
  return parts.length > 0 ? parts.join(' · ') : trans.__('Has it open');
}

/** The second line of a row. */
export function whereText(row: IRow, trans: TranslationBundle, within?: string): string {
  const [tab] = row.tabs;
  if (!tab) {
    return trans.__('Just looking around');
  }
  const text = tabText(tab, trans, within);
  return row.aside ? trans.__('Open here, now in %1', text) : text;
}

/** How lively somebody is, unless they are active, and where. */
export function lineText(row: IRow, trans: TranslationBundle, within?: string): string {
  const where = whereText(row, trans, within);
  const isUsual = row.status === 'active' && !row.unreachable;
  return isUsual ? where : `${reachText(row, trans)} · ${where}`;
}

/* How lively somebody is, or that nobody can tell. */
function reachText(row: IRow, trans: TranslationBundle): string {
  return row.unreachable ? trans.__('Out of reach') : statusText(row, trans);
}

/** How lively a tab is, for those who hear it. */
export function tabSentence(tab: ITab, trans: TranslationBundle): string {
  return `${tabText(tab, trans)}, ${lowered(statusText(tab, trans))}`;
}

/** A row for those who hear it: name, marks, status, place. */
export function rowSentence(row: IRow, trans: TranslationBundle, within?: string): string {
  const marks = [
    row.self ? trans.__('you') : '',
    row.agent ? trans.__('agent') : '',
    row.followsSelf ? trans.__('follows you') : ''
  ];
  return [
    row.user.display_name,
    ...marks,
    lowered(reachText(row, trans)),
    whereText(row, trans, within)
  ]
    .filter(part => part !== '')
    .join(', ');
}

/** '3 people', '1 agent', '3 people and 1 agent'. */
export function headCount(rows: readonly Pick<IRow, 'agent'>[], trans: TranslationBundle): string {
  const agents = rows.filter(row => row.agent).length;
  const people = rows.length - agents;
  const counted = [
    people > 0 ? trans._n('%1 person', '%1 people', people, people) : '',
    agents > 0 ? trans._n('%1 agent', '%1 agents', agents, agents) : ''
  ].filter(part => part !== '');
  return counted.length === 2 ? trans.__('%1 and %2', ...counted) : (counted[0] ?? '');
}

/** 'Bob', 'Bob and Eve', 'Bob, Eve and 3 others'; never more names than `most`. */
export function nameList(names: readonly string[], trans: TranslationBundle, most = 3): string {
  const shown = names.slice(0, names.length > most ? most - 1 : most);
  const rest = names.length - shown.length;
  if (rest > 0) {
    // The first value is always the number.
    return trans._n('%2 and %1 other', '%2 and %1 others', rest, shown.join(', '));
  }
  const last = shown.pop() ?? '';
  return shown.length > 0 ? trans.__('%1 and %2', shown.join(', '), last) : last;
}

/** 'Open by Bob and Eve; Bob has unsaved changes'. */
export function openText(holders: readonly IHolder[], trans: TranslationBundle): string {
  return withUnsaved(trans.__('Open by %1', listed(holders, trans)), holders, trans);
}

/** 'Bob and Eve have something open in here; Bob has unsaved changes'. */
export function insideText(holders: readonly IHolder[], trans: TranslationBundle): string {
  const text = trans._n(
    '%2 has something open in here',
    '%2 have something open in here',
    holders.length,
    listed(holders, trans)
  );
  return withUnsaved(text, holders, trans);
}

/** What is said of people while the connection is lost: that this is how it was. */
export function lastKnown(text: string, trans: TranslationBundle): string {
  return trans.__('%1; last known, the connection is lost', text);
}

function withUnsaved(text: string, holders: readonly IHolder[], trans: TranslationBundle): string {
  const unsaved = holders.filter(one => one.dirty);
  const changes = trans._n(
    '%2 has unsaved changes',
    '%2 have unsaved changes',
    unsaved.length,
    listed(unsaved, trans)
  );
  return unsaved.length > 0 ? trans.__('%1; %2', text, changes) : text;
}

function listed(holders: readonly IHolder[], trans: TranslationBundle): string {
  return nameList(
    holders.map(({ user }) => user.display_name),
    trans
  );
}

/** The heading of a section. */
export function sectionTitle(id: ISection['id'], trans: TranslationBundle): string {
  switch (id) {
    case 'document':
      return trans.__('In this document');
    case 'elsewhere':
      return trans.__('Elsewhere');
    case 'everyone':
      return trans.__('Everyone');
  }
}
