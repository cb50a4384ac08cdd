/*
 * What the lists of people say: persons of the lobby and of a document as sections of rows.
 * Top floor, but without DOM: everything here is plain data.
 */
import type { IPeer, IPerson, IUser, Status } from '../peers';

/** Where one of a person's browser tabs is; `path` is null if it looks at no document (or does not tell). */
export interface ITab {
  readonly peer: number;
  readonly username: string;
  readonly color: string;
  readonly status: Status;
  readonly seen: number | null;
  readonly path: string | null;
  readonly cell?: string;
  readonly index?: number;
  /** What the reader's own copy of the document has there: the heading above a cell, a line from 1. */
  readonly heading?: string;
  readonly line?: number;
}

/** One person as a list shows them. */
export interface IRow {
  /** Unique within a list. */
  readonly key: string;
  readonly user: IUser;
  readonly status: Status;
  /** Milliseconds since the epoch of the last input, if it is told. */
  readonly seen: number | null;
  readonly agent: boolean;
  readonly self: boolean;
  /** Has the current document open, but looks at something else. */
  readonly aside: boolean;
  readonly followsSelf: boolean;
  /** This is what was last known of them. */
  readonly unreachable: boolean;
  /** One for each tab, liveliest first; never empty. */
  readonly tabs: readonly ITab[];
}

/** Those who have the current document open, the others, or everybody if no document is current. */
export interface ISection {
  readonly id: 'document' | 'elsewhere' | 'everyone';
  /** Otherwise these are the last ones known. */
  readonly live: boolean;
  readonly rows: readonly IRow[];
}

/** Those in a room. */
export interface ISeen {
  readonly people: readonly IPerson[];
  /** Whether there is a connection to them. */
  readonly live: boolean;
}

/** The current document, as far as the lists need it. */
export interface ICurrent {
  readonly path: string;
  readonly people: readonly IPerson[];
  /** What the reader's copy of the document says about a place in it. */
  describe(tab: ITab, peer: IPeer): ITab;
}

/** The sections of the panel; empty ones are left out. */
export function sections(lobby: ISeen, current: (ICurrent & ISeen) | null): ISection[] {
  if (!current || current.people.length === 0) {
    return filled({ id: 'everyone', live: lobby.live, rows: lobby.people.map(lobbyRow) });
  }
  const here = documentRows(lobby.people, current);
  const present = new Set(current.people.map(person => person.username));
  const others = lobby.people.filter(person => !present.has(person.username)).map(lobbyRow);
  return [
    ...filled({ id: 'document', live: current.live, rows: here }),
    ...filled({ id: 'elsewhere', live: lobby.live, rows: others })
  ];
}

function filled(section: ISection): ISection[] {
  return section.rows.length > 0 ? [section] : [];
}

/** Those who have the document open; `everyone` tells what else they do. */
export function documentRows(everyone: readonly IPerson[], current: ICurrent): IRow[] {
  const lobby = new Map(everyone.map(person => [person.username, person]));
  return current.people.map(person => documentRow(person, lobby.get(person.username), current));
}

/** A person as the lobby knows them. */
export function lobbyRow(person: IPerson): IRow {
  const tabs = person.peers.map(lobbyTab);
  // Somebody with a tab in a document is there, even while an empty tab of theirs is as lively.
  tabs.sort((a, b) => Number(a.path === null) - Number(b.path === null));
  return row(person, tabs, false);
}

/* In a document's own room the place is more exact; the lobby tells what they look at and their other tabs. */
function documentRow(person: IPerson, lobby: IPerson | undefined, current: ICurrent): IRow {
  const here = person.peers.map(peer => current.describe(documentTab(peer, current.path), peer));
  const known = lobby ? lobbyRow(lobby).tabs : [];
  const elsewhere = known.filter(tab => tab.path !== null && tab.path !== current.path);
  const looksHere = !lobby || known.some(tab => tab.path === current.path);
  const aside = !looksHere && elsewhere.length > 0;
  return row(lobby ?? person, aside ? elsewhere : [...here, ...elsewhere], aside);
}

function row(person: IPerson, tabs: readonly ITab[], aside: boolean): IRow {
  const { username, user, status, seen, self, followsSelf, unreachable } = person;
  const agent = person.kind === 'agent';
  return { key: username, user, status, seen, agent, self, aside, followsSelf, unreachable, tabs };
}

function lobbyTab(peer: IPeer): ITab {
  return { ...basics(peer), path: null, ...peer.location };
}

/** Where a peer of a document's room is in that document. */
export function documentTab(peer: IPeer, path: string): ITab {
  const [cursor] = peer.cursors;
  const cell = peer.cell?.id ?? cursor?.cell;
  const index = peer.cell?.index ?? cursor?.index;
  return {
    ...basics(peer),
    path,
    ...(cell === undefined ? {} : { cell }),
    ...(index === undefined ? {} : { index })
  };
}

function basics({ id, user, status, seen }: IPeer): Omit<ITab, 'path'> {
  return { peer: id, username: user.username, color: user.color, status, seen };
}

/** The sections with only those rows whose name or place contains the words. */
export function matching(all: readonly ISection[], words: string): ISection[] {
  const wanted = words.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const matches = (one: IRow) => {
    const text = [one.user.display_name, one.user.name, one.user.username]
      .concat(one.tabs.map(tab => tab.path ?? ''))
      .join('\n')
      .toLocaleLowerCase();
    return wanted.every(word => text.includes(word));
  };
  return all.flatMap(section => filled({ ...section, rows: section.rows.filter(matches) }));
}
