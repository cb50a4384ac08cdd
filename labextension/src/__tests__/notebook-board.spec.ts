// @vitest-environment jsdom
import { YNotebook } from '@jupyter/ydoc';
import { Signal } from '@lumino/signaling';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { isFilling } from '../editor/frame';
import { NotebookBoard } from '../notebook/board';
import type { NotebookWidget } from '../notebook/board';
import { DEFAULTS, Settings } from '../settings';
import type { ISettings } from '../settings';
import type { IDocumentPresence, IPresence } from '../tokens';
import { FakeDocument, Frames, peer } from './editor-room';
import { trans } from './people.fakes';

/** Each cell is 100 pixels high; the notebook shows so many pixels of them. */
const HEIGHT = 100;
const WINDOW = 300;

/** A notebook's panel, drawn by hand: jsdom lays nothing out. */
class Page {
  constructor(count: number) {
    const cells = Array.from({ length: count }, (_, at) => ({
      cell_type: 'code',
      id: `c${at}`,
      source: '',
      metadata: {},
      outputs: []
    }));
    this.model.fromJSON({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 });
    this.node.append(this.content.node);
    this.content.node.append(this.content.outerNode);
    this.content.outerNode.append(this.content.viewportNode);
    Object.defineProperty(this.content.outerNode, 'clientHeight', { get: () => this.height });
    this.content.outerNode.getBoundingClientRect = () => new DOMRect(0, 0, 800, this.height);
    this.draw();
    document.body.append(this.node);
  }

  height = WINDOW;
  scrolled = 0;
  /** So many cells are drawn; JupyterLab will draw the others in idle time. */
  filled = Infinity;
  readonly node = document.createElement('div');
  readonly model = new YNotebook();
  readonly content = {
    node: document.createElement('div'),
    outerNode: document.createElement('div'),
    viewportNode: document.createElement('div'),
    widgets: [] as { node: HTMLElement; isHidden: boolean; isPlaceholder: () => boolean }[],
    isVisible: true,
    notebookConfig: { windowingMode: 'contentVisibility' },
    activeCell: null as { node: HTMLElement } | null,
    activeCellChanged: {},
    cellCollapsed: new Signal<object, unknown>({}),
    cellInViewportChanged: new Signal<object, unknown>({}),
    scrollToItem: vi.fn(() => Promise.resolve()),
    model: { sharedModel: this.model }
  };

  /** Have an element for each cell, as JupyterLab does after cells changed. */
  draw(): void {
    const { content } = this;
    content.widgets = this.model.cells.map((cell, index) => {
      const node = content.viewportNode.querySelector<HTMLElement>(`[data-id="${cell.getId()}"]`);
      return {
        node: node ?? this.cellNode(cell.getId(), index),
        isHidden: false,
        isPlaceholder: () => index >= this.filled
      };
    });
    content.viewportNode.replaceChildren(...content.widgets.map(({ node }) => node));
  }

  scroll(to: number): void {
    this.scrolled = to;
    this.content.outerNode.dispatchEvent(new Event('scroll'));
  }

  mark(id: string): HTMLElement | null {
    return this.content.viewportNode.querySelector(`[data-id="${id}"] > .jp-AwarenessCell`);
  }

  /** What is told of each cell in words. */
  get told(): Record<string, string> {
    const marks = this.content.viewportNode.querySelectorAll('.jp-AwarenessCell');
    return Object.fromEntries(
      [...marks].map(mark => [
        mark.parentElement!.dataset.id!,
        mark.querySelector('.jp-Awareness-unseen')!.textContent
      ])
    );
  }

  get faces(): string[] {
    return [...this.node.querySelectorAll('.jp-AwarenessEdge button')].map(face =>
      face.getAttribute('aria-label')!
    );
  }

  private cellNode(id: string, at: number): HTMLElement {
    const node = document.createElement('div');
    node.dataset.id = id;
    node.tabIndex = -1;
    node.append(document.createElement('p'));
    node.getBoundingClientRect = () => {
      const place = this.content.widgets.findIndex(widget => widget.node === node);
      return new DOMRect(0, (place < 0 ? at : place) * HEIGHT - this.scrolled, 800, HEIGHT);
    };
    return node;
  }
}

let frames: Frames;
let page: Page;
let room: FakeDocument;
let settings: Settings;
let board: NotebookBoard;
const openPanel = vi.fn();

function set(values: Partial<ISettings>): void {
  const source = { composite: { ...DEFAULTS, ...values }, changed: new Signal<object, void>({}) };
  settings.follow(source as unknown as Parameters<Settings['follow']>[0]);
}

function at(id: number, name: string, cell: number, more: object = {}) {
  return peer(id, name, [], { cell: { id: `c${cell}`, index: cell, mode: 'command' }, ...more });
}

