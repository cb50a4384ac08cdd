/**
 * Brings each peer's cursors to the editors concerned: one listener per document, and at most one
 * `show` per editor and animation frame (none while the page is hidden). A frame costs a large page much, so none is
 * asked for where nothing is drawn. Those of peers who have been quiet for long are brought no more, until they return.
 */

import { JSONExt } from '@lumino/coreutils';
import type { ReadonlyJSONValue } from '@lumino/coreutils';
import { DisposableDelegate } from '@lumino/disposable';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';

import type { ICursor } from '../peers';
import type { IDocumentPresence, IPeerChange } from '../tokens';
import type { CellOrder } from './order';
import { Frame, isFilling } from './frame';
import type { IClock } from './quiet';
import { leavesAt, quietAt } from './quiet';
import { Whereabouts } from './whereabouts';
import type { IRoutedCursor } from './whereabouts';

/** The editor's end. */
export interface ISeat {
  /** The id of the cell that is edited; null if the document is a file. */
  readonly cell: string | null;
  /** Whether what it is shown is drawn; otherwise it keeps it. */
  readonly draws: boolean;
  /**
   * Draw it in this frame, if it is drawn.
   *
   * @param still - whether so many move, or the page has so much else to do, that they had better not glide
   */
  show(cursors: readonly IRoutedCursor[], connected: boolean, still: boolean): void;
}

interface ITrail {
  readonly cursors: readonly ICursor[];
  readonly movedAt: number;
  readonly quietAt: number | null;
}

const CLOCK: IClock = { now: () => performance.now(), date: () => Date.now() };

/** A glide has the browser draw sixty frames a second: no more people than so many do it at once. */
const MOST_GLIDING = 3;
const OF_LATE_MS = 1000;

/** So many milliseconds of drawing in one frame: who presses a key meanwhile waits for its end. */
const MOST_MS = 10;

/** The place of a file's only editor contents, where notebooks have cell ids. */
const WHOLE_FILE = '';

function isSame(a: readonly ICursor[], b: readonly ICursor[]): boolean {
  return JSONExt.deepEqual(a as unknown as ReadonlyJSONValue, b as unknown as ReadonlyJSONValue);
}

