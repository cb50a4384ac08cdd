/*
 * Comings and goings, told politely.
 * Top floor.
 */
import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { CurrentDocument } from '../people/current';
import { Settings } from '../settings';
import { IPresence } from '../tokens';
import { Announcer } from './announcer';
import { Voice } from './voice';

export const arrivalsPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-awareness:arrivals',
  description: 'Tells who came and who left.',
  autoStart: true,
  requires: [IPresence],
  optional: [ISettingRegistry, ITranslator],
  activate: (
    app,
    presence: IPresence,
    registry: ISettingRegistry | null,
    translator: ITranslator | null
  ) => {
    const settings = Settings.load(registry);
    const voice = new Voice();
    new Announcer({
      lobby: presence.lobby,
      current: new CurrentDocument(app.shell, presence),
      settings,
      trans: (translator ?? nullTranslator).load('jupyter_awareness'),
      say: text => {
        if (settings.current.announceVisibly) {
          voice.show(text);
        } else {
          voice.say(text);
        }
      }
    });
  }
};
