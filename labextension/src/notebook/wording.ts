/*
 * What people read about those who are in a cell.
 * Top floor, but without DOM: texts from plain data.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

import type { IVisitor } from './visitors';

/** 'Bob', 'Bob (agent)', 'You, in another tab'. */
export function visitorName({ user, agent, self }: IVisitor, trans: TranslationBundle): string {
  if (self) {
    return trans.__('You, in another tab');
  }
  return agent ? trans.__('%1 (agent)', user.display_name) : user.display_name;
}

/** 'Editing · Typing', 'Selected · Idle since 10:42', 'Started this cell'. */
export function visitorText(visitor: IVisitor, trans: TranslationBundle): string {
  return parts(visitor, trans).join(' · ');
}

/** All in a cell for those who hear it: 'Bob: editing, typing. Carol: selected, idle since 10:42.' */
export function cellSentence(visitors: readonly IVisitor[], trans: TranslationBundle): string {
  return visitors
    .map(visitor => {
      const doing = parts(visitor, trans).join(', ').toLocaleLowerCase();
      return trans.__('%1: %2.', visitorName(visitor, trans), doing);
    })
    .join(' ');
}

/** The title of a pop-up about more people than have a face. */
export function allNames(visitors: readonly IVisitor[], trans: TranslationBundle): string {
  return visitors.map(visitor => visitorName(visitor, trans)).join(', ');
}

function parts(visitor: IVisitor, trans: TranslationBundle): string[] {
  return [
    modeText(visitor.mode, trans),
    visitor.typing ? trans.__('Typing') : '',
    quietText(visitor, trans),
    visitor.running ? trans.__('Started this cell, which runs or waits in their copy') : ''
  ].filter(part => part !== '');
}

function modeText(mode: IVisitor['mode'], trans: TranslationBundle): string {
  switch (mode) {
    case 'edit':
      return trans.__('Editing');
    case 'command':
      return trans.__('Selected');
    case null:
      return '';
  }
}

function quietText({ status, seen }: IVisitor, trans: TranslationBundle): string {
  const since = seen === null ? '' : clock(seen);
  switch (status) {
    case 'active':
      return '';
    case 'idle':
      return since === '' ? trans.__('Idle') : trans.__('Idle since %1', since);
    case 'away':
      return since === '' ? trans.__('Away') : trans.__('Away since %1', since);
  }
}

/* The time of day, with the day if that was not today; '' for what no calendar has. */
function clock(at: number): string {
  const then = new Date(at);
  if (Number.isNaN(then.getTime())) {
    return '';
  }
  const time = { hour: '2-digit', minute: '2-digit' } as const;
  return then.toDateString() === new Date().toDateString()
    ? then.toLocaleTimeString([], time)
    : then.toLocaleString([], { month: 'short', day: 'numeric', ...time });
}
