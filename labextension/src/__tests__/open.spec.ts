import { Signal } from '@lumino/signaling';
import { describe, expect, it, vi } from 'vitest';

import { OpenDocuments } from '../open';
import { MOST_OPEN } from '../states';
import type { IDocumentPresence } from '../tokens';
import { UnsavedWork } from '../work';
import { CONTENTS, FakeContext } from './fakes';

class Documents {
  readonly added = new Signal<this, IDocumentPresence>(this);
  readonly list: IDocumentPresence[] = [];

  [Symbol.iterator](): Iterator<IDocumentPresence> {
    return this.list[Symbol.iterator]();
  }

  add(path: string): FakeContext {
    const context = new FakeContext(path);
    const disposed = new Signal<object, void>({});
    const work = new UnsavedWork(context.real);
    const document = { context: context.real, work, disposed } as unknown as IDocumentPresence;
    context.disposed.connect(() => {
      this.list.splice(this.list.indexOf(document), 1);
      disposed.emit();
    });
    this.list.push(document);
    this.added.emit(document);
    return context;
  }

  async open(path: string): Promise<FakeContext> {
    const context = this.add(path);
    await context.load();
    return context;
  }
}

function watch(): [Documents, OpenDocuments, ReturnType<typeof vi.fn>] {
  const documents = new Documents();
  const open = new OpenDocuments(documents, CONTENTS);
  const changed = vi.fn();
  open.changed.connect(changed);
  return [documents, open, changed];
}

describe('OpenDocuments', () => {
  it('has a document from when it has been loaded until it is closed', async () => {
    const [documents, open, changed] = watch();
    const context = documents.add('a.py');
    expect(open.current).toEqual([]);
    await context.load();
    expect(open.current).toEqual([{ path: 'a.py', dirty: false }]);
    expect(changed).toHaveBeenCalledTimes(1);
    context.disposed.emit();
    expect(open.current).toEqual([]);
    expect(changed).toHaveBeenCalledTimes(2);
  });

  it('has the last opened first, and before them those with unsaved work', async () => {
    const [documents, open, changed] = watch();
    const first = await documents.open('a.py');
    await documents.open('b.py');
    await documents.open('RTC:c.py');
    changed.mockClear();
    first.edit(true);
    first.model.stateChanged.emit({ name: 'readOnly' });
    expect(changed).toHaveBeenCalledTimes(1);
    expect(open.current).toEqual([
      { path: 'a.py', dirty: true },
      { path: 'c.py', dirty: false },
      { path: 'b.py', dirty: false }
    ]);
  });

  it('follows a rename', async () => {
    const [documents, open, changed] = watch();
    const context = await documents.open('a.py');
    changed.mockClear();
    context.rename('folder/b.py');
    expect(changed).toHaveBeenCalledTimes(1);
    expect(open.current).toEqual([{ path: 'folder/b.py', dirty: false }]);
  });

  it('has a file once that is open in two ways, unsaved if it is in one of them', async () => {
    const [documents, open] = watch();
    const [notebook, text] = [await documents.open('a.ipynb'), await documents.open('a.ipynb')];
    notebook.edit(true);
    expect(open.current).toEqual([{ path: 'a.ipynb', dirty: true }]);
    notebook.edit(false);
    text.edit(true);
    expect(open.current).toEqual([{ path: 'a.ipynb', dirty: true }]);
  });

  it('leaves out what is not on this server', async () => {
    const [documents, open] = watch();
    await documents.open('GitHub:a.py');
    expect(open.current).toEqual([]);
  });

  it('is bounded, in number and in length', async () => {
    const [documents, open] = watch();
    const unsaved = await documents.open('first.py');
    unsaved.edit(true);
    for (let number = 0; number < 40; number++) {
      await documents.open(`${number}.py`);
    }
    expect(open.current).toHaveLength(MOST_OPEN);
    expect(open.current.slice(0, 2).map(({ path }) => path)).toEqual(['first.py', '39.py']);
    await documents.open('x'.repeat(1000));
    await documents.open('y'.repeat(1000));
    await documents.open('z'.repeat(1000));
    expect(open.current.map(({ path }) => path.slice(0, 5))).toEqual(['first', 'zzzzz', 'yyyyy']);
  });

  it('listens no more once disposed', async () => {
    const [documents, open, changed] = watch();
    const context = await documents.open('a.py');
    const late = documents.open('b.py');
    open.dispose();
    changed.mockClear();
    context.edit(true);
    await late;
    expect(changed).not.toHaveBeenCalled();
    expect(open.isDisposed).toBe(true);
  });
});
