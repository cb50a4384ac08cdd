/*
 * The one place where saving is held up: a gate before one document's `save`.
 * Top floor, but without DOM.
 *
 * Every way to save a document (command, menu, toolbar, "Save all", autosave, closing, other extensions) ends in
 * `context.save()`, and JupyterLab has no hook before it: `saveState` comes when it is too late to stop. So the
 * method, and the property that autosave asks first, are covered on this one context, and uncovered on dispose.
 * The class is not touched, and JupyterLab's own check for a file that has changed goes on working behind the gate.
 */
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type { Contents } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';

import type { IVersion } from '../peers';

/** Save; save over this version, which the user has decided to replace; there is nothing left to save; do not save. */
export type Verdict = 'save' | { readonly over: IVersion } | 'done' | 'cancel';

export interface IKeeper {
  /** Whether autosave has to wait. */
  readonly closed: boolean;
  /** What is to become of a save; autosave must not be asked about. */
  decide(autosave: boolean): Promise<Verdict>;
}

export class SaveGate implements IDisposable {
  constructor(context: DocumentRegistry.Context, keeper: IKeeper) {
    this._context = context;
    this._keeper = keeper;
    const before = context.save;
    this._pass = () => before.call(context);
    this._cover = () => this._save();
    this._uncover = [
      cover(context, 'save', { writable: true, value: this._cover }),
      cover(context, 'canSave', { get: () => this._canSave() })
    ];
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** From now on saving is JupyterLab's own again. */
  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    // Somebody else may have covered the cover; then it stays, and lets everything pass.
    if (this._context.save === this._cover) {
      for (const uncover of this._uncover) {
        uncover();
      }
    }
  }

  /* Autosave reads this right before it saves, and nobody else does: so it can be told from a person's save. */
  private _canSave(): boolean {
    this._autosave = true;
    queueMicrotask(() => {
      this._autosave = false;
    });
    const can = ofClass(this._context, 'canSave') === true;
    return can && (this._isDisposed || !this._keeper.closed);
  }

  private async _save(): Promise<void> {
    const autosave = this._autosave;
    this._autosave = false;
    if (this._isDisposed) {
      await this._pass();
      return;
    }
    if (autosave && this._saving > 0) {
      throw canceled(); // It will come again.
    }
    // One after the other: what one has just written must not look like somebody else's.
    const before = this._last;
    const run = async (): Promise<void> => {
      await before.catch(() => undefined);
      await this._decided(autosave);
    };
    this._saving++;
    this._last = run();
    try {
      await this._last;
    } finally {
      this._saving--;
    }
  }

  private async _decided(autosave: boolean): Promise<void> {
    await this._context.ready;
    const verdict = this._isDisposed ? 'save' : await this._keeper.decide(autosave);
    if (verdict === 'save') {
      await this._pass();
    } else if (verdict === 'cancel') {
      throw canceled();
    } else if (verdict !== 'done') {
      await this._replace(verdict.over);
    }
  }

  /*
   * JupyterLab compares what is on disk with the `contentsModel` of the context, and would ask once more. Until it
   * has written, it sees there the version that the user has decided to replace; if that is no longer the one on
   * disk, it still asks.
   */
  private async _replace({ at, hash }: IVersion): Promise<void> {
    const before = this._context.contentsModel;
    const shown = (): Contents.IModel | null => {
      const model = ofClass(this._context, 'contentsModel') as Contents.IModel | null;
      const same = model?.last_modified === before?.last_modified && model?.hash === before?.hash;
      return model && same
        ? { ...model, last_modified: new Date(at).toISOString(), ...(hash !== '' && { hash }) }
        : model;
    };
    const uncover = cover(this._context, 'contentsModel', { get: shown });
    try {
      await this._pass();
    } finally {
      uncover();
    }
  }

  private readonly _context: DocumentRegistry.Context;
  private readonly _keeper: IKeeper;
  /* What saved before. */
  private readonly _pass: () => Promise<void>;
  private readonly _cover: () => Promise<void>;
  private readonly _uncover: readonly (() => void)[];
  private _autosave = false;
  private _saving = 0;
  private _last: Promise<void> = Promise.resolve();
  private _isDisposed = false;
}

/** Put a property before what an object has under that name, until the result is called. */
export function cover(object: object, name: string, property: PropertyDescriptor): () => void {
  const before = Object.getOwnPropertyDescriptor(object, name);
  Object.defineProperty(object, name, { ...property, configurable: true });
  return () => {
    Reflect.deleteProperty(object, name);
    if (before) {
      Object.defineProperty(object, name, before);
    }
  };
}

/* What a context's class has under a name that is covered on the context itself. */
function ofClass(context: DocumentRegistry.Context, name: string): unknown {
  return Reflect.get(Object.getPrototypeOf(context) as object, name, context);
}

/** What JupyterLab's callers of `save` know as "the user did not want to". */
function canceled(): Error {
  return Object.assign(new Error('Cancel'), { name: 'ModalCancelError' });
}
