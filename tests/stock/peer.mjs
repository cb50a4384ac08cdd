/**
 * A stock y-websocket client, told what to do by lines of JSON, for tests/test_stock_clients.py.
 *
 * node peer.mjs <WebSocket address of the rooms> <room> <token> <client id>
 *
 * In:  {"say": state}, {"disconnect": true} (a close frame), {"cut": true} (no word), {"connect": true}
 * Out: {"states": {client id: state}} whenever the others differ, {"status": "connected" | ...}
 */
import { createInterface } from 'node:readline';
import WebSocket from 'ws';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';

const [address, room, token, id] = process.argv.slice(2);
const doc = new Y.Doc();
doc.clientID = Number(id);
const provider = new WebsocketProvider(address, room, doc, {
  WebSocketPolyfill: WebSocket,
  disableBc: true,
  params: { token }
});
const { awareness } = provider;

const tell = message => process.stdout.write(JSON.stringify(message) + '\n');
awareness.on('change', () => {
  const others = [...awareness.getStates()].filter(([client]) => client !== doc.clientID);
  tell({ states: Object.fromEntries(others) });
});
provider.on('status', ({ status }) => tell({ status }));

for await (const line of createInterface({ input: process.stdin })) {
  const order = JSON.parse(line);
  if ('say' in order) {
    awareness.setLocalState(order.say);
  } else if (order.disconnect) {
    provider.disconnect();
  } else if (order.cut) {
    provider.ws.terminate();
  } else if (order.connect) {
    provider.connect();
  }
}
provider.destroy();
doc.destroy();
