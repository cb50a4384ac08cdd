// @vitest-environment jsdom
/*
 * What each answer does, with JupyterLab's own context on files in memory, and a dialog that answers by itself.
 */
import type { IDocumentManager } from '@jupyterlab/docmanager';
import { TextModelFactory } from '@jupyterlab/docregistry';
import type { Context, DocumentRegistry } from '@jupyterlab/docregistry';
import type { ServiceManager } from '@jupyterlab/services';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { ask as realAsk } from '../guard/ask';
import type { Answer } from '../guard/ask';
import { Guard } from '../guard/guard';
import { Remedies } from '../guard/remedies';
import { Lineage } from '../lineage';
import { UnsavedWork } from '../work';
import { Disk, openContext, servicesOn } from './disk';
import { FakeDocument, state, trans } from './people.fakes';

let disk: Disk;
let manager: ServiceManager.IManager;
let context: Context<DocumentRegistry.ICodeModel>;
let document: FakeDocument;
let guard: Guard;
let remedies: Remedies;
const openOrReveal = vi.fn();
const compare = vi.fn(() => Promise.resolve());
vi.mock('../guard/ask', () => ({ ask: vi.fn() }));
const ask = vi.mocked(realAsk);

const COPY = "a (Me's copy).txt";

const answers = (...given: Answer[]) => {
  ask.mockReset();
  for (const answer of given) {
    ask.mockResolvedValueOnce(answer);
  }
};

const type = (text: string) => {
  context.model.sharedModel.updateSource(0, 0, text);
};

beforeEach(async () => {
  disk = new Disk();
  disk.write('a.txt', 'one');
  manager = servicesOn(disk);
  context = await openContext(manager, new TextModelFactory(), 'a.txt');
  document = Object.assign(new FakeDocument('a.txt', context), {
    work: new UnsavedWork(context),
    lineage: new Lineage(context, manager.contents)
  });
  document.hello = { ...document.hello!, user: { ...document.hello!.user, display_name: 'Me' } };
  await context.ready;
  guard = new Guard({ document, now: () => Date.now(), margin: () => 0 });
  openOrReveal.mockReset();
  compare.mockClear();
  remedies = new Remedies({
    document,
    guard,
    contents: manager.contents,
    manager: { openOrReveal } as unknown as IDocumentManager,
    trans,
    widgets: new Set(),
    now: () => Date.now(),
    compare
  });
});

afterEach(() => {
  guard.dispose();
  document.dispose();
  context.dispose();
  manager.contents.dispose();
});

/** Another has saved, and one has unsaved work. */
function collide(): void {
  document.fill(state('me'), state('bob'));
  type('my ');
  disk.write('a.txt', 'theirs');
}

describe('saving', () => {
  it('needs no question where nobody else has saved', async () => {
    type('my ');
    answers();
    expect(await remedies.decide(false)).toBe('save');
    expect(await remedies.decide(true)).toBe('save');
    expect(remedies.closed).toBe(false);
    expect(ask).not.toHaveBeenCalled();
  });

  it('is not asked for by autosave, which does not do it', async () => {
    collide();
    answers();
    expect(await remedies.decide(true)).toBe('cancel');
    expect(ask).not.toHaveBeenCalled();
    expect(remedies.closed).toBe(true);
  });

  it.each<[Answer, unknown]>([
    ['cancel', 'cancel'],
    ['compare', 'cancel'],
    ['reload', 'done'],
    ['copy', 'done']
  ])('with the answer %s leaves what another has written', async (answer, verdict) => {
    collide();
    answers(answer);
    expect(await remedies.decide(false)).toBe(verdict);
    expect(ask.mock.calls[0]?.[0].body).toContain('would overwrite it with your version');
    expect(disk.read('a.txt')).toBe('theirs');
    expect(context.model.toString()).toBe(answer === 'reload' ? 'theirs' : 'my one');
    expect(compare).toHaveBeenCalledTimes(Number(answer === 'compare'));
    expect(disk.read(COPY)).toBe(answer === 'copy' ? 'my one' : undefined);
  });

  it('with the answer to overwrite is about that one version', async () => {
    collide();
    answers('overwrite');
    const over = { at: disk.time('a.txt'), hash: disk.hash('a.txt') };
    expect(await remedies.decide(false)).toEqual({ over });
  });

  it('is asked for again if another version has come while the user thought', async () => {
    collide();
    ask.mockReset();
    ask.mockImplementationOnce(() => {
      disk.write('a.txt', 'theirs again');
      return Promise.resolve('overwrite');
    });
    ask.mockResolvedValueOnce('cancel');
    expect(await remedies.decide(false)).toBe('cancel');
    expect(ask).toHaveBeenCalledTimes(2);
  });

  it('is free again if the other version has gone while the user thought', async () => {
    collide();
    ask.mockReset();
    ask.mockImplementationOnce(() => {
      disk.write('a.txt', 'one');
      return Promise.resolve('overwrite');
    });
    expect(await remedies.decide(false)).toBe('save');
  });
});

