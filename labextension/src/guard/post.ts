/*
 * What guards one document from the moment it is opened: the gate before saving. All that watches, tells and asks
 * is loaded with the first document; until it is there, a save waits for it.
 * Top floor.
 */
import type { DocumentWidget } from '@jupyterlab/docregistry';
import type { IDisposable } from '@lumino/disposable';
import { DisposableDelegate } from '@lumino/disposable';

import { Lazy } from '../lazy';
import { tellMissing } from '../missing';
import type { IDocumentPresence } from '../tokens';
import type { IKeeper, Verdict } from './gate';
import { SaveGate } from './gate';
import type { IWatchOptions, Watch } from './watch';

/** What is loaded. */
export const watching = new Lazy(() => import('./watch'));

/** Lives until the document is closed, or guarding is switched off. */
export class Post implements IDisposable, IKeeper {
  constructor(document: IDocumentPresence, options: IWatchOptions) {
    this._document = document;
    this._options = options;
    this._gate = new SaveGate(document.context, this);
    if (watching.loaded) {
      this._begin(watching.loaded.Watch);
    } else {
      void this._load();
    }
  }

  get isDisposed(): boolean {
    return this._gate.isDisposed;
  }

  dispose(): void {
    this._gate.dispose();
    this._watch?.dispose();
    this._bars.clear();
  }

  get closed(): boolean {
    return this._watch?.keeper.closed ?? false;
  }

  /** What could not be loaded is tried again now. Without it, JupyterLab's own look at the file is what is left. */
  async decide(autosave: boolean): Promise<Verdict> {
    const watch = this._watch ?? (await this._load());
    return watch?.keeper.decide(autosave) ?? 'save';
  }

  /** Put a bar into a widget that shows the document; it goes with the result. */
  show(widget: DocumentWidget): IDisposable {
    this._bars.set(widget, this._watch?.show(widget) ?? null);
    return new DisposableDelegate(() => {
      this._bars.get(widget)?.dispose();
      this._bars.delete(widget);
    });
  }

  private async _load(): Promise<Watch | null> {
    const loaded = await watching.load().catch(() => null);
    if (!loaded) {
      tellMissing(this._options.trans);
    } else if (!this.isDisposed && !this._watch) {
      this._begin(loaded.Watch);
    }
    return this._watch;
  }

  private _begin(Guarding: typeof Watch): void {
    this._watch = new Guarding(this._document, this._options);
    for (const widget of this._bars.keys()) {
      this._bars.set(widget, this._watch.show(widget));
    }
  }

  private readonly _document: IDocumentPresence;
  private readonly _options: IWatchOptions;
  private readonly _gate: SaveGate;
  private readonly _bars = new Map<DocumentWidget, IDisposable | null>();
  private _watch: Watch | null = null;
}
