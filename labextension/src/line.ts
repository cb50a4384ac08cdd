/*
 * One WebSocket from its opening to its end: whole messages in, frames out, and silence noticed.
 * First floor: knows JupyterLab's server settings; does not try again (see `channel.ts`).
 */
import { URLExt } from '@jupyterlab/coreutils';
import type { ServerConnection } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';

import type { Message } from './protocol';
import { SUBPROTOCOL, decodeMessage, encodeQuery } from './protocol';

export interface ILineEvents {
  heard(message: Message): void;
  /** The line has ended, once; `code` and `reason` are those of the close frame, 1006 if there was none. */
  closed(code: number, reason: string): void;
}

/* From the opening of the socket to its first frame. */
const GREETING_MS = 30_000;
/* From a query to any frame. */
const ANSWER_MS = 5_000;
/* A line that was heard so recently is not doubted. */
const SILENT_MS = 30_000;
const LOST = 1006;

/** The address of a room; `settings` may name another origin and may want its token in the address. */
export function roomUrl(
  settings: ServerConnection.ISettings,
  room: string,
  clientId: number
): string {
  const query = new URLSearchParams({ client: String(clientId) });
  if (settings.appendToken && settings.token) {
    query.set('token', settings.token);
  }
  return `${URLExt.join(settings.wsUrl, 'api/awareness/room', encoded(room))}?${query.toString()}`;
}

/*
 * Slashes stay as they are, as in Jupyter's own addresses of files: some proxies refuse `%2F` (Apache's
 * AllowEncodedSlashes). Unless that would make another address of it.
 */
function encoded(room: string): string {
  const parts = room.split('/');
  return parts.some(part => /^\.{0,2}$/.test(part))
    ? encodeURIComponent(room)
    : parts.map(encodeURIComponent).join('/');
}

export class Line implements IDisposable {
  constructor(settings: ServerConnection.ISettings, url: string, events: ILineEvents) {
    this._events = events;
    this._socket = new settings.WebSocket(url, [SUBPROTOCOL]);
    this._socket.binaryType = 'arraybuffer';
    this._socket.onmessage = event => {
      this._receive(event.data);
    };
    this._socket.onclose = event => {
      this._end(event.code, event.reason);
    };
    this._socket.onerror = () => undefined; // A close always follows.
    this._expect(GREETING_MS);
  }

  get isOpen(): boolean {
    return this._socket.readyState === 1; // WebSocket.OPEN
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** Hang up in good order; nothing of this line is heard any more. */
  dispose(): void {
    this._isDisposed = true;
    clearTimeout(this._timer);
    this._socket.onmessage = this._socket.onclose = null;
    this._socket.close(1000);
  }

  send(frame: Uint8Array): void {
    this._socket.send(frame);
  }

  /** Ask whether somebody is still there: after a sleep, a dead socket may look open for minutes. */
  doubt(): void {
    if (this.isOpen && Date.now() - this._heardAt >= SILENT_MS) {
      this.send(encodeQuery());
      this._expect(ANSWER_MS);
    }
  }

  private _receive(data: unknown): void {
    clearTimeout(this._timer);
    this._heardAt = Date.now();
    const message =
      typeof data === 'string' ? null : decodeMessage(new Uint8Array(data as ArrayBuffer));
    if (message) {
      this._events.heard(message);
    } else {
      // A part of the truth is worse than none; the next line's snapshot has all of it.
      this._end(LOST, '');
    }
  }

  private _expect(ms: number): void {
    clearTimeout(this._timer);
    this._timer = setTimeout(() => {
      this._end(LOST, '');
    }, ms);
  }

  private _end(code: number, reason: string): void {
    this.dispose();
    this._events.closed(code, reason);
  }

  private readonly _events: ILineEvents;
  private readonly _socket: WebSocket;
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private _heardAt = 0;
  private _isDisposed = false;
}
