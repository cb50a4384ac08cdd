import { YNotebook } from '@jupyter/ydoc';
import { DisposableSet } from '@lumino/disposable';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { yieldTo } from '../editor/frame';
import { CellOrder } from '../editor/order';
import { Routes } from '../editor/routes';
import type { ISeat } from '../editor/routes';
import type { IRoutedCursor } from '../editor/whereabouts';
import type { ICursor } from '../peers';
import { FakeDocument, Frames, peer } from './editor-room';

let frames: Frames;
let now: number;
let linger: number;
const clock = { now: () => now, date: () => NOON + now };
const NOON = 1_800_000_000_000;
let owned: DisposableSet;

beforeEach(() => {
  frames = new Frames();
  now = 1000;
  linger = 0;
  owned = new DisposableSet();
  vi.stubGlobal('requestAnimationFrame', frames.request);
  vi.stubGlobal('cancelAnimationFrame', frames.cancel);
});

afterEach(() => {
  owned.dispose();
});

class Seat implements ISeat {
  constructor(readonly cell: string | null) {}

  draws = true;
  readonly shown: (readonly IRoutedCursor[])[] = [];
  connected: boolean | null = null;
  still: boolean | null = null;
  /** So many milliseconds. */
  takes = 0;

  show(cursors: readonly IRoutedCursor[], connected: boolean, still: boolean): void {
    this.shown.push(cursors);
    this.connected = connected;
    this.still = still;
    now += this.takes;
  }

  /** What it showed last: the ids of peers, with their offsets. */
  get now(): readonly [number, number][] | undefined {
    return this.shown
      .slice(-1)[0]
      ?.map(({ peer: { id }, cursor: { position } }): [number, number] => [id, position]);
  }
}

function at(position: number, where: Partial<ICursor> = {}): ICursor {
  return { ...where, position, anchor: position };
}

function notebookOf(...ids: string[]): YNotebook {
  const notebook = new YNotebook();
  const cells = ids.map(id => ({ cell_type: 'code', id, source: id, metadata: {}, outputs: [] }));
  notebook.fromJSON({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 });
  return notebook;
}

function inNotebook(notebook: YNotebook, ...cells: string[]) {
  const document = new FakeDocument();
  const order = new CellOrder(notebook, () => {
    routes.routeAll();
  });
  const routes = new Routes(document.asPresence(), order, () => linger, clock);
  owned.add(order);
  owned.add(routes);
  const seats = cells.map(cell => new Seat(cell));
  const held = seats.map(seat => routes.add(seat));
  frames.next();
  return { document, routes, seats, held, order };
}

describe('in a file', () => {
  it('all cursors without a cell go to every editor of it', () => {
    const document = new FakeDocument();
    const routes = new Routes(document.asPresence(), null, () => linger, clock);
    owned.add(routes);
    const seats = [new Seat(null), new Seat(null)];
    seats.forEach(seat => routes.add(seat));
    document.arrive(peer(7, 'bob', [at(3), at(9)]), peer(8, 'carol', [at(4, { cell: 'a' })]));
    frames.next();
    expect(seats.map(seat => seat.now)).toEqual([
      [
        [7, 3],
        [7, 9]
      ],
      [
        [7, 3],
        [7, 9]
      ]
    ]);
    expect(seats[0]?.shown[0]?.map(({ rank }) => rank)).toEqual([0, 1]);
  });
});

