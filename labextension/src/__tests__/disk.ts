/*
 * A server's files in memory, and JupyterLab's own contexts and contents manager on them.
 */
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import { Context } from '@jupyterlab/docregistry';
import { ContentsManager } from '@jupyterlab/services';
import type { Contents, ServiceManager } from '@jupyterlab/services';
import { Signal } from '@lumino/signaling';

interface IFile {
  readonly content: unknown;
  readonly modified: string;
}

/** What the contents API does, at a clock that ticks with every write. */
export class Disk {
  readonly name = '';
  readonly fileChanged = new Signal<this, Contents.IChangedArgs>(this);
  readonly serverSettings = {};
  /** Whether the server gives hashes. */
  hashes = true;
  /** Called between a write and its answer, and before a read. */
  onWrite: (() => void) | null = null;
  onRead: (() => void) | null = null;
  readonly requests: string[] = [];

  /** As another program, or somebody else's page, would. */
  write(path: string, content: unknown): void {
    this._clock += 7;
    const modified = `${new Date(START + this._clock).toISOString().slice(0, -1)}321Z`;
    this._files.set(path, { content, modified });
  }

  read(path: string): unknown {
    return this._files.get(path)?.content;
  }

  /** Milliseconds since the epoch of the last write. */
  time(path: string): number {
    return Date.parse(this._files.get(path)?.modified ?? '');
  }

  hash(path: string): string {
    return hashOf(this._files.get(path)?.content);
  }

  get paths(): string[] {
    return [...this._files.keys()];
  }

  async get(path: string, options: Contents.IFetchOptions = {}): Promise<unknown> {
    await Promise.resolve();
    this.requests.push(`get ${path}`);
    this.onRead?.();
    return this._model(path, options);
  }

  async save(path: string, { content }: Partial<Contents.IModel>): Promise<unknown> {
    await Promise.resolve();
    this.requests.push(`save ${path}`);
    this.write(path, content);
    const answer = this._model(path, {});
    this.onWrite?.();
    this.fileChanged.emit({ type: 'save', oldValue: null, newValue: answer });
    return answer;
  }

  async newUntitled({ path = '', ext = '' }: Contents.ICreateOptions): Promise<unknown> {
    await Promise.resolve();
    const free = (number: number): string => {
      const name = [path, `untitled${number || ''}${ext}`].filter(Boolean).join('/');
      return this._files.has(name) ? free(number + 1) : name;
    };
    const name = free(0);
    this.write(name, '');
    return this._model(name, {});
  }

  async rename(path: string, newPath: string): Promise<unknown> {
    await Promise.resolve();
    const file = this._files.get(path);
    if (!file || this._files.has(newPath)) {
      throw Object.assign(new Error(), { response: { status: file ? 409 : 404 } });
    }
    this._files.delete(path);
    this._files.set(newPath, file);
    const newValue = this._model(newPath, {});
    this.fileChanged.emit({ type: 'rename', oldValue: { path }, newValue });
    return newValue;
  }

  delete(path: string): Promise<void> {
    this._files.delete(path);
    return Promise.resolve();
  }

  listCheckpoints(): Promise<unknown[]> {
    return Promise.resolve([{ id: '1', last_modified: '' }]);
  }

  createCheckpoint(): Promise<unknown> {
    return Promise.resolve({ id: '1', last_modified: '' });
  }

  dispose(): void {
    Signal.clearData(this);
  }

  private _model(path: string, options: Contents.IFetchOptions): Contents.IModel {
    const file = this._files.get(path);
    if (!file) {
      throw Object.assign(new Error(path), { response: { status: 404 } });
    }
    return {
      path,
      name: path.replace(/.*\//, ''),
      type: path.endsWith('.ipynb') ? 'notebook' : 'file',
      format: path.endsWith('.ipynb') ? 'json' : 'text',
      mimetype: '',
      content: options.content === false ? null : structuredClone(file.content),
      writable: true,
      created: '',
      last_modified: file.modified,
      ...(this.hashes ? { hash: options.hash ? hashOf(file.content) : null } : {})
    } as Contents.IModel;
  }

  private readonly _files = new Map<string, IFile>();
  private _clock = 0;
}

const START = Date.parse('2026-02-03T04:05:06Z');

function hashOf(content: unknown): string {
  return `hash of ${JSON.stringify(content)}`;
}

/** The services that contexts need, on a disk. */
export function servicesOn(disk: Disk): ServiceManager.IManager {
  const changed = new Signal<object, unknown>({});
  const sessions = { running: () => [], refreshRunning: () => Promise.resolve() };
  return {
    ready: Promise.resolve(),
    contents: new ContentsManager({ defaultDrive: disk as unknown as Contents.IDrive }),
    sessions: {
      ...sessions,
      ready: Promise.resolve(),
      runningChanged: changed,
      connectionFailure: changed
    },
    kernels: {},
    kernelspecs: { ready: Promise.resolve(), specsChanged: changed, specs: null }
  } as unknown as ServiceManager.IManager;
}

/** A loaded document, as the document manager makes it. */
export async function openContext<T extends DocumentRegistry.IModel>(
  manager: ServiceManager.IManager,
  factory: DocumentRegistry.IModelFactory<T>,
  path: string
): Promise<Context<T>> {
  const context = new Context({ manager, factory, path });
  await context.initialize(false);
  await context.ready;
  return context;
}
