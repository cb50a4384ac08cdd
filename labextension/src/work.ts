/*
 * Unsaved work in one document: what would be lost if the page went away, and since when there is any.
 * First floor: listens to JupyterLab, draws nothing.
 *
 * A model's own `dirty` says too much and too little. It is set when a notebook is merely opened, because the
 * kernel's name is filled in; it stays set when a text file is read anew; and it is cleared at the end of a save,
 * though the user may have typed since the save began.
 */
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import { Throttle } from './throttle';
import type { IUnsavedWork } from './tokens';

/* Milliseconds between two looks whether a text is again what it was when it was clean. */
const COMPARE_EVERY = 500;

/* What a notebook's metadata say of the kernel: JupyterLab writes it by itself. */
const BOOKKEEPING: ReadonlySet<string> = new Set(['kernelspec', 'language_info']);

export class UnsavedWork implements IUnsavedWork, IDisposable {
  /** `now`: milliseconds since the epoch. */
  constructor(context: DocumentRegistry.Context, now: () => number = Date.now) {
    this._context = context;
    this._now = now;
    this._text = textOf(context.model);
    void context.ready.then(() => {
      if (!this._isDisposed) {
        this._start();
      }
    });
  }

  /** Milliseconds since the epoch; null without unsaved work. */
  get since(): number | null {
    return this._since;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    this._comparing.dispose();
    Signal.disconnectReceiver(this);
    Signal.clearData(this);
  }

  private _start(): void {
    const { model } = this._context;
    this._clean = this._text?.() ?? null;
    model.stateChanged.connect(this._onState, this);
    model.contentChanged.connect(this._onContent, this);
    this._context.saveState.connect(this._onSave, this);
    this._context.fileChanged.connect(this._onFile, this);
    if (metadataChanged(model)) {
      model.metadataChanged.connect(this._onMetadata, this);
      // What it says from the beginning is bookkeeping.
    } else if (!this._text) {
      this._set(model.dirty ? this._now() : null);
    }
  }

  /* Comes right before the `contentChanged` that it causes. */
  private _onMetadata(_: unknown, change: { readonly key?: string }): void {
    this._bookkeeping = change.key !== undefined && BOOKKEEPING.has(change.key);
  }

  private _onContent(): void {
    const bookkeeping = this._bookkeeping;
    this._bookkeeping = false;
    if (bookkeeping) {
      return;
    }
    this._touchedAt = this._now();
    if (this._since !== null) {
      this._comparing.invoke();
    } else if (this._text) {
      this._compare();
    } else if (metadataChanged(this._context.model)) {
      this._set(this._touchedAt);
    }
  }

  private _onState(_: unknown, change: { readonly name: string }): void {
    const { model } = this._context;
    if (change.name !== 'dirty' || this._saving) {
      return;
    }
    if (!model.dirty) {
      this._settle(null);
    } else if (!this._text && !metadataChanged(model)) {
      this._set(this._now());
    }
  }

  /* Another version was read. */
  private _onFile(): void {
    if (!this._saving) {
      this._settle(null);
    }
  }

  private _onSave(_: DocumentRegistry.Context, state: DocumentRegistry.SaveState): void {
    if (state === 'started') {
      this._saving = { text: this._text?.() ?? null };
      this._touchedAt = null;
      return;
    }
    const saving = this._saving;
    this._saving = null;
    // "Save as" ends in the same way, but leaves this file as it was.
    if (state === 'completed' && saving && !this._context.model.dirty) {
      this._settle(this._touchedAt, saving.text);
    }
  }

  /* All that was there before is in the file; `since`: the user went on in the meantime. */
  private _settle(since: number | null, text: string | null = this._text?.() ?? null): void {
    this._clean = text;
    this._set(since);
    if (since !== null) {
      this._context.model.dirty = true; // JupyterLab would let the user close the page without a word.
      this._comparing.invoke();
    }
  }

  private _compare(): void {
    if (this._text) {
      const same = this._text() === this._clean;
      this._set(same ? null : (this._since ?? this._touchedAt));
    }
  }

  private _set(since: number | null): void {
    if (since !== this._since) {
      this._since = since;
      this._changed.emit();
    }
  }

  private readonly _context: DocumentRegistry.Context;
  private readonly _now: () => number;
  /* How to read a model that is a text; null for others. */
  private readonly _text: (() => string) | null;
  private _clean: string | null = null;
  private _since: number | null = null;
  private _touchedAt: number | null = null;
  private _saving: { readonly text: string | null } | null = null;
  private _bookkeeping = false;
  private readonly _comparing = new Throttle(
    () => {
      this._compare();
    },
    () => COMPARE_EVERY
  );
  private readonly _changed = new Signal<this, void>(this);
  private _isDisposed = false;
}

function textOf({ sharedModel }: DocumentRegistry.IModel): (() => string) | null {
  return 'updateSource' in sharedModel && !('cells' in sharedModel)
    ? () => sharedModel.getSource() as string
    : null;
}

/* A notebook's model, by its shape: importing the class would load its package in every page. */
function metadataChanged(
  model: DocumentRegistry.IModel
): model is DocumentRegistry.IModel & INotebookSignals {
  return 'metadataChanged' in model;
}

interface INotebookSignals {
  readonly metadataChanged: ISignal<unknown, { readonly key?: string }>;
}