describe('in a notebook', () => {
  it('a cursor goes to the editor of its cell only, by id', () => {
    const { document, seats } = inNotebook(notebookOf('a', 'b'), 'a', 'b');
    const before = seats.map(seat => seat.shown.length);
    document.arrive(peer(7, 'bob', [at(3, { cell: 'b', index: 0 })]));
    frames.next();
    expect(seats[1]?.now).toEqual([[7, 3]]);
    expect(seats[0]?.shown.length).toBe(before[0]);
  });

  it('an id that is unknown here falls back on the index', () => {
    const { document, seats } = inNotebook(notebookOf('a', 'b'), 'a', 'b');
    document.arrive(peer(7, 'bob', [at(3, { cell: 'theirs', index: 1 })]));
    document.arrive(peer(8, 'carol', [at(4, { cell: 'theirs' })]), peer(9, 'dora', [at(5)]));
    document.arrive(peer(10, 'ed', [at(6, { index: 9 })]));
    frames.next();
    expect(seats[0]?.now).toEqual([]);
    expect(seats[1]?.now).toEqual([[7, 3]]);
  });

  it('no frame is asked for if nothing is drawn: editors out of sight keep the news', () => {
    const { document, routes, seats } = inNotebook(notebookOf('a', 'b', 'c'), 'a', 'b');
    const [a, b] = seats as [Seat, Seat];
    b.draws = false;
    document.arrive(peer(7, 'bob', [at(2, { cell: 'b' })]));
    routes.add(Object.assign(new Seat('c'), { draws: false }));
    expect(frames.wanted).toBe(0);
    expect(b.now).toEqual([[7, 2]]);
    document.arrive(peer(7, 'bob', [at(3, { cell: 'a' })]));
    expect(frames.wanted).toBe(1);
    expect([a.now, b.now]).toEqual([[], []]);
    frames.next();
    expect(a.now).toEqual([[7, 3]]);
  });

  it('a move is told where the peer was and where it is, once per frame', () => {
    const { document, seats } = inNotebook(notebookOf('a', 'b', 'c'), 'a', 'b', 'c');
    document.arrive(peer(7, 'bob', [at(3, { cell: 'a' })]));
    frames.next();
    const before = seats.map(seat => seat.shown.length);
    for (const position of [1, 2, 3]) {
      document.arrive(peer(7, 'bob', [at(position, { cell: 'b' })]));
    }
    expect(frames.wanted).toBe(1);
    frames.next();
    expect(seats.map(seat => seat.now)).toEqual([[], [[7, 3]], []]);
    expect(seats.map((seat, index) => seat.shown.length - (before[index] ?? 0))).toEqual([1, 1, 0]);
  });

  it('what takes long goes on in another frame, with what has waited longest', () => {
    const ids = ['a', 'b', 'c'];
    const { document, seats } = inNotebook(notebookOf(...ids), ...ids);
    frames.next();
    seats.forEach(seat => {
      seat.shown.length = 0;
      seat.takes = 6;
    });
    const move = (position: number) => {
      ids.forEach((cell, id) => {
        document.arrive(peer(id, cell, [at(position, { cell })]));
      });
    };
    move(1);
    frames.next();
    expect(seats.map(seat => seat.shown.length)).toEqual([1, 1, 0]);
    move(2);
    expect(frames.wanted).toBe(1);
    frames.next();
    expect(seats.map(seat => seat.now)).toEqual([[[0, 2]], [[1, 1]], [[2, 2]]]);
    frames.next();
    expect(seats.map(seat => seat.now)).toEqual([[[0, 2]], [[1, 2]], [[2, 2]]]);
    expect(frames.wanted).toBe(0);
  });

  it('two editors of one cell are both told', () => {
    const { document, seats } = inNotebook(notebookOf('a'), 'a', 'a');
    document.arrive(peer(7, 'bob', [at(3, { cell: 'a' })]));
    frames.next();
    expect(seats.map(seat => seat.now)).toEqual([[[7, 3]], [[7, 3]]]);
  });

  it('an editor that appears later is shown who is there', () => {
    const { document, routes } = inNotebook(notebookOf('a'));
    document.arrive(peer(7, 'bob', [at(3, { cell: 'a' })]));
    expect(frames.wanted).toBe(0); // Nobody to tell.
    const late = new Seat('a');
    routes.add(late);
    frames.next();
    expect(late.now).toEqual([[7, 3]]);
  });

  it('an editor that is gone is not told any more', () => {
    const { document, seats, held } = inNotebook(notebookOf('a'), 'a');
    const before = seats[0]?.shown.length;
    held[0]?.dispose();
    document.arrive(peer(7, 'bob', [at(3, { cell: 'a' })]));
    expect(frames.wanted).toBe(0);
    expect(seats[0]?.shown.length).toBe(before);
  });

  it('a peer that leaves is gone from its cell', () => {
    const { document, seats } = inNotebook(notebookOf('a'), 'a');
    document.arrive(
      peer(7, 'bob', [at(3, { cell: 'a' })]),
      peer(8, 'carol', [at(4, { cell: 'a' })])
    );
    document.leave(7);
    frames.next();
    expect(seats[0]?.now).toEqual([[8, 4]]);
  });

  it('an index means another cell after one was inserted', () => {
    const notebook = notebookOf('a', 'b');
    const { document, seats } = inNotebook(notebook, 'a', 'b');
    document.arrive(peer(7, 'bob', [at(3, { cell: 'theirs', index: 1 })]));
    frames.next();
    notebook.insertCell(0, { cell_type: 'code', id: 'new' });
    frames.next();
    expect(seats.map(seat => seat.now)).toEqual([[[7, 3]], []]);
  });

  it('a cell that gets its id back is found by it', () => {
    const notebook = notebookOf('a', 'b');
    const { document, seats, order } = inNotebook(notebook, 'a', 'b');
    document.arrive(peer(7, 'bob', [at(3, { cell: 'b', index: 0 })]));
    frames.next();
    notebook.deleteCell(1);
    frames.next();
    expect(seats.map(seat => seat.now)).toEqual([[[7, 3]], []]);
    notebook.addCell({ cell_type: 'code', id: 'b' });
    frames.next();
    expect(seats.map(seat => seat.now)).toEqual([[], [[7, 3]]]);
    expect(order.indexOf('b')).toBe(1);
  });
});

