import { describe, expect, it } from 'vitest';

import { sentences } from '../status/sentences';
import type { IConnection } from '../tokens';
import { trans } from './people.fakes';

function said(connection: IConnection, met = true): string {
  const found = sentences(connection, met, trans);
  return found ? `${found.title}. ${found.detail}` : '';
}

describe('a connection in words', () => {
  it('has none while all is well', () => {
    expect(sentences({ kind: 'connected' }, true, trans)).toBeNull();
  });

  it('is short while connecting for the first time', () => {
    expect(sentences({ kind: 'connecting' }, false, trans)).toMatchObject({
      detail: '',
      retry: false
    });
  });

  it('says that the list is the last known one', () => {
    expect(said({ kind: 'reconnecting', code: 1006 })).toContain('who was here last');
  });

  it('knows why the server closed', () => {
    expect(said({ kind: 'reconnecting', code: 4429 })).toContain('slow down');
    expect(said({ kind: 'reconnecting', code: 1001 })).toContain('restarting');
  });

  it('says what to ask for if the server has never greeted', () => {
    expect(said({ kind: 'reconnecting', code: 1006 }, false)).toContain('jupyter_awareness');
  });

  it.each([4400, 4403, 4404, 1009, 1000, undefined])('has something to do for the end %s', code => {
    const found = sentences({ kind: 'off', code }, true, trans);
    expect(found?.detail).toMatch(/Reload|Ask|moved/);
    expect(found?.retry).toBe(code !== 4403);
  });

  it('quotes the reason of the server, with one full stop', () => {
    expect(said({ kind: 'off', code: 4403, reason: 'No such right.' })).toMatch(
      /The server says: No such right\.$/
    );
  });
});
