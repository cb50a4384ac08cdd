/**
 * y-protocols itself, asked what it makes of updates, for tests/test_y_protocols.py.
 *
 * In:  {"update": hex}: read it
 *      {"steps": [[client id, clock, state | null], ...]}: apply them one by one
 * Out: {"entries": [[client id, clock, state | null], ...]} or {"error": text}
 *      {"changes": [{added, updated, filteredUpdated, removed}, ...], "states": {client id: state}}
 */
import { createInterface } from 'node:readline';
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import { Awareness, applyAwarenessUpdate, modifyAwarenessUpdate } from 'y-protocols/awareness';
import * as Y from 'yjs';

/** y-protocols shows no more of what it reads than the states; ids and clocks are lib0's to read. */
function read({ update }) {
  const bytes = new Uint8Array(Buffer.from(update, 'hex'));
  try {
    const states = [];
    modifyAwarenessUpdate(bytes, state => states.push(state) && state);
    const decoder = decoding.createDecoder(bytes);
    decoding.readVarUint(decoder);
    const entries = states.map(state => {
      const entry = [decoding.readVarUint(decoder), decoding.readVarUint(decoder), state];
      decoding.readVarString(decoder);
      return entry;
    });
    return { entries };
  } catch (error) {
    return { error: String(error) };
  }
}

function encode([client, clock, state]) {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, 1);
  encoding.writeVarUint(encoder, client);
  encoding.writeVarUint(encoder, clock);
  encoding.writeVarString(encoder, JSON.stringify(state));
  return encoding.toUint8Array(encoder);
}

function apply({ steps }) {
  const doc = new Y.Doc();
  doc.clientID = 0;
  const awareness = new Awareness(doc);
  awareness.setLocalState(null);
  const changes = steps.map(step => {
    let seen = { added: [], updated: [], filteredUpdated: [], removed: [] };
    const note = (kind, change) => {
      seen = { ...seen, ...(kind === 'update' ? change : { filteredUpdated: change.updated }) };
    };
    const onChange = change => note('change', change);
    const onUpdate = change => note('update', change);
    awareness.on('change', onChange);
    awareness.on('update', onUpdate);
    applyAwarenessUpdate(awareness, encode(step), null);
    awareness.off('change', onChange);
    awareness.off('update', onUpdate);
    return seen;
  });
  const states = Object.fromEntries(awareness.getStates());
  awareness.destroy();
  doc.destroy();
  return { changes, states };
}

for await (const line of createInterface({ input: process.stdin })) {
  const question = JSON.parse(line);
  const answer = 'update' in question ? read(question) : apply(question);
  process.stdout.write(JSON.stringify(answer) + '\n');
}
