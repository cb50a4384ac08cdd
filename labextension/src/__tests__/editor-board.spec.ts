// @vitest-environment jsdom
import { EditorState } from '@codemirror/state';
import { EditorView, RectangleMarker } from '@codemirror/view';
import { nullTranslator } from '@jupyterlab/translation';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { FlagBoards } from '../editor/boards';
import type { IBoardSeat } from '../editor/boards';
import { FADE_MS } from '../editor/names';
import { showCursors, shownField } from '../editor/places';
import { Rectangles } from '../editor/rectangles';
import { DEFAULTS } from '../settings';
import { GATHERED } from '../throttle';
import type { ISettings } from '../settings';
import { Frames, peer } from './editor-room';

const PAGE = new DOMRect(0, 0, 400, 300);

let frames: Frames;
let settings: ISettings;
let boards: FlagBoards;
let scroller: HTMLElement;
let view: EditorView;
let seat: IBoardSeat;
let isSeen: boolean;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  frames = new Frames();
  vi.stubGlobal('requestAnimationFrame', frames.request);
  vi.stubGlobal('cancelAnimationFrame', frames.cancel);
  // A page without layout: everything fills the same box, and carets are 10 pixels apart on a line in its middle.
  vi.spyOn(Element.prototype, 'getBoundingClientRect').mockReturnValue(PAGE);
  vi.spyOn(Element.prototype, 'clientWidth', 'get').mockReturnValue(PAGE.width);
  vi.spyOn(Element.prototype, 'clientHeight', 'get').mockReturnValue(PAGE.height);
  vi.spyOn(HTMLElement.prototype, 'offsetWidth', 'get').mockReturnValue(60);
  vi.spyOn(HTMLElement.prototype, 'offsetHeight', 'get').mockReturnValue(16);
  vi.spyOn(RectangleMarker, 'forRange').mockImplementation((_, className, { head }) => [
    new RectangleMarker(className, head * 10, 150, null, 18)
  ]);
  Element.prototype.checkVisibility = () => isSeen;
  isSeen = true;
  Range.prototype.getClientRects = () => [] as unknown as DOMRectList;
  settings = DEFAULTS;
  const trans = nullTranslator.load('jupyter_awareness');
  boards = new FlagBoards({ options: () => settings, self: () => 'me', trans });
  scroller = document.body.appendChild(document.createElement('div'));
  view = new EditorView({
    parent: scroller,
    state: EditorState.create({ doc: 'some text', extensions: [shownField] })
  });
  seat = boards.join({ view, rectangles: new Rectangles() }, scroller);
});

afterEach(() => {
  seat.dispose();
  view.destroy();
  scroller.remove();
  vi.useRealTimers();
});

function show(...places: [username: string, position: number][]): void {
  const movedAt = performance.now();
  const cursors = places.map(([username, position], index) => {
    const cursor = { position, anchor: position };
    return { peer: peer(index + 1, username), cursor, rank: 0, movedAt };
  });
  view.dispatch({ effects: showCursors.of({ cursors, connected: true }) });
  seat.request();
  frames.next();
}

function flags(): HTMLElement[] {
  return [...scroller.querySelectorAll<HTMLElement>('.jp-AwarenessFlag')];
}

function texts(): (string | null)[] {
  return flags().map(flag => flag.textContent);
}

