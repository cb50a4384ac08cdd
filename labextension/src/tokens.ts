/*
 * What this extension offers to other extensions: interfaces and the token that provides them.
 * Types only, apart from the token; see `presence.ts` for what implements them.
 */
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type { JSONValue, ReadonlyJSONObject } from '@lumino/coreutils';
import { Token } from '@lumino/coreutils';
import type { IObservableDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';

import type { IHello } from './hello';
import type { IPeer, IPerson, ISave, IUser, IVersion } from './peers';
import type { IPeerChange } from './replica';

export type { IHello, ILimits } from './hello';
export type { IPeerChange } from './replica';
export type {
  IActivity,
  ICall,
  ICellPlace,
  ICellReference,
  ICursor,
  IDocumentState,
  IEdge,
  ILocation,
  IOpenDocument,
  IPeer,
  IPerson,
  IQuote,
  ISave,
  IUser,
  IView,
  IVersion,
  Kind,
  Status
} from './peers';

/** How the way to a room is. `off` is final until `reconnect()`; `reason` is the server's, for people to read. */
export interface IConnection {
  readonly kind: 'connecting' | 'connected' | 'reconnecting' | 'off';
  readonly code?: number;
  readonly reason?: string;
}

/**
 * One's place in a room. `join()` gives each caller its own; they share one connection, one client id and
 * one state. Fields that were set through it are withdrawn when it is disposed.
 */
export interface IRoom extends IObservableDisposable {
  /** `lobby`, `document:<contents path>` or `topic:<name>`. */
  readonly id: string;
  /** The client id under which this browser tab speaks; may change when the connection is lost. */
  readonly clientId: number;
  /** The verified identity, once the server has greeted. */
  readonly self: IUser | null;
  /** The server's last greeting. */
  readonly hello: IHello | null;
  /** The state that this tab publishes here, without `user`, which the server adds. */
  readonly state: ReadonlyJSONObject;
  /** Everybody but this tab, by client id; one's own other tabs are in it. Replaced, not changed, when something changes. */
  readonly peers: ReadonlyMap<number, IPeer>;
  /** All peers and oneself, grouped; oneself is in it as soon as `self` is known. */
  readonly people: readonly IPerson[];
  /** While it is not `connected`, peers are the last known ones. */
  readonly connection: IConnection;
  /** Peers changed, once per frame. One's own fields and identity report here too, with empty lists. */
  readonly changed: ISignal<IRoom, IPeerChange>;
  readonly connectionChanged: ISignal<IRoom, IConnection>;
  readonly helloChanged: ISignal<IRoom, IHello>;
  /** Publish a field, or withdraw it (`undefined`). The first change leaves at once, later ones together, the last is never lost. */
  set(field: string, value: JSONValue | undefined): void;
  /** Try again now, also after `off`. */
  reconnect(): void;
}

/** One's own unsaved work in a document: what would be lost with the page. */
export interface IUnsavedWork {
  /** Since when there is any, in milliseconds since the epoch; null if there is none. */
  readonly since: number | null;
  readonly changed: ISignal<IUnsavedWork, void>;
}

/** Which version of its file a document shows. */
export interface ILineage {
  /** The one loaded or saved last; null until the document is loaded. */
  readonly version: IVersion | null;
  /** The last one that was saved here. */
  readonly saved: ISave | null;
  /** Whether `version` was saved here, rather than loaded. */
  readonly own: boolean;
  readonly changed: ISignal<ILineage, void>;
  /** The version that the server has now; null if it cannot be told. */
  look(): Promise<IVersion | null>;
}

/** The room of one open document. It outlives a rename, by changing the room. */
export interface IDocumentPresence extends IObservableDisposable {
  /** Contents path on the server (without a drive). */
  readonly path: string;
  readonly context: DocumentRegistry.Context;
  /** Whether real-time co-editing draws its own carets in this document. */
  readonly collaborative: boolean;
  readonly work: IUnsavedWork;
  readonly lineage: ILineage;
  readonly self: IUser | null;
  readonly hello: IHello | null;
  readonly peers: ReadonlyMap<number, IPeer>;
  readonly people: readonly IPerson[];
  readonly connection: IConnection;
  readonly changed: ISignal<IDocumentPresence, IPeerChange>;
  readonly connectionChanged: ISignal<IDocumentPresence, IConnection>;
  set(field: string, value: JSONValue | undefined): void;
  reconnect(): void;
}

/** What a person has chosen for themself, whatever server they are on. */
export interface IChoices {
  /** Nobody sees them. */
  readonly invisible: boolean;
  /** Others see which document and cell they look at. */
  readonly shareLocation: boolean;
  /** Others see their cursors and selections. */
  readonly shareCursor: boolean;
  /** They seem to be away, whatever they do. */
  readonly appearAway: boolean;
  /** `#rrggbb`; null for the one that the server gives. */
  readonly color: string | null;
  /** Others may follow them. */
  readonly followable: boolean;
  /** Others may call them to where they are. */
  readonly calls: boolean;
}

/** The choices of the user, kept in this browser by username. */
export interface IPreferences {
  /** Replaced, never changed. */
  readonly current: IChoices;
  /** Here or in another tab of this browser. */
  readonly changed: ISignal<IPreferences, IChoices>;
  set(choices: Partial<IChoices>): void;
}

/** Who is here: the lobby, and the rooms of the documents that are open in this tab. */
export interface IPresence {
  /** The verified identity, once the lobby has greeted. */
  readonly self: IUser | null;
  readonly lobby: IRoom;
  readonly preferences: IPreferences;
  readonly documents: Iterable<IDocumentPresence>;
  readonly documentAdded: ISignal<IPresence, IDocumentPresence>;
  /** Enter a room; dispose the result to leave it. */
  join(room: string): IRoom;
  /** The document that a shared model (of a file, a notebook or one of its cells' notebook) belongs to. */
  documentOf(sharedModel: object): IDocumentPresence | null;
  documentFor(context: DocumentRegistry.Context): IDocumentPresence | null;
}

export const IPresence = new Token<IPresence>(
  'jupyter-awareness:IPresence',
  'Presence of people and agents: the lobby, the rooms of open documents, and topics.'
);
