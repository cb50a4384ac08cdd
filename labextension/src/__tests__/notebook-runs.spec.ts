import type { ICellModel } from '@jupyterlab/cells';
import type { Kernel } from '@jupyterlab/services';
import { Signal } from '@lumino/signaling';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { Runs } from '../notebook/runs';
import type { IRunDocument } from '../notebook/runs';
import type { ICellReference } from '../peers';

/** A cell's model, as far as runs ask it. */
class Model {
  constructor(
    readonly id: string,
    readonly type = 'code'
  ) {}

  executionState: 'idle' | 'running' = 'idle';
  readonly stateChanged = new Signal<this, { name: string }>(this);

  turn(state: 'idle' | 'running'): void {
    this.executionState = state;
    this.stateChanged.emit({ name: 'executionState' });
  }
}

class Document {
  list: Model[] = [];
  idsLast = true;
  readonly changed = new Signal<this, unknown>(this);
  readonly kernelChanged = new Signal<this, unknown>(this);
  readonly statusChanged = new Signal<this, Kernel.Status>(this);

  get real(): IRunDocument {
    const { changed, kernelChanged, statusChanged } = this;
    const cells = { changed, [Symbol.iterator]: () => this.list[Symbol.iterator]() };
    const session = { kernelChanged, statusChanged };
    const { idsLast } = this;
    return { cells, session, idsLast } as unknown as IRunDocument;
  }

  set(...cells: Model[]): void {
    this.list = cells;
    this.changed.emit(undefined);
  }
}

let document: Document;
let runs: Runs;
let told: readonly ICellReference[];
let a: Model, b: Model, c: Model;

/** As JupyterLab starts a cell: first it says so, then it clears the cell and has it run. */
function start(model: Model): void {
  runs.start(of(model));
  model.turn('idle');
  model.turn('running');
}

function of(model: Model): { model: ICellModel } {
  return { model: model as unknown as ICellModel };
}

function follow(followed: Document): Runs {
  return new Runs(followed.real, cells => {
    told = cells;
  });
}

beforeEach(() => {
  document = new Document();
  [a, b, c] = [new Model('a'), new Model('b'), new Model('c')];
  document.set(a, b, c);
  told = [];
  runs = follow(document);
});

afterEach(() => {
  runs.dispose();
});

it('a cell runs from its start to its result', async () => {
  start(b);
  await Promise.resolve();
  expect(told).toEqual([{ cell: 'b' }]);
  runs.end(of(b));
  expect(told).toEqual([]);
});

it('cells wait in the order in which they were started', () => {
  start(c);
  start(a);
  expect(told).toEqual([{ cell: 'c' }, { cell: 'a' }]);
});

it('a cell that is started once more waits again', async () => {
  start(a);
  start(b);
  start(a);
  await Promise.resolve();
  expect(told).toEqual([{ cell: 'b' }, { cell: 'a' }]);
});

it('Markdown does not run', () => {
  runs.start(of(new Model('m', 'markdown')));
  expect(told).toEqual([]);
});

it('a request that is cancelled is over, though no result is told', async () => {
  start(a);
  a.turn('idle');
  await Promise.resolve();
  expect(told).toEqual([]);
});

it.each(['restarting', 'autorestarting', 'dead', 'terminating'] as const)(
  'nothing runs in a kernel that is %s',
  status => {
    start(a);
    start(b);
    document.statusChanged.emit('busy');
    expect(told).toHaveLength(2);
    document.statusChanged.emit(status);
    expect(told).toEqual([]);
  }
);

it('nothing runs in another kernel', () => {
  start(a);
  document.kernelChanged.emit(null);
  expect(told).toEqual([]);
});

it('a cell that is deleted while it waits is forgotten', () => {
  start(a);
  start(b);
  document.set(a, c);
  expect(told).toEqual([{ cell: 'a' }]);
  runs.end(of(b));
  expect(told).toEqual([{ cell: 'a' }]);
});

it('places are told where ids do not last, and follow the cells', () => {
  document.idsLast = false;
  runs = follow(document);
  start(c);
  expect(told).toEqual([{ cell: 'c', index: 2 }]);
  document.set(c, a, b);
  expect(told).toEqual([{ cell: 'c', index: 0 }]);
});

it('nothing is told after the end, and nothing listens', async () => {
  start(a);
  const before = told;
  runs.dispose();
  a.turn('idle');
  document.statusChanged.emit('dead');
  document.set(b);
  await Promise.resolve();
  expect(told).toBe(before);
  expect(runs.isDisposed).toBe(true);
});
