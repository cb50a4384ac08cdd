// @vitest-environment jsdom
import { EditorSelection, EditorState, Transaction } from '@codemirror/state';
import { EditorView, RectangleMarker } from '@codemirror/view';
import { YFile, YNotebook, createStandaloneCell } from '@jupyter/ydoc';
import { nullTranslator } from '@jupyterlab/translation';
import { DisposableSet } from '@lumino/disposable';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { FlagBoards } from '../editor/boards';
import { Desks, editedBy } from '../editor/desks';
import type { IEdited } from '../editor/desks';
import { shownIn } from '../editor/places';
import { seatExtension } from '../editor/seat';
import type { EditorSeat, ISeatContext } from '../editor/seat';
import { Visibility } from '../editor/visibility';
import type { ICursor } from '../peers';
import { DEFAULTS } from '../settings';
import type { ISettings } from '../settings';
import { FakeDocument, FakePresence, Frames, peer } from './editor-room';

/** Editors come into sight when the test says so; who asks later is told at the end of the frame. */
class Sight {
  static readonly all: Sight[] = [];

  constructor(private readonly _report: IntersectionObserverCallback) {
    Sight.all.push(this);
  }

  readonly observe = vi.fn((target: Element) => {
    this._asked.push(target);
  });
  readonly unobserve = vi.fn<(target: Element) => void>();
  readonly disconnect = vi.fn();

  tell(target: Element, ...visible: boolean[]): void {
    const entries = visible.map(isIntersecting => ({ target, isIntersecting }));
    this._seen[visible.at(-1) ? 'add' : 'delete'](target);
    this._report(entries as unknown as IntersectionObserverEntry[], this as never);
  }

  answer(): void {
    for (const target of this._asked.splice(0).filter(one => this._seen.has(one))) {
      this.tell(target, true);
    }
  }

  private readonly _asked: Element[] = [];
  private readonly _seen = new Set<Element>();
}

let frames: Frames;
let presence: FakePresence;
let settings: ISettings;
let context: ISeatContext;
let views: EditorView[];
let owned: DisposableSet;

class SeenFrames extends Frames {
  override next(): void {
    super.next();
    Sight.all[0]?.answer();
  }
}

beforeEach(() => {
  frames = new SeenFrames();
  vi.stubGlobal('requestAnimationFrame', frames.request);
  vi.stubGlobal('cancelAnimationFrame', frames.cancel);
  vi.stubGlobal('IntersectionObserver', Sight);
  // jsdom has no layout: nothing has a place.
  Element.prototype.checkVisibility = () => true;
  Range.prototype.getClientRects = () => [] as unknown as DOMRectList;
  Sight.all.length = 0;
  presence = new FakePresence();
  settings = DEFAULTS;
  views = [];
  const desks = new Desks(presence.asPresence(), () => 0);
  const visibility = new Visibility();
  owned = DisposableSet.from([desks, visibility]);
  context = {
    desks,
    boards: new FlagBoards({
      options: () => settings,
      self: () => null,
      trans: nullTranslator.load('jupyter_awareness')
    }),
    visibility,
    options: () => settings,
    seats: new Set<EditorSeat>()
  };
});

afterEach(() => {
  views.forEach(view => {
    view.destroy();
  });
  owned.dispose();
});

function open(edited: IEdited, text: string): EditorView {
  const extensions = [EditorState.allowMultipleSelections.of(true), seatExtension(edited, context)];
  const state = EditorState.create({ doc: text, extensions });
  const view = new EditorView({ state, parent: document.body });
  views.push(view);
  return view;
}

function look(view: EditorView, ...visible: boolean[]): void {
  Sight.all[0]?.tell(view.dom, ...visible);
}

/** A notebook with cells that are open in editors, each of which has its id as text. */
function openNotebook(...ids: string[]) {
  const notebook = new YNotebook();
  const cells = ids.map(id => ({ cell_type: 'code', id, source: id, metadata: {}, outputs: [] }));
  notebook.fromJSON({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 });
  const room = new FakeDocument();
  presence.open(notebook, room);
  const editors = notebook.cells.map(cell => {
    const edited = editedBy(cell);
    if (!edited) {
      throw new Error('A cell of a notebook is in a document.');
    }
    return open(edited, cell.getSource());
  });
  return { notebook, room, editors };
}

