/**
 * Writes frames.json: frames made by y-protocols and lib0 themselves, for tests/test_protocol.py.
 *
 * Run from the repository root after `npm ci`: node tests/golden/make.mjs
 */
import { readFileSync, writeFileSync } from 'node:fs';
import * as encoding from 'lib0/encoding';
import { Awareness, encodeAwarenessUpdate } from 'y-protocols/awareness';
import { writePermissionDenied } from 'y-protocols/auth';
import * as sync from 'y-protocols/sync';
import * as Y from 'yjs';

const hex = bytes => Buffer.from(bytes).toString('hex');

/** Encode entries `[client id, clock, state | null]` as an Awareness that holds them would. */
function update(entries) {
  const awareness = new Awareness(new Y.Doc());
  for (const [id, clock, state] of entries) {
    awareness.meta.set(id, { clock, lastUpdated: 0 });
    if (state !== null) {
      awareness.states.set(id, state);
    }
  }
  const bytes = encodeAwarenessUpdate(
    awareness,
    entries.map(([id]) => id)
  );
  awareness.destroy();
  return bytes;
}

/** Build one channel message: the type, then what `write` adds. */
function frame(type, write) {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, type);
  write(encoder);
  return hex(encoding.toUint8Array(encoder));
}

const awareness = {
  nobody: [],
  'one empty state': [[1, 0, {}]],
  'one gone': [[7, 3, null]],
  'a user with a cursor': [
    [3123456789, 1, { user: { name: 'Ada', color: '#1a7f5a' }, cursor: { position: 4, anchor: 2 } }]
  ],
  'not ASCII': [[2, 5, { name: 'Zo\u00eb \u4e16\u754c \ud83d\ude00', '\u00e9': '\u0000"\\\n' }]],
  'every JSON type': [[2, 5, { a: null, b: true, c: [false, -1, 2.5, 1e-7], d: '', e: {} }]],
  'the largest integers': [[2 ** 53 - 1, 2 ** 53 - 1, { n: 2 ** 53 - 1 }]],
  'where varUints grow': [127, 128, 16383, 16384, 2 ** 31, 2 ** 49 - 1, 2 ** 49].map(n => [
    n,
    n,
    {}
  ]),
  'three, one of them gone': [
    [1, 10, { a: 1 }],
    [2, 0, null],
    [300, 2 ** 50, { text: 'x'.repeat(200) }]
  ]
};

const doc = new Y.Doc();
const others = [
  ['sync step 1', 0, 0, e => sync.writeSyncStep1(e, doc)],
  ['sync step 2', 0, 1, e => sync.writeSyncStep2(e, doc)],
  ['sync update', 0, 2, e => sync.writeUpdate(e, Y.encodeStateAsUpdate(doc))],
  ['auth', 2, null, e => writePermissionDenied(e, 'no')],
  ['query', 3, null, () => undefined]
];

const version = name =>
  JSON.parse(readFileSync(new URL(`../../node_modules/${name}/package.json`, import.meta.url)))
    .version;
const vectors = {
  made_with: Object.fromEntries(['lib0', 'y-protocols', 'yjs'].map(n => [n, version(n)])),
  awareness: Object.entries(awareness).map(([name, entries]) => ({
    name,
    entries,
    update: hex(update(entries)),
    frame: frame(1, e => encoding.writeVarUint8Array(e, update(entries)))
  })),
  others: others.map(([name, type, step, write]) => ({
    name,
    type,
    step,
    frame: frame(type, write)
  }))
};
writeFileSync(new URL('frames.json', import.meta.url), JSON.stringify(vectors, null, 1) + '\n');
