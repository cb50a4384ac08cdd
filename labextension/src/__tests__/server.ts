/*
 * A WebSocket server in the test's own process, that says and does what the test tells it.
 */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

import type { ServerConnection } from '@jupyterlab/services';
import type { ISignal } from '@lumino/signaling';
import WebSocket, { WebSocketServer } from 'ws';

import { SUBPROTOCOL, decodeMessage } from '../protocol';
import type { IEntry } from '../protocol';
import { awarenessFrame, helloFrame } from './frames';
import type { Row } from './frames';

/** The server's end of one connection. */
export class Caller {
  constructor(socket: WebSocket, url: string) {
    this.socket = socket;
    this.url = new URL(url, 'ws://localhost');
    socket.on('message', data => {
      this._take(new Uint8Array(data as Buffer));
    });
    socket.on('close', code => {
      this._closed = code;
      this._look();
    });
  }

  readonly socket: WebSocket;
  readonly url: URL;
  /** The end of the path, decoded as the server does it. */
  get room(): string {
    return decodeURIComponent(this.url.pathname.replace(/^.*\/api\/awareness\/room\//, ''));
  }
  get client(): number {
    return Number(this.url.searchParams.get('client'));
  }
  /** What the client has said of its state, in order. */
  readonly entries: IEntry[] = [];
  queries = 0;

  say(...rows: readonly Row[]): void {
    this.socket.send(awarenessFrame(rows));
  }

  greet(hello: Record<string, unknown> = {}): void {
    this._hasGreeted = true;
    this.socket.send(helloFrame({ client: this.client, user: { username: 'me' }, ...hello }));
  }

  /** The client's state as of now, once it has said so many. */
  async state(many = 1): Promise<IEntry['state'] | undefined> {
    this._greetFirst();
    await this._until(() => this.entries.length >= many);
    return this._last;
  }

  /** The client's state as soon as it has these fields, and none of those that are undefined here. */
  async says(fields: Record<string, unknown>): Promise<IEntry['state'] | undefined> {
    this._greetFirst();
    await this._until(() =>
      Object.entries(fields).every(
        ([name, value]) => JSON.stringify(this._last?.[name]) === JSON.stringify(value)
      )
    );
    return this._last;
  }

  async queried(): Promise<void> {
    await this._until(() => this.queries > 0);
  }

  /** The code with which the client has closed. */
  async closed(): Promise<number> {
    await this._until(() => this._closed !== null);
    return this._closed ?? 0;
  }

  /* Nobody says anything to a server that has not greeted. */
  private _greetFirst(): void {
    if (!this._hasGreeted) {
      this.greet();
    }
  }

  private get _last(): IEntry['state'] | undefined {
    return this.entries[this.entries.length - 1]?.state;
  }

  private _take(frame: Uint8Array): void {
    const message = decodeMessage(frame);
    if (message?.type === 'awareness') {
      this.entries.push(...message.entries);
    } else if (message?.type === 'query') {
      this.queries += 1;
    }
    this._look();
  }

  private _until(condition: () => boolean): Promise<void> {
    return new Promise(resolve => {
      this._waiting.push({ condition, resolve });
      this._look();
    });
  }

  private _look(): void {
    this._waiting = this._waiting.filter(({ condition, resolve }) => {
      const met = condition();
      if (met) {
        resolve();
      }
      return !met;
    });
  }

  private _hasGreeted = false;
  private _closed: number | null = null;
  private _waiting: { condition: () => boolean; resolve: () => void }[] = [];
}

export class TestServer {
  static async start(): Promise<TestServer> {
    const server = new WebSocketServer({
      port: 0,
      host: '127.0.0.1',
      handleProtocols: offered => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false)
    });
    await once(server, 'listening');
    return new TestServer(server);
  }

  private constructor(server: WebSocketServer) {
    this._server = server;
    server.on('connection', (socket, request) => {
      const caller = new Caller(socket, request.url ?? '');
      this.callers.push(caller);
      const waiting = this._waiting.shift();
      if (waiting) {
        waiting(caller);
      } else {
        this._arrived.push(caller);
      }
    });
  }

  readonly callers: Caller[] = [];

  /** The next connection that no one has asked for yet. */
  caller(): Promise<Caller> {
    const arrived = this._arrived.shift();
    return arrived
      ? Promise.resolve(arrived)
      : new Promise(resolve => {
          this._waiting.push(resolve);
        });
  }

  /** As a browser has them; `appendToken` is for another origin. */
  settings(more: Partial<ServerConnection.ISettings> = {}): ServerConnection.ISettings {
    const { port } = this._server.address() as AddressInfo;
    const settings = {
      wsUrl: `ws://127.0.0.1:${port}/user/ada lovelace/`,
      token: 'secret',
      appendToken: false,
      WebSocket,
      ...more
    };
    return settings as unknown as ServerConnection.ISettings;
  }

  async stop(): Promise<void> {
    for (const { socket } of this.callers) {
      socket.terminate();
    }
    this._server.close();
    await once(this._server, 'close');
  }

  private readonly _server: WebSocketServer;
  private readonly _arrived: Caller[] = [];
  private readonly _waiting: ((caller: Caller) => void)[] = [];
}

/** The next argument of a signal. */
export function next<T, U>(
  signal: ISignal<T, U>,
  wanted: (args: U) => boolean = () => true
): Promise<U> {
  return new Promise(resolve => {
    const slot = (_: T, args: U): void => {
      if (wanted(args)) {
        signal.disconnect(slot);
        resolve(args);
      }
    };
    signal.connect(slot);
  });
}
