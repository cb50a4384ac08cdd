/*
 * The two uses of a stack of faces: in the toolbar of a document, and in the top bar.
 * Top floor.
 */
import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { IDocumentWidget } from '@jupyterlab/docregistry';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { Settings } from '../settings';
import type { IPresence } from '../tokens';
import { describeIn } from './contents';
import { openTab, revealTab } from './opening';
import { documentRows, lobbyRow } from './rows';
import type { IRow } from './rows';
import { AvatarStack } from './stack';
import { steadyText } from './steady';

/** What both need. */
export interface IStackContext {
  readonly presence: IPresence;
  readonly manager: IDocumentManager;
  readonly settings: Settings;
  readonly trans: TranslationBundle;
  /** Show the panel of people. */
  openPanel(): void;
}

/** Who else has a document open; a click goes to where they are in it, or to where they are instead. */
export function documentStack(panel: IDocumentWidget, context: IStackContext): AvatarStack {
  const { presence, manager, settings, trans } = context;
  const document = () => presence.documentFor(panel.context);
  const stack = new AvatarStack({
    label: trans.__('People in this document'),
    trans,
    withSelf: false,
    keepsRoom: true,
    within: () => document()?.path,
    rows: people => {
      const path = document()?.path ?? panel.context.localPath;
      return documentRows(presence.lobby.people, { path, people, describe: describeIn(panel) });
    },
    onGo: row => {
      const tab = row.tabs.find(one => one.path !== null);
      if (tab && tab.path === document()?.path) {
        void revealTab(tab, panel, document());
      } else if (tab) {
        void openTab(tab, manager, presence);
      }
    },
    onMore: context.openPanel
  });
  const find = () => {
    stack.source = document();
    document()?.disposed.connect(forget, stack);
  };
  const forget = () => {
    stack.source = null;
  };
  presence.documentAdded.connect(find, stack);
  presence.lobby.changed.connect(stack.refresh, stack);
  find();
  const steady = steadyText(panel);
  stack.disposed.connect(steady.dispose, steady);
  obey(stack, settings, () => settings.current.toolbarAvatars);
  return stack;
}

/** Everybody who is here, oneself first; a click goes to what they look at. */
export function lobbyStack(context: IStackContext): AvatarStack {
  const { presence, manager, settings, trans, openPanel } = context;
  const stack = new AvatarStack({
    label: trans.__('People who are here'),
    trans,
    withSelf: true,
    keepsRoom: false,
    within: () => undefined,
    rows: people => people.map(lobbyRow),
    onGo: row => {
      const tab = destination(row);
      if (tab) {
        void openTab(tab, manager, presence);
      } else {
        openPanel();
      }
    },
    onMore: openPanel
  });
  stack.source = presence.lobby;
  obey(stack, settings, () => settings.current.topBar);
  return stack;
}

/* One is where one is oneself. */
function destination(row: IRow): IRow['tabs'][number] | undefined {
  return row.self ? undefined : row.tabs.find(tab => tab.path !== null);
}

function obey(stack: AvatarStack, settings: Settings, wanted: () => boolean): void {
  const follow = () => {
    stack.enabled = wanted();
  };
  settings.changed.connect(follow, stack);
  follow();
}
