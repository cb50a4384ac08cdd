/*
 * Hears of every widget that shows a document, whichever factory it is from.
 * First floor: listens to JupyterLab, draws nothing.
 */
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type { IDisposable } from '@lumino/disposable';
import { DisposableSet } from '@lumino/disposable';
import type { Widget } from '@lumino/widgets';

type CreateNew = (widget: Widget, context: DocumentRegistry.Context) => IDisposable;

/** A widget extension of all factories: of those that are there, and of those to come. */
export class AllFactories implements IDisposable {
  /** What `createNew` gives is disposed with the widget. */
  constructor(registry: DocumentRegistry, createNew: CreateNew) {
    this._registry = registry;
    this._createNew = createNew;
    registry.changed.connect(this._onRegistry, this);
    for (const factory of registry.widgetFactories()) {
      this._extend(factory.name);
    }
  }

  get isDisposed(): boolean {
    return this._extensions.isDisposed;
  }

  dispose(): void {
    this._registry.changed.disconnect(this._onRegistry, this);
    this._extensions.dispose();
  }

  private _onRegistry(_: DocumentRegistry, change: DocumentRegistry.IChangedArgs): void {
    if (change.type === 'widgetFactory' && change.change === 'added' && change.name) {
      this._extend(change.name);
    }
  }

  private _extend(factory: string): void {
    const name = factory.toLowerCase(); // As the registry has it.
    if (this._names.has(name)) {
      return; // It warns about a second extension of ours, also after the factory came back.
    }
    this._names.add(name);
    this._extensions.add(this._registry.addWidgetExtension(name, { createNew: this._createNew }));
  }

  private readonly _registry: DocumentRegistry;
  private readonly _createNew: CreateNew;
  private readonly _names = new Set<string>();
  private readonly _extensions = new DisposableSet();
}
