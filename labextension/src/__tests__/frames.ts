/*
 * Frames as a y-protocols server sends them, made by y-protocols itself.
 */
import * as encoding from 'lib0/encoding';
import { Awareness, encodeAwarenessUpdate } from 'y-protocols/awareness';
import * as Y from 'yjs';

/** Client id, clock, state. */
export type Row = readonly [id: number, clock: number, state: Record<string, unknown> | null];

/** A message type and its payload, with the payload's length in front. */
export function frame(type: number, payload: Uint8Array): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, type);
  encoding.writeVarUint8Array(encoder, payload);
  return encoding.toUint8Array(encoder);
}

/** An awareness frame with these entries. */
export function awarenessFrame(rows: readonly Row[]): Uint8Array {
  const doc = new Y.Doc();
  const awareness = new Awareness(doc);
  try {
    for (const [id, clock, state] of rows) {
      if (state) {
        awareness.states.set(id, state);
      }
      awareness.meta.set(id, { clock, lastUpdated: 0 });
    }
    const ids = rows.map(([id]) => id);
    return frame(1, encodeAwarenessUpdate(awareness, ids));
  } finally {
    awareness.destroy();
    doc.destroy();
  }
}

/** The greeting. */
export function helloFrame(hello: unknown): Uint8Array {
  return frame(110, new TextEncoder().encode(JSON.stringify(hello)));
}
