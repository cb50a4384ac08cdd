/*
 * Keeps a cell that was scrolled to in sight: JupyterLab draws cells when they are about to be seen, and those
 * above that turn out larger or smaller than it thought push away what is under them.
 * Top floor.
 */
import type { Notebook } from '@jupyterlab/notebook';

/** Frames for which the cell has to stay in sight. */
const CALM = 10;

/** Frames after which it is let be, whatever it does. */
const MOST = 90;

/** What the user does to go elsewhere. */
const INPUTS = ['keydown', 'pointerdown', 'wheel'] as const;

/** Scroll again whenever the cell has left, until it stays, is not wanted any more, or the user does something. */
export async function settle(
  notebook: Notebook,
  index: number,
  isWanted: () => boolean = () => true
): Promise<void> {
  const heard = new AbortController();
  for (const input of INPUTS) {
    window.addEventListener(
      input,
      () => {
        heard.abort();
      },
      { signal: heard.signal, capture: true, passive: true }
    );
  }
  let calm = 0;
  for (let frame = 0; frame < MOST && calm < CALM; frame += 1) {
    await nextFrame();
    if (heard.signal.aborted || notebook.isDisposed || !isWanted()) {
      break;
    }
    calm = isInSight(notebook, index) ? calm + 1 : 0;
    if (calm === 0) {
      await notebook.scrollToItem(index, 'smart');
    }
  }
  heard.abort();
}

/* What has no place at all, as in a hidden tab, is not out of sight. */
function isInSight({ outerNode, widgets }: Notebook, index: number): boolean {
  const cell = widgets[index]?.node.getBoundingClientRect();
  const inside = outerNode.getBoundingClientRect();
  return !cell || cell.height === 0 || (cell.bottom > inside.top && cell.top < inside.bottom);
}

function nextFrame(): Promise<unknown> {
  return new Promise(resolve => {
    requestAnimationFrame(resolve);
  });
}
