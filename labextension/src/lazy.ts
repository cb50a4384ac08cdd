/*
 * A part of the frontend that is loaded when it is first needed: the page's start does not pay for it.
 * Ground floor: how it is loaded is given.
 */

/** Loaded once. What could not be loaded is tried again when it is needed the next time. */
export class Lazy<T> {
  constructor(private readonly _fetch: () => Promise<T>) {}

  /** Null until it is there. */
  get loaded(): T | null {
    return this._loaded;
  }

  /** Load it, or wait for the loading that has begun; rejects if that fails. */
  async load(): Promise<T> {
    const loading = (this._loading ??= this._fetch());
    try {
      return (this._loaded = await loading);
    } catch (reason) {
      if (this._loading === loading) {
        this._loading = null;
      }
      throw reason;
    }
  }

  private _loaded: T | null = null;
  private _loading: Promise<T> | null = null;
}
