/*
 * Tells when the cells of a notebook may have come into sight or left it: scrolled, resized, drawn, moved.
 * Top floor.
 */
import type { Notebook } from '@jupyterlab/notebook';
import type { IDisposable } from '@lumino/disposable';

import { GATHERED, Throttle } from '../throttle';

/** Where cells have their prompt above them, nothing is free beside them. */
const NARROW = '(width <= 760px)';

export class Watch implements IDisposable {
  /**
   * @param onMove - what is in sight may have changed
   * @param onDraw - cells have come into the page or left it
   */
  constructor(notebook: Notebook, onMove: () => void, onDraw: () => void) {
    const { outerNode, viewportNode } = notebook;
    const options = { signal: this._listening.signal, passive: true };
    outerNode.addEventListener('scroll', onMove, options);
    this._resizes = new ResizeObserver(onMove);
    this._resizes.observe(outerNode);
    this._growing = new Throttle(
      () => {
        onMove();
        onDraw();
      },
      () => GATHERED
    );
    const onGrow = () => {
      this._growing.invoke();
    };
    this._growths = new ResizeObserver(onGrow);
    this._growths.observe(viewportNode);
    this._draws = new MutationObserver(onGrow);
    this._draws.observe(viewportNode, { childList: true });
    document.addEventListener(
      'selectionchange',
      () => {
        if (this.isNarrow) {
          onMove();
        }
      },
      options
    );
    this._stop = () => {
      notebook.cellCollapsed.disconnect(onDraw);
      notebook.cellInViewportChanged.disconnect(onGrow);
    };
    notebook.cellCollapsed.connect(onDraw);
    notebook.cellInViewportChanged.connect(onGrow);
  }

  get isNarrow(): boolean {
    return this._media.matches;
  }

  get isDisposed(): boolean {
    return this._listening.signal.aborted;
  }

  dispose(): void {
    if (!this.isDisposed) {
      this._listening.abort();
      this._resizes.disconnect();
      this._growths.disconnect();
      this._growing.dispose();
      this._draws.disconnect();
      this._stop();
    }
  }

  private readonly _listening = new AbortController();
  private readonly _media = window.matchMedia(NARROW);
  private readonly _resizes: ResizeObserver;
  private readonly _growing: Throttle;
  private readonly _growths: ResizeObserver;
  private readonly _draws: MutationObserver;
  private readonly _stop: () => void;
}
