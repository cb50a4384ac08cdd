/*
 * The plugin that shows who is in which cell of a notebook, and tells others what the user runs.
 * Top floor. What draws and hears is loaded with the first notebook.
 */
import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { DisposableSet } from '@lumino/disposable';

import { showPeople } from '../commands';
import { Lazy } from '../lazy';
import { tellMissing } from '../missing';
import { Settings } from '../settings';
import { IPresence } from '../tokens';
import type { IBoardContext, NotebookBoard, NotebookWidget } from './board';
import type { Runner } from './runner';

/** The name under which JupyterLab and Notebook make their notebooks. */
const FACTORY = 'Notebook';

/** What is loaded; the runner is for all notebooks of the page. */
interface IParts {
  readonly NotebookBoard: typeof NotebookBoard;
  readonly runner: Runner;
}

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
    const parts = new Lazy(() => load(presence));
    app.docRegistry.addWidgetExtension(FACTORY, {
      createNew: (panel: NotebookWidget) => {
        const held = new DisposableSet();
        parts.load().then(
          ({ NotebookBoard }) => {
            if (!held.isDisposed) {
              held.add(new NotebookBoard(panel, context));
            }
          },
          () => {
            tellMissing(context.trans);
          }
        );
        return held;
      }
    });
  }
};

/* Pages without a notebook need not load the package of notebooks; where there is one, it is loaded. */
async function load(presence: IPresence): Promise<IParts> {
  const [{ NotebookActions }, { NotebookBoard }, { Runner }] = await Promise.all([
    import('@jupyterlab/notebook'),
    import('./board'),
    import('./runner')
  ]);
  return { NotebookBoard, runner: new Runner(presence, NotebookActions) };
}
