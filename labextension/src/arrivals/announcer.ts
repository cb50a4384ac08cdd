/*
 * Tells who came and who left: to screen readers, and on request to the eye.
 * Top floor.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';

import type { ITimes } from '../arrivals';
import { Arrivals } from '../arrivals';
import type { IPerson } from '../peers';
import type { CurrentDocument } from '../people/current';
import type { Settings } from '../settings';
import { Throttle } from '../throttle';
import type { IConnection, IRoom } from '../tokens';
import { newsText } from './wording';

/** Long enough that a group of people is one sentence, and a reload of a page is none. */
const TIMES: ITimes = { comeMs: 2_000, leaveMs: 10_000, everyMs: 10_000 };

/** Milliseconds between two looks. */
const LOOK_EVERY = 500;

export interface IAnnouncerOptions {
  readonly lobby: IRoom;
  readonly current: CurrentDocument;
  readonly settings: Settings;
  readonly trans: TranslationBundle;
  /** Tell it; once. */
  say(text: string): void;
}

interface ISource {
  readonly people: readonly IPerson[];
  readonly connection: IConnection;
}

/** Watches the current document, or everybody, as the settings say; another document is a new start. */
export class Announcer implements IDisposable {
  constructor(private readonly _options: IAnnouncerOptions) {
    const { lobby, current, settings } = _options;
    lobby.changed.connect(this._onLobby, this);
    lobby.connectionChanged.connect(this._onLobby, this);
    current.changed.connect(this._onChanged, this);
    current.peopleChanged.connect(this._onChanged, this);
    settings.changed.connect(this._onChanged, this);
    this._onChanged();
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    this._looking.dispose();
    clearTimeout(this._timer);
    Signal.disconnectReceiver(this);
  }

  private _onLobby(): void {
    if (this._source === this._options.lobby) {
      this._looking.invoke();
    }
  }

  private _onChanged(): void {
    this._looking.invoke();
  }

  private _wanted(): ISource | null {
    const { lobby, current, settings } = this._options;
    switch (settings.current.announce) {
      case 'off':
        return null;
      case 'document':
        return current.document;
      case 'everywhere':
        return lobby;
    }
  }

  private _look(): void {
    const source = this._wanted();
    if (source !== this._source) {
      this._source = source;
      this._arrivals = new Arrivals(TIMES);
    }
    if (source) {
      // Agents come and go with the programs that they are part of.
      const others = source.people.filter(({ self, kind }) => !self && kind === 'person');
      const live = source.connection.kind === 'connected';
      this._arrivals.see(
        others.map(({ user }) => user),
        live,
        Date.now()
      );
    }
    this._wait();
  }

  private _wait(): void {
    clearTimeout(this._timer);
    const { next } = this._arrivals;
    if (next !== null) {
      this._timer = setTimeout(() => {
        this._tell();
      }, next - Date.now());
    }
  }

  private _tell(): void {
    const { lobby, say, trans } = this._options;
    const news = this._arrivals.take(Date.now());
    if (news) {
      say(newsText(news, this._source === lobby ? 'everywhere' : 'document', trans));
    }
    this._wait();
  }

  private _source: ISource | null = null;
  private _arrivals = new Arrivals(TIMES);
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private _isDisposed = false;
  private readonly _looking = new Throttle(
    () => {
      this._look();
    },
    () => LOOK_EVERY
  );
}
