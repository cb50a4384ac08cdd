/*
 * The file browser's rows: one plugin gives JupyterLab the renderer, the other one tells it who has what open.
 * Top floor.
 */
import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IDefaultFileBrowserRenderer } from '@jupyterlab/filebrowser';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { Settings } from '../settings';
import { IPresence } from '../tokens';
import { RowsRenderer } from './renderer';
import { OpenFiles } from './rows';

/** Needs nothing, since the file browser waits for it. */
export const rendererPlugin: JupyterFrontEndPlugin<IDefaultFileBrowserRenderer> = {
  id: 'jupyter-awareness:filerows',
  description: 'Draws the rows of the file browser, with room for faces.',
  autoStart: true,
  provides: IDefaultFileBrowserRenderer,
  activate: () => new RowsRenderer()
};

export const fileBrowserPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-awareness:filebrowser',
  description: 'The faces of those who have a file open, in the file browser.',
  autoStart: true,
  requires: [IPresence],
  optional: [IDefaultFileBrowserRenderer, ISettingRegistry, ITranslator],
  activate: (
    app,
    presence: IPresence,
    renderer: IDefaultFileBrowserRenderer | null,
    registry: ISettingRegistry | null,
    translator: ITranslator | null
  ) => {
    // JupyterLab takes one renderer. If another extension's came after ours, its rows stay as they are.
    if (renderer instanceof RowsRenderer) {
      new OpenFiles({
        renderer,
        lobby: presence.lobby,
        contents: app.serviceManager.contents,
        settings: Settings.load(registry),
        trans: (translator ?? nullTranslator).load('jupyter_awareness')
      });
    }
  }
};
