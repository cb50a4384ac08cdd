/*
 * Guards every document that is open, put into its place.
 * Top floor.
 */
import { ILabShell } from '@jupyterlab/application';
import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IEditorLanguageRegistry } from '@jupyterlab/codemirror';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { showPeople } from '../commands';
import { Settings } from '../settings';
import { IPresence } from '../tokens';
import { Guards } from './guards';

export const guardPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-awareness:guard',
  description:
    'Warns of unsaved work and newer versions of others, and keeps them from being overwritten.',
  autoStart: true,
  requires: [IPresence, IDocumentManager],
  optional: [ILabShell, IEditorLanguageRegistry, ISettingRegistry, ITranslator],
  activate: (
    app,
    presence: IPresence,
    manager: IDocumentManager,
    labShell: ILabShell | null,
    languages: IEditorLanguageRegistry | null,
    registry: ISettingRegistry | null,
    translator: ITranslator | null
  ) => {
    new Guards(app.docRegistry, presence, {
      contents: app.serviceManager.contents,
      manager,
      shell: app.shell,
      hasTabs: labShell !== null,
      languages,
      settings: Settings.load(registry),
      trans: (translator ?? nullTranslator).load('jupyter_awareness'),
      showPeople: () => {
        showPeople(app);
      }
    });
  }
};
