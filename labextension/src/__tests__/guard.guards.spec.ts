// @vitest-environment jsdom
/*
 * Which documents are guarded, and when; and what one guard is made of: a bar, and a gate before saving.
 */
import { Notification } from '@jupyterlab/apputils';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import { DocumentRegistry, DocumentWidget, TextModelFactory } from '@jupyterlab/docregistry';
import type { Context } from '@jupyterlab/docregistry';
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { ServiceManager } from '@jupyterlab/services';
import { PromiseDelegate } from '@lumino/coreutils';
import { Signal } from '@lumino/signaling';
import { Widget } from '@lumino/widgets';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { Guards } from '../guard/guards';
import { watching } from '../guard/post';
import { DEFAULTS } from '../settings';
import type { ISettings, Settings } from '../settings';
import { Disk, openContext, servicesOn } from './disk';
import { FakeDocument, FakePresence, provideIdle, state, trans } from './people.fakes';

class FakeSettings {
  current: ISettings = { ...DEFAULTS, autoReload: false };
  readonly changed = new Signal<this, ISettings>(this);

  set(values: Partial<ISettings>): void {
    this.current = { ...this.current, ...values };
    this.changed.emit(this.current);
  }
}

let disk: Disk;
let services: ServiceManager.IManager;
let context: Context<DocumentRegistry.ICodeModel>;
let presence: FakePresence;
let room: FakeDocument;
let settings: FakeSettings;
let guards: Guards;
let createNew: DocumentRegistry.WidgetExtension['createNew'];
const showPeople = vi.fn();

beforeEach(async () => {
  await watching.load();
  provideIdle();
  disk = new Disk();
  disk.write('a.txt', 'one');
  services = servicesOn(disk);
  context = await openContext(services, new TextModelFactory(), 'a.txt');
  presence = new FakePresence();
  room = presence.add(new FakeDocument('a.txt', context));
  settings = new FakeSettings();
  const registry = new DocumentRegistry();
  registry.addWidgetFactory({
    name: 'Editor',
    fileTypes: ['text'],
    widgetCreated: new Signal({})
  } as unknown as DocumentRegistry.WidgetFactory);
  vi.spyOn(registry, 'addWidgetExtension').mockImplementation((_, extension) => {
    ({ createNew } = extension);
    return { isDisposed: false, dispose: () => undefined };
  });
  guards = new Guards(registry, presence, {
    contents: services.contents,
    manager: {} as unknown as IDocumentManager,
    shell: {} as unknown as JupyterFrontEnd.IShell,
    hasTabs: true,
    languages: null,
    settings: settings as unknown as Settings,
    trans,
    showPeople
  });
});

afterEach(() => {
  guards.dispose();
  room.dispose();
  context.dispose();
  services.contents.dispose();
  showPeople.mockReset();
});

function open(): { widget: DocumentWidget; close: () => void } {
  const widget = new DocumentWidget({ content: new Widget(), context });
  const extension = createNew(widget, context);
  return {
    widget,
    close: () => {
      if (extension) {
        extension.dispose();
      }
    }
  };
}

const bars = ({ contentHeader }: DocumentWidget): number =>
  contentHeader.widgets.filter(one => one.hasClass('jp-AwarenessGuard')).length;

const isGated = (): boolean => Object.hasOwn(context, 'save');

describe('a document', () => {
  it('has a bar in each of its widgets, and one gate', () => {
    const [first, second] = [open(), open()];
    expect([bars(first.widget), bars(second.widget), isGated()]).toEqual([1, 1, true]);
    first.close();
    expect([bars(first.widget), bars(second.widget), isGated()]).toEqual([0, 1, true]);
  });

  it('is let go when it is closed', () => {
    const { widget } = open();
    room.dispose();
    expect([bars(widget), isGated()]).toEqual([0, false]);
  });

  it('that is co-edited is not guarded', () => {
    Object.defineProperty(context.model, 'collaborative', { value: true });
    const { widget, close } = open();
    expect([bars(widget), isGated()]).toEqual([0, false]);
    close();
  });

  it('whose room is not known is not guarded', () => {
    room.isDisposed = true;
    expect(bars(open().widget)).toBe(0);
    room.isDisposed = false;
  });
});

