/*
 * One open document and its room, which changes when the document is renamed.
 * First floor: listens to JupyterLab, draws nothing.
 * Longer than other modules: half of it passes on what the room has.
 */
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type { Notebook } from '@jupyterlab/notebook';
import type { Contents } from '@jupyterlab/services';
import type { JSONValue } from '@lumino/coreutils';
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import { serverPath } from './cells';
import type { IHello } from './hello';
import { Lineage } from './lineage';
import type { IPeer, IPerson, IUser } from './peers';
import { Reporter } from './reporter';
import type { IConnection, IDocumentPresence, IPeerChange, IRoom } from './tokens';
import { UnsavedWork } from './work';

export interface IDocumentOptions {
  readonly contents: Pick<Contents.IManager, 'driveName' | 'get' | 'localPath'>;
  readonly join: (room: string) => IRoom;
  readonly drawsCarets: () => boolean;
}

const NOBODY: ReadonlyMap<number, IPeer> = new Map();
const NO_DOCUMENT = 4404;

/** Enters its room when the document has been loaded; a document that is not on this server has none. */
export class DocumentPresence implements IDocumentPresence {
  constructor(context: DocumentRegistry.Context, options: IDocumentOptions) {
    this.context = context;
    this._options = options;
    context.disposed.connect(this.dispose, this);
    context.pathChanged.connect(this._enter, this);
    context.saveState.connect(this._onSave, this);
    this.work = new UnsavedWork(context);
    this.lineage = new Lineage(context, options.contents);
    this._reporter = new Reporter(this, (field, value) => {
      this.set(field, value);
    });
    void context.ready.then(() => {
      this._enter();
    });
  }

  readonly context: DocumentRegistry.Context;
  readonly work: UnsavedWork;
  readonly lineage: Lineage;

  get path(): string {
    return this._options.contents.localPath(this.context.path);
  }

  get collaborative(): boolean {
    return this.context.model.collaborative === true && this._options.drawsCarets();
  }

  get self(): IUser | null {
    return this._room?.self ?? null;
  }

  get hello(): IHello | null {
    return this._room?.hello ?? null;
  }

  get peers(): ReadonlyMap<number, IPeer> {
    return this._room?.peers ?? NOBODY;
  }

  get people(): readonly IPerson[] {
    return this._room?.people ?? [];
  }

  get connection(): IConnection {
    return this._room?.connection ?? this._noRoom;
  }

  get changed(): ISignal<this, IPeerChange> {
    return this._changed;
  }

  get connectionChanged(): ISignal<this, IConnection> {
    return this._connectionChanged;
  }

  get disposed(): ISignal<this, void> {
    return this._disposed;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    Signal.disconnectReceiver(this);
    this._reporter.dispose();
    this.lineage.dispose();
    this.work.dispose();
    this._leave();
    this._disposed.emit();
    Signal.clearData(this);
  }

  set(field: string, value: JSONValue | undefined): void {
    if (value === undefined) {
      this._fields.delete(field);
    } else {
      this._fields.set(field, value);
    }
    this._room?.set(field, value);
  }

  reconnect(): void {
    this._room?.reconnect();
  }

  /** Publish the active cell of a notebook that shows this document. */
  follow(notebook: Notebook): IDisposable {
    return this._reporter.follow(notebook);
  }

  /* Go to the room of the path as it is now. */
  private _enter(): void {
    const path = serverPath(this.context, this._options.contents);
    const id = path === null ? null : `document:${path}`;
    if (this._isDisposed || !this.context.isReady || (id !== null && id === this._room?.id)) {
      return;
    }
    const removed = [...this.peers.keys()];
    this._leave();
    this._noRoom = { kind: 'off' };
    if (id !== null) {
      this._join(id);
    }
    this._changed.emit({ added: [...this.peers.keys()], updated: [], removed });
    this._connectionChanged.emit(this.connection);
  }

  private _join(id: string): void {
    const room = this._options.join(id);
    this._room = room;
    room.changed.connect(this._onChanged, this);
    room.connectionChanged.connect(this._onConnection, this);
    for (const [field, value] of this._fields) {
      room.set(field, value);
    }
  }

  private _leave(): void {
    if (this._room) {
      Signal.disconnectBetween(this._room, this);
      this._room.dispose();
      this._room = null;
    }
  }

  /* Saving makes a file again that was deleted. */
  private _onSave(_: DocumentRegistry.Context, state: DocumentRegistry.SaveState): void {
    if (state === 'completed' && this._room?.connection.code === NO_DOCUMENT) {
      this._room.reconnect();
    }
  }

  private _onChanged(_: IRoom, change: IPeerChange): void {
    this._changed.emit(change);
  }

  private _onConnection(_: IRoom, connection: IConnection): void {
    this._connectionChanged.emit(connection);
  }

  private readonly _options: IDocumentOptions;
  private readonly _fields = new Map<string, JSONValue>();
  private readonly _reporter: Reporter;
  private _room: IRoom | null = null;
  /* What is said of the connection as long as there is no room: first that it will come. */
  private _noRoom: IConnection = { kind: 'connecting' };
  private _isDisposed = false;
  private readonly _changed = new Signal<this, IPeerChange>(this);
  private readonly _connectionChanged = new Signal<this, IConnection>(this);
  private readonly _disposed = new Signal<this, void>(this);
}
