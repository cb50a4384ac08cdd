// @vitest-environment jsdom
import { TextModelFactory } from '@jupyterlab/docregistry';
import type { Context, DocumentRegistry } from '@jupyterlab/docregistry';
import type { ServiceManager } from '@jupyterlab/services';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { contentOf, copyName, writeCopy } from '../guard/copy';
import { Disk, openContext, servicesOn } from './disk';
import { trans } from './people.fakes';

let disk: Disk;
let manager: ServiceManager.IManager;
let context: Context<DocumentRegistry.ICodeModel>;

const copy = (owner = 'Alice') =>
  writeCopy(context, contentOf(context), { contents: manager.contents, owner, trans });

beforeEach(async () => {
  disk = new Disk();
  disk.write('folder/a.txt', 'one');
  manager = servicesOn(disk);
  context = await openContext(manager, new TextModelFactory(), 'folder/a.txt');
  context.model.sharedModel.updateSource(0, 0, 'my ');
});

afterEach(() => {
  context.dispose();
  manager.contents.dispose();
});

describe('a copy', () => {
  it('is beside the document, under the owner’s name, and is the document as it is shown', async () => {
    expect(await copy()).toBe("folder/a (Alice's copy).txt");
    expect(disk.read("folder/a (Alice's copy).txt")).toBe('my one');
    expect(disk.read('folder/a.txt')).toBe('one');
    expect(disk.paths).toHaveLength(2);
    expect(context.path).toBe('folder/a.txt');
  });

  it('never overwrites another', async () => {
    disk.write("folder/a (Alice's copy).txt", 'precious');
    disk.write("folder/a (Alice's copy 2).txt", 'precious');
    expect(await copy()).toBe("folder/a (Alice's copy 3).txt");
    expect(disk.read("folder/a (Alice's copy).txt")).toBe('precious');
    expect(disk.read("folder/a (Alice's copy 2).txt")).toBe('precious');
  });

  it('is never a file that goes again', async () => {
    const changes = vi.fn();
    manager.contents.fileChanged.connect((_, change) => {
      changes(change.type, change.newValue?.path);
    });
    await copy();
    expect(changes.mock.calls).toEqual([['save', "folder/a (Alice's copy).txt"]]);
  });

  it('is there under whatever name, if the server refuses a nice one', async () => {
    const save = disk.save.bind(disk);
    vi.spyOn(disk, 'save').mockImplementation((path, model) =>
      path.includes('copy') ? Promise.reject(new Error('no such characters')) : save(path, model)
    );
    const path = await copy();
    expect(path).toBe('folder/untitled.txt');
    expect(disk.read(path)).toBe('my one');
  });

  it('takes no name of which the server does not say that it is free', async () => {
    vi.spyOn(disk, 'get').mockRejectedValue(new Error('no answer'));
    expect(await copy()).toBe('folder/untitled.txt');
  });

  it('of which there are too many gets another name', async () => {
    disk.write("folder/a (Alice's copy).txt", 'precious');
    for (let number = 2; number <= 50; number++) {
      disk.write(`folder/a (Alice's copy ${number}).txt`, 'precious');
    }
    expect(await copy()).toBe('folder/untitled.txt');
  });
});

describe('the name of a copy', () => {
  it.each([
    ['a.ipynb', 'Alice', 1, "a (Alice's copy).ipynb"],
    ['a.ipynb', 'Alice', 2, "a (Alice's copy 2).ipynb"],
    ['a.tar.gz', 'Bob', 1, "a.tar (Bob's copy).gz"],
    ['Makefile', 'Bob', 1, "Makefile (Bob's copy)"],
    ['a.py', '../../etc/x', 1, "a (..-..-etc-x's copy).py"],
    ['a.py', 'x\u0000:?*y', 1, "a (x-y's copy).py"],
    ['a.py', ' ', 1, "a (-'s copy).py"],
    ['a.py', 'x'.repeat(500), 1, `a (${'x'.repeat(60)}'s copy).py`]
  ])('of %s of %s no. %i', (name, owner, number, expected) => {
    expect(copyName(name, owner, number, trans)).toBe(expected);
  });
});
