// @vitest-environment jsdom
/*
 * The real registry, contexts and contents manager of JupyterLab, with a drive in memory.
 */
import { DocumentRegistry, TextModelFactory } from '@jupyterlab/docregistry';
import type { Context, IDocumentWidget } from '@jupyterlab/docregistry';
import type { ServiceManager } from '@jupyterlab/services';
import { DisposableSet } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import { Widget } from '@lumino/widgets';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { Documents } from '../documents';
import type { IConnection, IPeerChange, IRoom } from '../tokens';
import { Disk, openContext, servicesOn } from './disk';
import { FakeNotebook } from './fakes';

class FakeRoom {
  constructor(readonly id: string) {}
  readonly peers = new Map();
  readonly people = [];
  readonly connection: IConnection = { kind: 'connected' };
  readonly changed = new Signal<this, IPeerChange>(this);
  readonly connectionChanged = new Signal<this, IConnection>(this);
  readonly set = vi.fn();
  readonly dispose = vi.fn();
}

/** The document manager's part: a widget of a factory, with the registry's extensions. */
function show(factory: string, context: DocumentRegistry.Context, content = {}): Widget {
  const widget = Object.assign(new Widget(), { context, content });
  const extensions = new DisposableSet();
  for (const extension of registry.widgetExtensions(factory)) {
    extensions.add(extension.createNew(widget, context) ?? new DisposableSet());
  }
  widget.disposed.connect(() => {
    extensions.dispose();
  });
  return widget;
}

class Factory {
  constructor(readonly name: string) {}
  readonly fileTypes = ['text'];
  readonly widgetCreated = new Signal<this, IDocumentWidget>(this);
  dispose(): void {
    Signal.clearData(this);
  }
  get real(): DocumentRegistry.WidgetFactory {
    return this as unknown as DocumentRegistry.WidgetFactory;
  }
}

let registry: DocumentRegistry;
let disk: Disk;
let manager: ServiceManager.IManager;
let contexts: Context[];
let rooms: FakeRoom[];
let documents: Documents;

async function open(path: string): Promise<Context> {
  const context = await openContext(manager, new TextModelFactory(), path);
  contexts.push(context);
  return context;
}

beforeEach(() => {
  disk = new Disk();
  disk.write('a.txt', 'text');
  manager = servicesOn(disk);
  registry = new DocumentRegistry();
  registry.addWidgetFactory(new Factory('Notebook').real);
  contexts = [];
  rooms = [];
  documents = new Documents({
    registry,
    contents: manager.contents,
    drawsCarets: () => false,
    join: id => {
      const room = new FakeRoom(id);
      rooms.push(room);
      return room as unknown as IRoom;
    }
  });
});

afterEach(() => {
  documents.dispose();
  for (const context of contexts) {
    context.dispose();
  }
  manager.contents.dispose();
  registry.dispose();
});

describe('Documents', () => {
  it('know each context once, of factories that were there and that came later', async () => {
    registry.addWidgetFactory(new Factory('Some Viewer').real);
    const added = vi.fn();
    documents.added.connect(added);
    const context = await open('a.txt');
    show('Notebook', context);
    show('Some Viewer', context);
    show('some viewer', context);
    expect(added).toHaveBeenCalledTimes(1);
    expect([...documents]).toEqual([documents.for(context)]);
    expect(documents.of(context.model.sharedModel)).toBe(documents.for(context));
    await context.ready;
    expect(rooms.map(({ id }) => id)).toEqual(['document:a.txt']);
  });

  it('do not hear of factories that never showed anything', async () => {
    const context = await open('a.txt');
    show('Unknown', context);
    expect(documents.for(context)).toBeNull();
  });

  it('are not registered twice when a factory comes back', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const factory = registry.addWidgetFactory(new Factory('Editor').real);
    factory.dispose();
    registry.addWidgetFactory(new Factory('Editor').real);
    expect(warn).not.toHaveBeenCalled();
    expect([...registry.widgetExtensions('Editor')]).toHaveLength(1);
  });

  it('follow a rename by the contents manager', async () => {
    const context = await open('a.txt');
    show('Notebook', context);
    await context.ready;
    await manager.contents.rename('a.txt', 'b.txt');
    expect(rooms.map(({ id }) => id)).toEqual(['document:a.txt', 'document:b.txt']);
    expect(rooms[0]?.dispose).toHaveBeenCalledTimes(1);
    expect(documents.for(context)?.path).toBe('b.txt');
  });

  it('tell of changes and saves', async () => {
    const context = await open('a.txt');
    show('Notebook', context);
    await context.ready;
    const since = expect.any(Number) as number;
    (context.model as DocumentRegistry.ICodeModel).sharedModel.updateSource(0, 0, 'more ');
    expect(rooms[0]?.set).toHaveBeenLastCalledWith('document', {
      dirty: true,
      since,
      saved: null
    });
    const from = [disk.hash('a.txt')];
    await context.save();
    await vi.waitFor(() => {
      expect(rooms[0]?.set).toHaveBeenLastCalledWith('document', {
        dirty: false,
        saved: { at: disk.time('a.txt'), hash: disk.hash('a.txt'), from }
      });
    });
  });

  it('publish the cell of the notebook in a panel until that is closed', async () => {
    const context = await open('a.txt');
    const notebook = new FakeNotebook();
    const widget = show('Notebook', context, notebook);
    await context.ready;
    notebook.go('c', 1, 'edit');
    expect(rooms[0]?.set).toHaveBeenLastCalledWith('cell', { id: 'c', index: 1, mode: 'edit' });
    widget.dispose();
    expect(rooms[0]?.set).toHaveBeenLastCalledWith('cell', undefined);
  });

  it('are left when they are closed', async () => {
    const context = await open('a.txt');
    show('Notebook', context);
    await context.ready;
    const { sharedModel } = context.model;
    context.dispose();
    expect(rooms[0]?.dispose).toHaveBeenCalledTimes(1);
    expect([...documents]).toEqual([]);
    expect(documents.of(sharedModel)).toBeNull();
  });

  it('are left, and seen no more, when presence ends', async () => {
    const context = await open('a.txt');
    show('Notebook', context);
    await context.ready;
    documents.dispose();
    documents.dispose();
    expect(rooms[0]?.dispose).toHaveBeenCalledTimes(1);
    expect([...registry.widgetExtensions('Notebook')]).toEqual([]);
    registry.addWidgetFactory(new Factory('Editor').real);
    expect([...registry.widgetExtensions('Editor')]).toEqual([]);
  });
});