function arrive(...peers: ReturnType<typeof at>[]): void {
  room.arrive(...peers);
  frames.next();
}

beforeEach(() => {
  frames = new Frames();
  vi.stubGlobal('requestAnimationFrame', frames.request);
  vi.stubGlobal('cancelAnimationFrame', frames.cancel);
  openPanel.mockReset();
  page = new Page(10);
  room = new FakeDocument();
  settings = new Settings();
  const presence = {
    documentAdded: new Signal<object, IDocumentPresence>({}),
    documentFor: () => Object.assign(room, { self: null, path: 'a.ipynb' })
  } as unknown as IPresence;
  const context = { model: { sharedModel: page.model } };
  const panel = { node: page.node, content: page.content, context } as unknown as NotebookWidget;
  board = new NotebookBoard(panel, { presence, settings, trans, openPanel });
});

afterEach(() => {
  board.dispose();
  page.node.remove();
});

describe('while nobody else is there', () => {
  it('nothing is looked at or drawn', () => {
    expect(frames.wanted).toBe(0);
    page.scroll(100);
    expect(frames.wanted).toBe(0);
    expect(page.node.querySelector('.jp-AwarenessEdges')).toBeNull();
  });

  it('nothing stays of those who have left', () => {
    arrive(at(7, 'bob', 1), at(8, 'carol', 9));
    room.leave(7);
    room.leave(8);
    frames.next();
    expect(page.told).toEqual({});
    expect(page.node.innerHTML).not.toContain('jp-Awareness');
    expect(page.node.innerHTML).not.toContain('describedby');
    page.scroll(100);
    expect(frames.wanted).toBe(0);
  });
});

