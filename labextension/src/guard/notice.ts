/*
 * What the bar above a document has to say: a pure function of what is known of the file and of others' work.
 * Top floor, but without DOM: plain data, time is an argument.
 */
import type { IVersion } from '../peers';
import type { IAuthor } from './saves';

/** Somebody's unsaved work, and since when. */
export interface IUnsaved {
  readonly by: IAuthor;
  readonly since: number | null;
}

/** A version on disk that this page does not show. */
export interface INewer {
  readonly version: IVersion;
  /** When it was written, by the clock of this page. */
  readonly at: number;
  /** Null: nobody who was here has told so. */
  readonly by: IAuthor | null;
  /** It has replaced what was saved here, and was not made from it, as far as is known. */
  readonly over: boolean;
}

/** The document was read anew without being asked. */
export interface IUpdate {
  readonly by: IAuthor | null;
  /** When that version was written. */
  readonly at: number;
  /** When it was read. */
  readonly readAt: number;
}

/** All that the bar depends on. */
export interface IFacts {
  readonly now: number;
  /** Whether the connection to others is there; otherwise they are as they were last seen. */
  readonly connected: boolean;
  /** Since when there is unsaved work of one's own here. */
  readonly work: number | null;
  /** Those of others, and of one's own other tabs. */
  readonly unsaved: readonly IUnsaved[];
  readonly newer: INewer | null;
  /** The path of a copy that has all that this page shows. */
  readonly kept: string | null;
  readonly updated: IUpdate | null;
}

export type Notice =
  | {
      /** `'others'`: only others have unsaved work. `'both'`: so has the reader. */
      readonly kind: 'others' | 'both';
      readonly people: readonly IAuthor[];
      /** The earliest of theirs. */
      readonly since: number | null;
      readonly connected: boolean;
    }
  | {
      readonly kind: 'newer';
      readonly newer: INewer;
      /** What of the reader's own is not in the file. */
      readonly mine: Mine;
      readonly kept: string | null;
    }
  | { readonly kind: 'updated'; readonly update: IUpdate };

/** `'work'`: unsaved changes. `'saved'`: what was saved here, and overwritten. */
export type Mine = 'nothing' | 'work' | 'saved';

/** Milliseconds for which it is said that the document was read anew. */
export const UPDATED_FOR = 12_000;

/** What of the reader's own would be lost if the document were read anew. */
export function atStake({ work, newer, kept }: Pick<IFacts, 'kept' | 'newer' | 'work'>): Mine {
  if (work !== null) {
    return 'work';
  }
  return newer?.over === true && kept === null ? 'saved' : 'nothing';
}

/** The most important thing that there is to say; null for nothing. */
export function noticeOf(facts: IFacts): Notice | null {
  const { newer, kept, work, unsaved, connected } = facts;
  if (newer) {
    return { kind: 'newer', newer, mine: atStake(facts), kept };
  }
  const fresh = facts.updated && facts.now - facts.updated.readAt < UPDATED_FOR;
  if (facts.updated && fresh && work === null) {
    return { kind: 'updated', update: facts.updated };
  }
  if (unsaved.length === 0) {
    return null;
  }
  const times = unsaved.map(({ since }) => since).filter(since => since !== null);
  return {
    kind: work === null ? 'others' : 'both',
    people: inOrder(unsaved),
    since: times.length > 0 ? Math.min(...times, facts.now) : null,
    connected
  };
}

/** Notices of one key say the same to the same people, apart from the time. */
export function keyOf(notice: Notice | null): string {
  switch (notice?.kind) {
    case undefined:
      return '';
    case 'others':
    case 'both':
      return JSON.stringify([notice.kind, notice.connected, notice.people.map(nameOf).sort()]);
    case 'newer': {
      const { newer, mine, kept } = notice;
      return JSON.stringify([
        'newer',
        newer.version,
        newer.by && nameOf(newer.by),
        newer.over,
        mine,
        kept
      ]);
    }
    case 'updated':
      return JSON.stringify(['updated', notice.update.readAt]);
  }
}

/* Those who began first come first, oneself last. */
function inOrder(unsaved: readonly IUnsaved[]): IAuthor[] {
  const late = Number.MAX_SAFE_INTEGER;
  return [...unsaved]
    .sort(
      (a, b) =>
        Number(a.by.self) - Number(b.by.self) ||
        (a.since ?? late) - (b.since ?? late) ||
        (nameOf(a.by) < nameOf(b.by) ? -1 : 1)
    )
    .map(({ by }) => by);
}

function nameOf(author: IAuthor): string {
  return author.user.username;
}
