/*
 * One person in the panel: face, name, marks, where they are, and their tabs.
 * Top floor: React.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { caretDownIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { callIcon, followIcon } from '../follow/icons';
import type { IAction } from './actions';
import { Avatar, StatusMark } from './avatar';
import type { ITab, IRow } from './rows';
import { lineText, rowSentence, tabSentence, tabText } from './wording';

/** What a row needs from the list it is in. */
export interface IRowProps {
  readonly row: IRow;
  /** Among all headings and rows of the list, to measure it. */
  readonly index: number;
  /** From 1, and of how many: said where not all rows are in the page. */
  readonly place: number | undefined;
  readonly of: number;
  /** The path of the current document, whose name need not be repeated. */
  readonly within: string | undefined;
  /** Whether the Tab key stops at this row. */
  readonly tabStop: boolean;
  readonly expanded: boolean;
  /** Goes on while its texts grow old, otherwise it stands still. */
  readonly beat: number;
  readonly action: IAction | null;
  readonly trans: TranslationBundle;
  onGo(tab: ITab): void;
  onToggle(key: string): void;
  onMeasure(node: Element | null): void;
  onAct(row: IRow): void;
}

function PlainRow(props: IRowProps): React.ReactElement {
  const { row, trans } = props;
  const several = row.tabs.length > 1;
  return (
    <li
      ref={props.onMeasure}
      className="jp-AwarenessPerson"
      data-awareness-person={row.key}
      data-stale={row.unreachable || undefined}
      data-index={props.index}
      aria-posinset={props.place}
      aria-setsize={props.place === undefined ? undefined : props.of}
    >
      <div className="jp-AwarenessPerson-line">
        <MainButton {...props} />
        {props.action && <ActionButton {...props} action={props.action} />}
        {several && <TabsButton {...props} />}
      </div>
      {several && props.expanded && (
        <ul
          className="jp-AwarenessPerson-tabs"
          role="list"
          aria-label={trans.__('Tabs of %1', row.user.display_name)}
        >
          {row.tabs.map(tab => (
            <li key={tab.peer}>
              <TabButton tab={tab} trans={trans} onGo={props.onGo} />
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}

/** Drawn anew only if something in it can be seen to differ: rows are rebuilt with every change in the room. */
export const PersonRow = React.memo(
  PlainRow,
  (before, after) =>
    before.index === after.index &&
    before.place === after.place &&
    before.of === after.of &&
    before.within === after.within &&
    before.tabStop === after.tabStop &&
    before.expanded === after.expanded &&
    before.beat === after.beat &&
    before.onGo === after.onGo &&
    before.onToggle === after.onToggle &&
    before.onAct === after.onAct &&
    JSON.stringify(before.action) === JSON.stringify(after.action) &&
    JSON.stringify(before.row) === JSON.stringify(after.row)
);

function MainButton(props: IRowProps): React.ReactElement {
  const { row, trans, within } = props;
  const tab = row.tabs.find(one => one.path !== null);
  const sentence = rowSentence(row, trans, within);
  return (
    <button
      type="button"
      className="jp-AwarenessPerson-main"
      data-awareness-row=""
      tabIndex={props.tabStop ? 0 : -1}
      aria-label={tab ? trans.__('%1. Go there', sentence) : sentence}
      aria-disabled={!tab}
      title={tab?.path ?? undefined}
      onClick={() => {
        if (tab) {
          props.onGo(tab);
        }
      }}
    >
      <Avatar user={row.user} agent={row.agent} status={row.status} />
      <span className="jp-AwarenessPerson-text">
        <span className="jp-AwarenessPerson-head">
          <span className="jp-AwarenessPerson-name">{row.user.display_name}</span>
          {row.self && <span className="jp-AwarenessPerson-mark">{trans.__('You')}</span>}
          {row.agent && <span className="jp-AwarenessPerson-mark">{trans.__('Agent')}</span>}
          {row.followsSelf && (
            <span className="jp-AwarenessPerson-mark">{trans.__('Follows you')}</span>
          )}
        </span>
        <span className="jp-AwarenessPerson-where">{lineText(row, trans, within)}</span>
      </span>
    </button>
  );
}

function ActionButton(props: IRowProps & { readonly action: IAction }): React.ReactElement {
  const { action, row, onAct } = props;
  const Icon = action.kind === 'call' ? callIcon : followIcon;
  return (
    <button
      type="button"
      className="jp-AwarenessPerson-action"
      tabIndex={props.tabStop ? 0 : -1}
      aria-label={action.label}
      aria-pressed={action.kind === 'follow' ? action.on : undefined}
      aria-disabled={!action.enabled}
      title={action.label}
      onClick={() => {
        if (action.enabled) {
          onAct(row);
        }
      }}
    >
      <Icon.react tag="span" width="16px" />
    </button>
  );
}

function TabsButton({ row, expanded, tabStop, trans, onToggle }: IRowProps): React.ReactElement {
  const count = row.tabs.length;
  return (
    <button
      type="button"
      className="jp-AwarenessPerson-toggle"
      tabIndex={tabStop ? 0 : -1}
      aria-expanded={expanded}
      aria-label={trans.__('Tabs of %1', row.user.display_name)}
      onClick={() => {
        onToggle(row.key);
      }}
    >
      {trans._n('%1 tab', '%1 tabs', count, count)}
      <caretDownIcon.react tag="span" className="jp-AwarenessPerson-caret" width="12px" />
    </button>
  );
}

function TabButton(
  props: Pick<IRowProps, 'trans' | 'onGo'> & { readonly tab: ITab }
): React.ReactElement {
  const { tab, trans } = props;
  return (
    <button
      type="button"
      className="jp-AwarenessPerson-tab"
      data-awareness-row=""
      data-awareness-tab={tab.peer}
      tabIndex={-1}
      aria-label={tabSentence(tab, trans)}
      aria-disabled={tab.path === null}
      title={tab.path ?? undefined}
      onClick={() => {
        if (tab.path !== null) {
          props.onGo(tab);
        }
      }}
    >
      <StatusMark status={tab.status} />
      <span>{tabText(tab, trans)}</span>
    </button>
  );
}
