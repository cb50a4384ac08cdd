/*
 * What a connection's state means to the reader, and what they can do about it.
 * Top floor, but without DOM.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

import type { IConnection } from '../tokens';

/** A state of the connection in words. */
export interface ISentences {
  /** One word where there is little room: 'Reconnecting…'. */
  readonly brief: string;
  /** A few words: 'Connection lost'. */
  readonly title: string;
  /** What it means and what to do. */
  readonly detail: string;
  /** Whether 'Try again' can help. */
  readonly retry: boolean;
}

/** Null while all is well. `met`: the server has greeted before, so it does offer presence. */
export function sentences(
  connection: IConnection,
  met: boolean,
  trans: TranslationBundle
): ISentences | null {
  switch (connection.kind) {
    case 'connected':
      return null;
    case 'connecting':
      // A code says that an attempt has failed.
      return connection.code === undefined ? begins(trans) : unreachable(trans);
    case 'reconnecting':
      return met ? lost(connection, trans) : unreachable(trans);
    case 'off':
      return ended(connection, trans);
  }
}

function begins(trans: TranslationBundle): ISentences {
  return {
    brief: trans.__('Connecting…'),
    title: trans.__('Connecting to others'),
    detail: '',
    retry: false
  };
}

function lost(connection: IConnection, trans: TranslationBundle): ISentences {
  const why =
    connection.code === 4429
      ? trans.__('The server asked this tab to slow down. It tries again in a moment.')
      : connection.code === 1001
        ? trans.__('The server is restarting or shutting down. This tab keeps trying.')
        : trans.__('This tab keeps trying to reconnect.');
  const detail = trans.__('%1 Until then you see who was here last.', why);
  return {
    brief: trans.__('Reconnecting…'),
    title: trans.__('Connection lost'),
    detail,
    retry: true
  };
}

function unreachable(trans: TranslationBundle): ISentences {
  return {
    brief: trans.__('Reconnecting…'),
    title: trans.__('Cannot reach others'),
    detail: trans.__(
      'This tab keeps trying. If it stays like this, ask whoever runs the server whether its jupyter_awareness extension is enabled.'
    ),
    retry: true
  };
}

function ended({ code, reason }: IConnection, trans: TranslationBundle): ISentences {
  const said = reason ? trans.__('The server says: %1.', reason.replace(/\.$/, '')) : '';
  const detail = [meaning(code, trans), said].filter(part => part !== '').join(' ');
  return {
    brief: trans.__('Not connected'),
    title: trans.__('You cannot see who is here'),
    detail,
    retry: code !== 4403
  };
}

function meaning(code: number | undefined, trans: TranslationBundle): string {
  switch (code ?? 0) {
    case 4403:
      return trans.__('You are not allowed to. Ask whoever runs the server for access.');
    case 4404:
      return trans.__('The server does not find it. It may have been moved or deleted.');
    case 4400:
      return trans.__(
        'This page and the server do not understand each other. Reload the page; if that does not help, the extension needs an update.'
      );
    case 1009:
      return trans.__('This tab sent more than the server accepts. Reload the page.');
    default:
      return trans.__('The connection has ended. Reload the page to connect again.');
  }
}
