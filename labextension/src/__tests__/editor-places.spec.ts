import { EditorState } from '@codemirror/state';
import type { TransactionSpec } from '@codemirror/state';
import { describe, expect, it } from 'vitest';

import { groupByHead, showCursors, shownField, shownIn } from '../editor/places';
import type { ICaret } from '../editor/places';
import type { IRoutedCursor } from '../editor/whereabouts';
import { quote } from '../positions';
import { peer } from './editor-room';

const TEXT = 'first line of the cell\nsecond line with a word\nand the last line';

function routed(
  text: string,
  position: number,
  options: { id?: number; at?: number; to?: number } = {}
) {
  const { id = 1, at = 0, to = position } = options;
  const cursor = { position, anchor: to, quote: quote(text, position) };
  return { peer: peer(id, `peer${id}`), cursor, rank: 0, movedAt: at };
}

class Editor {
  constructor(text: string) {
    this.state = EditorState.create({ doc: text, extensions: [shownField] });
  }

  state: EditorState;

  get carets(): readonly ICaret[] {
    return shownIn(this.state).carets;
  }

  get places(): readonly [number, number, boolean][] {
    return this.carets.map(({ head, anchor, exact }) => [head, anchor, exact]);
  }

  show(...cursors: readonly IRoutedCursor[]): void {
    this.apply({ effects: showCursors.of({ cursors, connected: true }) });
  }

  apply(spec: TransactionSpec): void {
    this.state = this.state.update(spec).state;
  }
}

describe('a peer in the same text', () => {
  it('is where the peer says, exactly', () => {
    const editor = new Editor(TEXT);
    editor.show(routed(TEXT, 30, { to: 25 }));
    expect(editor.places).toEqual([[30, 25, true]]);
  });

  it('is carried along with local edits before it, and stays exact', () => {
    const editor = new Editor(TEXT);
    editor.show(routed(TEXT, 50));
    editor.apply({ changes: { from: 0, insert: 'new line\n' } });
    expect(editor.places).toEqual([[59, 59, true]]);
    editor.apply({ changes: { from: 0, to: 9 } });
    expect(editor.places).toEqual([[50, 50, true]]);
  });

  it('is approximate as soon as the text around it differs, and exact again after undoing that', () => {
    const editor = new Editor(TEXT);
    editor.show(routed(TEXT, 30));
    editor.apply({ changes: { from: 32, insert: 'XYZ' } });
    expect(editor.places).toEqual([[30, 30, false]]);
    editor.apply({ changes: { from: 32, to: 35 } });
    expect(editor.places).toEqual([[30, 30, true]]);
  });

  it('does not ride along in front of what is typed at its place', () => {
    const editor = new Editor(TEXT);
    editor.show(routed(TEXT, 30));
    editor.apply({ changes: { from: 30, insert: 'typed' } });
    expect(editor.places[0]?.[0]).toBe(30);
  });

  it('keeps its selection when something is typed at either end', () => {
    for (const [head, anchor] of [
      [40, 30],
      [30, 40]
    ] as const) {
      const editor = new Editor(TEXT);
      editor.show(routed(TEXT, head, { to: anchor }));
      editor.apply({
        changes: [
          { from: 30, insert: 'ab' },
          { from: 40, insert: 'cd' }
        ]
      });
      const [[newHead, newAnchor]] = editor.places as [[number, number, boolean]];
      expect([Math.min(newHead, newAnchor), Math.max(newHead, newAnchor)]).toEqual([32, 42]);
    }
  });
});

describe('a peer with another text', () => {
  it('is found by the words around it', () => {
    const theirs = `# something that is not saved yet\n${TEXT}`;
    const editor = new Editor(TEXT);
    const position = theirs.indexOf('a word');
    editor.show(routed(theirs, position));
    expect(editor.places).toEqual([[TEXT.indexOf('a word'), TEXT.indexOf('a word'), true]]);
  });

  it('is approximate where those words are unknown, and always inside the text', () => {
    const editor = new Editor('tiny');
    editor.show(routed(TEXT, 60, { to: 10 }));
    expect(editor.places).toEqual([[4, 4, false]]);
  });

  it('is found again when the whole text is replaced by theirs', () => {
    const theirs = TEXT.replace('second', 'some completely other');
    const editor = new Editor(TEXT);
    const position = theirs.indexOf('completely') + 4;
    editor.show(routed(theirs, position));
    expect(editor.carets[0]?.exact).toBe(false);
    editor.apply({ changes: { from: 0, to: TEXT.length, insert: theirs } });
    expect(editor.places).toEqual([[position, position, true]]);
  });
});

describe('several peers', () => {
  it('stay where local edits carried them while another moves', () => {
    const editor = new Editor(TEXT);
    const still = routed(TEXT, 30, { id: 1, at: 5 });
    editor.show(still, routed(TEXT, 3, { id: 2, at: 5 }));
    // Around the first, so that its own words would not find the place any more.
    editor.apply({ changes: { from: 26, to: 34, insert: 'other words altogether' } });
    const [carried] = editor.places;
    editor.show(still, routed(TEXT, 4, { id: 2, at: 6 }));
    expect(editor.places).toEqual([carried, [4, 4, true]]);
  });

  it('are gone when they are not shown any more', () => {
    const editor = new Editor(TEXT);
    editor.show(routed(TEXT, 30));
    editor.show();
    expect(editor.carets).toEqual([]);
  });

  it('make a group where they stand at one place', () => {
    const editor = new Editor(TEXT);
    editor.show(
      routed(TEXT, 30, { id: 1 }),
      routed(TEXT, 7, { id: 2 }),
      routed(TEXT, 30, { id: 3 })
    );
    const groups = groupByHead(editor.carets);
    expect(groups.map(group => group.map(caret => caret.peer.id))).toEqual([[2], [1, 3]]);
  });
});

it('leaves the state alone when a transaction concerns no caret', () => {
  const editor = new Editor(TEXT);
  editor.show(routed(TEXT, 30));
  const before = shownIn(editor.state);
  editor.apply({ selection: { anchor: 4 } });
  expect(shownIn(editor.state)).toBe(before);
});