describe('in cells', () => {
  it('those who are there are drawn and told, in cells that can be seen', () => {
    arrive(at(7, 'bob', 1), at(8, 'carol', 2, { status: 'idle' }), at(9, 'dora', 6));
    expect(page.told).toEqual({ c1: 'bob: selected.', c2: 'carol: selected, idle.' });
    const words = page.mark('c1')!.parentElement!.getAttribute('aria-describedby');
    expect(document.getElementById(words!)?.textContent).toBe('bob: selected.');
    expect(page.mark('c1')!.querySelectorAll('.jp-AwarenessCell-face')).toHaveLength(1);
  });

  it('cells that come into sight are drawn in the next frame', () => {
    arrive(at(7, 'bob', 1), at(9, 'dora', 6));
    page.scroll(5 * HEIGHT);
    frames.next();
    expect(Object.keys(page.told)).toEqual(['c6']);
  });

  it('one movement touches the cells it is about, and a caret that moves within one touches none', async () => {
    arrive(at(7, 'bob', 0), at(8, 'carol', 1), at(9, 'dora', 2));
    const touched = new Set<string>();
    const watch = new MutationObserver(records => {
      for (const { target } of records) {
        const element = target instanceof Element ? target : target.parentElement;
        touched.add(element?.closest<HTMLElement>('[data-id]')?.dataset.id ?? 'elsewhere');
      }
    });
    const everything = { attributes: true, childList: true, characterData: true, subtree: true };
    watch.observe(page.node, everything);
    room.arrive(at(8, 'carol', 1, { cursor: { cell: 'c1', position: 3, anchor: 3 } }));
    expect(frames.wanted).toBe(0);
    await Promise.resolve();
    expect([...touched]).toEqual([]);
    arrive(at(8, 'carol', 1, { activity: 'typing' }));
    await Promise.resolve();
    expect([...touched]).toEqual(['c1']);
    arrive(at(8, 'carol', 0));
    await Promise.resolve();
    expect([...touched].sort()).toEqual(['c0', 'c1']);
    watch.disconnect();
  });

  it('the page is not asked again while only others move', () => {
    arrive(at(1, 'bob', 1));
    const asked = vi.spyOn(page.content.outerNode, 'getBoundingClientRect');
    arrive(at(1, 'bob', 2), at(2, 'carol', 0));
    expect(Object.keys(page.told)).toEqual(['c0', 'c2']);
    expect(asked).not.toHaveBeenCalled();
    page.scroll(0);
    frames.next();
    expect(asked).toHaveBeenCalled();
  });

  it('few cells of a large notebook are asked where they are', () => {
    page.model.insertCells(
      0,
      Array.from({ length: 490 }, (_, id) => ({ cell_type: 'code', id: `d${id}`, source: '' }))
    );
    page.draw();
    let asked = 0;
    for (const { node } of page.content.widgets) {
      const ask = node.getBoundingClientRect;
      node.getBoundingClientRect = () => {
        asked += 1;
        return ask();
      };
    }
    const styles = vi.spyOn(HTMLElement.prototype, 'style', 'get');
    arrive(peer(7, 'bob', [], { cell: { id: 'd1', index: 1, mode: 'command' } }));
    expect(Object.keys(page.told)).toEqual(['d1']);
    expect(asked).toBeLessThan(50);
    expect(styles.mock.calls.length).toBeLessThan(150);
    styles.mockRestore();
  });

  it('cells that are not drawn are no place to look', () => {
    for (const at of [0, 1, 2, 6, 7, 8, 9]) {
      page.content.widgets[at]!.node.style.display = 'none';
    }
    arrive(...[2, 3, 5, 7].map(cell => at(cell, `p${cell}`, cell)));
    page.scroll(3 * HEIGHT);
    frames.next();
    expect(Object.keys(page.told)).toEqual(['c3', 'c5']);
    expect(page.faces.map(face => face.split(' ')[0])).toEqual(['p2', 'p7']);
    page.content.widgets.forEach(({ node }) => {
      node.style.display = 'none';
    });
    page.scroll(4 * HEIGHT);
    frames.next();
    expect(Object.keys(page.told)).toEqual(['c3', 'c5']); // As before: none is drawn yet.
  });

  it('many are counted', () => {
    arrive(...Array.from({ length: 20 }, (_, id) => at(id, `p${id}`, 1)));
    const mark = page.mark('c1')!;
    expect(mark.querySelectorAll('.jp-AwarenessCell-face')).toHaveLength(3);
    expect(mark.querySelector('.jp-AwarenessCell-more')?.textContent).toBe('+17');
    expect(mark.querySelectorAll('.jp-AwarenessCell-bar > *')).toHaveLength(3);
  });

  it('marks tell who types and who has started the cell, unless that is switched off', () => {
    const busy = { activity: { running: ['c0', 'c2'], typing: true } };
    arrive(at(7, 'bob', 0, busy));
    const has = (what: string) =>
      ['c0', 'c2'].map(
        id =>
          page.mark(id)?.querySelector(what) !== undefined &&
          page.mark(id)!.querySelector(what) !== null
      );
    expect(has('.jp-AwarenessTyping')).toEqual([true, false]);
    expect(has('[data-running=true]')).toEqual([true, true]);
    set({ typingMarks: false, runMarks: false });
    frames.next();
    expect(page.mark('c0')!.querySelector('.jp-AwarenessTyping')).toBeNull();
    expect(page.mark('c2')).toBeNull();
  });

  it('those under a collapsed heading are shown at the heading', () => {
    arrive(at(7, 'bob', 2));
    page.content.widgets[1]!.isHidden = page.content.widgets[2]!.isHidden = true;
    page.content.cellCollapsed.emit(null);
    frames.next();
    expect(Object.keys(page.told)).toEqual(['c0']);
  });

  it('they stay with a cell that is moved, and leave one that is deleted', () => {
    arrive(at(7, 'bob', 1), at(8, 'carol', 2));
    page.model.moveCells(2, 0, 1);
    page.draw();
    frames.next();
    expect(page.told).toEqual({ c1: 'bob: selected.', c2: 'carol: selected.' });
    page.model.deleteCell(0);
    page.draw();
    frames.next();
    expect(page.told).toEqual({ c1: 'bob: selected.', c3: 'carol: selected.' });
  });

  it('they look like the last known ones while the connection is lost', () => {
    arrive(at(7, 'bob', 1));
    room.connect('reconnecting');
    frames.next();
    expect(page.mark('c1')!.className).toContain('jp-mod-stale');
    room.connect('connected');
    frames.next();
    expect(page.mark('c1')!.className).not.toContain('jp-mod-stale');
  });

  it('a click opens the panel, and leaves the notebook alone', () => {
    arrive(at(7, 'bob', 1));
    const down = vi.fn();
    page.content.node.addEventListener('mousedown', down);
    const face = page.mark('c1')!.querySelector('.jp-AwarenessCell-face')!;
    const press = new MouseEvent('mousedown', { bubbles: true, cancelable: true });
    face.dispatchEvent(press);
    face.dispatchEvent(new MouseEvent('click', { bubbles: true }));
    expect(down).not.toHaveBeenCalled();
    expect(press.defaultPrevented).toBe(true);
    expect(openPanel).toHaveBeenCalledOnce();
  });

  it('they can be switched off', () => {
    arrive(at(7, 'bob', 1), at(8, 'carol', 9));
    set({ cellMarks: false });
    frames.next();
    expect(page.told).toEqual({});
    expect(page.faces).toHaveLength(1);
    set({ cellMarks: false, edgeAvatars: false });
    expect(page.node.innerHTML).not.toContain('jp-Awareness');
  });
});

