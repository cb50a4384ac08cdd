/*
 * What the panel shows of those who are here, and of the user. Loaded when the panel is first shown.
 * Top floor.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { IChoices, IDocumentPresence, IPresence, IRoom } from '../tokens';
import type { RowActions } from './actions';
import { swatches, switches } from './choices';
import { describeIn } from './contents';
import type { CurrentDocument } from './current';
import { noticeOf } from './notices';
import { People } from './people';
import type { ICurrent, ISeen, ITab } from './rows';
import { sections } from './rows';
import type { IYou } from './you';

export interface IInsideOptions {
  readonly presence: IPresence;
  readonly current: CurrentDocument;
  readonly trans: TranslationBundle;
  readonly actions: RowActions;
  /** Another one each time that texts have grown old. */
  readonly beat: number;
  onGo(tab: ITab): void;
  onChoose(choices: Partial<IChoices>): void;
  onRetry(): void;
}

/** As it is now. */
export function inside(options: IInsideOptions): React.ReactElement {
  const { current, presence, ...others } = options;
  const { lobby } = presence;
  return React.createElement(People, {
    ...others,
    sections: sections(seen(lobby), shown(current)),
    within: current.document?.path,
    you: you(presence, options.trans),
    connection: lobby.connection,
    met: lobby.hello !== null
  });
}

function you({ lobby, preferences, self }: IPresence, trans: TranslationBundle): IYou {
  const { hello, people } = lobby;
  const { current } = preferences;
  return {
    user: self,
    usual: hello?.user.color ?? '',
    notice: noticeOf(current, hello, trans),
    switches: switches(current, hello, trans),
    swatches: swatches(current, hello, people, trans)
  };
}

function seen({ people, connection }: IRoom | IDocumentPresence): ISeen {
  return { people, live: connection.kind === 'connected' };
}

/* Without a room it is unknown who has the document open: nothing is said of it then. */
function shown({ document, widget }: CurrentDocument): (ICurrent & ISeen) | null {
  return document && document.connection.kind !== 'off'
    ? { ...seen(document), path: document.path, describe: describeIn(widget) }
    : null;
}
