// @vitest-environment jsdom
/*
 * Faces on the tabs of Lumino's own dock panel, which draws, moves and makes them anew as it likes.
 */
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import { MessageLoop } from '@lumino/messaging';
import { DockPanel, Widget } from '@lumino/widgets';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { DEFAULTS, Settings } from '../settings';
import { TabFaces } from '../tabs/faces';
import { FakeContext } from './fakes';
import { FakeDocument, FakePresence, state, trans } from './people.fakes';

class DocumentWidget extends Widget {
  constructor(readonly context: DocumentRegistry.Context) {
    super();
    this.title.label = context.path;
    this.title.closable = true;
  }
}

const UNSAVED = { document: { dirty: true, saved: null } };

let dock: DockPanel;
let presence: FakePresence;
let settings: Settings;
let faces: TabFaces;
const renames = vi.fn();

beforeEach(() => {
  dock = new DockPanel();
  Widget.attach(dock, document.body);
  presence = new FakePresence();
  settings = new Settings();
  renames.mockClear();
  faces = new TabFaces({ shell: { widgets: () => dock.widgets() }, presence, settings, trans });
});

afterEach(() => {
  faces.dispose();
  dock.dispose();
});

function open(path: string, options: Parameters<DockPanel['addWidget']>[1] = {}): DocumentWidget {
  const context = new FakeContext(path);
  const widget = new DocumentWidget(context.real);
  widget.title.changed.connect(renames);
  presence.add(new FakeDocument(path, context.real));
  dock.addWidget(widget, options);
  return widget;
}

function room(widget: DocumentWidget): FakeDocument {
  return presence.documents.find(one => one.context === widget.context)!;
}

function tabOf(widget: Widget): HTMLElement {
  MessageLoop.flush();
  const bar = [...dock.tabBars()].find(one => one.titles.includes(widget.title))!;
  return bar.contentNode.children[bar.titles.indexOf(widget.title)] as HTMLElement;
}

const label = (widget: Widget) =>
  tabOf(widget).querySelector(':scope > [role=img]')?.getAttribute('aria-label') ?? null;

async function says(widget: Widget, expected: string | null): Promise<void> {
  await vi.waitFor(() => {
    expect(label(widget)).toBe(expected);
  });
}

describe('the tab of a document', () => {
  it('says who else has it open and who has unsaved work, and does not rename it', async () => {
    const widget = open('a.py');
    room(widget).fill(state('me'), state('bob', UNSAVED), state('eve'));
    await says(widget, 'Open by Bob and Eve; Bob has unsaved changes');
    room(widget).fill(state('me'), state('eve'));
    await says(widget, 'Open by Eve');
    room(widget).fill(state('me'));
    await says(widget, null);
    expect(renames).not.toHaveBeenCalled();
    expect(widget.title.label).toBe('a.py');
  });

  it('says so while others are opened, closed and drawn again', async () => {
    const first = open('a.py');
    room(first).fill(state('bob'));
    const second = open('b.py');
    room(second).fill(state('eve'));
    await says(first, 'Open by Bob');
    await says(second, 'Open by Eve');
    first.title.className = 'jp-mod-dirty';
    first.title.caption = 'Last saved: never';
    await says(first, 'Open by Bob');
    expect(tabOf(first).classList).toContain('jp-mod-dirty');
    expect(tabOf(first).title).toBe('Last saved: never');
    expect(tabOf(first).querySelector('.lm-TabBar-tabCloseIcon')).not.toBeNull();
    first.dispose();
    await says(second, 'Open by Eve');
    expect(tabOf(second).children).toHaveLength(4);
  });

  it('says so at once where it is moved to, and in a new part of the area', async () => {
    const first = open('a.py');
    const second = open('b.py');
    room(first).fill(state('bob'));
    room(second).fill(state('eve'));
    await says(second, 'Open by Eve');
    dock.addWidget(second, { mode: 'split-right' });
    expect([...dock.tabBars()]).toHaveLength(2);
    tabOf(second); // Drawn by Lumino; an observer's report comes before the browser paints.
    await Promise.resolve();
    expect(label(second)).toBe('Open by Eve');
    dock.addWidget(second, { mode: 'tab-before', ref: first });
    tabOf(second);
    await Promise.resolve();
    expect(label(second)).toBe('Open by Eve');
    expect(label(first)).toBe('Open by Bob');
    expect(tabOf(first).querySelectorAll('[role=img]')).toHaveLength(1);
  });

  it('is as always in single-document mode and after it', async () => {
    const widget = open('a.py');
    room(widget).fill(state('bob'));
    await says(widget, 'Open by Bob');
    dock.mode = 'single-document';
    room(widget).fill(state('bob'), state('eve'));
    dock.mode = 'multiple-document';
    await says(widget, 'Open by Bob and Eve');
  });

  it('is grey while the connection is lost, and says why', async () => {
    const widget = open('a.py');
    room(widget).fill(state('bob'));
    room(widget).turn({ kind: 'reconnecting' });
    await vi.waitFor(() => {
      expect(tabOf(widget).querySelector('[data-stale]')).not.toBeNull();
    });
    await says(widget, 'Open by Bob; last known, the connection is lost');
    room(widget).turn({ kind: 'connected' });
    await says(widget, 'Open by Bob');
  });

  it('is as always if the settings say so, and once it is disposed', async () => {
    const widget = open('a.py');
    room(widget).fill(state('bob'));
    await says(widget, 'Open by Bob');
    vi.spyOn(settings, 'current', 'get').mockReturnValue({ ...DEFAULTS, tabs: false });
    (settings.changed as unknown as { emit(value: unknown): void }).emit(settings.current);
    await says(widget, null);
    faces.dispose();
    expect(faces.isDisposed).toBe(true);
    vi.restoreAllMocks();
    room(widget).fill(state('eve'));
    dock.layoutModified.connect(() => undefined);
    open('b.py');
    await new Promise(resolve => setTimeout(resolve, 0));
    expect(label(widget)).toBeNull();
  });

  it('of something that is no document is left alone', async () => {
    const launcher = new Widget();
    dock.addWidget(launcher);
    const widget = open('a.py');
    room(widget).fill(state('bob'));
    await says(widget, 'Open by Bob');
    expect(label(launcher)).toBeNull();
  });
});
