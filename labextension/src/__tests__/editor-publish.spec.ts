import { EditorSelection, EditorState } from '@codemirror/state';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { Publisher } from '../editor/publish';
import { FakeDocument } from './editor-room';

const TEXT = 'a text with an emoji 😀 and more after it';

function select(...ranges: [anchor: number, head: number][]): EditorState {
  return EditorState.create({
    doc: TEXT,
    selection: EditorSelection.create(
      ranges.map(([anchor, head]) => EditorSelection.range(anchor, head))
    ),
    extensions: [EditorState.allowMultipleSelections.of(true)]
  });
}

let document: FakeDocument;
let publisher: Publisher;

beforeEach(() => {
  vi.useFakeTimers();
  document = new FakeDocument();
  publisher = new Publisher(document);
});

afterEach(() => {
  publisher.dispose();
  vi.useRealTimers();
});

describe('select', () => {
  it('publishes the caret, the anchor and what stands around the caret', () => {
    publisher.select(select([2, 6]), { cell: 'c', index: 4 });
    expect(document.last('cursor')).toEqual({
      cell: 'c',
      index: 4,
      position: 6,
      anchor: 2,
      quote: { before: 'a text', after: ' with an emoji 😀'.slice(0, 15) }
    });
  });

  it('counts UTF-16 units', () => {
    const position = TEXT.indexOf(' and');
    publisher.select(select([position, position]), {});
    expect(document.last('cursor')).toMatchObject({ position: 23, anchor: 23 });
  });

  it('publishes further ranges, and withdraws them with the last one', () => {
    publisher.select(select([0, 0], [3, 5], [9, 9]), {});
    expect(document.last('cursor')).toMatchObject({ position: 0 });
    expect(document.last('cursors')).toMatchObject([{ position: 5, anchor: 3 }, { position: 9 }]);
    publisher.select(select([0, 0]), {});
    expect(document.published.slice(-1)).toEqual([['cursors', undefined]]);
  });

  it('says nothing twice, and what changed again', () => {
    publisher.select(select([3, 3]), {});
    publisher.select(select([3, 3]), {});
    publisher.select(select([4, 4]), {});
    publisher.select(select([3, 3]), {});
    const positions = document.published.map(
      ([, value]) => (value as { position: number }).position
    );
    expect(positions).toEqual([3, 4, 3]);
  });

  it('remembers the cell until it is cleared', () => {
    publisher.select(select([3, 3]), { cell: 'c', index: 0 });
    expect(publisher.cell).toBe('c');
    publisher.clear();
    expect(publisher.cell).toBeNull();
    expect(document.published.slice(-1)).toEqual([['cursor', undefined]]);
  });
});

describe('typing', () => {
  it('ends two seconds after the last keystroke', () => {
    publisher.typing();
    vi.advanceTimersByTime(1500);
    publisher.typing();
    vi.advanceTimersByTime(1999);
    expect(document.published).toEqual([['activity', 'typing']]);
    vi.advanceTimersByTime(1);
    expect(document.published).toEqual([
      ['activity', 'typing'],
      ['activity', undefined]
    ]);
  });

  it('says nothing more after it was disposed', () => {
    publisher.typing();
    publisher.dispose();
    vi.advanceTimersByTime(5000);
    expect(document.published).toEqual([['activity', 'typing']]);
  });
});
