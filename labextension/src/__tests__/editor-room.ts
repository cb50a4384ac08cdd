/**
 * A document's presence without a server: tests say who is in it, and read what was published.
 */

import type { JSONValue } from '@lumino/coreutils';
import { Signal } from '@lumino/signaling';

import { parsePeer } from '../peers';
import type { ICursor, IPeer } from '../peers';
import type { IConnection, IDocumentPresence, IPeerChange, IPresence } from '../tokens';

export const COLOR = '#1d4ed8';

/** A peer named like its username, with cursors; more fields of the state at will. */
export function peer(
  id: number,
  username: string,
  cursors: readonly ICursor[] = [],
  fields: object = {}
): IPeer {
  const [cursor, ...others] = cursors;
  const user = { username, display_name: username, color: COLOR };
  const parsed = parsePeer(id, { user, cursor, cursors: others, ...fields });
  if (!parsed) {
    throw new Error('The test made a peer without a name.');
  }
  return parsed;
}

type Readable = Pick<
  IDocumentPresence,
  | 'changed'
  | 'collaborative'
  | 'connection'
  | 'connectionChanged'
  | 'disposed'
  | 'isDisposed'
  | 'peers'
  | 'set'
>;

export class FakeDocument implements Readable {
  peers: ReadonlyMap<number, IPeer> = new Map();
  connection: IConnection = { kind: 'connected' };
  collaborative = false;
  isDisposed = false;
  readonly changed = new Signal<IDocumentPresence, IPeerChange>(this.asPresence());
  readonly connectionChanged = new Signal<IDocumentPresence, IConnection>(this.asPresence());
  readonly disposed = new Signal<IDocumentPresence, undefined>(this.asPresence());
  /** Every call of `set`, in order. */
  readonly published: [string, JSONValue | undefined][] = [];

  set(field: string, value: JSONValue | undefined): void {
    this.published.push([field, value]);
  }

  /** The last value that was published of a field. */
  last(field: string): JSONValue | undefined {
    return this.published.filter(([name]) => name === field).pop()?.[1];
  }

  /** These peers are there, or have moved. */
  arrive(...peers: readonly IPeer[]): void {
    const added = peers.filter(({ id }) => !this.peers.has(id)).map(({ id }) => id);
    const updated = peers.map(({ id }) => id).filter(id => !added.includes(id));
    this.peers = new Map([...this.peers, ...peers.map(one => [one.id, one] as const)]);
    this.changed.emit({ added, updated, removed: [] });
  }

  leave(id: number): void {
    this.peers = new Map([...this.peers].filter(([other]) => other !== id));
    this.changed.emit({ added: [], updated: [], removed: [id] });
  }

  connect(kind: IConnection['kind']): void {
    this.connection = { kind };
    this.connectionChanged.emit(this.connection);
  }

  /** As the code under test knows it. */
  asPresence(): IDocumentPresence {
    return this as unknown as IDocumentPresence;
  }
}

/** A page with documents that are found by their shared models. */
export class FakePresence {
  readonly self = null;
  readonly documentAdded = new Signal<IPresence, IDocumentPresence>(this.asPresence());

  open(model: object, document: FakeDocument): void {
    this._documents.set(model, document);
    this.documentAdded.emit(document.asPresence());
  }

  documentOf(model: object): IDocumentPresence | null {
    return this._documents.get(model)?.asPresence() ?? null;
  }

  asPresence(): IPresence {
    return this as unknown as IPresence;
  }

  private readonly _documents = new Map<object, FakeDocument>();
}

/** Animation frames that come when the test says so. */
export class Frames {
  readonly request = (work: () => void): number => {
    this._last += 1;
    this._wanted.set(this._last, work);
    return this._last;
  };

  readonly cancel = (id: number): void => {
    this._wanted.delete(id);
  };

  get wanted(): number {
    return this._wanted.size;
  }

  next(): void {
    const wanted = [...this._wanted.values()];
    this._wanted.clear();
    wanted.forEach(work => {
      work();
    });
  }

  private readonly _wanted = new Map<number, () => void>();
  private _last = 0;
}