describe('when', () => {
  it('movedAt is the time of the last movement, not of other news', () => {
    const { document, seats } = inNotebook(notebookOf('a'), 'a');
    document.arrive(peer(7, 'bob', [at(3, { cell: 'a' })]));
    frames.next();
    now = 2000;
    document.arrive(peer(7, 'bob', [at(3, { cell: 'a' })], { status: 'idle' }));
    frames.next();
    expect(seats[0]?.shown.slice(-1)[0]?.[0]).toMatchObject({ movedAt: 1000 });
    expect(seats[0]?.shown.slice(-1)[0]?.[0]?.peer.status).toBe('idle');
    now = 3000;
    document.arrive(peer(7, 'bob', [at(4, { cell: 'a' })]));
    frames.next();
    expect(seats[0]?.shown.slice(-1)[0]?.[0]).toMatchObject({ movedAt: 3000 });
  });
});

it('more than three who move in a second jump, wherever they are; fewer glide', () => {
  const { document, seats } = inNotebook(notebookOf('a', 'b'), 'a', 'b');
  const move = (id: number, cell: string, position: number) => {
    document.arrive(peer(id, `person ${id}`, [at(position, { cell })]));
    frames.next();
    return seats[cell === 'a' ? 0 : 1]?.still;
  };
  expect([1, 2, 3].map(id => move(id, 'a', 1))).toEqual([false, false, false]);
  expect(move(3, 'a', 2), 'again one of the three').toBe(false);
  now += 500;
  expect(move(4, 'b', 1)).toBe(true);
  now += 501;
  expect(move(4, 'b', 2)).toBe(false);
});

it('they jump while the page is being filled', () => {
  const filling = yieldTo(() => true);
  const { document, seats } = inNotebook(notebookOf('a'), 'a');
  document.arrive(peer(7, 'bob', [at(1, { cell: 'a' })]));
  frames.next();
  expect(seats[0]?.still).toBe(true);
  filling.dispose();
  document.arrive(peer(7, 'bob', [at(2, { cell: 'a' })]));
  frames.next();
  expect(seats[0]?.still).toBe(false);
});

describe('the cursors of somebody quiet', () => {
  const here = [at(3, { cell: 'a' })];

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    linger = 600;
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  function pass(ms: number): void {
    now += ms;
    vi.advanceTimersByTime(ms);
    frames.next();
  }

  it('go after a while, and are back at once', () => {
    const { document, seats } = inNotebook(notebookOf('a'), 'a');
    document.arrive(
      peer(7, 'bob', here, { status: 'idle', seen: NOON + 900 }),
      peer(8, 'eve', here)
    );
    pass(499);
    expect(seats[0]?.now).toHaveLength(2);
    pass(1);
    expect(seats[0]?.now).toEqual([[8, 3]]);
    document.arrive(peer(7, 'bob', here));
    frames.next();
    expect(seats[0]?.now).toHaveLength(2);
    pass(5000);
    expect(seats[0]?.now, 'of an active person they stay').toHaveLength(2);
  });

  it('go each in their time', () => {
    const { document, seats } = inNotebook(notebookOf('a'), 'a');
    document.arrive(peer(7, 'bob', here, { status: 'idle' }));
    pass(100);
    document.arrive(peer(8, 'eve', here, { status: 'away' }));
    pass(500);
    expect(seats[0]?.now).toEqual([[8, 3]]);
    pass(100);
    expect(seats[0]?.now).toEqual([]);
  });

  it('stay if that is wanted, from now on', () => {
    const { document, routes, seats } = inNotebook(notebookOf('a'), 'a');
    document.arrive(peer(7, 'bob', here, { status: 'idle' }));
    pass(600);
    expect(seats[0]?.now).toEqual([]);
    linger = 0;
    routes.routeAll();
    frames.next();
    expect(seats[0]?.now).toEqual([[7, 3]]);
    pass(9000);
    expect(seats[0]?.now).toEqual([[7, 3]]);
  });

  it('are waited for no longer after it was disposed', () => {
    const { document, routes } = inNotebook(notebookOf('a'), 'a');
    document.arrive(peer(7, 'bob', here, { status: 'idle' }));
    frames.next();
    routes.dispose();
    expect(vi.getTimerCount()).toBe(0);
  });
});

it('shows nobody where co-editing draws carets itself', () => {
  const { document, seats } = inNotebook(notebookOf('a'), 'a');
  document.collaborative = true;
  document.arrive(peer(7, 'bob', [at(3, { cell: 'a' })]));
  frames.next();
  expect(seats[0]?.now).toEqual([]);
});

it('says when the carets are only the last known ones', () => {
  const { document, seats } = inNotebook(notebookOf('a'), 'a');
  document.connect('reconnecting');
  frames.next();
  expect(seats[0]?.connected).toBe(false);
  document.connect('connected');
  frames.next();
  expect(seats[0]?.connected).toBe(true);
});

it('is silent after it was disposed', () => {
  const { document, routes, seats } = inNotebook(notebookOf('a'), 'a');
  const before = seats[0]?.shown.length;
  document.arrive(peer(7, 'bob', [at(3, { cell: 'a' })]));
  routes.dispose();
  document.arrive(peer(7, 'bob', [at(4, { cell: 'a' })]));
  frames.next();
  expect(seats[0]?.shown.length).toBe(before);
});
