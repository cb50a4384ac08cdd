// @vitest-environment jsdom
/*
 * The caret and the active cell; heights on the screen are the browser tests' business, as jsdom has none.
 */
import { EditorState } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { Widget } from '@lumino/widgets';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { keepPlace } from '../guard/place';

interface ICell {
  readonly model: { readonly id: string };
  readonly editor: { readonly editor: EditorView } | null;
}

const TEXT = 'one = 1\ntwo = 2\nthree = 3';
let views: EditorView[];

beforeEach(() => {
  views = [];
});

afterEach(() => {
  views.forEach(view => {
    view.destroy();
  });
  document.body.replaceChildren();
});

function view(doc: string, anchor = 0, head = anchor): EditorView {
  const state = EditorState.create({ doc, selection: { anchor, head } });
  const made = new EditorView({ state, parent: document.body });
  views.push(made);
  return made;
}

function caret(of: EditorView): [anchor: number, head: number] {
  const { anchor, head } = of.state.selection.main;
  return [anchor, head];
}

function notebook(cells: ICell[], activeCellIndex: number) {
  const node = document.createElement('div');
  const content = {
    activeCellChanged: {},
    node,
    widgets: cells,
    activeCellIndex,
    mode: 'edit',
    get activeCell() {
      return this.widgets[this.activeCellIndex] ?? null;
    }
  };
  return { content, widget: Object.assign(new Widget(), { content }) };
}

const cell = (id: string, editor: EditorView | null = null): ICell => ({
  model: { id },
  editor: editor && { editor }
});

describe('in a notebook', () => {
  it('the active cell is found by its id, wherever it is now', async () => {
    const { content, widget } = notebook([cell('a'), cell('b')], 1);
    const goBack = keepPlace(widget);
    content.widgets = [cell('new'), cell('a'), cell('b')];
    content.activeCellIndex = 0;
    content.mode = 'command';
    await goBack();
    expect([content.activeCellIndex, content.mode]).toEqual([2, 'edit']);
  });

  it('nothing is done if the cell is gone', async () => {
    const { content, widget } = notebook([cell('a'), cell('b')], 1);
    const goBack = keepPlace(widget);
    content.widgets = [cell('a')];
    content.activeCellIndex = 0;
    await goBack();
    expect(content.activeCellIndex).toBe(0);
  });

  it('the caret is at the same words in the cell’s new editor', async () => {
    const { content, widget } = notebook([cell('a', view(TEXT, TEXT.indexOf('two') + 3))], 0);
    const goBack = keepPlace(widget);
    const text = `zero = 0\n${TEXT}`;
    const next = view(text);
    content.widgets = [cell('a', next)];
    await goBack();
    const place = text.indexOf('two') + 3;
    expect(caret(next)).toEqual([place, place]);
  });

  it('who had the focus has it again', async () => {
    const before = view(TEXT, 3);
    before.focus();
    const { content, widget } = notebook([cell('a', before)], 0);
    const goBack = keepPlace(widget);
    const next = view(TEXT);
    content.widgets = [cell('a', next)];
    await goBack();
    expect(next.hasFocus).toBe(true);
  });

  it('who had it not gets it not', async () => {
    const { content, widget } = notebook([cell('a', view(TEXT, 3))], 0);
    const goBack = keepPlace(widget);
    const next = view(TEXT);
    content.widgets = [cell('a', next)];
    await goBack();
    expect(next.hasFocus).toBe(false);
  });
});

it('remembers nothing of what has no text', async () => {
  await expect(keepPlace(new Widget())()).resolves.toBeUndefined();
});
