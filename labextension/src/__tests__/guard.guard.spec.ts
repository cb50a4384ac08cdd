import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { Guard } from '../guard/guard';
import { UPDATED_FOR } from '../guard/notice';
import type { ISave } from '../peers';
import { FakeContext } from './fakes';
import { NOON } from './guard.fakes';
import { FakeDocument, state } from './people.fakes';

const LOADED = { at: NOON - 60_000, hash: 'loaded' };

let document: FakeDocument;
let now: number;
let guard: Guard;

/** Somebody's state, with what they say of the document. */
function peer(
  username: string,
  said: { since?: number; saved?: ISave } = {}
): ReturnType<typeof state> {
  const { since, saved } = said;
  return state(username, {
    document: {
      dirty: since !== undefined,
      ...(since !== undefined && { since }),
      saved: saved ? { ...saved, from: [...saved.from] } : null
    }
  });
}

function save(hash: string, at: number, ...from: string[]): ISave {
  return { hash, at, from };
}

/** What another has written is on the disk, and so is what they say of it. */
async function written(username: string, saved: ISave): Promise<void> {
  document.lineage.disk = saved;
  document.fill(peer(username, { saved }));
  await looked();
}

async function looked(): Promise<void> {
  await vi.advanceTimersByTimeAsync(1000);
}

beforeEach(() => {
  vi.useFakeTimers();
  now = NOON;
  document = new FakeDocument('a.ipynb', new FakeContext('a.ipynb').real);
  document.lineage.load(LOADED);
  guard = new Guard({ document, now: () => now, margin: () => 500 });
});

afterEach(() => {
  guard.dispose();
  vi.useRealTimers();
});

describe('unsaved work of others', () => {
  it('is told, and what is said of it follows one’s own', () => {
    document.fill(state('me'), peer('bob', { since: NOON - 5 }));
    expect(guard.notice).toMatchObject({ kind: 'others', since: NOON - 5, connected: true });
    document.work.set(NOON);
    expect(guard.notice).toMatchObject({ kind: 'both' });
    document.fill(state('me'), peer('bob'));
    expect(guard.notice).toBeNull();
  });

  it('is one person’s, in however many tabs', () => {
    document.fill(peer('bob', { since: 7 }), peer('bob', { since: 3 }), peer('bob'));
    expect(guard.notice).toMatchObject({ since: 3, people: [{ self: false }] });
  });

  it('may be one’s own in another tab', () => {
    document.fill(peer('me', { since: 7 }));
    expect(guard.notice).toMatchObject({ people: [{ self: true }] });
  });

  it('is told as it was when the connection is lost', () => {
    document.fill(peer('bob', { since: 7 }));
    document.turn({ kind: 'reconnecting' });
    expect(guard.notice).toMatchObject({ connected: false });
  });

  it('is no news while people only move', () => {
    document.fill(peer('bob', { since: 7 }));
    const changed = vi.fn();
    guard.changed.connect(changed);
    document.fill({ ...peer('bob', { since: 7 }), cursor: { position: 1, anchor: 1 } });
    expect(changed).not.toHaveBeenCalled();
  });

  it('can be hidden, until something else is to be said', () => {
    document.fill(peer('bob', { since: 7 }));
    guard.hide();
    expect(guard.notice).toBeNull();
    document.fill(peer('bob', { since: 7 }), peer('carol', { since: 7 }));
    expect(guard.notice).toMatchObject({ kind: 'others' });
    document.fill(peer('bob', { since: 7 }));
    expect(guard.notice).toMatchObject({ kind: 'others' });
  });
});

