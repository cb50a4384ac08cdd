/*
 * One post for each document that is open, while the user wants it.
 * Top floor.
 */
import type { DocumentRegistry, DocumentWidget } from '@jupyterlab/docregistry';
import type { IDisposable } from '@lumino/disposable';
import { DisposableDelegate } from '@lumino/disposable';
import type { Widget } from '@lumino/widgets';

import { AllFactories } from '../factories';
import type { IPresence } from '../tokens';
import { Post } from './post';
import type { IWatchOptions } from './watch';

export class Guards implements IDisposable {
  constructor(registry: DocumentRegistry, presence: IPresence, options: IWatchOptions) {
    this._presence = presence;
    this._options = options;
    this._factories = new AllFactories(registry, (widget, context) => this._add(widget, context));
    options.settings.changed.connect(this._onSettings, this);
  }

  get isDisposed(): boolean {
    return this._factories.isDisposed;
  }

  dispose(): void {
    this._options.settings.changed.disconnect(this._onSettings, this);
    this._factories.dispose();
    this._stop();
  }

  private _add(widget: Widget, context: DocumentRegistry.Context): IDisposable {
    // Co-editing merges what people type, and saves by itself.
    if (!isDocument(widget) || context.model.collaborative === true) {
      return new DisposableDelegate(() => undefined);
    }
    this._widgets.set(widget, context);
    this._show(widget, context);
    return new DisposableDelegate(() => {
      this._widgets.delete(widget);
      this._bars.get(widget)?.dispose();
      this._bars.delete(widget);
    });
  }

  private _show(widget: DocumentWidget, context: DocumentRegistry.Context): void {
    if (this._options.settings.current.guard) {
      const bar = this._post(context)?.show(widget);
      if (bar) {
        this._bars.set(widget, bar);
      }
    }
  }

  private _post(context: DocumentRegistry.Context): Post | null {
    const known = this._posts.get(context);
    const document = this._presence.documentFor(context);
    if (known || !document) {
      return known ?? null;
    }
    const post = new Post(document, this._options);
    this._posts.set(context, post);
    document.disposed.connect(() => {
      post.dispose();
      this._posts.delete(context);
    });
    return post;
  }

  private _onSettings(): void {
    const { guard } = this._options.settings.current;
    if (!guard) {
      this._stop();
    } else if (this._posts.size === 0) {
      for (const [widget, context] of this._widgets) {
        this._show(widget, context);
      }
    }
  }

  private _stop(): void {
    for (const post of this._posts.values()) {
      post.dispose();
    }
    this._posts.clear();
    this._bars.clear();
  }

  private readonly _presence: IPresence;
  private readonly _options: IWatchOptions;
  private readonly _factories: AllFactories;
  private readonly _widgets = new Map<DocumentWidget, DocumentRegistry.Context>();
  private readonly _posts = new Map<DocumentRegistry.Context, Post>();
  private readonly _bars = new Map<DocumentWidget, IDisposable>();
}

function isDocument(widget: Widget): widget is DocumentWidget {
  return 'contentHeader' in widget && 'context' in widget;
}
