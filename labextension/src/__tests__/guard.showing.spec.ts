// @vitest-environment jsdom
/*
 * Where a comparison is shown, of what, and when it goes; with JupyterLab's own context on files in memory.
 */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { MainAreaWidget } from '@jupyterlab/apputils';
import { DocumentWidget, TextModelFactory } from '@jupyterlab/docregistry';
import type { Context, DocumentRegistry } from '@jupyterlab/docregistry';
import type { ServiceManager } from '@jupyterlab/services';
import { Widget } from '@lumino/widgets';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { Guard } from '../guard/guard';
import type { Remedies } from '../guard/remedies';
import { Showing } from '../guard/showing';
import { Lineage } from '../lineage';
import { UnsavedWork } from '../work';
import { Disk, openContext, servicesOn } from './disk';
import { FakeDocument, provideIdle, state, trans } from './people.fakes';

let disk: Disk;
let manager: ServiceManager.IManager;
let context: Context<DocumentRegistry.ICodeModel>;
let room: FakeDocument;
let guard: Guard;
let widget: DocumentWidget;
const shell = { add: vi.fn<(tab: MainAreaWidget) => void>(), activateById: vi.fn() };
const deeds = {
  reload: vi.fn(() => Promise.resolve()),
  keepCopy: vi.fn(() => Promise.resolve())
};
const remedies = deeds as unknown as Remedies;

beforeEach(async () => {
  provideIdle();
  disk = new Disk();
  disk.write('a.txt', 'one');
  manager = servicesOn(disk);
  context = await openContext(manager, new TextModelFactory(), 'a.txt');
  room = Object.assign(new FakeDocument('a.txt', context), {
    work: new UnsavedWork(context),
    lineage: new Lineage(context, manager.contents)
  });
  await context.ready;
  guard = new Guard({ document: room, now: () => Date.now(), margin: () => 0 });
  widget = new DocumentWidget({ content: new Widget(), context });
  widget.id = 'document';
  vi.clearAllMocks();
});

afterEach(() => {
  guard.dispose();
  room.dispose();
  context.dispose();
  manager.contents.dispose();
});

function createShowing(hasTabs: boolean): Showing {
  return new Showing({
    document: room,
    guard,
    contents: manager.contents,
    shell: shell as unknown as JupyterFrontEnd.IShell,
    hasTabs,
    languages: null,
    trans,
    widgets: new Set([widget]),
    now: () => Date.now()
  });
}

/** The user has unsaved work, and another has saved. */
async function collide(): Promise<void> {
  room.fill(state('me'), state('bob'));
  context.model.sharedModel.updateSource(0, 0, 'my ');
  disk.write('a.txt', 'theirs');
  await guard.look();
}

const texts = (node: Element, selector: string) =>
  [...node.querySelectorAll(selector)].map(one => one.textContent);

function press(node: Element, label: string): void {
  const button = [...node.querySelectorAll('button')].find(one => one.textContent === label);
  expect(button, label).toBeDefined();
  button!.click();
}

const opened = (): MainAreaWidget => shell.add.mock.calls[0]![0];

describe('in a shell with tabs', () => {
  it('is a tab beside the document, of what the page has and what the file has', async () => {
    await collide();
    await createShowing(true).show(remedies);
    expect(shell.add.mock.calls).toEqual([
      [expect.anything(), 'main', { mode: 'tab-after', ref: 'document' }]
    ]);
    expect(shell.activateById).toHaveBeenCalledExactlyOnceWith(opened().id);
    expect(opened().title.label).toBe('Differences in a.txt');
    expect(texts(opened().node, '.cm-merge-a .cm-line')).toEqual(['my one']);
    expect(texts(opened().node, '.cm-merge-b .cm-line')).toEqual(['theirs']);
    const [mine, theirs] = texts(opened().node, 'h2');
    expect(mine).toBe('Yours (unsaved)');
    expect(theirs).toMatch(/^Saved by /);
  });

  it('says that there is nothing of one’s own, and that the file is as it was', async () => {
    await createShowing(true).show(remedies);
    expect(texts(opened().node, 'h2')).toEqual([
      'What you see (without changes of yours)',
      'In the file'
    ]);
  });

  it('is told of if it cannot be shown', async () => {
    vi.spyOn(manager.contents, 'get').mockRejectedValue(new Error('offline'));
    await createShowing(true).show(remedies);
    expect(shell.add).not.toHaveBeenCalled();
    const dialog = await vi.waitFor(() => {
      const found = document.querySelector('.jp-Dialog');
      expect(found?.textContent).toContain('The differences cannot be shown');
      return found!;
    });
    expect(dialog.textContent).toContain('offline');
    press(dialog, 'Close');
  });

  it('is renewed where it is when it is asked for again, and opened anew once it was closed', async () => {
    await collide();
    const showing = createShowing(true);
    await showing.show(remedies);
    disk.write('a.txt', 'theirs again');
    press(opened().node, 'Compare again');
    await vi.waitFor(() => {
      expect(texts(opened().node, '.cm-merge-b .cm-line')).toEqual(['theirs again']);
    });
    expect(shell.add).toHaveBeenCalledOnce();
    opened().dispose();
    await showing.show(remedies);
    expect(shell.add).toHaveBeenCalledTimes(2);
  });

  it('goes when what was done from it has left nothing to compare, and stays otherwise', async () => {
    await collide();
    await createShowing(true).show(remedies);
    press(opened().node, 'Save mine as a copy');
    await vi.waitFor(() => {
      expect(deeds.keepCopy).toHaveBeenCalledOnce();
    });
    await Promise.resolve();
    expect(opened().isDisposed).toBe(false);
    deeds.reload.mockImplementationOnce(() => context.revert());
    press(opened().node, 'Reload');
    await vi.waitFor(() => {
      expect(opened().isDisposed).toBe(true);
    });
  });
});

describe('in a shell without tabs', () => {
  it('is a dialog, which closes with the same deeds', async () => {
    await collide();
    await createShowing(false).show(remedies);
    expect(shell.add).not.toHaveBeenCalled();
    const dialog = document.querySelector('.jp-Dialog')!;
    await vi.waitFor(() => {
      expect(texts(dialog, '.jp-Dialog-header')).toEqual(['Differences in a.txt']);
    });
    expect(texts(dialog, '.cm-merge-b .cm-line')).toEqual(['theirs']);
    deeds.reload.mockImplementationOnce(() => context.revert());
    press(dialog, 'Reload');
    await vi.waitFor(() => {
      expect(document.querySelector('.jp-Dialog')).toBeNull();
    });
  });
});
