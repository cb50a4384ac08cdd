/*
 * A room and a presence in memory, filled by the test, for what draws people.
 */
import type { ReadonlyJSONObject } from '@lumino/coreutils';
import { Signal } from '@lumino/signaling';
import { nullTranslator } from '@jupyterlab/translation';
import { vi } from 'vitest';

import { parseHello } from '../hello';
import { groupByPerson, parsePeer } from '../peers';
import type { IPeer, IPerson, ISave, IUser, IVersion } from '../peers';
import { Preferences } from '../preferences';
import type {
  IConnection,
  IDocumentPresence,
  IHello,
  ILineage,
  IPeerChange,
  IPresence,
  IRoom,
  IUnsavedWork
} from '../tokens';

export const trans = nullTranslator.load('jupyter_awareness');

const NOTHING: IPeerChange = { added: [], updated: [], removed: [] };

/** A peer's state as it comes over the wire; the name is made of the username. */
export function state(username: string, fields: ReadonlyJSONObject = {}): ReadonlyJSONObject {
  const display_name = username.charAt(0).toUpperCase() + username.slice(1);
  return { user: { username, display_name, color: '#1976d2' }, status: 'active', ...fields };
}

/** A lobby state of somebody who looks at a cell of a notebook. */
export function at(username: string, path: string, index?: number): ReadonlyJSONObject {
  const location: Record<string, string | number> = { path, type: 'notebook' };
  if (index !== undefined) {
    Object.assign(location, { cell: `cell-${index}`, index });
  }
  return state(username, { location });
}

/** People from states, as a room gives them; `me` is oneself. */
export function people(...states: readonly ReadonlyJSONObject[]): IPerson[] {
  return groupByPerson(peersOf(states), 'me');
}

function peersOf(states: readonly ReadonlyJSONObject[]): IPeer[] {
  return states.map((one, at) => parsePeer(at + 1, one)).filter(peer => peer !== null);
}

/** A room whose content is what the test says, oneself included. */
export class FakeRoom implements IRoom {
  readonly id: string = 'lobby';
  readonly clientId = 1;
  state: ReadonlyJSONObject = {};
  hello: IHello | null = parseHello({ user: { username: 'me' } });
  connection: IConnection = { kind: 'connected' };
  people: readonly IPerson[] = [];
  readonly changed = new Signal<this, IPeerChange>(this);
  readonly connectionChanged = new Signal<this, IConnection>(this);
  readonly helloChanged = new Signal<this, IHello>(this);
  readonly disposed = new Signal<this, void>(this);
  readonly set = vi.fn();
  readonly reconnect = vi.fn();
  isDisposed = false;

  get self(): IUser | null {
    return this.hello?.user ?? null;
  }

  get peers(): ReadonlyMap<number, IPeer> {
    return new Map(this.people.flatMap(one => one.peers).map(peer => [peer.id, peer]));
  }

  fill(...states: readonly ReadonlyJSONObject[]): this {
    this.people = people(...states);
    this.changed.emit(NOTHING);
    return this;
  }

  turn(connection: IConnection): void {
    this.connection = connection;
    this.connectionChanged.emit(connection);
  }

  dispose(): void {
    this.isDisposed = true;
    this.disposed.emit();
  }
}

/** The room of a document; it has the members of both. */
export class FakeDocument extends FakeRoom implements Omit<IDocumentPresence, keyof IRoom> {
  constructor(
    readonly path: string,
    readonly context: IDocumentPresence['context']
  ) {
    super();
  }
  readonly collaborative = false;
  readonly work = new FakeWork();
  readonly lineage = new FakeLineage();
}

export class FakeWork implements IUnsavedWork {
  since: number | null = null;
  readonly changed = new Signal<this, void>(this);

  set(since: number | null): void {
    this.since = since;
    this.changed.emit();
  }
}

export class FakeLineage implements ILineage {
  version: IVersion | null = null;
  saved: ISave | null = null;
  own = false;
  /** What the server has. */
  disk: IVersion | null = null;
  readonly changed = new Signal<this, void>(this);
  readonly look = vi.fn(() => Promise.resolve(this.disk));

  load(version: IVersion): void {
    this.version = version;
    this.own = false;
    this.disk = version;
    this.changed.emit();
  }

  save(save: ISave): void {
    this.version = save;
    this.saved = save;
    this.own = true;
    this.disk = save;
    this.changed.emit();
  }
}

export class FakePresence implements IPresence {
  readonly lobby = new FakeRoom();
  readonly preferences = new Preferences();
  readonly documents: FakeDocument[] = [];
  readonly documentAdded = new Signal<this, IDocumentPresence>(this);

  get self(): IUser | null {
    return this.lobby.self;
  }

  add(document: FakeDocument): FakeDocument {
    this.documents.push(document);
    this.documentAdded.emit(asDocument(document));
    return document;
  }

  join(): IRoom {
    return this.lobby;
  }

  documentOf(): IDocumentPresence | null {
    return null;
  }

  documentFor(context: object): IDocumentPresence | null {
    const found = this.documents.find(one => one.context === context && !one.isDisposed);
    return found ? asDocument(found) : null;
  }
}

/* Its signals are of a room, whose listeners never look at the sender. */
function asDocument(document: FakeDocument): IDocumentPresence {
  return document;
}

/** What jsdom lacks and React widgets of JupyterLab use. */
export function provideIdle(): void {
  vi.stubGlobal('requestIdleCallback', (run: () => void) => setTimeout(run, 0));
}
