// @vitest-environment jsdom
/*
 * The rows of JupyterLab's own file browser, as it draws them: nodes made by its renderer, used for one file and then another.
 */
import type { Contents } from '@jupyterlab/services';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { RowsRenderer } from '../filebrowser/renderer';
import { OpenFiles } from '../filebrowser/rows';
import { DEFAULTS, Settings } from '../settings';
import { CONTENTS } from './fakes';
import { FakeRoom, state, trans } from './people.fakes';

const CELL = '.jp-DirListing-itemName';

let renderer: RowsRenderer;
let lobby: FakeRoom;
let settings: Settings;
let files: OpenFiles;
let rows: HTMLElement[];

beforeEach(() => {
  vi.useFakeTimers();
  renderer = new RowsRenderer();
  lobby = new FakeRoom();
  settings = new Settings();
  rows = [];
});

afterEach(() => {
  files.dispose();
  rows.forEach(row => {
    row.remove();
  });
  vi.useRealTimers();
});

function start(): void {
  files = new OpenFiles({ renderer, lobby, contents: CONTENTS, settings, trans });
}

function row(): HTMLElement {
  const node = renderer.createItemNode();
  document.body.append(node);
  rows.push(node);
  return node;
}

function draw(node: HTMLElement, path: string, width = 400, type = 'file'): void {
  const model = { path, name: path, type, last_modified: '2026-01-01' } as Contents.IModel;
  const sizes = { name: width, last_modified: 60, file_size: null } as never;
  renderer.updateItemNode(node, model, undefined, undefined, undefined, false, 'short', sizes);
}

const label = (node: HTMLElement) =>
  node.querySelector(`${CELL} > [role=img]`)?.getAttribute('aria-label') ?? null;

const has = (username: string, path: string, dirty = false) =>
  state(username, { open: [{ path, dirty }] });

describe('the rows of the file browser', () => {
  it('say who has a file open, and who has unsaved work in it', () => {
    lobby.fill(has('me', 'a.py'), has('bob', 'a.py', true), has('eve', 'a.py'));
    start();
    const node = row();
    draw(node, 'a.py');
    expect(label(node)).toBe('Open by Bob and Eve; Bob has unsaved changes');
    const glance = node.querySelector(CELL)?.lastElementChild;
    const text = node.querySelector('.jp-DirListing-itemText');
    expect(text?.getAttribute('aria-describedby')).toBe(glance?.id);
    draw(node, 'b.py');
    expect(label(node)).toBeNull();
    expect(text?.hasAttribute('aria-describedby')).toBe(false);
  });

  it('say of a folder who has something open below it', () => {
    lobby.fill(has('bob', 'x/y/a.py'));
    start();
    const node = row();
    draw(node, 'x', 400, 'directory');
    expect(label(node)).toBe('Bob has something open in here');
    expect(node.querySelector<HTMLElement>('.jp-AwarenessGlance')?.dataset.as).toBe('dots');
  });

  it('are drawn anew when people come, change and go, without the file browser', async () => {
    const node = row();
    draw(node, 'a.py');
    start();
    expect(label(node)).toBeNull();
    await vi.advanceTimersByTimeAsync(1000);
    lobby.fill(has('bob', 'a.py'));
    await vi.advanceTimersByTimeAsync(1000);
    expect(label(node)).toBe('Open by Bob');
    lobby.fill(has('bob', 'a.py', true));
    lobby.turn({ kind: 'reconnecting' });
    await vi.advanceTimersByTimeAsync(1000);
    expect(label(node)).toBe(
      'Open by Bob; Bob has unsaved changes; last known, the connection is lost'
    );
    expect(node.querySelector('[data-stale]')).not.toBeNull();
    lobby.fill();
    await vi.advanceTimersByTimeAsync(1000);
    expect(label(node)).toBeNull();
  });

  it('show as many faces as their column has room for', async () => {
    vi.useRealTimers();
    lobby.fill(...['a', 'b', 'c', 'd', 'e', 'f'].map(name => has(name, 'a.py')));
    start();
    const node = row();
    const faces = () => node.querySelectorAll('.jp-AwarenessGlance-slot').length;
    draw(node, 'a.py', 400);
    await vi.waitFor(() => {
      expect(faces()).toBe(3);
    });
    const model = { path: 'a.py', name: 'a.py', type: 'file' } as Contents.IModel;
    renderer.updateItemSize(node, model, 'short', { name: 100 } as never);
    await vi.waitFor(() => {
      expect(faces()).toBe(1);
    });
    renderer.updateItemSize(node, model, 'short');
    await vi.waitFor(() => {
      expect(faces()).toBe(3);
    });
  });

  it('know files of this server by whatever drive they are shown, and no others', () => {
    lobby.fill(has('bob', 'a.py'));
    start();
    const [own, other] = [row(), row()];
    draw(own, 'RTC:a.py');
    draw(other, 'GitHub:a.py');
    expect(label(own)).toBe('Open by Bob');
    expect(label(other)).toBeNull();
  });

  it('are as always if the settings say so', async () => {
    lobby.fill(has('bob', 'a.py'));
    start();
    const node = row();
    draw(node, 'a.py');
    await vi.advanceTimersByTimeAsync(1000);
    vi.spyOn(settings, 'current', 'get').mockReturnValue({ ...DEFAULTS, fileBrowser: false });
    (settings.changed as unknown as { emit(value: unknown): void }).emit(settings.current);
    await vi.advanceTimersByTimeAsync(1000);
    expect(label(node)).toBeNull();
  });

  it('that are no longer on the page are forgotten', async () => {
    start();
    const node = row();
    draw(node, 'a.py');
    node.remove();
    await vi.advanceTimersByTimeAsync(1000);
    lobby.fill(has('bob', 'a.py'));
    await vi.advanceTimersByTimeAsync(1000);
    document.body.append(node);
    renderer.repaint();
    expect(label(node)).toBeNull();
    draw(node, 'a.py');
    expect(label(node)).toBe('Open by Bob');
  });

  it('are drawn no more once it is disposed', async () => {
    start();
    const node = row();
    draw(node, 'a.py');
    files.dispose();
    lobby.fill(has('bob', 'a.py'));
    await vi.advanceTimersByTimeAsync(1000);
    expect(label(node)).toBeNull();
    expect(files.isDisposed).toBe(true);
  });

  it('have a name that can be edited', () => {
    lobby.fill(has('bob', 'a.py'));
    start();
    const node = row();
    draw(node, 'a.py');
    renderer.getNameNode(node).replaceWith(document.createElement('input'));
    expect(() => {
      draw(node, 'b.py');
    }).not.toThrow();
    expect(label(node)).toBeNull();
  });
});
