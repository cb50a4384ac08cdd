import type { JSONValue } from '@lumino/coreutils';
import { beforeEach, describe, expect, it } from 'vitest';

import { Reporter } from '../reporter';
import { FakeNotebook } from './fakes';
import { FakeLineage, FakeWork } from './people.fakes';

let work: FakeWork;
let lineage: FakeLineage;
let said: Record<string, JSONValue | undefined>;
let reporter: Reporter;

beforeEach(() => {
  work = new FakeWork();
  lineage = new FakeLineage();
  said = {};
  reporter = new Reporter({ work, lineage }, (field, value) => {
    said[field] = value;
  });
});

describe('the document', () => {
  it('is dirty since when, or not', () => {
    expect(said.document).toEqual({ dirty: false, saved: null });
    work.set(1770091506789);
    expect(said.document).toEqual({ dirty: true, since: 1770091506789, saved: null });
    work.set(null);
    expect(said.document).toEqual({ dirty: false, saved: null });
  });

  it('has the last save, also after another version was loaded', () => {
    const saved = { at: 1770091506789, hash: 'abc', from: ['ab', 'a'] };
    lineage.save(saved);
    expect(said.document).toEqual({ dirty: false, saved });
    lineage.load({ at: 1770091509999, hash: 'x' });
    expect(said.document).toEqual({ dirty: false, saved });
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
  work.set(5);
  lineage.load({ at: 1, hash: '' });
  view.dispose();
  expect(said).toEqual(before);
});
