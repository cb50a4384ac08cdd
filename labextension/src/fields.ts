/*
 * The fields of one's own state, set by several parts of the page that do not know of each other.
 * Ground floor: no DOM, no JupyterLab, no timers.
 */
import type { JSONValue, ReadonlyJSONObject } from '@lumino/coreutils';
import { JSONExt } from '@lumino/coreutils';

import type { IHello } from './hello';
import { sharable } from './privacy';
import { toJSON } from './protocol';

/** Of each field the value that was set last counts; when its owner withdraws it, the one before it does again. */
export class Fields {
  /** Set or withdraw (`undefined`) an owner's value. True if what counts has changed. */
  set(owner: object, field: string, value: JSONValue | undefined): boolean {
    const values = this._fields.get(field) ?? new Map<object, JSONValue>();
    const before = last(values);
    values.delete(owner);
    if (value !== undefined) {
      values.set(owner, value); // Now the last one: maps keep the order of insertion.
    }
    this._fields.set(field, values);
    const after = last(values);
    if (after === undefined) {
      this._fields.delete(field);
    }
    return before === undefined || after === undefined
      ? before !== after
      : !JSONExt.deepEqual(before, after);
  }

  /** Withdraw all of an owner's values; the fields in which what counts has changed. */
  release(owner: object): string[] {
    return [...this._fields.keys()].filter(field => this.set(owner, field, undefined));
  }

  /** The fields with the values that count. */
  get merged(): ReadonlyJSONObject {
    return Object.fromEntries(
      [...this._fields].flatMap(([field, values]) => {
        const value = last(values);
        return value === undefined ? [] : [[field, value] as const];
      })
    );
  }

  private _fields = new Map<string, Map<object, JSONValue>>();
}

/** The part of a state that the server passes on: what it would drop or refuse is not sent in the first place. */
export function publishable(state: ReadonlyJSONObject, hello: IHello): ReadonlyJSONObject {
  return fitting(sharable(state, hello), hello.limits.state_bytes);
}

/** The state if it has at most so many bytes as JSON, otherwise without its largest fields. */
export function fitting(state: ReadonlyJSONObject, bytes: number): ReadonlyJSONObject {
  let kept = Object.entries(state);
  while (kept.length > 0 && size(Object.fromEntries(kept)) > bytes) {
    const largest = kept.reduce((a, b) => (size(b[1]) > size(a[1]) ? b : a));
    kept = kept.filter(field => field !== largest);
  }
  return Object.fromEntries(kept);
}

function last(values: ReadonlyMap<object, JSONValue>): JSONValue | undefined {
  return [...values.values()].pop();
}

function size(value: unknown): number {
  return new TextEncoder().encode(toJSON(value)).length;
}
