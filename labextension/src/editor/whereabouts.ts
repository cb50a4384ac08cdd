/**
 * Which peers have cursors at which places of a document, asked by peer and by place.
 */

import type { ICursor, IPeer } from '../peers';

/** One of a peer's cursors, on its way to an editor. */
export interface IRoutedCursor {
  readonly peer: IPeer;
  readonly cursor: ICursor;
  /** 0 is the primary cursor, which carries the name flag. */
  readonly rank: number;
  /** When any of the peer's cursors last changed, in milliseconds of the page's clock. */
  readonly movedAt: number;
}

/** A cursor and the place it is at: a cell's id, or whatever else tells editors apart. */
export interface IStay {
  readonly place: string;
  readonly routed: IRoutedCursor;
}

export class Whereabouts {
  /** The cursors at a place, in an order that does not depend on who moved last. */
  at(place: string): readonly IRoutedCursor[] {
    const ids = [...(this._visitors.get(place) ?? [])].sort((a, b) => a - b);
    return ids.flatMap(id =>
      (this._stays.get(id) ?? []).filter(stay => stay.place === place).map(({ routed }) => routed)
    );
  }

  /** A peer is at these places now. Returns where it was or is. */
  move(id: number, stays: readonly IStay[]): ReadonlySet<string> {
    const left = this.leave(id);
    for (const { place } of stays) {
      this._visitors.set(place, (this._visitors.get(place) ?? new Set()).add(id));
    }
    this._stays.set(id, stays);
    return new Set([...left, ...stays.map(({ place }) => place)]);
  }

  /** A peer is nowhere any more. Returns where it was. */
  leave(id: number): ReadonlySet<string> {
    const left = new Set(this._stays.get(id)?.map(({ place }) => place));
    this._stays.delete(id);
    for (const place of left) {
      const visitors = this._visitors.get(place);
      visitors?.delete(id);
      if (visitors?.size === 0) {
        this._visitors.delete(place);
      }
    }
    return left;
  }

  private readonly _stays = new Map<number, readonly IStay[]>();
  private readonly _visitors = new Map<string, Set<number>>();
}