describe('a name flag', () => {
  it('comes with a movement, fades after the seconds of the settings, and goes', () => {
    show(['bob', 2]);
    expect(texts()).toEqual(['bob']);
    expect(flags()[0]?.style.transform).toBe('translate(19px, 134px)');
    vi.advanceTimersByTime(2000);
    frames.next();
    expect(flags()[0]?.classList.contains('jp-mod-fading')).toBe(true);
    vi.advanceTimersByTime(FADE_MS);
    frames.next();
    expect(flags()).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('moves with its peer in the same element', () => {
    show(['bob', 2]);
    const [before] = flags();
    vi.advanceTimersByTime(10);
    show(['bob', 8]);
    expect(flags()).toEqual([before]);
    expect(before?.style.transform).toBe('translate(79px, 134px)');
    expect(before?.classList.contains('jp-mod-gliding')).toBe(true);
  });

  it('is there for good if the settings say so', () => {
    settings = { ...DEFAULTS, nameFlags: 'always' };
    show(['bob', 2], ['me', 9]);
    vi.advanceTimersByTime(60_000);
    frames.next();
    expect(texts()).toEqual(['bob', 'You (other tab)']);
  });

  it('comes under the pointer only, if the settings say so', () => {
    settings = { ...DEFAULTS, nameFlags: 'hover' };
    show(['bob', 2], ['carol', 2]);
    expect(flags()).toEqual([]);
    seat.hover(2);
    frames.next();
    expect(texts()).toEqual(['bobcarol']);
    seat.hover(null);
    frames.next();
    expect(flags()).toEqual([]);
  });

  it('outlasts a moment in which nothing of the page has a place, as while another theme comes', () => {
    settings = { ...DEFAULTS, nameFlags: 'always' };
    show(['bob', 2]);
    const [flag] = flags();
    const { visibility, transform } = flag!.style;
    vi.spyOn(Element.prototype, 'clientHeight', 'get').mockReturnValue(0);
    isSeen = false;
    scroller.dispatchEvent(new Event('scroll'));
    frames.next();
    expect(flags()).toEqual([flag]);
    vi.spyOn(Element.prototype, 'clientHeight', 'get').mockReturnValue(PAGE.height);
    isSeen = true;
    frames.next();
    expect([flag!.style.visibility, flag!.style.transform]).toEqual([visibility, transform]);
    expect([visibility, frames.wanted]).toEqual(['', 0]);
  });

  it('is not drawn without carets', () => {
    settings = { ...DEFAULTS, carets: false };
    show(['bob', 2]);
    expect(flags()).toEqual([]);
  });

  it('hides, and keeps its element, while its caret is scrolled out of sight', () => {
    vi.mocked(RectangleMarker.forRange).mockImplementation((_, className, { head }) => [
      new RectangleMarker(className, head * 10, 290, null, 18)
    ]);
    show(['bob', 2]);
    expect(flags()[0]?.style.visibility).toBe('hidden');
    vi.spyOn(view.scrollDOM, 'scrollTop', 'get').mockReturnValue(90);
    scroller.dispatchEvent(new Event('scroll'));
    frames.next();
    expect(flags()[0]?.style.visibility).toBe('');
  });
});

it('is not measured anew for a movement to where it was, unless one writes on that line oneself', () => {
  const go = (position: number) => {
    vi.advanceTimersByTime(10);
    show(['bob', position]);
    return vi.mocked(RectangleMarker.forRange).mock.calls.length;
  };
  const counts = [2, 3, 2, 3].map(go);
  expect(counts[3]).toBe(counts[1]);
  vi.spyOn(view, 'hasFocus', 'get').mockReturnValue(true);
  expect(go(2)).toBeGreaterThan(counts[3] ?? 0);
});

it('is not drawn for an editor that is kept transparent', () => {
  isSeen = false;
  show(['bob', 2]);
  expect(flags()[0]?.style.visibility).toBe('hidden');
});

describe('the board', () => {
  it('is drawn now and then while a notebook gets its cells, if there are names', async () => {
    seat.dispose();
    const cells = scroller.appendChild(document.createElement('div'));
    cells.className = 'jp-WindowedPanel-viewport';
    seat = boards.join({ view, rectangles: new Rectangles() }, scroller);
    frames.next();
    /** How many frames are asked for in ten in which there are more cells. */
    async function grow(): Promise<number> {
      let count = 0;
      for (let frame = 0; frame < 10; frame += 1) {
        cells.append(document.createElement('div'));
        await new Promise(process.nextTick);
        count += frames.wanted;
        frames.next();
        vi.advanceTimersByTime(16);
      }
      return count;
    }
    expect(await grow()).toBe(0);
    settings = { ...DEFAULTS, nameFlags: 'always' };
    show(['bob', 2]);
    vi.advanceTimersByTime(GATHERED);
    await new Promise(process.nextTick);
    frames.next();
    vi.advanceTimersByTime(GATHERED);
    expect(await grow()).toBe(1);
    vi.advanceTimersByTime(GATHERED);
    await new Promise(process.nextTick);
    expect(frames.wanted).toBe(1);
    vi.advanceTimersByTime(GATHERED);
  });

  it('lets no click and no screen reader stop at it, and goes with its last editor', () => {
    const layer = scroller.querySelector('.jp-AwarenessFlags');
    expect(layer?.getAttribute('aria-hidden')).toBe('true');
    const other = new EditorView({
      parent: scroller,
      state: EditorState.create({ extensions: [shownField] })
    });
    const second = boards.join({ view: other, rectangles: new Rectangles() }, scroller);
    expect(scroller.querySelectorAll('.jp-AwarenessFlags').length).toBe(1);
    second.dispose();
    expect(layer?.isConnected).toBe(true);
    show(['bob', 2]);
    seat.dispose();
    expect(layer?.isConnected).toBe(false);
    expect(vi.getTimerCount()).toBe(0);
    other.destroy();
  });
});
