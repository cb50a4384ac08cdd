import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Signal } from '@lumino/signaling';
import type { Widget } from '@lumino/widgets';
import { beforeEach, describe, expect, it, vi } from 'vitest';

import { CurrentDocument } from '../people/current';
import { FakeContext, panel } from './fakes';
import { FakeDocument, FakePresence, state } from './people.fakes';

class FakeShell {
  currentWidget: Widget | null = null;
  readonly currentChanged = new Signal<this, object>(this);

  turn(widget: Widget | null): void {
    this.currentWidget = widget;
    this.currentChanged.emit({});
  }
}

let shell: FakeShell;
let presence: FakePresence;
let current: CurrentDocument;
const changed = vi.fn();
const peopleChanged = vi.fn();

beforeEach(() => {
  changed.mockClear();
  peopleChanged.mockClear();
  shell = new FakeShell();
  presence = new FakePresence();
  current = new CurrentDocument(shell as unknown as JupyterFrontEnd.IShell, presence);
  current.changed.connect(changed);
  current.peopleChanged.connect(peopleChanged);
});

function open(path: string): { widget: Widget; document: FakeDocument } {
  const context = new FakeContext(path);
  const document = presence.add(new FakeDocument(path, context.real));
  return { widget: panel(context), document };
}

describe('the current document', () => {
  it('is that of the current widget', () => {
    const { widget } = open('a.ipynb');
    expect(current.document).toBeNull();
    changed.mockClear();
    shell.turn(widget);
    expect(current.document?.path).toBe('a.ipynb');
    expect(current.widget).toBe(widget);
    expect(changed).toHaveBeenCalledOnce();
    shell.turn(null);
    expect(current.document).toBeNull();
    expect(current.widget).toBeNull();
  });

  it('is found when its presence comes later than its widget', () => {
    const context = new FakeContext('a.ipynb');
    shell.turn(panel(context));
    expect(current.document).toBeNull();
    presence.add(new FakeDocument('a.ipynb', context.real));
    expect(current.document?.path).toBe('a.ipynb');
  });

  it('reports its people and its connection, and no longer those of the one before', () => {
    const a = open('a.ipynb');
    const b = open('b.ipynb');
    shell.turn(a.widget);
    a.document.fill(state('bob'));
    a.document.turn({ kind: 'reconnecting' });
    expect(peopleChanged).toHaveBeenCalledTimes(2);
    shell.turn(b.widget);
    a.document.fill(state('eve'));
    expect(peopleChanged).toHaveBeenCalledTimes(2);
    b.document.fill(state('eve'));
    expect(peopleChanged).toHaveBeenCalledTimes(3);
  });

  it('is none once it is closed', () => {
    const { widget, document } = open('a.ipynb');
    shell.turn(widget);
    document.dispose();
    expect(current.document).toBeNull();
  });

  it('is not followed any more after dispose', () => {
    const { widget, document } = open('a.ipynb');
    shell.turn(widget);
    current.dispose();
    changed.mockClear();
    document.fill(state('bob'));
    shell.turn(null);
    expect(changed).not.toHaveBeenCalled();
    expect(peopleChanged).not.toHaveBeenCalled();
    expect(current.isDisposed).toBe(true);
  });
});