describe('reading anew', () => {
  it('asks nothing where nothing is lost', async () => {
    disk.write('a.txt', 'theirs');
    await guard.look();
    answers();
    await remedies.reload();
    expect(ask).not.toHaveBeenCalled();
    expect(context.model.toString()).toBe('theirs');
    expect(guard.newer).toBeNull();
  });

  it('keeps what the reader has begun to type when it has been read', async () => {
    disk.write('a.txt', 'theirs');
    await guard.look();
    answers();
    disk.onRead = () => {
      disk.onRead = null;
      type('my ');
    };
    await remedies.reload();
    expect(context.model.toString()).toBe('my one');
    expect(document.work.since).not.toBeNull();
    expect(guard.notice).toMatchObject({ kind: 'newer', mine: 'work' });
  });

  it.each<[Answer, string, string | undefined]>([
    ['cancel', 'my one', undefined],
    ['compare', 'my one', undefined],
    ['reload', 'theirs', undefined],
    ['copy', 'theirs', 'my one']
  ])('asks first where work is lost: %s', async (answer, shown, kept) => {
    collide();
    await guard.look();
    answers(answer);
    await remedies.reload();
    expect(ask).toHaveBeenCalledOnce();
    expect(context.model.toString()).toBe(shown);
    expect(disk.read(COPY)).toBe(kept);
    expect(compare).toHaveBeenCalledTimes(Number(answer === 'compare'));
  });
});

describe('a copy', () => {
  it('leaves nothing unsaved here, and is opened', async () => {
    collide();
    await guard.look();
    await remedies.keepCopy();
    expect(document.work.since).toBeNull();
    expect(context.model.dirty).toBe(false);
    expect(guard.notice).toMatchObject({ kind: 'newer', mine: 'nothing', kept: COPY });
    const [path, , , options] = openOrReveal.mock.calls[0] as unknown[];
    expect([path, options]).toEqual([COPY, { activate: true, mode: 'tab-after' }]);
  });

  it('goes on with the kernel of the document', async () => {
    const kernel = { id: 'k1', name: 'python3' };
    vi.spyOn(context.sessionContext, 'session', 'get').mockReturnValue({ kernel } as never);
    await remedies.keepCopy();
    expect(openOrReveal).toHaveBeenCalledExactlyOnceWith(
      COPY,
      undefined,
      kernel,
      expect.anything()
    );
  });

  it('does not have what was typed while it was written, which stays unsaved', async () => {
    collide();
    await guard.look();
    disk.onWrite = () => {
      type('and more ');
    };
    await remedies.keepCopy();
    expect(disk.read(COPY)).toBe('my one');
    expect(document.work.since).not.toBeNull();
    expect(guard.mine).toBe('work');
  });

  it('is being made, so that nothing else happens meanwhile', async () => {
    const making = remedies.keepCopy();
    expect(remedies.busy).toBe(true);
    await making;
    expect(remedies.busy).toBe(false);
  });
});
