// @vitest-environment jsdom
/*
 * JupyterLab's own context, on files in memory.
 */
import { TextModelFactory } from '@jupyterlab/docregistry';
import type { Context, DocumentRegistry } from '@jupyterlab/docregistry';
import type { ServiceManager } from '@jupyterlab/services';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { Lineage } from '../lineage';
import { MOST_EARLIER } from '../states';
import { Disk, openContext, servicesOn } from './disk';

let disk: Disk;
let manager: ServiceManager.IManager;
let context: Context<DocumentRegistry.ICodeModel>;
let lineage: Lineage;

const now = () => ({ at: disk.time('a.txt'), hash: disk.hash('a.txt') });

async function save(text: string): Promise<void> {
  context.model.fromString(text);
  const { saved } = lineage;
  await context.save();
  await vi.waitFor(() => {
    expect(lineage.saved).not.toBe(saved);
    expect(disk.requests.at(-1)).toBe('get a.txt');
  });
  await Promise.resolve();
}

beforeEach(async () => {
  disk = new Disk();
  disk.write('a.txt', 'one');
  manager = servicesOn(disk);
  context = await openContext(manager, new TextModelFactory(), 'a.txt');
  lineage = new Lineage(context, manager.contents);
  await context.ready;
});

afterEach(() => {
  lineage.dispose();
  context.dispose();
  manager.contents.dispose();
});

describe('the version', () => {
  it('is the one that was loaded', () => {
    expect(lineage.version).toEqual(now());
    expect(lineage.saved).toBeNull();
    expect(lineage.own).toBe(false);
  });

  it('is the one that was saved, with those that it was made from', async () => {
    const from = [disk.hash('a.txt')];
    await save('two');
    expect(lineage.version).toEqual({ ...now(), from });
    expect(lineage.own).toBe(true);
    from.unshift(disk.hash('a.txt'));
    await save('three');
    expect(lineage.saved).toEqual({ ...now(), from });
  });

  it('is the one that was read anew, which has no part in what was before', async () => {
    await save('two');
    disk.write('a.txt', 'three');
    await context.revert();
    expect(lineage.version).toEqual(now());
    expect(lineage.own).toBe(false);
    const from = [disk.hash('a.txt')];
    await save('four');
    expect(lineage.saved?.from).toEqual(from);
  });

  it('is the same after a rename, though the server gives no hash then', async () => {
    const before = lineage.version;
    await manager.contents.rename('a.txt', 'b.txt');
    expect(context.contentsModel?.hash).toBeNull();
    expect(lineage.version).toBe(before);
  });

  it('is the same when the document was saved under another name', async () => {
    const before = lineage.version;
    context.saveState.connect(() => undefined);
    (context as unknown as { _saveState: { emit(state: string): void } })._saveState.emit(
      'started'
    );
    (context as unknown as { _saveState: { emit(state: string): void } })._saveState.emit(
      'completed'
    );
    await Promise.resolve();
    expect(lineage.version).toBe(before);
    expect(lineage.saved).toBeNull();
  });

  it('tells so many earlier ones and no more', async () => {
    for (let number = 0; number < MOST_EARLIER + 2; number++) {
      await save(`text ${number}`);
    }
    expect(lineage.saved?.from).toHaveLength(MOST_EARLIER);
  });
});

describe('what somebody else writes in the same moment', () => {
  it('is not taken for what was written here', async () => {
    disk.onWrite = () => {
      disk.write('a.txt', 'theirs');
    };
    await save('mine');
    expect(context.contentsModel?.hash).toBe(disk.hash('a.txt'));
    expect(lineage.saved?.hash).toBe('');
    expect(lineage.saved?.at).toBeLessThan(disk.time('a.txt'));
    disk.onWrite = null;
    await save('mine again');
    expect(lineage.saved?.from).toHaveLength(1);
    expect(lineage.saved?.from).not.toContain('hash of "theirs"');
  });
});

describe('looking', () => {
  it('gives what is on disk, without changing what is known', async () => {
    const before = lineage.version;
    disk.write('a.txt', 'two');
    expect(await lineage.look()).toEqual(now());
    expect(lineage.version).toBe(before);
  });

  it('gives nothing where the file is not there', async () => {
    await disk.delete('a.txt');
    expect(await lineage.look()).toBeNull();
  });
});

it('needs no hashes', async () => {
  disk.hashes = false;
  const text = await openContext(manager, new TextModelFactory(), 'a.txt');
  const bare = new Lineage(text, manager.contents);
  await text.ready;
  expect(bare.version).toEqual({ at: disk.time('a.txt'), hash: '' });
  text.model.fromString('two');
  await text.save();
  await vi.waitFor(() => {
    expect(bare.saved).toEqual({ at: disk.time('a.txt'), hash: '', from: [] });
  });
  bare.dispose();
  text.dispose();
});