describe('at the edges', () => {
  it('those out of sight have faces that say where they are', () => {
    page.scroll(3 * HEIGHT);
    arrive(at(7, 'bob', 0), at(8, 'carol', 9), at(9, 'dora', 4));
    expect(page.faces).toEqual([
      'bob is in cell 1, above. Go there',
      'carol is in cell 10, below. Go there'
    ]);
  });

  it('those whose cell is cut have a face where it can be seen whole, and only there', () => {
    page.scroll(HEIGHT + 70); // 30 pixels of c1 are left, 70 of c4 have come.
    arrive(at(7, 'bob', 1), at(8, 'carol', 4));
    expect([Object.keys(page.told), page.faces]).toEqual([['c1', 'c4'], []]);
    page.scroll(HEIGHT + 80); // 20 of c1: no face fits.
    frames.next();
    expect([Object.keys(page.told), page.faces]).toEqual([
      ['c4'],
      ['bob is in cell 2, above. Go there']
    ]);
    page.scroll(HEIGHT + 5); // 5 of c4: its faces hang out.
    frames.next();
    expect([Object.keys(page.told), page.faces]).toEqual([
      ['c1'],
      ['carol is in cell 5, below. Go there']
    ]);
  });

  it('those whose marks the faces at an edge would cover join them', () => {
    page.scroll(HEIGHT + 70);
    arrive(at(7, 'bob', 1), at(9, 'dora', 0));
    expect([Object.keys(page.told), page.faces]).toEqual([
      [],
      ['bob is in cell 2, above. Go there', 'dora is in cell 1, above. Go there']
    ]);
    room.leave(9);
    frames.next();
    expect([Object.keys(page.told), page.faces]).toEqual([['c1'], []]);
    page.scroll(20); // 20 of c3 have come.
    arrive(at(7, 'bob', 3), at(9, 'dora', 9));
    expect([Object.keys(page.told), page.faces]).toEqual([
      [],
      ['bob is in cell 4, below. Go there', 'dora is in cell 10, below. Go there']
    ]);
    set({ edgeAvatars: false });
    frames.next();
    expect(Object.keys(page.told)).toEqual(['c3']);
  });

  it('a click goes there', () => {
    arrive(at(8, 'carol', 9));
    page.node.querySelector<HTMLElement>('.jp-AwarenessEdge-face')!.click();
    expect(page.content.scrollToItem).toHaveBeenCalledExactlyOnceWith(9, 'smart');
  });

  it('who goes there by the keyboard keeps the focus in the notebook', async () => {
    page.content.activeCell = page.content.widgets[0]!;
    arrive(at(8, 'carol', 9));
    const face = page.node.querySelector<HTMLElement>('.jp-AwarenessEdge-face')!;
    face.focus();
    face.click();
    await vi.waitFor(() => {
      expect(document.activeElement).toBe(page.content.widgets[0]!.node);
    });
  });

  it('many are counted', () => {
    arrive(...Array.from({ length: 9 }, (_, id) => at(id, `p${id}`, 9)));
    expect(page.faces.slice(-1)).toEqual(['7 more people']);
    page.node.querySelector<HTMLElement>('.jp-AwarenessEdge-more')!.click();
    expect(openPanel).toHaveBeenCalledOnce();
  });

  it('nothing is drawn while the notebook cannot be seen', async () => {
    page.height = 0;
    arrive(at(7, 'bob', 1), at(8, 'carol', 9));
    expect(page.told).toEqual({});
    page.height = WINDOW;
    page.content.cellInViewportChanged.emit(null);
    await Promise.resolve(); // What comes together is gathered.
    frames.next();
    expect(Object.keys(page.told)).toEqual(['c1']);
    expect(page.faces).toHaveLength(1);
  });
});

it('leaves nothing behind', () => {
  arrive(at(7, 'bob', 1), at(8, 'carol', 9));
  board.dispose();
  expect(board.isDisposed).toBe(true);
  expect(page.node.innerHTML).not.toContain('jp-Awareness');
  room.arrive(at(7, 'bob', 2));
  page.scroll(100);
  expect(frames.wanted).toBe(0);
});

it('leaves more of the time to the page while JupyterLab fills the notebook that one sees', () => {
  const fillings = [10, 9, 0].map(filled => {
    page.filled = filled;
    return isFilling();
  });
  expect(fillings).toEqual([false, true, true]);
  page.content.isVisible = false;
  expect(isFilling()).toBe(false);
  page.content.isVisible = true;
  // It draws only what one scrolls to.
  page.content.notebookConfig.windowingMode = 'full';
  expect(isFilling()).toBe(false);
  page.content.notebookConfig.windowingMode = 'defer';
  expect(isFilling()).toBe(true);
  board.dispose();
  expect(isFilling()).toBe(false);
});