describe('the setting', () => {
  it('switches all of it off, and on again', () => {
    const { widget, close } = open();
    settings.set({ guard: false });
    expect([bars(widget), isGated()]).toEqual([0, false]);
    settings.set({ guard: true });
    expect([bars(widget), isGated()]).toEqual([1, true]);
    settings.set({ tabs: false });
    expect(bars(widget)).toBe(1);
    close();
  });

  it('that is off when a document is opened counts for it', () => {
    settings.set({ guard: false });
    const { widget } = open();
    expect([bars(widget), isGated()]).toEqual([0, false]);
    settings.set({ guard: true });
    expect(bars(widget)).toBe(1);
  });

  it('does not bring a bar back to what was closed meanwhile', () => {
    const { widget, close } = open();
    settings.set({ guard: false });
    close();
    settings.set({ guard: true });
    expect(bars(widget)).toBe(0);
  });
});

describe('what is watched', () => {
  it('is a save of the same file by another widget of this page', async () => {
    await context.ready;
    const { widget } = open();
    const version = () => ({ at: disk.time('a.txt'), hash: disk.hash('a.txt') });
    room.lineage.load(version());
    disk.write('a.txt', 'two');
    room.lineage.disk = version();
    const newValue = await services.contents.get('a.txt');
    disk.fileChanged.emit({ type: 'save', oldValue: null, newValue });
    await vi.waitFor(() => {
      const [bar] = widget.contentHeader.widgets;
      expect(bar?.isHidden).toBe(false);
    });
  });

  it('tells of others, and leads to several of them by the panel', async () => {
    const { widget } = open();
    Widget.attach(widget, document.body);
    const work = { document: { dirty: true, since: Date.now(), saved: null } };
    room.fill(state('me'), state('bob', work), state('eve', work));
    const [bar] = widget.contentHeader.widgets;
    const button = await vi.waitFor(() => {
      const found = [...bar!.node.querySelectorAll('button')].find(one => one.textContent);
      expect(found).toBeDefined();
      return found!;
    });
    button.click();
    expect(showPeople).toHaveBeenCalledOnce();
    Widget.detach(widget);
  });
});

describe('until what guards is loaded', () => {
  const save = vi.fn(() => Promise.resolve());

  beforeEach(() => {
    vi.spyOn(watching, 'loaded', 'get').mockReturnValue(null);
    vi.spyOn(Object.getPrototypeOf(context) as Context<never>, 'save').mockImplementation(save);
    save.mockReset();
  });

  it('a save waits, and is then decided upon', async () => {
    const arrival = new PromiseDelegate<Awaited<ReturnType<typeof watching.load>>>();
    vi.spyOn(watching, 'load').mockReturnValue(arrival.promise);
    const { widget } = open();
    expect([bars(widget), isGated()]).toEqual([0, true]);
    disk.write('a.txt', 'two');
    const saved = context.save();
    const looked = vi.spyOn(room.lineage, 'look');
    await context.ready;
    expect([looked.mock.calls.length, save.mock.calls.length]).toEqual([0, 0]);
    arrival.resolve(await import('../guard/watch'));
    await saved;
    expect(bars(widget)).toBe(1);
    expect([looked.mock.calls.length, save.mock.calls.length]).toEqual([1, 1]);
  });

  it('what is closed meanwhile is let go', async () => {
    const arrival = new PromiseDelegate<Awaited<ReturnType<typeof watching.load>>>();
    vi.spyOn(watching, 'load').mockReturnValue(arrival.promise);
    const { widget } = open();
    room.dispose();
    arrival.resolve(await import('../guard/watch'));
    await arrival.promise;
    await Promise.resolve();
    expect([bars(widget), isGated()]).toEqual([0, false]);
  });

  it('and if it cannot be, that is said once, saving works, and each save tries again', async () => {
    const warn = vi.spyOn(Notification, 'warning').mockReturnValue('');
    const load = vi.spyOn(watching, 'load').mockRejectedValue(new Error('offline'));
    const { widget } = open();
    await context.save();
    await context.save();
    expect(save).toHaveBeenCalledTimes(2);
    expect(load).toHaveBeenCalledTimes(3);
    expect(warn).toHaveBeenCalledOnce();
    load.mockRestore();
    await context.save();
    expect(bars(widget)).toBe(1);
  });
});

it('ends with all that it watches', () => {
  const { widget } = open();
  guards.dispose();
  expect([guards.isDisposed, bars(widget), isGated()]).toEqual([true, 0, false]);
});
