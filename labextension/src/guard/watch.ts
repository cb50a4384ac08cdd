/*
 * All that watches one document: what is known, what can be done, and a bar in each widget.
 * Top floor. Loaded with the first document.
 */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { IEditorLanguageRegistry } from '@jupyterlab/codemirror';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { DocumentRegistry, DocumentWidget } from '@jupyterlab/docregistry';
import type { Contents } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IDisposable } from '@lumino/disposable';
import { DisposableDelegate, DisposableSet } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';

import { revealTab } from '../people/opening';
import { documentTab } from '../people/rows';
import { steadyText } from '../people/steady';
import type { Settings } from '../settings';
import type { IDocumentPresence } from '../tokens';
import { versionOf } from '../version';
import { AutoReload } from './auto';
import { GuardBar } from './bar';
import type { IDeeds } from './buttons';
import type { IKeeper } from './gate';
import { Guard } from './guard';
import { inUse } from './hands';
import { Remedies } from './remedies';
import type { IAuthor } from './saves';
import { Showing } from './showing';

export interface IWatchOptions {
  readonly contents: Contents.IManager;
  readonly manager: IDocumentManager;
  readonly shell: JupyterFrontEnd.IShell;
  readonly hasTabs: boolean;
  readonly languages: IEditorLanguageRegistry | null;
  readonly settings: Settings;
  readonly trans: TranslationBundle;
  /** Show the panel of people. */
  showPeople(): void;
}

/** Lives until the document is closed, or guarding is switched off. */
export class Watch implements IDisposable {
  constructor(document: IDocumentPresence, options: IWatchOptions) {
    this._document = document;
    this._options = options;
    const now = () => Date.now();
    const { context } = document;
    const guard = new Guard({ document, now, margin: () => marginOf(context) });
    const showing = new Showing({ ...options, document, guard, widgets: this._widgets, now });
    const remedies = new Remedies({
      ...options,
      document,
      guard,
      widgets: this._widgets,
      now,
      compare: one => showing.show(one)
    });
    this._guard = guard;
    this._deeds = this._deedsOf(remedies);
    this._auto = new AutoReload({
      guard,
      wanted: () => options.settings.current.autoReload,
      busy: () => remedies.busy,
      inUse: () => [...this._widgets].some(inUse),
      read: mayShow => remedies.read(mayShow)
    });
    this.keeper = remedies;
    options.settings.changed.connect(this._onSettings, this);
    options.contents.fileChanged.connect(this._onFile, this);
    context.saveState.connect(this._onSave, this);
  }

  /** Who decides about saving. */
  readonly keeper: IKeeper;

  get isDisposed(): boolean {
    return this._guard.isDisposed;
  }

  dispose(): void {
    Signal.disconnectReceiver(this);
    this._bars.dispose();
    this._auto.dispose();
    this._guard.dispose();
  }

  /** Put a bar into a widget that shows the document; it goes with the result. */
  show(widget: DocumentWidget): IDisposable {
    const { trans } = this._options;
    const bar = new GuardBar({
      guard: this._guard,
      deeds: this._deeds,
      trans,
      now: () => Date.now()
    });
    const steady = steadyText(widget, widget.contentHeader.node);
    this._widgets.add(widget);
    widget.contentHeader.addClass('jp-AwarenessGuard-header');
    widget.contentHeader.addWidget(bar);
    widget.node.append(bar.announcement);
    const shown = new DisposableDelegate(() => {
      this._widgets.delete(widget);
      this._bars.remove(shown);
      bar.announcement.remove();
      bar.dispose();
      steady.dispose();
    });
    this._bars.add(shown);
    return shown;
  }

  private _deedsOf(remedies: Remedies): IDeeds {
    return {
      compare: () => void remedies.compare(),
      reload: () => void remedies.reload(),
      keepCopy: () => void remedies.keepCopy(),
      openCopy: path => {
        remedies.openCopy(path);
      },
      show: people => {
        this._showPeople(people);
      }
    };
  }

  /* Go to where somebody is in this document; of several, the panel tells. */
  private _showPeople(authors: readonly IAuthor[]): void {
    const [author] = authors;
    const [widget] = this._widgets;
    const { people, path } = this._document;
    const peer = people
      .find(person => person.username === author?.user.username)
      ?.peers.find(one => one.document?.dirty);
    if (authors.length === 1 && author?.self === false && widget && peer) {
      void revealTab(documentTab(peer, path), widget, this._document);
    } else {
      this._options.showPeople();
    }
  }

  private _onSettings(): void {
    this._auto.consider();
  }

  private _onSave(_: DocumentRegistry.Context, state: DocumentRegistry.SaveState): void {
    this._saving = state === 'started';
  }

  /* This page may have the file open in a second way. */
  private _onFile(_: Contents.IManager, { type, newValue }: Contents.IChangedArgs): void {
    const { path } = this._document.context;
    if (type === 'save' && newValue?.path === path && !this._saving) {
      const { last_modified = '', hash } = newValue;
      const version = versionOf({ last_modified, ...(hash ? { hash } : {}) });
      if (version) {
        this._guard.hearOwn(version);
      }
    }
  }

  private readonly _document: IDocumentPresence;
  private readonly _options: IWatchOptions;
  private readonly _guard: Guard;
  private readonly _deeds: IDeeds;
  private readonly _auto: AutoReload;
  private readonly _widgets = new Set<DocumentWidget>();
  private readonly _bars = new DisposableSet();
  private _saving = false;
}

/* What the user has set for a file system that is not exact; JupyterLab's interface of contexts leaves it out. */
function marginOf(context: DocumentRegistry.Context): number {
  const margin = 'lastModifiedCheckMargin' in context ? context.lastModifiedCheckMargin : null;
  return typeof margin === 'number' ? margin : 0;
}
