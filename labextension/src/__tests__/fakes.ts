/*
 * JupyterLab's documents as far as presence asks them, without loading JupyterLab.
 */
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type { Notebook } from '@jupyterlab/notebook';
import type { Contents } from '@jupyterlab/services';
import type { Widget } from '@lumino/widgets';
import { PromiseDelegate } from '@lumino/coreutils';
import { Signal } from '@lumino/signaling';

/** A context whose life the test leads. */
export class FakeContext {
  constructor(path: string) {
    this.path = path;
    this._ready.promise.then(
      () => undefined,
      () => undefined
    );
  }

  path: string;
  isReady = false;
  contentsModel: { type: string; last_modified: string } | null = null;
  readonly model = {
    dirty: false,
    collaborative: false,
    sharedModel: {},
    stateChanged: new Signal<object, { name: string }>({}),
    contentChanged: new Signal<object, void>({})
  };
  readonly fileChanged = new Signal<this, unknown>(this);
  readonly pathChanged = new Signal<this, string>(this);
  readonly saveState = new Signal<this, string>(this);
  readonly disposed = new Signal<this, void>(this);

  get ready(): Promise<void> {
    return this._ready.promise;
  }

  /** As the class expects it where contexts are wanted. */
  get real(): DocumentRegistry.Context {
    return this as unknown as DocumentRegistry.Context;
  }

  async load(): Promise<void> {
    this.isReady = true;
    this._ready.resolve();
    await this.ready;
  }

  rename(path: string): void {
    this.path = path;
    this.pathChanged.emit(path);
  }

  edit(dirty: boolean): void {
    this.model.dirty = dirty;
    this.model.stateChanged.emit({ name: 'dirty' });
  }

  save(): void {
    this.saveState.emit('started');
    this.saveState.emit('completed');
  }

  private readonly _ready = new PromiseDelegate<void>();
}

/** The widget in a notebook's panel. */
export class FakeNotebook {
  activeCell: { model: { id: string } } | null = null;
  activeCellIndex = -1;
  mode: 'edit' | 'command' = 'command';
  readonly activeCellChanged = new Signal<this, unknown>(this);
  readonly stateChanged = new Signal<this, unknown>(this);

  get real(): Notebook {
    return this as unknown as Notebook;
  }

  go(id: string, index: number, mode = this.mode): void {
    this.activeCell = { model: { id } };
    this.activeCellIndex = index;
    this.activeCellChanged.emit(this.activeCell);
    this.mode = mode;
    this.stateChanged.emit({ name: 'mode' });
  }
}

/** The panel of a notebook, or a document's widget of another kind. */
export function panel(context: FakeContext, notebook?: FakeNotebook): Widget {
  return { context, content: notebook ?? {} } as unknown as Widget;
}

/** Paths with drives, as the contents manager reads them; nothing is there. */
export const CONTENTS = {
  driveName: (path: string) => (path.includes(':') ? path.slice(0, path.indexOf(':')) : ''),
  localPath: (path: string) => path.slice(path.indexOf(':') + 1),
  get: () => Promise.reject(new Error('nothing is there'))
} as unknown as Contents.IManager;