export class Routes implements IDisposable {
  /**
   * @param cells - null if the document is a file
   * @param lingerMs - how long the cursors of somebody quiet are shown; 0 for as long as they are there
   */
  constructor(
    document: IDocumentPresence,
    cells: Pick<CellOrder, 'find'> | null,
    lingerMs: () => number,
    clock = CLOCK
  ) {
    this._document = document;
    this._cells = cells;
    this._lingerMs = lingerMs;
    this._clock = clock;
    document.changed.connect(this._onChanged, this);
    document.connectionChanged.connect(this._onConnection, this);
    this.routeAll();
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** Let an editor be shown its cursors until disposed. */
  add(seat: ISeat): IDisposable {
    const place = seat.cell ?? WHOLE_FILE;
    const seats = this._seats.get(place) ?? new Set();
    this._seats.set(place, seats.add(seat));
    this._mark([place]);
    this._tell();
    return new DisposableDelegate(() => {
      seats.delete(seat);
      if (seats.size === 0 && this._seats.get(place) === seats) {
        this._seats.delete(place);
      }
    });
  }

  /** Find everybody's place again: the notebook's cells, or the settings, changed. */
  routeAll(): void {
    for (const id of new Set([...this._trails.keys(), ...this._document.peers.keys()])) {
      this._route(id);
    }
    this._tell();
  }

  dispose(): void {
    this._isDisposed = true;
    Signal.clearData(this);
    this._frame.dispose();
    clearTimeout(this._timer);
  }

  private _onChanged(_: unknown, change: IPeerChange): void {
    for (const id of [...change.added, ...change.updated, ...change.removed]) {
      this._route(id);
    }
    this._tell();
  }

  private _onConnection(): void {
    this._mark(this._seats.keys());
    this._tell();
  }

  /** Find where a peer is now, and mark the places where it was and is. */
  private _route(id: number): void {
    const peer = this._document.peers.get(id);
    if (!peer) {
      this._trails.delete(id);
      this._mark(this._whereabouts.leave(id));
      return;
    }
    const trail = this._trails.get(id);
    const moves = !trail || !isSame(trail.cursors, peer.cursors);
    const movedAt = moves ? this._clock.now() : trail.movedAt;
    const before = trail ? { quietAt: trail.quietAt, moves } : null;
    const quiet = quietAt(peer, before, this._clock);
    this._trails.set(id, { cursors: peer.cursors, movedAt, quietAt: quiet });
    const stays = peer.cursors.flatMap((cursor, rank) => {
      const place = this._placeOf(cursor);
      return place === null ? [] : [{ place, routed: { peer, cursor, rank, movedAt } }];
    });
    this._mark(this._whereabouts.move(id, stays));
  }

  private _placeOf(cursor: ICursor): string | null {
    if (this._cells) {
      return this._cells.find(cursor);
    }
    return cursor.cell === undefined && cursor.index === undefined ? WHOLE_FILE : null;
  }

  private _mark(places: Iterable<string>): void {
    for (const place of places) {
      if (this._seats.has(place)) {
        this._dirty.add(place);
      }
    }
  }

  /* Have what was marked shown: on the next frame where it is drawn, otherwise at once. */
  private _tell(): void {
    const dirty = [...this._dirty];
    const kept = dirty.filter(place => !this._isDrawn(place));
    if (kept.length < dirty.length) {
      this._frame.request();
    }
    if (kept.length > 0) {
      this._flush(kept, Infinity);
    }
  }

  private _isDrawn(place: string): boolean {
    return [...(this._seats.get(place) ?? [])].some(seat => seat.draws);
  }

  /* What takes more milliseconds than it may is left for another frame; the longest marked comes first. */
  private _flush(dirty: readonly string[], mostMs: number): void {
    const connected = this._document.connection.kind === 'connected';
    const now = this._clock.now();
    const shown = dirty.map(place => [place, this._cursorsAt(place, now)] as const);
    const isCrowd = this._isCrowd(
      shown.flatMap(([, cursors]) => cursors),
      now
    );
    const still = isCrowd || isFilling();
    for (const [place, cursors] of shown) {
      if (this._clock.now() - now > mostMs) {
        this._frame.request();
        break;
      }
      this._dirty.delete(place);
      this._seats.get(place)?.forEach(seat => {
        seat.show(cursors, connected, still);
      });
    }
    this._wake(now);
  }

  private _cursorsAt(place: string, now: number): readonly IRoutedCursor[] {
    const all = this._document.collaborative ? [] : this._whereabouts.at(place);
    return all.filter(({ peer }) => now < this._leavesAt(peer.id));
  }

  /** Whether many have moved of late where it is drawn. */
  private _isCrowd(shown: readonly IRoutedCursor[], now: number): boolean {
    shown.forEach(({ peer, movedAt }) => this._movers.set(peer.id, movedAt));
    for (const [id, movedAt] of this._movers) {
      if (movedAt < now - OF_LATE_MS) {
        this._movers.delete(id);
      }
    }
    return this._movers.size > MOST_GLIDING;
  }

  private _leavesAt(id: number): number {
    return leavesAt(this._trails.get(id)?.quietAt ?? null, this._lingerMs());
  }

  /** Come back when the next peer has been quiet for long enough. */
  private _wake(now: number): void {
    clearTimeout(this._timer);
    const due = [...this._trails.keys()].map(id => [id, this._leavesAt(id)] as const);
    const next = Math.min(...due.flatMap(([, time]) => (time > now ? [time] : [])));
    if (Number.isFinite(next)) {
      this._timer = setTimeout(() => {
        due.forEach(([id, time]) => {
          if (time === next) {
            this._route(id);
          }
        });
        this._tell();
        this._wake(next);
      }, next - now);
    }
  }

  private readonly _document: IDocumentPresence;
  private readonly _cells: Pick<CellOrder, 'find'> | null;
  private readonly _lingerMs: () => number;
  private readonly _clock: IClock;
  private readonly _seats = new Map<string, Set<ISeat>>();
  private readonly _whereabouts = new Whereabouts();
  private readonly _trails = new Map<number, ITrail>();
  private readonly _dirty = new Set<string>();
  /** Who moved lately, and when. */
  private readonly _movers = new Map<number, number>();
  private readonly _frame = new Frame(() => {
    this._flush([...this._dirty], MOST_MS);
  });
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private _isDisposed = false;
}
