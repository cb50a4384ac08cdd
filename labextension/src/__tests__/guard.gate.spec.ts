// @vitest-environment jsdom
/*
 * JupyterLab's own context behind the gate, on files in memory.
 */
import { TextModelFactory } from '@jupyterlab/docregistry';
import type { Context, DocumentRegistry } from '@jupyterlab/docregistry';
import type { ServiceManager } from '@jupyterlab/services';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { SaveGate } from '../guard/gate';
import type { IKeeper, Verdict } from '../guard/gate';
import { Disk, openContext, servicesOn } from './disk';

let disk: Disk;
let manager: ServiceManager.IManager;
let context: Context<DocumentRegistry.ICodeModel>;
let verdict: Verdict;
let closed: boolean;
let asked: boolean[];
let gate: SaveGate;

const keeper: IKeeper = {
  get closed() {
    return closed;
  },
  decide: autosave => {
    asked.push(autosave);
    return Promise.resolve(verdict);
  }
};

/** What JupyterLab's save handler does when its time has come. */
async function autosave(): Promise<string> {
  if (!context.canSave || !context.model.dirty) {
    return 'waits';
  }
  return context.save().then(
    () => 'saved',
    (error: unknown) => (error as Error).name
  );
}

const type = (text: string) => {
  context.model.sharedModel.updateSource(0, 0, text);
};

beforeEach(async () => {
  disk = new Disk();
  disk.write('a.txt', 'one');
  manager = servicesOn(disk);
  context = await openContext(manager, new TextModelFactory(), 'a.txt');
  verdict = 'save';
  closed = false;
  asked = [];
  gate = new SaveGate(context, keeper);
});

afterEach(() => {
  gate.dispose();
  context.dispose();
  manager.contents.dispose();
});

describe('the gate', () => {
  it('lets pass what may be saved', async () => {
    type('x');
    await context.save();
    expect(disk.read('a.txt')).toBe('xone');
    expect(asked).toEqual([false]);
    expect(context.model.dirty).toBe(false);
  });

  it('tells autosave from a person', async () => {
    type('x');
    expect(await autosave()).toBe('saved');
    expect(asked).toEqual([true]);
    expect(context.canSave).toBe(true);
    await Promise.resolve();
    await context.save();
    expect(asked).toEqual([true, false]);
  });

  it('has autosave wait while it is closed', async () => {
    closed = true;
    type('x');
    expect(await autosave()).toBe('waits');
    expect(asked).toEqual([]);
    expect(disk.read('a.txt')).toBe('one');
  });

  it('refuses in a way that JupyterLab knows', async () => {
    verdict = 'cancel';
    type('x');
    const states = vi.fn();
    context.saveState.connect(states);
    await expect(context.save()).rejects.toMatchObject({ name: 'ModalCancelError' });
    expect(disk.read('a.txt')).toBe('one');
    expect(context.model.dirty).toBe(true);
    expect(states).not.toHaveBeenCalled();
  });

  it('does not save where that has become needless', async () => {
    verdict = 'done';
    type('x');
    await context.save();
    expect(disk.read('a.txt')).toBe('one');
  });

  it('has one save after the other, and autosave only when there is none', async () => {
    type('x');
    const [first, second] = [context.save(), context.save()];
    expect(await autosave()).toBe('ModalCancelError');
    await Promise.all([first, second]);
    const writes = disk.requests.filter(request => request.startsWith('save'));
    expect(writes).toHaveLength(2);
    expect(disk.requests.join()).toMatch(/save a.txt,get a.txt,get a.txt,save a.txt/);
  });

  it('goes on after a save that failed', async () => {
    verdict = 'cancel';
    type('x');
    await expect(context.save()).rejects.toThrow();
    verdict = 'save';
    await context.save();
    expect(disk.read('a.txt')).toBe('xone');
  });
});

describe('a version that the user has decided to replace', () => {
  beforeEach(() => {
    disk.write('a.txt', 'theirs');
    type('x');
  });

  it('is replaced without another question', async () => {
    verdict = { over: { at: disk.time('a.txt'), hash: disk.hash('a.txt') } };
    await context.save();
    expect(disk.read('a.txt')).toBe('xone');
    expect(context.contentsModel?.hash).toBe(disk.hash('a.txt'));
    expect(Object.getOwnPropertyNames(context)).not.toContain('contentsModel');
    expect(document.querySelector('.jp-Dialog')).toBeNull();
  });

  it('is so too where the server gives no hashes', async () => {
    gate.dispose();
    disk.hashes = false;
    disk.write('b.txt', 'one');
    context = await openContext(manager, new TextModelFactory(), 'b.txt');
    gate = new SaveGate(context, keeper);
    context.lastModifiedCheckMargin = 1;
    disk.write('b.txt', 'theirs');
    type('x');
    verdict = { over: { at: disk.time('b.txt'), hash: '' } };
    await context.save();
    expect(disk.read('b.txt')).toBe('xone');
  });

  it('is the only one: JupyterLab asks if there is another by then', async () => {
    vi.stubGlobal('requestIdleCallback', (run: () => void) => setTimeout(run, 0));
    verdict = { over: { at: disk.time('a.txt'), hash: disk.hash('a.txt') } };
    disk.write('a.txt', 'theirs again');
    const saved = context.save();
    await vi.waitFor(() => {
      expect(document.querySelector('.jp-Dialog')).not.toBeNull();
    });
    document.querySelector<HTMLElement>('.jp-Dialog-button.jp-mod-reject')?.click();
    await expect(saved).rejects.toMatchObject({ name: 'ModalCancelError' });
    expect(disk.read('a.txt')).toBe('theirs again');
    expect(Object.getOwnPropertyNames(context)).not.toContain('contentsModel');
  });

  it('shows what was written, to those who hear that it was', async () => {
    verdict = { over: { at: disk.time('a.txt'), hash: disk.hash('a.txt') } };
    const seen: (string | undefined)[] = [];
    context.saveState.connect((_, state) => seen.push(`${state} ${context.contentsModel?.hash}`));
    await context.save();
    expect(seen).toEqual(['started hash of "theirs"', 'completed hash of "xone"']);
  });
});

describe('a gate that is taken away', () => {
  it('leaves the context as it was', async () => {
    const names = ['save', 'canSave', 'contentsModel'];
    gate.dispose();
    gate.dispose();
    expect(Object.getOwnPropertyNames(context).filter(name => names.includes(name))).toEqual([]);
    verdict = 'cancel';
    closed = true;
    type('x');
    expect(await autosave()).toBe('saved');
  });

  it('leaves what somebody else has put before, or over it', async () => {
    gate.dispose();
    const saved: string[] = [];
    const { save } = context;
    context.save = () => {
      saved.push('before');
      return save.call(context);
    };
    const before = context.save;
    gate = new SaveGate(context, keeper);
    const cover = context.save;
    context.save = () => {
      saved.push('over');
      return cover.call(context);
    };
    await context.save();
    expect(saved).toEqual(['over', 'before']);
    gate.dispose();
    verdict = 'cancel';
    await context.save();
    expect(saved).toEqual(['over', 'before', 'over', 'before']);
    context.save = cover;
    expect(before).not.toBe(cover);
  });
});
