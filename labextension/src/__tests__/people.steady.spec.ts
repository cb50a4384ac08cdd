// @vitest-environment jsdom
import type { IDocumentWidget } from '@jupyterlab/docregistry';
import { beforeEach, describe, expect, it, vi } from 'vitest';

import { holdLines, steadyText } from '../people/steady';

let resized: () => void;
let height: number;
let visible: boolean;
let scroller: HTMLElement;
const disconnect = vi.fn();
/** The caret's top edge, in pixels from the top of the text as it is shown. */
let caret: number;

beforeEach(() => {
  disconnect.mockClear();
  vi.stubGlobal(
    'ResizeObserver',
    class {
      constructor(run: () => void) {
        resized = run;
      }
      readonly observe = vi.fn();
      readonly disconnect = disconnect;
    }
  );
  height = 8;
  caret = 300;
  visible = true;
});

function widget(): IDocumentWidget {
  const node = document.createElement('div');
  Object.defineProperty(node, 'offsetHeight', { get: () => height });
  const host = document.createElement('div');
  scroller = host.appendChild(document.createElement('div'));
  scroller.className = 'cm-scroller';
  scroller.getBoundingClientRect = () => ({ top: height }) as DOMRect;
  const editor = {
    host,
    revealPosition: () => undefined,
    hasFocus: () => true,
    getCursorPosition: () => ({ line: 0, column: 0 }),
    getCoordinateForPosition: () => ({ top: height + caret })
  };
  return {
    toolbar: { node },
    content: { editor },
    get isVisible() {
      return visible;
    }
  } as unknown as IDocumentWidget;
}

function grow(to: number): void {
  height = to;
  resized();
}

describe('the text below a toolbar', () => {
  it('is scrolled by as much as the toolbar grows and shrinks', () => {
    steadyText(widget());
    scroller.scrollTop = 100;
    resized();
    grow(32);
    expect(scroller.scrollTop).toBe(124);
    grow(8);
    expect(scroller.scrollTop).toBe(100);
  });

  it('is not, if the toolbar would cover the cursor', () => {
    caret = 10;
    steadyText(widget());
    scroller.scrollTop = 100;
    resized();
    grow(32);
    expect(scroller.scrollTop).toBe(100);
  });

  it('stays while the tab is hidden and comes back', () => {
    steadyText(widget());
    scroller.scrollTop = 100;
    resized();
    visible = false;
    grow(0);
    visible = true;
    grow(8);
    expect(scroller.scrollTop).toBe(100);
  });

  it('is scrolled by what comes above from nothing', () => {
    height = 0;
    steadyText(widget());
    scroller.scrollTop = 100;
    resized();
    grow(33);
    expect(scroller.scrollTop).toBe(133);
  });

  it('is, if the cursor is above of what can be seen anyway', () => {
    caret = -50;
    steadyText(widget());
    scroller.scrollTop = 100;
    resized();
    grow(32);
    expect(scroller.scrollTop).toBe(124);
  });

  it('is left to who holds it, and what has grown by then is not made up for', () => {
    const held = widget();
    steadyText(held);
    scroller.scrollTop = 100;
    resized();
    const holds = [holdLines(held), holdLines(held)];
    grow(32);
    holds[0]?.dispose();
    grow(40);
    expect(scroller.scrollTop).toBe(100);
    height = 48;
    holds[1]?.dispose();
    resized();
    expect(scroller.scrollTop).toBe(100);
    grow(8);
    expect(scroller.scrollTop).toBe(60);
  });

  it('is let go', () => {
    steadyText(widget()).dispose();
    expect(disconnect).toHaveBeenCalledOnce();
  });
});