describe('a newer version', () => {
  it('is what is on disk, with the name of whoever told of it', async () => {
    await written('bob', save('b', NOON - 1000, 'loaded'));
    expect(guard.notice).toMatchObject({
      kind: 'newer',
      mine: 'nothing',
      newer: { by: { user: { username: 'bob' } }, over: false, version: { hash: 'b' } }
    });
    document.work.set(NOON);
    expect(guard.notice).toMatchObject({ mine: 'work' });
  });

  it('is not what somebody only claims', async () => {
    document.fill(peer('eve', { saved: save('x', 2 ** 52) }));
    await looked();
    expect(document.lineage.look).toHaveBeenCalled();
    expect(guard.notice).toBeNull();
  });

  it('is not looked for when somebody tells of an older one, or of the one that is shown', async () => {
    document.fill(
      peer('bob', { saved: save('old', LOADED.at - 1) }),
      peer('carol', { saved: save('loaded', LOADED.at) })
    );
    await looked();
    expect(document.lineage.look).not.toHaveBeenCalled();
  });

  it('is seen when it was saved by somebody who has left', async () => {
    document.fill(peer('bob', { since: 7 }));
    document.lineage.disk = save('b', NOON - 1000);
    document.fill();
    await looked();
    expect(guard.notice).toMatchObject({ kind: 'newer', newer: { by: null } });
  });

  it('is seen when one begins to type, and after the connection was lost', async () => {
    document.lineage.disk = { at: NOON - 9, hash: 'outside' };
    document.work.set(NOON);
    await looked();
    expect(guard.notice).toMatchObject({ kind: 'newer', newer: { by: null, at: NOON - 9 } });
    document.lineage.load({ at: NOON, hash: 'again' });
    document.work.set(null);
    document.turn({ kind: 'reconnecting' });
    document.lineage.disk = { at: NOON + 1, hash: 'more' };
    document.turn({ kind: 'connected' });
    await looked();
    expect(guard.newer?.version.hash).toBe('more');
  });

  it('was written now if its writer was here before, whatever the server’s clock says', async () => {
    document.fill(peer('bob'));
    await written('bob', save('b', NOON - 3_600_000 + LOADED.at));
    await written('bob', save('b', NOON + 3_600_000));
    expect(guard.newer?.at).toBe(NOON);
  });

  it('goes when it was read, or the old one is put back', async () => {
    await written('bob', save('b', NOON - 1000));
    document.lineage.load({ at: NOON - 1000, hash: 'b' });
    expect(guard.notice).toBeNull();
    document.lineage.disk = { at: NOON, hash: 'c' };
    await guard.look();
    expect(guard.notice).not.toBeNull();
    document.lineage.disk = { at: NOON + 5, hash: 'b' };
    await guard.look();
    expect(guard.notice).toBeNull();
  });

  it('is told apart by time alone where the server gives no hashes', async () => {
    document.lineage.load({ at: LOADED.at, hash: '' });
    document.lineage.disk = { at: LOADED.at + 400, hash: '' };
    expect(await guard.look()).toBeNull();
    document.lineage.disk = { at: LOADED.at + 600, hash: '' };
    expect(await guard.look()).not.toBeNull();
  });

  it('that cannot be looked for stays what it was', async () => {
    document.lineage.disk = null;
    expect(await guard.look()).toBeNull();
    await written('bob', save('b', NOON - 1000));
    document.lineage.disk = null;
    expect(await guard.look()).not.toBeNull();
  });

  it('is looked for again if another was read while one looked', async () => {
    document.lineage.disk = save('b', NOON - 1000);
    const looking = guard.look();
    document.lineage.load({ at: NOON - 1000, hash: 'b' });
    expect(await looking).toBeNull();
    expect(document.lineage.look).toHaveBeenCalledTimes(2);
  });
});

describe('what was saved here', () => {
  beforeEach(() => {
    document.lineage.save(save('mine', NOON - 5000, 'loaded'));
  });

  it('is not lost in a version that was made from it', async () => {
    await written('bob', save('b', NOON - 1000, 'mine'));
    expect(guard.newer).toMatchObject({ over: false });
    expect(guard.mine).toBe('nothing');
  });

  it('is lost in one that was not, until it is in a copy', async () => {
    await written('bob', save('b', NOON - 1000, 'loaded'));
    expect(guard.newer).toMatchObject({ over: true });
    expect(guard.mine).toBe('saved');
    guard.keep('copy.ipynb');
    expect(guard.mine).toBe('nothing');
    expect(guard.notice).toMatchObject({ kept: 'copy.ipynb' });
    document.work.set(NOON);
    document.work.set(null);
    expect(guard.mine).toBe('saved');
  });

  it('is looked after when others wrote in the same moment', async () => {
    document.lineage.save(save('', NOON - 4000, 'mine'));
    document.lineage.disk = { at: NOON - 3999, hash: 'theirs' };
    await looked();
    expect(guard.newer).toMatchObject({ over: true });
  });

  it('may have been saved in another editor on this page', async () => {
    document.lineage.disk = { at: NOON - 10, hash: 'editor' };
    guard.hearOwn({ at: NOON - 10, hash: '' });
    await looked();
    expect(guard.newer?.by?.self).toBe(true);
  });
});

describe('a document that was renewed by itself', () => {
  it('is said to be so for a while', async () => {
    await written('bob', save('b', NOON - 1000));
    const { newer } = guard;
    document.lineage.load({ at: NOON - 1000, hash: 'b' });
    guard.tell(newer!);
    expect(guard.notice).toMatchObject({ kind: 'updated', update: { readAt: NOON } });
    now += UPDATED_FOR;
    expect(guard.notice).toBeNull();
  });
});

it('says and does nothing once disposed', async () => {
  const changed = vi.fn();
  guard.changed.connect(changed);
  guard.suspect();
  guard.dispose();
  document.fill(peer('bob', { since: 7 }));
  document.work.set(NOON);
  await looked();
  expect(changed).not.toHaveBeenCalled();
  expect(document.lineage.look).not.toHaveBeenCalled();
});
