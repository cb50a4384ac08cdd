/*
 * What a person has chosen for themself: kept in the browser by username, as JupyterLab's settings are everybody's.
 * First floor: knows the browser's storage; without it choices last as long as the page.
 */
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import { isColor } from './palette';
import type { IChoices, IPreferences } from './tokens';
import { key, object } from './values';

/** The choices of somebody who has made none. */
export const USUAL_CHOICES: IChoices = {
  invisible: false,
  shareLocation: true,
  shareCursor: true,
  appearAway: false,
  color: null,
  followable: true,
  calls: true
};

const PREFIX = 'jupyter-awareness:preferences:';
const LONGEST = 4096;

export class Preferences implements IPreferences, IDisposable {
  constructor(storage: Storage | null = browserStorage()) {
    this._storage = storage;
    if (typeof window !== 'undefined') {
      // From other tabs only: the browser does not tell the one that has written.
      window.addEventListener('storage', this._onStorage, { signal: this._listening.signal });
    }
  }

  /** Whose choices these are; until it is known, the usual ones. */
  get username(): string | null {
    return this._username;
  }
  set username(username: string | null) {
    if (username !== this._username) {
      this._username = username;
      this._take(this._stored());
    }
  }

  get current(): IChoices {
    return this._current;
  }

  get changed(): ISignal<this, IChoices> {
    return this._changed;
  }

  get isDisposed(): boolean {
    return this._listening.signal.aborted;
  }

  dispose(): void {
    this._listening.abort();
    Signal.clearData(this);
  }

  set(choices: Partial<IChoices>): void {
    const next = { ...this._current, ...choices };
    if (this._username !== null) {
      write(this._storage, PREFIX + this._username, JSON.stringify(next));
    }
    this._take(next);
  }

  private readonly _onStorage = ({ key: changed }: StorageEvent): void => {
    // Without a key all of the storage was cleared.
    if (this._username !== null && (changed === null || changed === PREFIX + this._username)) {
      this._take(this._stored());
    }
  };

  private _stored(): IChoices {
    return this._username === null
      ? USUAL_CHOICES
      : parseChoices(read(this._storage, PREFIX + this._username));
  }

  private _take(next: IChoices): void {
    const names = Object.keys(next) as (keyof IChoices)[];
    if (names.some(name => next[name] !== this._current[name])) {
      this._current = next;
      this._changed.emit(next);
    }
  }

  private readonly _storage: Storage | null;
  private readonly _listening = new AbortController();
  private _username: string | null = null;
  private _current = USUAL_CHOICES;
  private readonly _changed = new Signal<this, IChoices>(this);
}

/** Choices as they were stored; what is malformed or absent is as usual. */
export function parseChoices(text: string | null): IChoices {
  let fields: ReturnType<typeof object> = null;
  try {
    fields = object(JSON.parse(key(text, LONGEST) ?? 'null'));
  } catch {
    // Somebody else has written there.
  }
  const flag = (name: Exclude<keyof IChoices, 'color'>): boolean => {
    const value = fields?.[name];
    return typeof value === 'boolean' ? value : USUAL_CHOICES[name];
  };
  return {
    invisible: flag('invisible'),
    shareLocation: flag('shareLocation'),
    shareCursor: flag('shareCursor'),
    appearAway: flag('appearAway'),
    color: isColor(fields?.color) ? fields.color : null,
    followable: flag('followable'),
    calls: flag('calls')
  };
}

/* Each of these throws where a browser is told to keep nothing. */

function browserStorage(): Storage | null {
  try {
    return typeof window === 'undefined' ? null : window.localStorage;
  } catch {
    return null;
  }
}

function read(storage: Storage | null, name: string): string | null {
  try {
    return storage?.getItem(name) ?? null;
  } catch {
    return null;
  }
}

function write(storage: Storage | null, name: string, text: string): void {
  try {
    storage?.setItem(name, text);
  } catch {
    // Then the choice lasts as long as the page.
  }
}
