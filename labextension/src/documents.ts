/*
 * The documents that are open in this page, each with its room.
 * First floor: listens to JupyterLab, draws nothing.
 */
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type { Contents } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import { DisposableDelegate } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import { notebookOf } from './cells';
import { DocumentPresence } from './document';
import { AllFactories } from './factories';
import type { IDocumentPresence, IRoom } from './tokens';

export interface IDocumentsOptions {
  readonly registry: DocumentRegistry;
  readonly contents: Contents.IManager;
  readonly join: (room: string) => IRoom;
  /** Whether real-time co-editing draws carets on this page. */
  readonly drawsCarets: () => boolean;
}

/** One presence for each context, however many widgets show it. */
export class Documents implements IDisposable {
  constructor(options: IDocumentsOptions) {
    this._options = options;
    this._factories = new AllFactories(options.registry, (widget, context) => {
      const document = this._open(context);
      const notebook = notebookOf(widget);
      return notebook ? document.follow(notebook) : new DisposableDelegate(() => undefined);
    });
  }

  get added(): ISignal<this, IDocumentPresence> {
    return this._added;
  }

  get isDisposed(): boolean {
    return this._factories.isDisposed;
  }

  dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this._factories.dispose();
    for (const document of this._documents.values()) {
      document.dispose();
    }
    Signal.clearData(this);
  }

  [Symbol.iterator](): Iterator<IDocumentPresence> {
    return [...this._documents.values()][Symbol.iterator]();
  }

  /** By context. */
  for(context: DocumentRegistry.Context): IDocumentPresence | null {
    return this._documents.get(context) ?? null;
  }

  /** By shared model: a document's, or that of a cell in it. */
  of(sharedModel: object): IDocumentPresence | null {
    const notebook = 'notebook' in sharedModel ? sharedModel.notebook : null;
    const document =
      this._models.get(sharedModel) ??
      (typeof notebook === 'object' && notebook ? this._models.get(notebook) : undefined);
    return document && !document.isDisposed ? document : null;
  }

  private _open(context: DocumentRegistry.Context): DocumentPresence {
    const known = this._documents.get(context);
    if (known) {
      return known;
    }
    const document = new DocumentPresence(context, this._options);
    this._documents.set(context, document);
    this._models.set(context.model.sharedModel, document);
    document.disposed.connect(() => {
      this._documents.delete(context);
    });
    this._added.emit(document);
    return document;
  }

  private readonly _options: IDocumentsOptions;
  private readonly _documents = new Map<DocumentRegistry.Context, DocumentPresence>();
  private readonly _models = new WeakMap<object, DocumentPresence>();
  private readonly _factories: AllFactories;
  private readonly _added = new Signal<this, IDocumentPresence>(this);
}
