/*
 * The panel of people, and the faces in the toolbars and the top bar, put into their places.
 * Top floor.
 */
import { ILayoutRestorer } from '@jupyterlab/application';
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette, IToolbarWidgetRegistry } from '@jupyterlab/apputils';
import { IDocumentManager } from '@jupyterlab/docmanager';
import type { IDocumentWidget } from '@jupyterlab/docregistry';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { usersIcon } from '@jupyterlab/ui-components';

import { CommandIDs, showPeople } from '../commands';
import { Settings } from '../settings';
import { IPresence } from '../tokens';
import { CurrentDocument } from './current';
import { openTab } from './opening';
import { PANEL_ID, PeoplePanel } from './panel';
import type { ITab } from './rows';
import type { IStackContext } from './stacks';
import { documentStack, lobbyStack } from './stacks';

/** The name of the faces in each toolbar; `schema/plugin.json` gives them their place. */
const TOOLBAR_ITEM = 'awareness-people';

export const peoplePlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-awareness:people',
  description: 'The side panel of people.',
  autoStart: true,
  requires: [IPresence, IDocumentManager],
  optional: [ILayoutRestorer, ICommandPalette, ITranslator],
  activate: (
    app,
    presence: IPresence,
    manager: IDocumentManager,
    restorer: ILayoutRestorer | null,
    palette: ICommandPalette | null,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load('jupyter_awareness');
    const current = new CurrentDocument(app.shell, presence);
    const onGo = (tab: ITab) => {
      void openTab(tab, manager, presence);
    };
    const panel = new PeoplePanel({ presence, current, trans, commands: app.commands, onGo });
    app.shell.add(panel, 'right', { rank: 200, type: 'People' });
    restorer?.add(panel, PANEL_ID);
    app.commands.addCommand(CommandIDs.showPeople, {
      label: trans.__('Show People'),
      caption: trans.__('Show who is here and what they look at'),
      icon: usersIcon,
      describedBy: { args: { type: 'object', properties: {} } },
      execute: () => {
        app.shell.activateById(PANEL_ID);
      }
    });
    palette?.addItem({ command: CommandIDs.showPeople, category: trans.__('People') });
  }
};

export const toolbarPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-awareness:toolbar',
  description: 'The faces of those who have a document open, in its toolbar.',
  autoStart: true,
  requires: [IPresence, IDocumentManager, IToolbarWidgetRegistry],
  optional: [ISettingRegistry, ITranslator],
  activate: (
    app,
    presence: IPresence,
    manager: IDocumentManager,
    toolbars: IToolbarWidgetRegistry,
    registry: ISettingRegistry | null,
    translator: ITranslator | null
  ) => {
    const context = stackContext(app, presence, manager, registry, translator);
    for (const factory of ['Notebook', 'Editor']) {
      toolbars.addFactory<IDocumentWidget>(factory, TOOLBAR_ITEM, panel =>
        documentStack(panel, context)
      );
    }
  }
};

export const topBarPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-awareness:topbar',
  description: 'The faces of everybody who is here, in the top bar.',
  autoStart: true,
  requires: [IPresence, IDocumentManager, IToolbarWidgetRegistry],
  optional: [ISettingRegistry, ITranslator],
  activate: (
    app,
    presence: IPresence,
    manager: IDocumentManager,
    toolbars: IToolbarWidgetRegistry,
    registry: ISettingRegistry | null,
    translator: ITranslator | null
  ) => {
    const context = stackContext(app, presence, manager, registry, translator);
    toolbars.addFactory('TopBar', TOOLBAR_ITEM, () => lobbyStack(context));
  }
};

function stackContext(
  app: JupyterFrontEnd,
  presence: IPresence,
  manager: IDocumentManager,
  registry: ISettingRegistry | null,
  translator: ITranslator | null
): IStackContext {
  return {
    presence,
    manager,
    settings: Settings.load(registry),
    trans: (translator ?? nullTranslator).load('jupyter_awareness'),
    openPanel: () => {
      showPeople(app);
    }
  };
}
