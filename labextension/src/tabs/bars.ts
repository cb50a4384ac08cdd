/*
 * The tabs of the main area: which node on the screen is whose tab, whenever JupyterLab has made, moved or redrawn one.
 * Top floor: knows Lumino's dock panel and tab bars.
 */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import { DockPanel } from '@lumino/widgets';
import type { TabBar, Widget } from '@lumino/widgets';

/** Draws at the end of a tab's node, or takes away what it had drawn there. */
export type Decorate = (tab: HTMLElement, widget: Widget) => void;

/**
 * JupyterLab's tabs cannot be given a renderer, and their labels are the names of files: changing one renames the
 * file. But a tab bar leaves alone what stands behind its own nodes in a tab.
 */
export class MainTabs implements IDisposable {
  constructor(
    private readonly _shell: Pick<JupyterFrontEnd.IShell, 'widgets'>,
    private readonly _decorate: Decorate
  ) {}

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    this._observer.disconnect();
    Signal.disconnectReceiver(this);
  }

  /** Decorate all tabs, and from now on also those that will be added to where they are. */
  readonly refresh = (): void => {
    if (this._isDisposed) {
      return;
    }
    this._observer.disconnect();
    for (const bar of this._bars()) {
      this._observer.observe(bar.contentNode, { childList: true });
      bar.titles.forEach(({ owner }, index) => {
        const tab = bar.contentNode.children[index];
        if (tab instanceof HTMLElement) {
          this._decorate(tab, owner);
        }
      });
    }
  };

  /* Splitting the area and moving tabs makes other bars. */
  private _bars(): Set<TabBar<Widget>> {
    const docks = new Set<DockPanel>();
    for (const { parent } of this._shell.widgets('main')) {
      if (parent instanceof DockPanel) {
        docks.add(parent);
        parent.layoutModified.connect(this.refresh, this);
      }
    }
    return new Set([...docks].flatMap(dock => [...dock.tabBars()]));
  }

  private readonly _observer = new MutationObserver(this.refresh);
  private _isDisposed = false;
}