function openFile(text: string) {
  const file = new YFile();
  owned.add(file);
  const room = new FakeDocument();
  presence.open(file, room);
  return { room, view: open({ cell: null, notebook: null, root: file }, text) };
}

function at(position: number, where: Partial<ICursor> = {}): ICursor {
  return { ...where, position, anchor: position };
}

function heads(view: EditorView): number[] {
  return shownIn(view.state).carets.map(caret => caret.head);
}

describe('editedBy', () => {
  it('knows files, cells of notebooks, and texts that are in no document', () => {
    const file = new YFile();
    expect(editedBy(file)).toEqual({ cell: null, notebook: null, root: file });
    expect(editedBy(createStandaloneCell({ cell_type: 'code' }))).toBeNull();
    const { notebook } = openNotebook('abc');
    const [cell] = notebook.cells;
    expect(cell && editedBy(cell)).toEqual({ cell: 'abc', notebook, root: notebook });
  });
});

describe('showing', () => {
  it('waits until the editor can be seen, then shows the last news in one transaction', () => {
    const { room, view } = openFile('some text');
    const dispatch = vi.spyOn(view, 'dispatch');
    room.arrive(peer(1, 'bob', [at(2)]));
    frames.next();
    room.arrive(peer(1, 'bob', [at(4)]));
    frames.next();
    expect(dispatch).not.toHaveBeenCalled();
    look(view, true);
    expect(heads(view)).toEqual([4]);
    expect(dispatch).toHaveBeenCalledTimes(1);
  });

  it('is one transaction per frame, whatever arrives, and only in the editor concerned', () => {
    const { room, editors } = openNotebook('first', 'second', 'third');
    editors.forEach(view => {
      look(view, true);
    });
    frames.next();
    const spies = editors.map(view => vi.spyOn(view, 'dispatch'));
    for (const position of [1, 2, 3]) {
      room.arrive(peer(1, 'bob', [at(position, { cell: 'second' })]));
      room.arrive(peer(2, 'carol', [at(position, { cell: 'second' })]));
    }
    frames.next();
    expect(editors.map(heads)).toEqual([[], [3, 3], []]);
    expect(spies.map(spy => spy.mock.calls.length)).toEqual([0, 1, 0]);
    room.arrive(peer(1, 'bob', [at(0, { cell: 'third' })]));
    frames.next();
    expect(spies.map(spy => spy.mock.calls.length)).toEqual([0, 2, 1]);
  });

  it('keeps what is there out of sight, and follows local edits there', () => {
    const { room, view } = openFile('some text');
    look(view, true);
    room.arrive(peer(1, 'bob', [at(5)]));
    frames.next();
    look(view, false);
    view.dispatch({ changes: { from: 0, insert: 'ab' } });
    room.arrive(peer(2, 'carol', [at(1)]));
    frames.next();
    expect(heads(view)).toEqual([7]);
    look(view, true);
    expect(heads(view)).toEqual([7, 1]);
  });

  it('takes the last of two reports of one frame', () => {
    const { room, view } = openFile('some text');
    look(view, true, false);
    room.arrive(peer(1, 'bob', [at(5)]));
    frames.next();
    expect(heads(view)).toEqual([]);
  });

  it('clamps to the text and never breaks typing', () => {
    const { room, view } = openFile('short');
    look(view, true);
    room.arrive(peer(1, 'bob', [{ position: 9e15, anchor: 12 }]));
    frames.next();
    expect(heads(view)).toEqual([5]);
    view.dispatch({ changes: { from: 0, to: 5 } });
    expect(heads(view)).toEqual([0]);
  });

  it('finds a document that is announced after its editor was made', () => {
    const file = new YFile();
    owned.add(file);
    const view = open({ cell: null, notebook: null, root: file }, 'some text');
    look(view, true);
    const room = new FakeDocument();
    room.arrive(peer(1, 'bob', [at(5)]));
    presence.open(file, room);
    frames.next();
    expect(heads(view)).toEqual([5]);
  });

  it('ends with the editor', () => {
    const { room, view } = openFile('some text');
    look(view, true);
    room.arrive(peer(1, 'bob', [at(2)]));
    frames.next();
    expect(context.seats.size).toBe(1);
    view.destroy();
    const dispatch = vi.spyOn(view, 'dispatch');
    room.arrive(peer(1, 'bob', [at(5)]));
    frames.next();
    expect(dispatch).not.toHaveBeenCalled();
    expect(Sight.all[0]?.unobserve).toHaveBeenCalledWith(view.dom);
    expect(context.seats.size).toBe(0);
    expect(document.querySelector('.jp-AwarenessFlags')).toBeNull();
  });
});

