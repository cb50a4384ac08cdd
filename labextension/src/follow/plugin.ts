/*
 * Following people, calling them and being called, put into their places.
 * Top floor.
 */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { IStatusBar } from '@jupyterlab/statusbar';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';

import { showPeople } from '../commands';
import { openTab } from '../people/opening';
import { Settings } from '../settings';
import { IPresence } from '../tokens';
import { Caller } from './caller';
import { Calling } from './calling';
import { FollowersChip } from './chip';
import { addCommands, addToPalette } from './commands';
import { Journey } from './journey';
import type { IJourneyOptions } from './journey';

export const followPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-awareness:follow',
  description: 'Following people to where they are and what they see, and calling them.',
  autoStart: true,
  requires: [IPresence, IDocumentManager],
  optional: [ICommandPalette, IStatusBar, ISettingRegistry, ITranslator],
  activate: (
    app,
    presence: IPresence,
    manager: IDocumentManager,
    palette: ICommandPalette | null,
    statusBar: IStatusBar | null,
    registry: ISettingRegistry | null,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load('jupyter_awareness');
    const context = { app, presence, manager, settings: Settings.load(registry), trans };
    const { caller, journey } = createParts(context);
    const { follow } = journey;
    addCommands({
      app,
      presence,
      follow,
      caller,
      trans,
      isOn: () => context.settings.current.following
    });
    if (palette) {
      addToPalette(palette, trans);
    }
    if (statusBar) {
      addChip(context, statusBar);
    }
  }
};

interface IContext extends IJourneyOptions {
  readonly app: JupyterFrontEnd;
}

/* They live as long as the page. */
function createParts(context: IContext): { journey: Journey; caller: Caller; calling: Calling } {
  const { presence, settings, trans } = context;
  const journey = new Journey(context);
  return {
    journey,
    caller: new Caller(presence.lobby),
    calling: new Calling({
      presence,
      trans,
      isOn: () => settings.current.following,
      onGo: ({ username, color }, call) => {
        journey.follow.stop('acted');
        const tab = { peer: 0, username, color, status: 'active' as const, seen: null, ...call };
        void openTab(tab, context.manager, presence);
      }
    })
  };
}

function addChip({ app, presence, settings, trans }: IContext, statusBar: IStatusBar): void {
  const onOpen = () => {
    showPeople(app);
  };
  const activeStateChanged = new Signal<FollowersChip, void>(
    new FollowersChip({ lobby: presence.lobby, trans, onOpen })
  );
  const item = activeStateChanged.sender;
  const tell = () => {
    activeStateChanged.emit();
  };
  item.filled.connect(tell);
  settings.changed.connect(tell);
  statusBar.registerStatusItem('jupyter-awareness:followers', {
    item,
    align: 'left',
    rank: 4,
    isActive: () => item.isFilled && settings.current.following,
    activeStateChanged
  });
}
