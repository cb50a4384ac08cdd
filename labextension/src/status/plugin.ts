/*
 * The number of people and the state of the connection, put into the status bar.
 * Top floor.
 */
import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { IStatusBar } from '@jupyterlab/statusbar';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';

import { showPeople } from '../commands';
import { Settings } from '../settings';
import { IPresence } from '../tokens';
import { PresenceStatus } from './item';

export const statusPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-awareness:status',
  description: 'How many people are here, and whether the connection is, in the status bar.',
  autoStart: true,
  requires: [IPresence],
  optional: [IStatusBar, ISettingRegistry, ITranslator],
  activate: (
    app,
    presence: IPresence,
    statusBar: IStatusBar | null,
    registry: ISettingRegistry | null,
    translator: ITranslator | null
  ) => {
    if (!statusBar) {
      return; // As in Notebook, whose people panel tells the same.
    }
    const settings = Settings.load(registry);
    const trans = (translator ?? nullTranslator).load('jupyter_awareness');
    const onOpen = () => {
      showPeople(app);
    };
    const activeStateChanged = new Signal<PresenceStatus, void>(
      new PresenceStatus({
        lobby: presence.lobby,
        preferences: presence.preferences,
        trans,
        onOpen
      })
    );
    settings.changed.connect(() => {
      activeStateChanged.emit();
    });
    statusBar.registerStatusItem(statusPlugin.id, {
      item: activeStateChanged.sender,
      align: 'left',
      rank: 3,
      isActive: () => settings.current.statusBar,
      activeStateChanged
    });
  }
};
