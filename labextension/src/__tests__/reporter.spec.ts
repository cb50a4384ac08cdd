import type { JSONValue } from '@lumino/coreutils';
import { beforeEach, describe, expect, it } from 'vitest';

import { Reporter } from '../reporter';
import { FakeContext, FakeNotebook } from './fakes';

let context: FakeContext;
let said: Record<string, JSONValue | undefined>;
let reporter: Reporter;

beforeEach(() => {
  context = new FakeContext('a.ipynb');
  said = {};
  reporter = new Reporter(context.real, (field, value) => {
    said[field] = value;
  });
});

describe('the document', () => {
  it('is dirty or not', () => {
    expect(said.document).toEqual({ dirty: false, saved: null });
    context.edit(true);
    expect(said.document).toEqual({ dirty: true, saved: null });
  });

  it('has the last save, by the clock and hash of the server', () => {
    context.edit(true);
    context.model.dirty = false;
    context.save('2026-02-03T04:05:06.789Z', 'abc');
    expect(said.document).toEqual({ dirty: false, saved: { at: 1770091506789, hash: 'abc' } });
    context.edit(true);
    expect(said.document).toEqual({ dirty: true, saved: { at: 1770091506789, hash: 'abc' } });
  });

  it('is saved only when saving has succeeded', () => {
    context.saveState.emit('started');
    context.saveState.emit('failed');
    expect(said.document).toEqual({ dirty: false, saved: null });
  });

  it('has an empty hash where the server gives none, and no save without a time', () => {
    context.save('2026-02-03T04:05:06Z');
    expect(said.document).toMatchObject({ saved: { hash: '' } });
    context.save('');
    expect(said.document).toMatchObject({ saved: null });
  });
});

describe('the cell', () => {
  it('is the active one, and its mode', () => {
    const notebook = new FakeNotebook();
    reporter.follow(notebook.real);
    expect(said.cell).toBeUndefined();
    notebook.go('c1', 0, 'edit');
    expect(said.cell).toEqual({ id: 'c1', index: 0, mode: 'edit' });
    notebook.mode = 'command';
    notebook.stateChanged.emit({ name: 'mode' });
    expect(said.cell).toEqual({ id: 'c1', index: 0, mode: 'command' });
  });

  it('is that of the view used last, and of another when that one is closed', () => {
    const [left, right] = [new FakeNotebook(), new FakeNotebook()];
    const views = [left, right].map(notebook => reporter.follow(notebook.real));
    left.go('c1', 0);
    right.go('c2', 1);
    expect(said.cell).toMatchObject({ id: 'c2' });
    left.go('c3', 2);
    expect(said.cell).toMatchObject({ id: 'c3' });
    views[0]?.dispose();
    expect(said.cell).toMatchObject({ id: 'c2' });
    left.go('c4', 3);
    expect(said.cell).toMatchObject({ id: 'c2' });
    views[1]?.dispose();
    expect(said.cell).toBeUndefined();
  });
});

it('says nothing once disposed', () => {
  const notebook = new FakeNotebook();
  const view = reporter.follow(notebook.real);
  reporter.dispose();
  const before = { ...said };
  notebook.go('c1', 0);
  context.edit(true);
  context.save('2026-02-03T04:05:06Z');
  view.dispose();
  expect(said).toEqual(before);
});
