/*
 * Frames <-> entries: the y-protocols encoding (PROTOCOL.md of y-protocols, awareness.js) with this project's hello.
 * Ground floor: no DOM, no JupyterLab, no timers.
 */
import type { ReadonlyJSONObject } from '@lumino/coreutils';
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';

/** The WebSocket subprotocol of clients that are greeted and never renewed. */
export const SUBPROTOCOL = 'jupyter-awareness.v1';

/** One client's state under a clock; null: it has gone. */
export interface IEntry {
  readonly clientId: number;
  readonly clock: number;
  readonly state: ReadonlyJSONObject | null;
}

/** A frame that was understood; `other` is everything that has no meaning here. */
export type Message =
  | { readonly type: 'awareness'; readonly entries: readonly IEntry[] }
  | { readonly type: 'query' }
  | { readonly type: 'hello'; readonly hello: unknown }
  | { readonly type: 'other' };

const AWARENESS = 1;
const QUERY = 3;
const HELLO = 110;

/** The frame's message, or null if it is not one as a whole. Never throws. */
export function decodeMessage(frame: Uint8Array): Message | null {
  try {
    const decoder = decoding.createDecoder(frame);
    const message = readMessage(decoder);
    return message.type === 'other' || !decoding.hasContent(decoder) ? message : null;
  } catch {
    return null; // lib0 and JSON throw plain errors of several kinds: all mean bad bytes.
  }
}

/** The frame that announces a client's state, or that it leaves (null). */
export function encodeState(
  clientId: number,
  clock: number,
  state: ReadonlyJSONObject | null
): Uint8Array {
  const update = encoding.createEncoder();
  encoding.writeVarUint(update, 1);
  encoding.writeVarUint(update, clientId);
  encoding.writeVarUint(update, clock);
  encoding.writeVarString(update, toJSON(state));
  const frame = encoding.createEncoder();
  encoding.writeVarUint(frame, AWARENESS);
  encoding.writeVarUint8Array(frame, encoding.toUint8Array(update));
  return encoding.toUint8Array(frame);
}

/** The frame that asks for everybody's state. */
export function encodeQuery(): Uint8Array {
  return Uint8Array.of(QUERY);
}

/** A value as JSON that every reader accepts: the halves of surrogate pairs that stand alone become U+FFFD. */
export function toJSON(value: unknown): string {
  // `JSON.stringify` writes them as escapes, which strict readers refuse; an escaped backslash is skipped.
  return JSON.stringify(value).replace(/\\\\|\\ud[89a-f][0-9a-f]{2}/g, found =>
    found === '\\\\' ? found : '\ufffd'
  );
}

function readMessage(decoder: decoding.Decoder): Message {
  switch (readNumber(decoder)) {
    case AWARENESS: {
      const length = readNumber(decoder);
      const update = decoding.createDecoder(decoding.readUint8Array(decoder, length));
      return { type: 'awareness', entries: readUpdate(update) };
    }
    case QUERY:
      return { type: 'query' };
    case HELLO:
      return { type: 'hello', hello: JSON.parse(readString(decoder)) as unknown };
    default:
      return { type: 'other' };
  }
}

function readUpdate(decoder: decoding.Decoder): IEntry[] {
  const entries: IEntry[] = [];
  for (let left = readNumber(decoder); left > 0; left--) {
    const clientId = readNumber(decoder);
    const clock = readNumber(decoder);
    const state = JSON.parse(readString(decoder)) as unknown;
    if (typeof state !== 'object' || Array.isArray(state)) {
      throw new Error('A state is an object or null.');
    }
    entries.push({ clientId, clock, state: state as ReadonlyJSONObject | null });
  }
  if (decoding.hasContent(decoder)) {
    throw new Error('Bytes after the update.');
  }
  return entries;
}

/* At most 8 bytes and below 2^53: lib0 alone reads longer ones. */
function readNumber(decoder: decoding.Decoder): number {
  const start = decoder.pos;
  const value = decoding.readVarUint(decoder);
  if (decoder.pos - start > 8 || !Number.isSafeInteger(value)) {
    throw new Error('Integer out of range.');
  }
  return value;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function readString(decoder: decoding.Decoder): string {
  return utf8.decode(decoding.readUint8Array(decoder, readNumber(decoder)));
}
