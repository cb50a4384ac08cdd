/*
 * Who else has a document open, and who of them has unsaved work in it.
 * Ground floor: no DOM, no JupyterLab, no timers.
 */
import type { IPerson, IUser, Status } from './peers';

/** Somebody else, as one who has a document (or something below a folder) open. */
export interface IHolder {
  readonly user: IUser;
  readonly agent: boolean;
  readonly status: Status;
  /** Whether with unsaved work. */
  readonly dirty: boolean;
}

/** What the people of the lobby have open, by path. Those who are away come last. */
export class Holders {
  constructor(people: readonly IPerson[]) {
    for (const person of others(people)) {
      for (const [path, dirty] of opened(person)) {
        const holders = this._files.get(path) ?? [];
        holders.push(holder(person, dirty));
        this._files.set(path, holders);
      }
    }
  }

  /** Those who have this document open. */
  of(path: string): readonly IHolder[] {
    return this._files.get(path) ?? [];
  }

  /** Those who have something open somewhere below this folder, each once. */
  below(folder: string): readonly IHolder[] {
    this._folders ??= this._gather();
    return [...(this._folders.get(folder)?.values() ?? [])].sort(awayLast);
  }

  private _gather(): Map<string, Map<string, IHolder>> {
    const folders = new Map<string, Map<string, IHolder>>();
    for (const [path, holders] of this._files) {
      for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
        const folder = path.slice(0, end);
        const inside = folders.get(folder) ?? new Map<string, IHolder>();
        folders.set(folder, inside);
        for (const one of holders) {
          const known = inside.get(one.user.username);
          if (!known || one.dirty) {
            inside.set(one.user.username, one);
          }
        }
      }
    }
    return folders;
  }

  private readonly _files = new Map<string, IHolder[]>();
  private _folders: Map<string, Map<string, IHolder>> | null = null;
}

/** Those who have a document open, from what is known in its own room. */
export function holdersIn(people: readonly IPerson[]): IHolder[] {
  return others(people).map(person =>
    holder(
      person,
      person.peers.some(peer => peer.document?.dirty === true)
    )
  );
}

function others(people: readonly IPerson[]): IPerson[] {
  return people.filter(person => !person.self).sort(awayLast);
}

/* Otherwise people keep their order, so that faces do not move about. */
function awayLast(a: { readonly status: Status }, b: { readonly status: Status }): number {
  return Number(a.status === 'away') - Number(b.status === 'away');
}

function holder({ user, kind, status }: IPerson, dirty: boolean): IHolder {
  return { user, agent: kind === 'agent', status, dirty };
}

/* In all tabs of a person; clients that do not list what they have open may still tell what they look at. */
function opened({ peers }: IPerson): ReadonlyMap<string, boolean> {
  const paths = new Map<string, boolean>();
  for (const { location, open } of peers) {
    const looked = location ? [{ path: location.path, dirty: false }] : [];
    for (const { path, dirty } of [...looked, ...open]) {
      paths.set(path, dirty || paths.get(path) === true);
    }
  }
  return paths;
}
