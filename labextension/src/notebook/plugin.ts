/*
 * The plugin that shows who is in which cell of a notebook, and tells others what the user runs.
 * Top floor.
 */
import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { showPeople } from '../commands';
import { Settings } from '../settings';
import { IPresence } from '../tokens';
import { NotebookBoard } from './board';
import type { IBoardContext, NotebookWidget } from './board';
import { Runner } from './runner';

/** The name under which JupyterLab and Notebook make their notebooks. */
const FACTORY = 'Notebook';

export const notebookPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-awareness:notebook',
  description: 'Who is in which cell of a notebook, who types there, and who has started it.',
  autoStart: true,
  requires: [IPresence],
  optional: [ISettingRegistry, ITranslator],
  activate: (
    app,
    presence: IPresence,
    registry: ISettingRegistry | null,
    translator: ITranslator | null
  ) => {
    const context: IBoardContext = {
      presence,
      settings: Settings.load(registry),
      trans: (translator ?? nullTranslator).load('jupyter_awareness'),
      openPanel: () => {
        showPeople(app);
      }
    };
    let runner: Promise<Runner> | null = null;
    app.docRegistry.addWidgetExtension(FACTORY, {
      createNew: (panel: NotebookWidget) => {
        runner ??= createRunner(presence);
        return new NotebookBoard(panel, context);
      }
    });
  }
};

/* Pages without a notebook need not load the package of notebooks; where there is one, it is loaded. */
async function createRunner(presence: IPresence): Promise<Runner> {
  const { NotebookActions } = await import('@jupyterlab/notebook');
  return new Runner(presence, NotebookActions);
}
