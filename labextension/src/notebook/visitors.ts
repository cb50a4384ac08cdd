/*
 * Who is in which cell of a notebook, and who has started it: peers as persons, by cell.
 * Top floor, but without DOM: everything here is plain data.
 */
import type { ICellReference, IPeer, IUser, Status } from '../peers';

/** One person in one cell, however many of their browser tabs are in it. */
export interface IVisitor {
  readonly user: IUser;
  readonly agent: boolean;
  /** Oneself, in another tab. */
  readonly self: boolean;
  readonly status: Status;
  /** Milliseconds since the epoch of the last input; null while active, or if it is not told. */
  readonly seen: number | null;
  /** Null: is not in the cell, but has started it. */
  readonly mode: 'edit' | 'command' | null;
  readonly typing: boolean;
  /** Has started the cell, which runs or waits. */
  readonly running: boolean;
  /** This is what was last known of them. */
  readonly unreachable: boolean;
  /** The tab that is in the cell; if none is, the one that has started it. */
  readonly peer: number;
}

/** By cell id; those who come first matter most. Cells without visitors are not in it. */
export type Visitors = ReadonlyMap<string, readonly IVisitor[]>;

export interface IVisitorOptions {
  /** The id here of the cell that a peer means; null if there is none. */
  readonly find: (place: ICellReference) => string | null;
  /** One's own username. */
  readonly self: string | null;
  /** Whether it matters who has started a cell. */
  readonly runs: boolean;
}

/** The visitors of all cells. */
export function visitorsOf(peers: Iterable<IPeer>, options: IVisitorOptions): Visitors {
  const cells = new Map<string, Map<string, IVisitor>>();
  const add = (place: ICellReference, visitor: IVisitor) => {
    const cell = options.find(place);
    if (cell !== null) {
      const visitors = cells.get(cell) ?? new Map<string, IVisitor>();
      const { username } = visitor.user;
      const other = visitors.get(username);
      visitors.set(username, other ? together(other, visitor) : visitor);
      cells.set(cell, visitors);
    }
  };
  for (const peer of peers) {
    const { activity } = peer;
    const place = placeOf(peer);
    if (place) {
      const mode = peer.cell?.mode ?? 'edit';
      add(place, { ...visitor(peer, options.self), mode, typing: activity?.typing ?? false });
    }
    for (const cell of options.runs && activity ? activity.running : []) {
      add(cell, { ...visitor(peer, options.self), running: true });
    }
  }
  return new Map(
    Array.from(cells, ([cell, visitors]) => [cell, [...visitors.values()].sort(inOrder)])
  );
}

/** Where a peer is: in its active cell, or, if it does not tell that, where its cursor is. */
export function placeOf({ cell, cursors }: IPeer): ICellReference | null {
  const [cursor] = cursors;
  return cell ? { cell: cell.id, index: cell.index } : (cursor ?? null);
}

/** All of a peer that visitors are made of, as a text: most movements are within a cell and change nothing of it. */
export function traceOf(peer: IPeer): string {
  const { activity, user, kind, status, seen, unreachable } = peer;
  const { cell, index } = placeOf(peer) ?? {};
  return JSON.stringify([
    cell,
    index,
    peer.cell?.mode,
    activity,
    user,
    kind,
    status,
    seen,
    unreachable
  ]);
}

function visitor(peer: IPeer, self: string | null): IVisitor {
  const { id, user, kind, seen, status, unreachable } = peer;
  return {
    user,
    agent: kind === 'agent',
    self: user.username === self,
    status,
    seen,
    mode: null,
    typing: false,
    running: false,
    unreachable,
    peer: id
  };
}

const STATUSES: readonly Status[] = ['active', 'idle', 'away'];
const MODES = ['edit', 'command', null] as const;

/* Of two tabs the one in the cell, and the livelier; what either does. */
function together(a: IVisitor, b: IVisitor): IVisitor {
  const first = byLiveliness(a, b) <= 0 ? a : b;
  return {
    ...first,
    agent: a.agent && b.agent,
    unreachable: a.unreachable && b.unreachable,
    typing: a.typing || b.typing,
    running: a.running || b.running
  };
}

function byLiveliness(a: IVisitor, b: IVisitor): number {
  return (
    Number(a.mode === null) - Number(b.mode === null) ||
    STATUSES.indexOf(a.status) - STATUSES.indexOf(b.status) ||
    MODES.indexOf(a.mode) - MODES.indexOf(b.mode)
  );
}

const collator = new Intl.Collator();

/* Those in the cell first, and those who are away last; nobody's place depends on who moved last. */
function inOrder(a: IVisitor, b: IVisitor): number {
  return (
    Number(a.mode === null) - Number(b.mode === null) ||
    Number(a.status === 'away') - Number(b.status === 'away') ||
    Number(a.self) - Number(b.self) ||
    collator.compare(a.user.display_name, b.user.display_name) ||
    (a.user.username < b.user.username ? -1 : 1)
  );
}