describe('whether an editor can be seen', () => {
  it('is asked while it has something to show', () => {
    const { room, editors } = openNotebook('one', 'two', 'three');
    const [, second] = editors;
    editors.forEach(view => {
      look(view, true);
    });
    frames.next();
    const sight = Sight.all[0]!;
    expect(sight.observe).not.toHaveBeenCalled();
    room.arrive(peer(1, 'bob', [at(1, { cell: 'two' })]));
    frames.next();
    expect(sight.observe.mock.calls).toEqual([[second!.dom]]);
    expect(heads(second!)).toEqual([1]);
    room.leave(1);
    frames.next();
    expect(heads(second!)).toEqual([]);
    expect(sight.unobserve.mock.calls).toEqual([[second!.dom]]);
    expect(context.seats.size).toBe(0);
  });

  it('is asked until what has gone from it while it was out of sight was taken away', () => {
    const { room, view } = openFile('some text');
    look(view, true);
    room.arrive(peer(1, 'bob', [at(1)]));
    frames.next();
    look(view, false);
    room.leave(1);
    frames.next();
    expect(heads(view)).toEqual([1]);
    look(view, true);
    expect(heads(view)).toEqual([]);
    expect(Sight.all[0]?.unobserve).toHaveBeenCalledOnce();
  });

  it('is asked where the user writes: the names of others keep off that line', async () => {
    const { editors } = openNotebook('one', 'two');
    const [first, second] = editors;
    const places = ({ mock }: Sight['observe']) =>
      mock.calls.map(([dom]) => editors.findIndex(view => view.dom === dom));
    const sight = Sight.all[0]!;
    look(first!, true);
    first!.focus();
    await vi.waitFor(() => {
      frames.next();
      expect(document.querySelectorAll('.jp-AwarenessFlags')).toHaveLength(1);
    });
    second!.focus();
    await vi.waitFor(() => {
      expect([places(sight.observe), places(sight.unobserve)]).toEqual([[0, 1], [0]]);
    });
    expect(document.querySelectorAll('.jp-AwarenessFlags')).toHaveLength(0);
  });
});

