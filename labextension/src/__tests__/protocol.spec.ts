import * as encoding from 'lib0/encoding';
import { describe, expect, it } from 'vitest';
import { Awareness, applyAwarenessUpdate } from 'y-protocols/awareness';
import * as Y from 'yjs';

import { decodeMessage, encodeQuery, encodeState, toJSON } from '../protocol';
import { awarenessFrame, frame, helloFrame } from './frames';

const STATE = { user: { username: 'ada' }, cursor: { position: 3, anchor: 3 }, n: [1, null, '✓'] };
const TOP = Number.MAX_SAFE_INTEGER;

describe('decodeMessage', () => {
  it('reads what y-protocols writes', () => {
    const bytes = awarenessFrame([
      [5, 1, STATE],
      [2 ** 32 - 1, 0, {}],
      [TOP, TOP, null]
    ]);
    expect(decodeMessage(bytes)).toEqual({
      type: 'awareness',
      entries: [
        { clientId: 5, clock: 1, state: STATE },
        { clientId: 2 ** 32 - 1, clock: 0, state: {} },
        { clientId: TOP, clock: TOP, state: null }
      ]
    });
  });

  it('reads an empty update, a hello and a query', () => {
    expect(decodeMessage(awarenessFrame([]))).toEqual({ type: 'awareness', entries: [] });
    expect(decodeMessage(helloFrame({ a: 1 }))).toEqual({ type: 'hello', hello: { a: 1 } });
    expect(decodeMessage(encodeQuery())).toEqual({ type: 'query' });
  });

  it('does not look at what other frames carry', () => {
    expect(decodeMessage(Uint8Array.of(0, 1, 255, 255))).toEqual({ type: 'other' });
    expect(decodeMessage(Uint8Array.of(2))).toEqual({ type: 'other' });
    expect(decodeMessage(Uint8Array.of(99, 0))).toEqual({ type: 'other' });
  });

  it('refuses every frame that is cut short or too long', () => {
    for (const whole of [awarenessFrame([[5, 1, STATE]]), helloFrame({ a: 'é' }), encodeQuery()]) {
      for (let length = 0; length < whole.length; length++) {
        expect(decodeMessage(whole.slice(0, length)), `${length} bytes`).toBeNull();
      }
      expect(decodeMessage(Uint8Array.of(...whole, 0))).toBeNull();
    }
  });

  it('refuses bytes after the update within its frame', () => {
    const update = encoding.createEncoder();
    encoding.writeVarUint(update, 0);
    encoding.writeVarUint(update, 0);
    expect(decodeMessage(frame(1, encoding.toUint8Array(update)))).toBeNull();
  });

  it.each(['1', '"x"', '[]', 'true', '{"a":1', '', 'NaN', '{"a":1}{}'])(
    'refuses the state %s',
    json => {
      expect(decodeMessage(stateFrame(encodeText(json)))).toBeNull();
    }
  );

  it('refuses what is not UTF-8, and nesting that no stack holds', () => {
    expect(decodeMessage(stateFrame(Uint8Array.of(0x22, 0xff, 0x22)))).toBeNull();
    expect(decodeMessage(stateFrame(encodeText('['.repeat(1e6))))).toBeNull();
  });

  it('refuses integers of more than 8 bytes or 2^53 - 1', () => {
    const padded = (bytes: number) => [...Array<number>(bytes - 1).fill(0x80), 0];
    const update = (id: readonly number[]) => Uint8Array.of(1, ...id, 1, 2, 0x7b, 0x7d);
    expect(decodeMessage(frame(1, update(padded(8))))).toMatchObject({ type: 'awareness' });
    expect(decodeMessage(frame(1, update(padded(9))))).toBeNull();
    expect(decodeMessage(frame(1, update([...Array<number>(7).fill(0xff), 0x0f])))).toMatchObject({
      entries: [{ clientId: TOP }]
    });
    expect(decodeMessage(frame(1, update([...Array<number>(7).fill(0x80), 0x10])))).toBeNull();
  });

  it('never throws, whatever the bytes', () => {
    let seed = 1;
    const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
    const whole = awarenessFrame([[5, 1, STATE]]);
    for (let round = 0; round < 3000; round++) {
      const bytes = whole.slice(0, 1 + Math.floor(random() * whole.length));
      bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
      expect(() => decodeMessage(bytes)).not.toThrow();
    }
  });
});

describe('encodeState', () => {
  it('is read by y-protocols', () => {
    const doc = new Y.Doc();
    const awareness = new Awareness(doc);
    // Past the message type and the length, which y-protocols leaves to its transport.
    const update = (bytes: Uint8Array) => bytes.slice(bytes.length > 128 + 3 ? 3 : 2);
    applyAwarenessUpdate(awareness, update(encodeState(77, 1, STATE)), null);
    expect(awareness.getStates().get(77)).toEqual(STATE);
    applyAwarenessUpdate(awareness, update(encodeState(77, 2, null)), null);
    expect(awareness.getStates().has(77)).toBe(false);
    awareness.destroy();
    doc.destroy();
  });

  it('has the same bytes as y-protocols', () => {
    expect(encodeState(2 ** 31, 4, STATE)).toEqual(awarenessFrame([[2 ** 31, 4, STATE]]));
  });
});

describe('toJSON', () => {
  it('replaces halves of surrogate pairs, and only those', () => {
    const value = { 'k\ud83d': 'a\udc00b', whole: '😀', text: '\\ud83d', path: '\\\\ud83d\ud83d' };
    expect(JSON.parse(toJSON(value))).toEqual({
      'k\ufffd': 'a\ufffdb',
      whole: '😀',
      text: '\\ud83d',
      path: '\\\\ud83d\ufffd'
    });
    expect(toJSON('\ud83d')).toBe('"\ufffd"');
  });
});

function encodeText(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function stateFrame(json: Uint8Array): Uint8Array {
  const update = encoding.createEncoder();
  encoding.writeVarUint(update, 1);
  encoding.writeVarUint(update, 5);
  encoding.writeVarUint(update, 1);
  encoding.writeVarUint8Array(update, json);
  return frame(1, encoding.toUint8Array(update));
}
