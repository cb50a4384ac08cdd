/*
 * The states of a room as the server has told them: one snapshot, then entries. Says which ids that changed.
 * Ground floor: no DOM, no JupyterLab, no timers.
 */
import type { ReadonlyJSONObject } from '@lumino/coreutils';
import { JSONExt } from '@lumino/coreutils';

import type { IEntry } from './protocol';

/** The client ids that one frame changed. */
export interface IPeerChange {
  readonly added: readonly number[];
  readonly updated: readonly number[];
  readonly removed: readonly number[];
}

/** Everybody's state but one's own. Nothing is remembered of those who left: the server's clocks only grow. */
export class Replica {
  /** The state of a client, or undefined if it is not here. */
  get(id: number): ReadonlyJSONObject | undefined {
    return this._known.get(id)?.state;
  }

  /** Who is not in the snapshot has gone. Null if nothing changed. */
  replace(snapshot: readonly IEntry[], self: number): IPeerChange | null {
    const before = this._known;
    this._known = new Map();
    for (const entry of snapshot) {
      this._take(entry, self);
    }
    return this._difference(before, new Set([...before.keys(), ...this._known.keys()]));
  }

  /** Entries in the order in which the server sent them; stale ones are ignored. Null if nothing changed. */
  apply(entries: readonly IEntry[], self: number): IPeerChange | null {
    const ids = new Set(entries.map(entry => entry.clientId));
    const before = new Map<number, IKnown>();
    for (const id of ids) {
      const known = this._known.get(id);
      if (known) {
        before.set(id, known);
      }
    }
    for (const entry of entries) {
      this._take(entry, self);
    }
    return this._difference(before, ids);
  }

  private _take({ clientId, clock, state }: IEntry, self: number): void {
    const known = this._known.get(clientId);
    // As in y-protocols, a withdrawal may carry the clock of the state that it withdraws.
    if (clientId === self || (known && (state ? clock <= known.clock : clock < known.clock))) {
      return;
    }
    if (state) {
      this._known.set(clientId, { clock, state });
    } else {
      this._known.delete(clientId);
    }
  }

  private _difference(
    before: ReadonlyMap<number, IKnown>,
    ids: ReadonlySet<number>
  ): IPeerChange | null {
    const added: number[] = [];
    const updated: number[] = [];
    const removed: number[] = [];
    for (const id of ids) {
      const old = before.get(id);
      const now = this._known.get(id);
      if (!old) {
        if (now) {
          added.push(id);
        }
      } else if (!now) {
        removed.push(id);
      } else if (old !== now && !JSONExt.deepEqual(old.state, now.state)) {
        updated.push(id);
      }
    }
    return added.length + updated.length + removed.length > 0 ? { added, updated, removed } : null;
  }

  private _known = new Map<number, IKnown>();
}

interface IKnown {
  readonly clock: number;
  readonly state: ReadonlyJSONObject;
}
