/*
 * Faces on the tabs of documents, where there are tabs.
 * Top floor.
 */
import { ILabShell } from '@jupyterlab/application';
import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { Settings } from '../settings';
import { IPresence } from '../tokens';
import { TabFaces } from './faces';

export const tabsPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-awareness:tabs',
  description: 'The faces of those who have a document open, on its tab.',
  autoStart: true,
  requires: [IPresence],
  optional: [ILabShell, ISettingRegistry, ITranslator],
  activate: (
    _,
    presence: IPresence,
    shell: ILabShell | null,
    registry: ISettingRegistry | null,
    translator: ITranslator | null
  ) => {
    // Notebook has a window for each document instead.
    if (shell) {
      const settings = Settings.load(registry);
      const trans = (translator ?? nullTranslator).load('jupyter_awareness');
      new TabFaces({ shell, presence, settings, trans });
    }
  }
};
