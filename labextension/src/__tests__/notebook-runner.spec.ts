import type { Cell } from '@jupyterlab/cells';
import type { Notebook } from '@jupyterlab/notebook';
import { Signal } from '@lumino/signaling';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { Runner } from '../notebook/runner';
import { FakeDocument, FakePresence } from './editor-room';

type Run = { notebook: Notebook; cell: Cell };

/** A document with a session of a kernel. */
class RunDocument extends FakeDocument {
  readonly kernelChanged = new Signal<this, unknown>(this);
  readonly statusChanged = new Signal<this, unknown>(this);
  readonly context = {
    sessionContext: { kernelChanged: this.kernelChanged, statusChanged: this.statusChanged }
  };
}

let presence: FakePresence;
let signals: { executionScheduled: Signal<object, Run>; executed: Signal<object, Run> };
let runner: Runner;
let document: RunDocument;

function cell(id: string): Cell {
  const model = { id, type: 'code', stateChanged: new Signal<object, unknown>({}) };
  return { model } as unknown as Cell;
}

function notebook(minor: number, ...cells: Cell[]): Notebook {
  const sharedModel = {};
  const models = cells.map(({ model }) => model);
  const list = {
    changed: new Signal<object, unknown>({}),
    [Symbol.iterator]: () => models[Symbol.iterator]()
  };
  const model = { sharedModel, cells: list, nbformat: 4, nbformatMinor: minor };
  presence.open(sharedModel, document);
  return { model } as unknown as Notebook;
}

beforeEach(() => {
  presence = new FakePresence();
  document = new RunDocument();
  signals = { executionScheduled: new Signal({}), executed: new Signal({}) };
  runner = new Runner(presence.asPresence(), signals);
});

afterEach(() => {
  runner.dispose();
});

it('tells the others in the document what the user has started in it', () => {
  const [a, b] = [cell('a'), cell('b')];
  const shown = notebook(5, a, b);
  signals.executionScheduled.emit({ notebook: shown, cell: a });
  signals.executionScheduled.emit({ notebook: shown, cell: b });
  expect(document.last('activity')).toEqual({ running: ['a', 'b'] });
  signals.executed.emit({ notebook: shown, cell: a });
  expect(document.last('activity')).toEqual({ running: ['b'] });
  signals.executed.emit({ notebook: shown, cell: b });
  expect(document.last('activity')).toBeUndefined();
});

it('tells the places of cells too where ids do not last', () => {
  const [a, b] = [cell('a'), cell('b')];
  signals.executionScheduled.emit({ notebook: notebook(4, a, b), cell: b });
  expect(document.last('activity')).toEqual({ running: ['b'], indices: [1] });
});

it('tells nothing of a notebook without presence', () => {
  const unknown = { model: { sharedModel: {} } } as unknown as Notebook;
  signals.executionScheduled.emit({ notebook: unknown, cell: cell('a') });
  signals.executed.emit({ notebook: { model: null } as unknown as Notebook, cell: cell('a') });
  expect(document.published).toEqual([]);
});

it('forgets a document that was closed', () => {
  const a = cell('a');
  const shown = notebook(5, a);
  signals.executionScheduled.emit({ notebook: shown, cell: a });
  document.disposed.emit(undefined);
  const before = document.published.length;
  signals.executed.emit({ notebook: shown, cell: a });
  document.statusChanged.emit('dead');
  expect(document.published).toHaveLength(before);
});

it('is silent after its end', () => {
  const a = cell('a');
  const shown = notebook(5, a);
  runner.dispose();
  signals.executionScheduled.emit({ notebook: shown, cell: a });
  expect(runner.isDisposed).toBe(true);
  expect(document.published).toEqual([]);
});
