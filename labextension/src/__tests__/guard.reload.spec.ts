// @vitest-environment jsdom
/*
 * JupyterLab's own contexts, on files in memory.
 */
import { TextModelFactory } from '@jupyterlab/docregistry';
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import { NotebookModelFactory } from '@jupyterlab/notebook/lib/modelfactory';
import type { ServiceManager } from '@jupyterlab/services';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { reload } from '../guard/reload';
import { Disk, openContext, servicesOn } from './disk';

let disk: Disk;
let manager: ServiceManager.IManager;

const notebook = (...sources: string[]) => ({
  nbformat: 4,
  nbformat_minor: 5,
  metadata: {},
  cells: sources.map((source, index) => ({
    id: `c${index}`,
    cell_type: 'markdown',
    source,
    metadata: {}
  }))
});

beforeEach(() => {
  vi.spyOn(console, 'warn').mockImplementation(() => undefined); // Yjs, of cells on their way.
  disk = new Disk();
  manager = servicesOn(disk);
});

afterEach(() => {
  manager.contents.dispose();
});

describe('reading anew', () => {
  it('changes of a text what differs, and leaves nothing unsaved', async () => {
    disk.write('a.txt', 'one\ntwo\nthree');
    const context = await openContext(manager, new TextModelFactory(), 'a.txt');
    context.model.sharedModel.updateSource(0, 0, 'x');
    disk.write('a.txt', 'one\nTWO\nthree');
    const changes: unknown[] = [];
    context.model.sharedModel.changed.connect((_, { sourceChange }) => {
      changes.push(sourceChange ?? []);
    });
    await reload(context);
    expect(context.model.toString()).toBe('one\nTWO\nthree');
    expect(changes[0]).toEqual([{ insert: 'one\nTWO' }, { delete: 8 }]);
    expect(context.model.dirty).toBe(false);
    expect(context.contentsModel?.hash).toBe(disk.hash('a.txt'));
    expect(Object.getOwnPropertyNames(context.model)).not.toContain('fromString');
  });

  it('keeps the line endings of a file', async () => {
    disk.write('a.txt', 'one\r\ntwo');
    const context = await openContext(manager, new TextModelFactory(), 'a.txt');
    disk.write('a.txt', 'one\r\nthree');
    await reload(context);
    expect(context.model.toString()).toBe('one\nthree');
    await context.save();
    expect(disk.read('a.txt')).toBe('one\r\nthree');
  });

  it('keeps of a notebook the cells that stay', async () => {
    disk.write('a.ipynb', notebook('one', 'two'));
    const context = await openContext(manager, new NotebookModelFactory(), 'a.ipynb');
    const [first] = context.model.sharedModel.cells;
    disk.write('a.ipynb', notebook('ONE', 'two', 'three'));
    await reload(context);
    expect(context.model.sharedModel.cells[0]).toBe(first);
    expect(context.model.sharedModel.cells.map(({ source }) => source)).toEqual([
      'ONE',
      'two',
      'three'
    ]);
    expect(context.model.dirty).toBe(false);
  });

  it('has JupyterLab read what it cannot patch', async () => {
    disk.write('a.ipynb', notebook('one', 'two'));
    const context = await openContext(manager, new NotebookModelFactory(), 'a.ipynb');
    const other = notebook('two', 'one');
    other.cells.reverse();
    disk.write('a.ipynb', other);
    await reload(context);
    expect(context.model.sharedModel.cells.map(({ id }) => id)).toEqual(['c1', 'c0']);
    expect(Object.getOwnPropertyNames(context.model)).not.toContain('fromJSON');
  });

  it.each([
    ['a.txt', () => new TextModelFactory(), 'one', 'two'],
    ['a.ipynb', () => new NotebookModelFactory(), notebook('one'), notebook('two')]
  ])(
    'changes nothing in %s that is not wanted when it has been read',
    async (path, make, ...texts) => {
      const [before, after] = texts;
      disk.write(path, before);
      const context = await openContext<DocumentRegistry.IModel>(manager, make(), path);
      const tell = vi.fn(); // JupyterLab's dialog.
      Object.assign(context, { _handleError: tell });
      const { contentsModel } = context;
      const shown = context.model.toString();
      disk.write(path, after);
      expect(await reload(context, () => false)).toBe(false);
      expect(context.model.toString()).toBe(shown);
      expect(context.contentsModel?.hash).toBe(contentsModel?.hash);
      expect(tell).not.toHaveBeenCalled();
      expect(Reflect.get(context, '_handleError')).toBe(tell);
      expect(await reload(context, () => true)).toBe(true);
      expect(context.model.toString()).not.toBe(shown);
      await disk.delete(path);
      await expect(reload(context)).rejects.toThrow();
      expect(tell).toHaveBeenCalledOnce();
    }
  );

  it('changes nothing if the file cannot be read', async () => {
    disk.write('a.txt', 'one');
    const context = await openContext(manager, new TextModelFactory(), 'a.txt');
    Object.assign(context, { _handleError: () => Promise.resolve() }); // No dialog here.
    context.model.sharedModel.updateSource(0, 0, 'x');
    await disk.delete('a.txt');
    await expect(reload(context)).rejects.toThrow();
    expect(context.model.toString()).toBe('xone');
    expect(context.model.dirty).toBe(true);
    expect(Object.getOwnPropertyNames(context.model)).not.toContain('fromString');
  });
});
