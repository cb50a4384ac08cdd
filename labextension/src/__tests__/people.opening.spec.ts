// @vitest-environment jsdom
import { EditorState } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { openTab } from '../people/opening';
import type { ITab } from '../people/rows';
import { FakeContext } from './fakes';
import { FakeDocument, FakePresence, state } from './people.fakes';

const TAB: ITab = {
  peer: 1,
  username: 'bob',
  color: '#1976d2',
  status: 'active',
  seen: null,
  path: 'a.ipynb'
};

let presence: FakePresence;
let context: FakeContext;
let content: object;
const openOrReveal = vi.fn();
const manager = { openOrReveal } as unknown as IDocumentManager;

beforeEach(async () => {
  presence = new FakePresence();
  context = new FakeContext('a.ipynb');
  content = {};
  openOrReveal.mockReset();
  openOrReveal.mockImplementation(() => ({ context, content, revealed: Promise.resolve() }));
  await context.load();
});

function open(fields: Partial<ITab>): Promise<void> {
  return openTab({ ...TAB, ...fields }, manager, presence);
}

describe('going to where somebody is', () => {
  it('opens the document', async () => {
    await open({});
    expect(openOrReveal).toHaveBeenCalledExactlyOnceWith('a.ipynb');
  });

  it('reveals it under the path by which it is open, drive and all', async () => {
    const other = new FakeContext('RTC:a.ipynb');
    presence.add(new FakeDocument('a.ipynb', other.real));
    await open({});
    expect(openOrReveal).toHaveBeenCalledExactlyOnceWith('RTC:a.ipynb');
  });

  it('opens nothing for somebody who is nowhere', async () => {
    await open({ path: null });
    expect(openOrReveal).not.toHaveBeenCalled();
  });

  it('is content if the document opens elsewhere, as in Notebook', async () => {
    openOrReveal.mockReturnValue(undefined);
    await expect(open({})).resolves.toBeUndefined();
  });
});

describe('in a notebook', () => {
  const scrollToItem = vi.fn(() => Promise.resolve());
  const nodes = [document.createElement('div'), document.createElement('div')];

  beforeEach(() => {
    scrollToItem.mockClear();
    const cells = [{ id: 'x' }, { id: 'y' }];
    content = {
      activeCellChanged: {},
      activeCellIndex: 0,
      scrollToItem,
      outerNode: document.body,
      model: { sharedModel: { cells } },
      widgets: nodes.map(node => ({ node }))
    };
  });

  it('brings the cell into view and leaves the own cursor where it is', async () => {
    await open({ cell: 'y', index: 0 });
    expect(scrollToItem).toHaveBeenCalledExactlyOnceWith(1, 'smart');
    expect(content).toMatchObject({ activeCellIndex: 0 });
  });

  it('makes the cell glow for a moment, in the colour of the person', async () => {
    await open({ cell: 'y', color: '#ad1457' });
    expect(nodes[1]?.className).toBe('jp-AwarenessArrival');
    expect(nodes[1]?.style.getPropertyValue('--jp-awareness-color')).toBe('#ad1457');
    nodes[1]?.dispatchEvent(new Event('animationend'));
    expect(nodes[1]?.className).toBe('');
  });

  it('goes no further than the document if no cell is told', async () => {
    await open({});
    expect(scrollToItem).not.toHaveBeenCalled();
  });
});

describe('in a text file', () => {
  const seen: number[] = [];
  let view: EditorView;
  let document: FakeDocument;

  beforeEach(() => {
    seen.length = 0;
    view = new EditorView({
      state: EditorState.create({
        doc: 'one\ntwo\nthree',
        extensions: EditorView.updateListener.of(update => {
          for (const { value } of update.transactions.flatMap(each => each.effects)) {
            seen.push((value as { range: { head: number } }).range.head);
          }
        })
      })
    });
    content = {
      editor: {
        editor: view,
        revealPosition: () => undefined,
        model: { sharedModel: { getSource: () => view.state.doc.toString() } }
      }
    };
    document = presence.add(new FakeDocument('a.ipynb', context.real));
  });

  afterEach(() => {
    view.destroy();
  });

  const cursor = { position: 4, anchor: 4, quote: { before: 'ne\n', after: 'two' } };

  it('brings the cursor into view and leaves the own one where it is', async () => {
    document.fill(state('eve', { cursor: { position: 1, anchor: 1 } }), state('bob', { cursor }));
    await open({});
    expect(seen).toEqual([4]);
    expect(view.state.selection.main.head).toBe(0);
  });

  it('finds the place where the own text differs', async () => {
    view.dispatch({ changes: { from: 0, insert: 'zero\n' } });
    document.fill(state('bob', { cursor }));
    await open({});
    expect(seen).toEqual([9]);
  });

  it('waits for the people of a document that was just opened', async () => {
    document.connection = { kind: 'connecting' };
    const opened = open({});
    await Promise.resolve();
    document.fill(state('bob', { cursor }));
    expect(seen).toEqual([]);
    document.turn({ kind: 'connected' });
    await opened;
    expect(seen).toEqual([4]);
  });

  it('does not wait for one that was closed again', async () => {
    document.connection = { kind: 'connecting' };
    const opened = open({});
    await Promise.resolve();
    document.dispose();
    await opened;
    expect(seen).toEqual([]);
  });
});
