/**
 * The plugin that puts peers' carets, selections and names into the cells and files of plain JupyterLab.
 */

import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { EditorExtensionRegistry, IEditorExtensionRegistry } from '@jupyterlab/codemirror';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import type { ITranslator as Translator } from '@jupyterlab/translation';

import { Settings } from '../settings';
import { IPresence } from '../tokens';
import { Desks, editedBy } from './desks';
import { FlagBoards } from './boards';
import { paceFrames } from './frame';
import type { EditorSeat, ISeatContext } from './seat';
import { seatExtension } from './seat';
import { Visibility } from './visibility';

const MINUTE = 60_000;

/** What all editors of the page share; it lives as long as the page. */
function createContext(
  presence: IPresence,
  settings: Settings,
  translator: Translator
): ISeatContext {
  const options = () => settings.current;
  const boards = new FlagBoards({
    options,
    self: () => presence.self?.username ?? null,
    trans: translator.load('jupyter_awareness')
  });
  const seats = new Set<EditorSeat>();
  const desks = new Desks(presence, () => settings.current.idleCaretMinutes * MINUTE);
  settings.changed.connect(() => {
    desks.routeAll();
    boards.request();
    seats.forEach(seat => {
      seat.redraw();
    });
  });
  return { desks, boards, visibility: new Visibility(), options, seats };
}

export const editorPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-awareness:editor',
  description: "Other people's carets, selections and names in cells and files.",
  autoStart: true,
  requires: [IEditorExtensionRegistry, IPresence],
  optional: [ISettingRegistry, ITranslator],
  activate: (
    _,
    registry: IEditorExtensionRegistry,
    presence: IPresence,
    settingRegistry: ISettingRegistry | null,
    translator: Translator | null
  ) => {
    const settings = Settings.load(settingRegistry);
    paceFrames();
    const context = createContext(presence, settings, translator ?? nullTranslator);
    registry.addExtension({
      name: 'jupyter-awareness-carets',
      factory: ({ model }) => {
        const edited = editedBy(model.sharedModel);
        return (
          edited && EditorExtensionRegistry.createImmutableExtension(seatExtension(edited, context))
        );
      }
    });
  }
};
