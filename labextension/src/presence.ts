/*
 * Who is here: the rooms that this page is in, and what it says of its user in all of them.
 * First floor: knows JupyterLab, draws nothing.
 */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type { Contents, ServerConnection } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import { Attention } from './attention';
import { Channel } from './channel';
import { Documents } from './documents';
import { Location } from './location';
import { OpenDocuments } from './open';
import type { IUser } from './peers';
import { Preferences } from './preferences';
import { generalFields } from './privacy';
import { Room } from './room';
import type { Settings } from './settings';
import type { IDocumentPresence, IHello, IPresence, IRoom } from './tokens';
import { Visit } from './visit';

export interface IPresenceOptions {
  readonly serverSettings: ServerConnection.ISettings;
  readonly contents: Contents.IManager;
  readonly docRegistry: DocumentRegistry;
  readonly shell: Pick<JupyterFrontEnd.IShell, 'currentWidget' | 'currentChanged'>;
  readonly settings: Settings;
  /** Whether real-time co-editing draws carets on this page. */
  readonly drawsCarets: () => boolean;
}

export class Presence implements IPresence, IDisposable {
  constructor(options: IPresenceOptions) {
    const { contents, docRegistry, drawsCarets, settings, shell } = options;
    this._serverSettings = options.serverSettings;
    this._settings = settings;
    this._attention = new Attention(() => settings.current.idleAfter * 1000);
    this._attention.changed.connect(this._say, this);
    this.preferences.changed.connect(this._say, this);
    settings.changed.connect(this._onSettings, this);
    this.lobby = this.join('lobby');
    this._location = new Location(shell, contents);
    this._location.changed.connect(this._onLocation, this);
    this._onLocation();
    const join = (room: string): IRoom => this.join(room);
    this._documents = new Documents({ contents, registry: docRegistry, join, drawsCarets });
    this._documents.added.connect(this._onDocument, this);
    this._opened = new OpenDocuments(this._documents, contents);
    this._opened.changed.connect(this._onOpened, this);
  }

  readonly lobby: IRoom;
  readonly preferences = new Preferences();

  get self(): IUser | null {
    return this.lobby.self;
  }

  get documents(): Iterable<IDocumentPresence> {
    return this._documents;
  }

  get documentAdded(): ISignal<this, IDocumentPresence> {
    return this._documentAdded;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** Leaves all rooms, whoever has joined them. */
  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._settings.changed.disconnect(this._onSettings, this);
    this._attention.dispose();
    this.preferences.dispose();
    this._location.dispose();
    this._opened.dispose();
    this._documents.dispose();
    for (const visit of [...this._visits]) {
      visit.dispose();
    }
    Signal.clearData(this);
  }

  join(id: string): IRoom {
    const room = this._rooms.get(id) ?? this._open(id);
    const visit: Visit = new Visit(room, () => {
      this._visits.delete(visit);
      if (![...this._visits].some(other => other.id === id)) {
        this._rooms.delete(id);
        room.dispose();
      }
    });
    this._visits.add(visit);
    return visit;
  }

  documentOf(sharedModel: object): IDocumentPresence | null {
    return this._documents.of(sharedModel);
  }

  documentFor(context: DocumentRegistry.Context): IDocumentPresence | null {
    return this._documents.for(context);
  }

  private _open(id: string): Room {
    const room = new Room(id, new Channel({ room: id, settings: this._serverSettings }));
    // Whose choices count is known before the room says anything.
    room.channel.helloChanged.connect(this._onHello, this);
    this._rooms.set(id, room);
    room.set(this, 'kind', 'person');
    this._sayIn(room);
    return room;
  }

  private _onHello(_: Channel, { user }: IHello): void {
    this.preferences.username = user.username;
  }

  private _say(): void {
    for (const room of this._rooms.values()) {
      this._sayIn(room);
    }
  }

  private _sayIn(room: Room): void {
    const fields = generalFields(this.preferences.current, this._attention);
    for (const [field, value] of Object.entries(fields)) {
      room.set(this, field, value);
    }
  }

  private _onLocation(): void {
    const { current } = this._location;
    this.lobby.set('location', current ? { ...current } : undefined);
  }

  /* Saved ones without a mark: it is short. */
  private _onOpened(): void {
    const open = this._opened.current.map(({ path, dirty }) => ({ path, ...(dirty && { dirty }) }));
    this.lobby.set('open', open.length > 0 ? open : undefined);
  }

  private _onSettings(): void {
    this._attention.refresh();
  }

  private _onDocument(_: Documents, document: IDocumentPresence): void {
    this._documentAdded.emit(document);
  }

  private readonly _serverSettings: ServerConnection.ISettings;
  private readonly _settings: Settings;
  private readonly _attention: Attention;
  private readonly _location: Location;
  private readonly _documents: Documents;
  private readonly _opened: OpenDocuments;
  private readonly _rooms = new Map<string, Room>();
  private readonly _visits = new Set<Visit>();
  private _isDisposed = false;
  private readonly _documentAdded = new Signal<this, IDocumentPresence>(this);
}