describe('publishing', () => {
  it('says nothing of editors without focus', () => {
    const { room, view } = openFile('some text');
    view.dispatch({ selection: { anchor: 3 } });
    expect(room.published).toEqual([]);
  });

  it('says where the caret is in which cell', () => {
    const { room, editors } = openNotebook('first', 'second');
    editors[1]?.focus();
    editors[1]?.dispatch({ selection: { anchor: 1, head: 4 } });
    expect(room.last('cursor')).toEqual({
      cell: 'second',
      index: 1,
      position: 4,
      anchor: 1,
      quote: { before: 'seco', after: 'nd' }
    });
    expect(room.last('activity')).toBeUndefined();
  });

  it('says all ranges of a file', () => {
    const { room, view } = openFile('some text');
    view.focus();
    view.dispatch({
      selection: EditorSelection.create([EditorSelection.cursor(1), EditorSelection.cursor(3)])
    });
    expect(room.last('cursor')).toMatchObject({ position: 1 });
    expect(room.last('cursor')).not.toHaveProperty('cell');
    expect(room.last('cursors')).toMatchObject([{ position: 3 }]);
  });

  it('says typing of what a user does, not of other changes', () => {
    const { room, view } = openFile('some text');
    view.focus();
    view.dispatch({ changes: { from: 0, insert: 'x' } });
    expect(room.last('activity')).toBeUndefined();
    view.dispatch({
      changes: { from: 0, insert: 'x' },
      annotations: Transaction.userEvent.of('input.type')
    });
    expect(room.last('activity')).toBe('typing');
  });

  it('leaves the caret where it was on blur, and takes it along with changes there', () => {
    const { room, view } = openFile('some text');
    view.focus();
    view.dispatch({ selection: { anchor: 4 } });
    view.contentDOM.blur();
    expect(room.last('cursor')).toMatchObject({ position: 4 });
    view.dispatch({ changes: { from: 0, insert: 'ab' } });
    expect(room.last('cursor')).toMatchObject({ position: 6 });
    view.dispatch({ selection: { anchor: 1 } });
    expect(room.last('cursor')).toMatchObject({ position: 6 });
  });

  it('withdraws the caret with the cell it was in', () => {
    const { notebook, room, editors } = openNotebook('first', 'second');
    editors[1]?.focus();
    editors[1]?.dispatch({ selection: { anchor: 1 } });
    notebook.deleteCell(0);
    expect(room.last('cursor')).toBeDefined();
    notebook.deleteCell(0);
    expect(room.last('cursor')).toBeUndefined();
  });
});

describe('measuring', () => {
  const LINES = ['one', 'two', 'three', 'four'].join('\n');

  /** The places that were measured since the last call. */
  let measured: () => number[];

  beforeEach(() => {
    // Lines of the height that CodeMirror expects before it has measured one.
    vi.spyOn(Element.prototype, 'getBoundingClientRect').mockReturnValue(
      new DOMRect(0, 0, 200, 14)
    );
    const forRange = vi.spyOn(RectangleMarker, 'forRange');
    forRange.mockImplementation((_view, className, { head }) => [
      new RectangleMarker(className, head, 0, null, 10)
    ]);
    measured = () => {
      const heads = forRange.mock.calls.map(([, , range]) => range.head);
      forRange.mockClear();
      return [...new Set(heads)].sort((a, b) => a - b);
    };
  });

  function openLines(): EditorView {
    const { room, view } = openFile(LINES);
    look(view, true);
    view.dispatch({ selection: { anchor: 5 } });
    room.arrive(peer(1, 'bob', [at(1)]), peer(2, 'carol', [at(5)]), peer(3, 'dora', [at(10)]));
    for (let frame = 0; frame < 4; frame += 1) {
      frames.next();
    }
    expect(measured()).toEqual([1, 5, 10]);
    return view;
  }

  it('is done again only for the line that was edited', () => {
    const view = openLines();
    view.dispatch({ changes: { from: 5, insert: 'x' }, selection: { anchor: 6 } });
    frames.next();
    expect(measured()).toEqual([5]);
  });

  it('is done again for all when lines come or go', () => {
    const view = openLines();
    view.dispatch({ changes: { from: 5, insert: '\n' } });
    frames.next();
    expect(measured()).toEqual([1, 5, 11]);
  });
});

describe('settings', () => {
  it('take carets and selections away at once', () => {
    vi.spyOn(RectangleMarker, 'forRange').mockImplementation((_view, className) => [
      new RectangleMarker(className, 1, 0, null, 10)
    ]);
    const { room, view } = openFile('some text');
    look(view, true);
    room.arrive(peer(1, 'bob', [{ position: 2, anchor: 5 }]));
    const drawn = () => [
      view.dom.querySelectorAll('.jp-AwarenessCaret').length,
      view.dom.querySelectorAll('.jp-AwarenessSelection').length
    ];
    const settle = () => {
      context.seats.forEach(seat => {
        seat.redraw();
      });
      frames.next();
      frames.next();
    };
    settle();
    expect(drawn()).toEqual([1, 1]);
    settings = { ...DEFAULTS, carets: false };
    settle();
    expect(drawn()).toEqual([0, 1]);
    settings = { ...DEFAULTS, selections: false };
    settle();
    expect(drawn()).toEqual([1, 0]);
  });
});
