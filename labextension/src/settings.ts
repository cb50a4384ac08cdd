/*
 * The display settings as typed values; the defaults until they are loaded, or for ever without a registry.
 * First floor: may use JupyterLab, draws nothing. The keys are those of `schema/plugin.json`.
 */
import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import { choice } from './values';

/** The plugin that owns the schema. */
export const SETTINGS_ID = 'jupyter-awareness:plugin';

export interface ISettings {
  /** Draw carets of others in editors. */
  readonly carets: boolean;
  /** Draw what others have selected. */
  readonly selections: boolean;
  /** When a caret shows a name: for a while after it moved, all the time, or under the mouse. */
  readonly nameFlags: 'fade' | 'always' | 'hover';
  /** Seconds for which a fading name stays. */
  readonly flagSeconds: number;
  /** Minutes after which the cursor of somebody who is idle or away is drawn no more; 0: it stays. */
  readonly idleCaretMinutes: number;
  /** Bars and avatars at the cells in which others are. */
  readonly cellMarks: boolean;
  /** Whether those avatars tell who types. */
  readonly typingMarks: boolean;
  /** Whether cells that others have started tell who did. */
  readonly runMarks: boolean;
  /** Avatars at the edges of a notebook, of those in cells out of sight. */
  readonly edgeAvatars: boolean;
  /** Avatars in the toolbars of documents. */
  readonly toolbarAvatars: boolean;
  /** Avatars of everybody in the top bar. */
  readonly topBar: boolean;
  /** Who has a file open, in the file browser. */
  readonly fileBrowser: boolean;
  /** Who else has a document open, on its tab. */
  readonly tabs: boolean;
  /** The number of people in the status bar. */
  readonly statusBar: boolean;
  /** Whose coming and going is told to screen readers: of those in the current document, or of everybody. */
  readonly announce: 'off' | 'document' | 'everywhere';
  /** Tell it to the eye too. */
  readonly announceVisibly: boolean;
  /** Follow people, be followed, call and be called. */
  readonly following: boolean;
  /** Whether any input of one's own in a document ends following, or only Escape and the Stop button. */
  readonly followEnds: 'input' | 'escape';
  /** Warn of others' unsaved work and newer versions, and hold up what would overwrite them. */
  readonly guard: boolean;
  /** Show what others have saved without being asked, where nothing is lost by it. */
  readonly autoReload: boolean;
  /** Seconds without input after which one counts as idle. */
  readonly idleAfter: number;
}

export const DEFAULTS: ISettings = {
  carets: true,
  selections: true,
  nameFlags: 'fade',
  flagSeconds: 2,
  idleCaretMinutes: 10,
  cellMarks: true,
  typingMarks: true,
  runMarks: true,
  edgeAvatars: true,
  toolbarAvatars: true,
  topBar: true,
  fileBrowser: true,
  tabs: true,
  statusBar: true,
  announce: 'document',
  announceVisibly: false,
  following: true,
  followEnds: 'input',
  guard: true,
  autoReload: true,
  idleAfter: 120
};

/** A live view of the settings. */
export class Settings implements IDisposable {
  /** The settings of a registry, loaded in the background. A registry that fails leaves the defaults. */
  static load(registry: ISettingRegistry | null): Settings {
    const settings = new Settings();
    registry?.load(SETTINGS_ID).then(
      source => {
        settings.follow(source);
      },
      () => undefined // The registry has already told the user.
    );
    return settings;
  }

  /** The values now; replaced, never changed. */
  get current(): ISettings {
    return this._current;
  }

  /** The values differ from before. */
  get changed(): ISignal<this, ISettings> {
    return this._changed;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    Signal.clearData(this);
  }

  /** Take the values from here from now on. */
  follow(source: ISettingRegistry.ISettings): void {
    if (this._isDisposed) {
      return;
    }
    source.changed.connect(this._read, this);
    this._read(source);
  }

  private _read(source: ISettingRegistry.ISettings): void {
    const next = read(source.composite);
    const names = Object.keys(next) as (keyof ISettings)[];
    if (names.some(name => next[name] !== this._current[name])) {
      this._current = next;
      this._changed.emit(next);
    }
  }

  private _current = DEFAULTS;
  private _changed = new Signal<this, ISettings>(this);
  private _isDisposed = false;
}

/* The names of those settings that are on or off. */
type Flag = {
  [Name in keyof ISettings]: ISettings[Name] extends boolean ? Name : never;
}[keyof ISettings];

/** Values of any kind as settings; what is malformed or absent gets its default. */
export function read(values: Readonly<Record<string, unknown>>): ISettings {
  const flag = (name: Flag) => {
    const value = values[name];
    return typeof value === 'boolean' ? value : DEFAULTS[name];
  };
  const amount = (name: 'flagSeconds' | 'idleCaretMinutes' | 'idleAfter') => {
    const value = values[name];
    return typeof value === 'number' && value >= 0 ? value : DEFAULTS[name];
  };
  const { nameFlags, followEnds } = values;
  return {
    carets: flag('carets'),
    selections: flag('selections'),
    nameFlags:
      nameFlags === 'always' || nameFlags === 'hover' || nameFlags === 'fade'
        ? nameFlags
        : DEFAULTS.nameFlags,
    flagSeconds: amount('flagSeconds'),
    idleCaretMinutes: amount('idleCaretMinutes'),
    cellMarks: flag('cellMarks'),
    typingMarks: flag('typingMarks'),
    runMarks: flag('runMarks'),
    edgeAvatars: flag('edgeAvatars'),
    toolbarAvatars: flag('toolbarAvatars'),
    topBar: flag('topBar'),
    fileBrowser: flag('fileBrowser'),
    tabs: flag('tabs'),
    statusBar: flag('statusBar'),
    announce: choice(values.announce, ['off', 'document', 'everywhere']) ?? DEFAULTS.announce,
    announceVisibly: flag('announceVisibly'),
    following: flag('following'),
    followEnds:
      followEnds === 'input' || followEnds === 'escape' ? followEnds : DEFAULTS.followEnds,
    guard: flag('guard'),
    autoReload: flag('autoReload'),
    idleAfter: amount('idleAfter')
  };
}
