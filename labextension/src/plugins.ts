/*
 * What JupyterLab and Notebook load: the plugin that provides presence, and those that draw it.
 * The roof, on all floors.
 */
import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ISettingRegistry } from '@jupyterlab/settingregistry';

import { arrivalsPlugin } from './arrivals/plugin';
import { editorPlugin } from './editor/plugin';
import { fileBrowserPlugin, rendererPlugin } from './filebrowser/plugins';
import { followPlugin } from './follow/plugin';
import { guardPlugin } from './guard/plugin';
import { notebookPlugin } from './notebook/plugin';
import { peoplePlugin, toolbarPlugin, topBarPlugin } from './people/plugins';
import { Presence } from './presence';
import { SETTINGS_ID, Settings } from './settings';
import { statusPlugin } from './status/plugin';
import { tabsPlugin } from './tabs/plugin';
import { IPresence } from './tokens';

/** The plugin of jupyter-collaboration that draws carets of its own. */
const OTHER_CARETS = '@jupyter/collaboration-extension:userEditorCursors';

export const presencePlugin: JupyterFrontEndPlugin<IPresence> = {
  id: SETTINGS_ID,
  description: 'Knows who is here, and tells others where the user is.',
  autoStart: true,
  provides: IPresence,
  optional: [ISettingRegistry],
  activate: (app, registry: ISettingRegistry | null) => {
    const { contents, serverSettings } = app.serviceManager;
    return new Presence({
      serverSettings,
      contents,
      docRegistry: app.docRegistry,
      shell: app.shell,
      settings: Settings.load(registry),
      drawsCarets: () => app.hasPlugin(OTHER_CARETS)
    });
  }
};

export const plugins: JupyterFrontEndPlugin<unknown>[] = [
  presencePlugin,
  editorPlugin,
  notebookPlugin,
  guardPlugin,
  peoplePlugin,
  toolbarPlugin,
  topBarPlugin,
  rendererPlugin,
  fileBrowserPlugin,
  tabsPlugin,
  arrivalsPlugin,
  statusPlugin,
  followPlugin
];
