// @vitest-environment jsdom
/*
 * JupyterLab's own contexts and models, on files in memory.
 */
import { TextModelFactory } from '@jupyterlab/docregistry';
import type { Context, DocumentRegistry } from '@jupyterlab/docregistry';
import { NotebookModelFactory } from '@jupyterlab/notebook/lib/modelfactory';
import type { INotebookModel } from '@jupyterlab/notebook/lib/model';
import type { ServiceManager } from '@jupyterlab/services';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { UnsavedWork } from '../work';
import { Disk, openContext, servicesOn } from './disk';
import { FakeContext } from './fakes';

const NOTEBOOK = {
  nbformat: 4,
  nbformat_minor: 5,
  metadata: {},
  cells: [{ id: 'c', cell_type: 'markdown', source: 'one', metadata: {} }]
};

let disk: Disk;
let manager: ServiceManager.IManager;
let clock: number;
let work: UnsavedWork;

async function watch<T extends Context>(context: T): Promise<T> {
  work = new UnsavedWork(context, () => clock);
  await context.ready;
  return context;
}

beforeEach(() => {
  disk = new Disk();
  disk.write('a.txt', 'one');
  disk.write('a.ipynb', NOTEBOOK);
  manager = servicesOn(disk);
  clock = 1000;
});

afterEach(() => {
  work.dispose();
  manager.contents.dispose();
});

describe('in a text', () => {
  let context: Context<DocumentRegistry.ICodeModel>;

  beforeEach(async () => {
    context = await watch(await openContext(manager, new TextModelFactory(), 'a.txt'));
  });

  const type = (text: string) => {
    context.model.sharedModel.updateSource(0, 0, text);
  };

  it('begins with the first character, and keeps its beginning', () => {
    expect(work.since).toBeNull();
    type('x');
    expect(work.since).toBe(1000);
    clock = 2000;
    type('y');
    expect(work.since).toBe(1000);
  });

  it('is over when it was saved', async () => {
    type('x');
    await context.save();
    expect(work.since).toBeNull();
  });

  it('is over when the text is again what it was', async () => {
    type('x');
    context.model.sharedModel.updateSource(0, 1, '');
    await vi.waitFor(() => {
      expect(work.since).toBeNull();
    });
  });

  it('is over when the file was read anew, though JupyterLab says it is not', async () => {
    type('x');
    disk.write('a.txt', 'two');
    await context.revert();
    expect(context.model.dirty).toBe(true);
    expect(work.since).toBeNull();
  });

  it('goes on when one types during a save, and JupyterLab is told', async () => {
    type('x');
    clock = 2000;
    disk.onWrite = () => {
      type('y');
    };
    await context.save();
    expect(disk.read('a.txt')).toBe('xone');
    expect(work.since).toBe(2000);
    expect(context.model.dirty).toBe(true);
  });

  it('is not over after "Save as"', async () => {
    type('x');
    const { _finishSaveAs: saveAs } = context as unknown as {
      _finishSaveAs(path: string): Promise<void>;
    };
    await saveAs.call(context, 'b.txt').catch(() => undefined);
    expect(work.since).toBe(1000);
  });

  it('goes on when saving has failed', async () => {
    type('x');
    Object.assign(context, { _handleError: () => Promise.resolve() }); // No dialog here.
    vi.spyOn(disk, 'save').mockRejectedValue(new Error('full'));
    await context.save().catch(() => undefined);
    expect(work.since).toBe(1000);
  });
});

describe('in a notebook', () => {
  let context: Context<INotebookModel>;

  beforeEach(async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => undefined); // Yjs, of cells on their way.
    context = await watch(await openContext(manager, new NotebookModelFactory(), 'a.ipynb'));
  });

  it('is not what JupyterLab fills in', () => {
    context.model.toJSON();
    context.model.setMetadata('language_info', { name: 'python', version: '3.99' });
    context.model.setMetadata('kernelspec', { name: 'python3', display_name: 'Python 3' });
    expect(context.model.dirty).toBe(true);
    expect(work.since).toBeNull();
  });

  it.each([
    [
      'a character in a cell',
      (model: INotebookModel) => {
        model.sharedModel.cells[0]?.setSource('x');
      }
    ],
    [
      'a new cell',
      (model: INotebookModel) => {
        model.sharedModel.addCell({ cell_type: 'code' });
      }
    ],
    [
      'other metadata',
      (model: INotebookModel) => {
        model.setMetadata('title', 'x');
      }
    ]
  ])('is %s', (_, change) => {
    context.model.toJSON();
    change(context.model);
    expect(work.since).toBe(1000);
  });

  it('is over when it was saved, or read anew', async () => {
    context.model.sharedModel.cells[0]?.setSource('x');
    await context.save();
    expect(work.since).toBeNull();
    context.model.sharedModel.cells[0]?.setSource('y');
    expect(work.since).toBe(1000);
    await context.revert();
    expect(work.since).toBeNull();
  });
});

describe('in what is neither', () => {
  it('is as the model says', async () => {
    const context = new FakeContext('a.drawing');
    work = new UnsavedWork(context.real, () => clock);
    await context.load();
    await Promise.resolve();
    expect(work.since).toBeNull();
    context.edit(true);
    expect(work.since).toBe(1000);
    context.edit(false);
    expect(work.since).toBeNull();
  });
});
