/*
 * Which version of its file a page shows, and which versions that one was made from.
 * First floor: listens to JupyterLab and asks the contents API, draws nothing.
 */
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type { Contents } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import type { ISave, IVersion } from './states';
import { MOST_EARLIER } from './states';
import type { ILineage } from './tokens';
import { versionOf } from './version';

export class Lineage implements ILineage, IDisposable {
  constructor(context: DocumentRegistry.Context, contents: Pick<Contents.IManager, 'get'>) {
    this._context = context;
    this._contents = contents;
    context.saveState.connect(this._onSave, this);
    context.fileChanged.connect(this._onFile, this);
    void context.ready.then(() => {
      if (!this._isDisposed) {
        this._load();
      }
    });
  }

  get version(): IVersion | null {
    return this._version;
  }

  get saved(): ISave | null {
    return this._saved;
  }

  get own(): boolean {
    return this._saved !== null && this._saved === this._version;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    Signal.disconnectReceiver(this);
    Signal.clearData(this);
  }

  async look(): Promise<IVersion | null> {
    return versionOf(await this._read());
  }

  private async _read(): Promise<Contents.IModel | null> {
    try {
      return await this._contents.get(this._context.path, { content: false, hash: true });
    } catch {
      return null; // Not there, or not to be reached: nobody can tell.
    }
  }

  private _onFile(): void {
    if (!this._saving) {
      this._load();
    }
  }

  private _load(): void {
    const model = this._context.contentsModel;
    const version = versionOf(model);
    // After a rename the model has no hash, and is the same version.
    if (!model || !version || (version.hash === '' && model.last_modified === this._stamp)) {
      return;
    }
    this._stamp = model.last_modified;
    this._version = version;
    this._line = version.hash === '' ? [] : [version.hash];
    this._changed.emit();
  }

  private _onSave(_: DocumentRegistry.Context, state: DocumentRegistry.SaveState): void {
    this._saving = state === 'started';
    if (state === 'completed') {
      void this._keep();
    }
  }

  /*
   * JupyterLab asks for the hash after it has written: if somebody else wrote in between, that hash is theirs, and
   * their version would be overwritten next without a word. So the hash counts only together with the time.
   */
  private async _keep(): Promise<void> {
    const model = this._context.contentsModel;
    const version = versionOf(model);
    if (!model || !version || model.last_modified === this._stamp) {
      return; // Saved under another name.
    }
    const stamp = (this._stamp = model.last_modified);
    const from = this._line;
    this._wrote({ at: version.at, hash: '', from });
    const disk = await this._read();
    if (this._isDisposed || this._stamp !== stamp) {
      return; // The next version is already there.
    }
    const hash = disk?.last_modified === stamp ? (disk.hash ?? '') : '';
    this._wrote({ at: version.at, hash, from });
    this._line = [...(hash === '' ? [] : [hash]), ...from].slice(0, MOST_EARLIER);
    this._changed.emit();
  }

  private _wrote(save: ISave): void {
    this._version = save;
    this._saved = save;
  }

  private readonly _context: DocumentRegistry.Context;
  private readonly _contents: Pick<Contents.IManager, 'get'>;
  private _version: IVersion | null = null;
  private _saved: ISave | null = null;
  /* The time of the version, to the microsecond. */
  private _stamp = '';
  private _line: readonly string[] = [];
  private _saving = false;
  private readonly _changed = new Signal<this, void>(this);
  private _isDisposed = false;
}
