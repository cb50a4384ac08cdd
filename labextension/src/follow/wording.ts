/*
 * What people read about following and calls.
 * Top floor, but without DOM: texts from plain data.
 */
import { PathExt } from '@jupyterlab/coreutils';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { Ending, IFollowed } from '../follow';
import type { Obstacle } from '../leaders';
import type { ICall, IUser } from '../peers';

/** 'Following Bob', or what one waits for; `unopened` is the path of a document that cannot be shown. */
export function followText(
  { user, leader, phase }: IFollowed,
  unopened: string | null,
  trans: TranslationBundle
): string {
  const name = user.display_name;
  switch (phase) {
    case 'nowhere':
      return trans.__('%1 looks at no document, waiting…', name);
    case 'gone':
      return trans.__('%1 is away, waiting…', name);
    case 'offline':
      return trans.__('Connection lost, waiting for %1…', name);
    case 'leading':
      if (unopened !== null) {
        return trans.__(
          '%1 is in %2, which cannot be shown here',
          name,
          PathExt.basename(unopened)
        );
      }
      return leader.username === user.username
        ? trans.__('Following %1', name)
        : trans.__('Following %1, who follows %2', name, leader.display_name);
  }
}

/** What is told when following has ended by itself; null if the user has ended it. */
export function endText(user: IUser, why: Ending, trans: TranslationBundle): string | null {
  switch (why) {
    case 'refused':
      return trans.__('%1 does not want to be followed any more.', user.display_name);
    case 'left':
      return trans.__('%1 has left. You no longer follow them.', user.display_name);
    case 'stopped':
    case 'acted':
      return null;
  }
}

/** Why somebody cannot be followed. */
export function obstacleText(
  why: Exclude<Obstacle, 'self'>,
  name: string,
  trans: TranslationBundle
): string {
  switch (why) {
    case 'gone':
      return trans.__('%1 is not here', name);
    case 'unseen':
      return trans.__('you are invisible');
    case 'refuses':
      return trans.__('%1 does not want to be followed', name);
    case 'nowhere':
      return trans.__('%1 shows no document', name);
  }
}

/** 'Alice follows you', 'Alice and Eve follow you', '3 people follow you'. */
export function followersText(followers: readonly IUser[], trans: TranslationBundle): string {
  const [first, second] = followers;
  if (!first) {
    return '';
  }
  if (!second) {
    return trans.__('%1 follows you', first.display_name);
  }
  return followers.length === 2
    ? trans.__('%1 and %2 follow you', first.display_name, second.display_name)
    : trans.__('%1 people follow you', followers.length);
}

/** 'analysis.ipynb, cell 12' */
export function placeText({ path, index }: ICall, trans: TranslationBundle): string {
  const name = PathExt.basename(path);
  return index === undefined ? name : trans.__('%1, cell %2', name, index + 1);
}

/** What somebody reads who is called. */
export function callText(caller: IUser, call: ICall, trans: TranslationBundle): string {
  return trans.__('%1 asks you to come to %2', caller.display_name, placeText(call, trans));
}
