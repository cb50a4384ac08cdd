/*
 * The border where remote states become typed values, and peers become persons.
 * Ground floor: no DOM, no JupyterLab, no timers. Nothing here throws, whatever it is given.
 */
import type { ReadonlyJSONObject } from '@lumino/coreutils';

import type { ICall } from './calls';
import { parseCall } from './calls';
import { initials, parse } from './palette';
import {
  parseActivity,
  parseCell,
  parseCursors,
  parseDocument,
  parseLocation,
  parseOpen
} from './states';
import type {
  IActivity,
  ICellPlace,
  ICursor,
  IDocumentState,
  ILocation,
  IOpenDocument
} from './states';
import { choice, key, label, natural, object } from './values';
import type { IView } from './views';
import { parseView } from './views';

export type { ICall } from './calls';
export type { IEdge, IView } from './views';
export { MOST_CURSORS } from './states';
export type {
  IActivity,
  ICellPlace,
  ICellReference,
  ICursor,
  IDocumentState,
  ILocation,
  IOpenDocument,
  IQuote,
  ISave,
  IVersion
} from './states';

export type Status = 'active' | 'idle' | 'away';
export type Kind = 'person' | 'agent';

/** Who a peer is, as the server verified it. Never empty: `display_name`, `initials`; `color` is `#rrggbb`. */
export interface IUser {
  readonly username: string;
  readonly name: string;
  readonly display_name: string;
  readonly initials: string;
  readonly avatar_url: string | null;
  readonly color: string;
}

/** One connection's state in a room, validated; `cursors` has the primary one first. */
export interface IPeer {
  readonly id: number;
  readonly user: IUser;
  readonly kind: Kind;
  readonly status: Status;
  /** Milliseconds since the epoch of the last input; null while active, or if it is not told. */
  readonly seen: number | null;
  readonly location: ILocation | null;
  readonly open: readonly IOpenDocument[];
  readonly cursors: readonly ICursor[];
  readonly cell: ICellPlace | null;
  readonly document: IDocumentState | null;
  readonly activity: IActivity | null;
  /** What of a document it sees; told only while somebody follows. */
  readonly view: IView | null;
  /** The username of whom it follows. */
  readonly following: string | null;
  /** Whether it may be followed. */
  readonly followable: boolean;
  /** Asks others to come somewhere. */
  readonly call: ICall | null;
  /** The server behind it cannot be reached just now: this is what was last known of it. */
  readonly unreachable: boolean;
  /** The state as it came, unvalidated, for fields of other extensions. */
  readonly state: ReadonlyJSONObject;
}

/** All peers of one username: one face, however many tabs. */
export interface IPerson {
  readonly username: string;
  readonly user: IUser;
  /** `'agent'` only if all of its peers are agents. */
  readonly kind: Kind;
  /** The liveliest of its peers' statuses. */
  readonly status: Status;
  /** That of its liveliest peer. */
  readonly seen: number | null;
  readonly self: boolean;
  /** Whether one of its peers follows oneself. */
  readonly followsSelf: boolean;
  /** None of its peers can be reached just now. */
  readonly unreachable: boolean;
  /** Liveliest first. */
  readonly peers: readonly IPeer[];
}

const USERNAME_LENGTH = 255;
const AVATAR_LENGTH = 16384;
const STATUSES: readonly Status[] = ['active', 'idle', 'away'];

/** A remote state as a peer: a malformed field is left out; null if there is no usable `user.username`. */
export function parsePeer(id: number, state: unknown): IPeer | null {
  const fields = object(state);
  const user = fields && parseUser(fields.user);
  if (!fields || !user) {
    return null;
  }
  const status = choice(fields.status, STATUSES) ?? 'active';
  return {
    id,
    user,
    kind: choice<Kind>(fields.kind, ['person', 'agent']) ?? 'person',
    status,
    seen: status === 'active' ? null : natural(fields.seen),
    location: parseLocation(fields.location),
    open: parseOpen(fields.open),
    cursors: parseCursors(fields.cursor, fields.cursors),
    cell: parseCell(fields.cell),
    document: parseDocument(fields.document),
    activity: parseActivity(fields.activity),
    view: parseView(fields.view),
    following: key(fields.following, USERNAME_LENGTH),
    followable: fields.followable !== false,
    call: parseCall(fields.call),
    unreachable: fields.unreachable === true,
    state: fields as ReadonlyJSONObject
  };
}

/** A user model as the server signs it; names fall back on each other; null without a usable username. */
export function parseUser(value: unknown): IUser | null {
  const user = object(value);
  const username = user && key(user.username, USERNAME_LENGTH);
  if (!user || username === null) {
    return null;
  }
  const name = label(user.name) || label(username) || '?';
  const shown = label(user.display_name) || name;
  return {
    username,
    name,
    display_name: shown,
    initials: label(user.initials, 8) || initials(shown) || '?',
    avatar_url: parseAvatar(user.avatar_url),
    color: parse(user.color)
  };
}

/** Peers grouped by username: self first, persons before agents, then by display name. */
export function groupByPerson(peers: Iterable<IPeer>, self: string | null): IPerson[] {
  const groups = new Map<string, [IPeer, ...IPeer[]]>();
  for (const peer of peers) {
    const group = groups.get(peer.user.username);
    if (group) {
      group.push(peer);
    } else {
      groups.set(peer.user.username, [peer]);
    }
  }
  return Array.from(groups, ([username, group]) => person(username, group, self)).sort(inOrder);
}

function person(username: string, peers: [IPeer, ...IPeer[]], self: string | null): IPerson {
  peers.sort((a, b) => liveliness(a) - liveliness(b) || (b.seen ?? 0) - (a.seen ?? 0));
  const [{ user, status, seen }] = peers;
  const kind = peers.every(peer => peer.kind === 'agent') ? 'agent' : 'person';
  const isSelf = username === self;
  const followsSelf = !isSelf && self !== null && peers.some(peer => peer.following === self);
  const unreachable = peers.every(peer => peer.unreachable);
  return { username, user, kind, status, seen, self: isSelf, followsSelf, unreachable, peers };
}

const collator = new Intl.Collator();

function inOrder(a: IPerson, b: IPerson): number {
  return (
    Number(b.self) - Number(a.self) ||
    Number(a.kind === 'agent') - Number(b.kind === 'agent') ||
    collator.compare(a.user.display_name, b.user.display_name) ||
    (a.username < b.username ? -1 : 1)
  );
}

function liveliness(peer: IPeer): number {
  return STATUSES.indexOf(peer.status);
}

function parseAvatar(value: unknown): string | null {
  const url = key(value, AVATAR_LENGTH);
  // Root-relative: one slash that no second (back)slash makes a host.
  return url && /^(https?:\/\/|data:image\/|\/(?![/\\]))/i.test(url) ? url : null;
}
