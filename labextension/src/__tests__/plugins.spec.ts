// @vitest-environment jsdom
/*
 * The plugins in a small application: JupyterLab's own registries, without its pages and its server.
 */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Notification, ToolbarWidgetRegistry } from '@jupyterlab/apputils';
import { DirListing, IDefaultFileBrowserRenderer } from '@jupyterlab/filebrowser';
import { PluginRegistry } from '@lumino/coreutils';
import type { IPlugin } from '@lumino/coreutils';
import type { Contents } from '@jupyterlab/services';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import type { IStatusBar } from '@jupyterlab/statusbar';
import { CommandRegistry } from '@lumino/commands';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import { Widget } from '@lumino/widgets';
import { beforeEach, describe, expect, it, vi } from 'vitest';

import schema from '../../schema/plugin.json';
import plugins, { CommandIDs, IPresence } from '../index';
import { RowsRenderer } from '../filebrowser/renderer';
import { Lazy } from '../lazy';
import { PANEL_ID } from '../people/panel';
import { AvatarStack } from '../people/stack';
import { DEFAULTS } from '../settings';
import type { ISettings } from '../settings';
import { CONTENTS, FakeContext } from './fakes';
import { FakeDocument, FakePresence, at, provideIdle, state } from './people.fakes';

describe('the plugins', () => {
  it('are what JupyterLab expects', () => {
    const ids = plugins.map(plugin => plugin.id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const plugin of plugins) {
      expect(plugin.id).toMatch(/^jupyter-awareness:[a-z]+$/);
      expect(plugin.autoStart).toBe(true);
      expect(plugin.description).toMatch(/\.$/);
    }
    expect(plugins.filter(plugin => plugin.provides).map(plugin => plugin.provides)).toEqual([
      IPresence,
      IDefaultFileBrowserRenderer
    ]);
  });
});

describe('the schema of the settings', () => {
  it('has the defaults that the code has, and explains each', () => {
    const { properties } = schema;
    expect(Object.fromEntries(Object.entries(properties).map(([k, v]) => [k, v.default]))).toEqual(
      DEFAULTS
    );
    for (const property of Object.values(properties)) {
      expect(property.title).not.toBe('');
      expect(property.description).toMatch(/\.$/);
    }
  });
});

/* `activate` gets the services in the order of `requires` and `optional`; those not given are null. */
class SmallApp {
  readonly presence = new FakePresence();
  readonly toolbars = new ToolbarWidgetRegistry({ defaultFactory: () => new Widget() });
  readonly manager = { openOrReveal: vi.fn() };
  readonly statusBar = { registerStatusItem: vi.fn<IStatusBar['registerStatusItem']>() };
  readonly labShell = { widgets: vi.fn(() => []) };
  renderer: DirListing.IRenderer | null = null;
  registry: { load(): Promise<unknown> } | null = null;
  readonly docRegistry = { addWidgetExtension: vi.fn() };
  readonly commands = new CommandRegistry();
  readonly added: [Widget, string][] = [];
  readonly activated: string[] = [];

  start(name: string, withStatusBar = true): void {
    const plugin = plugins.find(one => one.id === `jupyter-awareness:${name}`)!;
    const services: Record<string, unknown> = {
      'jupyter-awareness:IPresence': this.presence,
      '@jupyterlab/docmanager:IDocumentManager': this.manager,
      '@jupyterlab/apputils:IToolbarWidgetRegistry': this.toolbars,
      '@jupyterlab/statusbar:IStatusBar': withStatusBar ? this.statusBar : null,
      '@jupyterlab/filebrowser:IDefaultFileBrowserRenderer': this.renderer,
      '@jupyterlab/application:ILabShell': this.labShell,
      [ISettingRegistry.name]: this.registry
    };
    const tokens = [...(plugin.requires ?? []), ...(plugin.optional ?? [])];
    const given = tokens.map(token => services[token.name] ?? null);
    void plugin.activate(this._app as unknown as JupyterFrontEnd, ...given);
  }

  /** Choose settings for the plugins that are started from now on. */
  choose(composite: Partial<ISettings>): void {
    const source = { composite, changed: new Signal({}) };
    this.registry = { load: () => Promise.resolve(source) };
  }

  private readonly _app = {
    docRegistry: this.docRegistry,
    serviceManager: { contents: CONTENTS },
    commands: this.commands,
    shell: {
      currentWidget: null,
      node: document.body,
      widgets: () => [],
      add: (widget: Widget, area: string) => this.added.push([widget, area]),
      activateById: (id: string) => this.activated.push(id)
    }
  };
}

let app: SmallApp;

beforeEach(() => {
  provideIdle();
  app = new SmallApp();
});

describe('the people plugin', () => {
  it('adds the panel, and a command that shows it', () => {
    app.start('people');
    expect(app.added.map(([widget, area]) => [widget.id, area])).toEqual([[PANEL_ID, 'right']]);
    void app.commands.execute(CommandIDs.showPeople);
    expect(app.activated).toEqual([PANEL_ID]);
  });
});

describe('the notebook plugin', () => {
  it('looks after every notebook', () => {
    app.start('notebook');
    expect(app.docRegistry.addWidgetExtension).toHaveBeenCalledExactlyOnceWith('Notebook', {
      createNew: expect.any(Function) as unknown
    });
  });

  it('says so if what it draws with cannot be loaded, and lets a closed notebook be', async () => {
    const warn = vi.spyOn(Notification, 'warning').mockReturnValue('');
    const load = vi.spyOn(Lazy.prototype, 'load').mockRejectedValueOnce(new Error('offline'));
    app.start('notebook');
    const [[, { createNew }]] = app.docRegistry.addWidgetExtension.mock.calls as [
      [string, { createNew(panel: unknown): IDisposable }]
    ];
    createNew({}).dispose();
    await vi.waitFor(() => {
      expect(warn).toHaveBeenCalledOnce();
    });
    const NotebookBoard = vi.fn();
    load.mockResolvedValueOnce({ NotebookBoard });
    createNew({}).dispose();
    await load.mock.results[1]?.value;
    await Promise.resolve();
    expect(NotebookBoard).not.toHaveBeenCalled();
  });
});

describe('the status plugin', () => {
  it('adds an item that opens the panel', async () => {
    app.start('people');
    app.start('status');
    const [[id, { item, isActive }]] = app.statusBar.registerStatusItem.mock.calls as [
      [string, IStatusBar.IItem]
    ];
    expect(id).toBe('jupyter-awareness:status');
    expect(isActive?.()).toBe(true);
    Widget.attach(item, document.body);
    await vi.waitFor(() => {
      expect(item.node.querySelector('button')).not.toBeNull();
    });
    item.node.querySelector('button')?.click();
    expect(app.activated).toEqual([PANEL_ID]);
    item.dispose();
  });

  it('takes the item away by its setting', async () => {
    app.choose({ statusBar: false });
    app.start('status');
    const [[, { activeStateChanged, isActive }]] = app.statusBar.registerStatusItem.mock.calls as [
      [string, IStatusBar.IItem]
    ];
    const looked = vi.fn(() => isActive?.());
    activeStateChanged?.connect(looked);
    await vi.waitFor(() => {
      expect(looked.mock.results[0]?.value).toBe(false);
    });
  });

  it('does without a status bar', () => {
    expect(() => {
      app.start('status', false);
    }).not.toThrow();
  });
});

describe('the file browser plugins', () => {
  const FILE_BROWSER = 'file-browser';
  type Plugin = IPlugin<null, IDefaultFileBrowserRenderer | null>;

  /** What JupyterLab's file browser gets when these plugins are there, in this order. */
  async function rendererOf(...others: readonly unknown[]): Promise<unknown> {
    const registry = new PluginRegistry<null>();
    registry.application = null;
    const activate = vi.fn();
    registry.registerPlugin({
      id: FILE_BROWSER,
      autoStart: true,
      optional: [IDefaultFileBrowserRenderer],
      activate
    });
    registry.registerPlugins(others as Plugin[]);
    await registry.activatePlugins('startUp');
    return (activate.mock.calls[0] as unknown[])[1];
  }

  const ours = plugins.find(({ id }) => id === 'jupyter-awareness:filerows');
  const theirs = {
    id: 'another:renderer',
    autoStart: true,
    provides: IDefaultFileBrowserRenderer,
    activate: () => new DirListing.Renderer()
  };

  it('give the file browser its renderer, or leave it to whoever comes later', async () => {
    expect(await rendererOf()).toBeNull();
    expect(await rendererOf(ours)).toBeInstanceOf(RowsRenderer);
    expect(await rendererOf(theirs, ours)).toBeInstanceOf(RowsRenderer);
    const renderer = await rendererOf(ours, theirs);
    expect(renderer).toBeInstanceOf(DirListing.Renderer);
    expect(renderer).not.toBeInstanceOf(RowsRenderer);
  });

  it('draw who has a file open', () => {
    app.presence.lobby.fill(state('bob', { open: [{ path: 'a.py' }] }));
    const renderer = new RowsRenderer();
    app.renderer = renderer;
    app.start('filebrowser');
    const node = renderer.createItemNode();
    renderer.updateItemNode(node, { path: 'a.py', name: 'a.py', type: 'file' } as Contents.IModel);
    expect(node.querySelector('[role=img]')?.getAttribute('aria-label')).toBe('Open by Bob');
  });

  it.each([null, new DirListing.Renderer()])('do nothing without their renderer: %s', renderer => {
    app.renderer = renderer;
    expect(() => {
      app.start('filebrowser');
      app.presence.lobby.fill(state('bob', { open: [{ path: 'a.py' }] }));
    }).not.toThrow();
  });
});

describe('the tabs plugin', () => {
  it('looks at the tabs of JupyterLab, and does without', async () => {
    app.start('tabs');
    await vi.waitFor(() => {
      expect(app.labShell.widgets).toHaveBeenCalledWith('main');
    });
    (app as { labShell: unknown }).labShell = null;
    expect(() => {
      app.start('tabs');
    }).not.toThrow();
  });
});

describe('the toolbar plugins', () => {
  type Factory = keyof (typeof schema)['jupyter.lab.toolbars'];

  function create(factory: Factory, main: Widget): AvatarStack {
    const name = schema['jupyter.lab.toolbars'][factory][0]?.name ?? '';
    const widget = app.toolbars.createWidget(factory, main, { name });
    expect(widget).toBeInstanceOf(AvatarStack);
    Widget.attach(widget, document.body);
    return widget as AvatarStack;
  }

  function panelOf(context: FakeContext): Widget {
    const content = { activeCellChanged: {}, scrollToItem: vi.fn(() => Promise.resolve()) };
    const model = { sharedModel: { cells: [{ id: 'cell-0' }, { id: 'cell-1' }] } };
    const widget = {
      context,
      content: { ...content, model, widgets: [], outerNode: document.body },
      toolbar: new Widget()
    };
    return widget as unknown as Widget;
  }

  async function click(stack: AvatarStack, name: string): Promise<void> {
    const face = await vi.waitFor(() => {
      const found = stack.node.querySelector<HTMLElement>(`[data-tip-name="${name}"]`);
      expect(found).not.toBeNull();
      return found!;
    });
    face.click();
  }

  it.each(['Notebook', 'Editor'] as const)('show who else has a document open: %s', factory => {
    app.start('toolbar');
    const context = new FakeContext('a.ipynb');
    const stack = create(factory, panelOf(context));
    expect(stack.isHidden).toBe(true);
    const document = new FakeDocument('a.ipynb', context.real);
    document.fill(state('me'), state('bob'));
    app.presence.add(document);
    expect(stack.isHidden).toBe(false);
    document.dispose();
    expect(stack.hasClass('jp-mod-vacant')).toBe(true);
    stack.dispose();
  });

  it('go to the cell within the same panel, and elsewhere through the document manager', async () => {
    app.start('toolbar');
    const context = new FakeContext('a.ipynb');
    const panel = panelOf(context);
    const document = new FakeDocument('a.ipynb', context.real);
    const cell = { id: 'cell-1', index: 1, mode: 'edit' };
    document.fill(state('me'), state('bob', { cell }), state('eve'));
    app.presence.add(document);
    app.presence.lobby.fill(state('me'), at('bob', 'a.ipynb', 1), at('eve', 'b.ipynb'));
    const stack = create('Notebook', panel);
    await click(stack, 'Bob');
    const { scrollToItem } = (panel as unknown as { content: { scrollToItem: unknown } }).content;
    expect(scrollToItem).toHaveBeenCalledExactlyOnceWith(1, 'smart');
    expect(app.manager.openOrReveal).not.toHaveBeenCalled();
    await click(stack, 'Eve');
    expect(app.manager.openOrReveal).toHaveBeenCalledExactlyOnceWith('b.ipynb');
    stack.dispose();
  });

  it.each([
    ['toolbarAvatars', false, true],
    ['topBar', true, false]
  ] as const)('are switched off one by one: %s', async (setting, inToolbar, inTopBar) => {
    app.choose({ [setting]: false });
    app.start('toolbar');
    app.start('topbar');
    const context = new FakeContext('a.ipynb');
    const document = new FakeDocument('a.ipynb', context.real).fill(state('me'), state('bob'));
    app.presence.add(document);
    app.presence.lobby.fill(state('me'), state('bob'));
    const stacks = [create('Notebook', panelOf(context)), create('TopBar', new Widget())];
    await vi.waitFor(() => {
      expect(stacks.map(stack => stack.isVisible)).toEqual([inToolbar, inTopBar]);
    });
    stacks.forEach(stack => {
      stack.dispose();
    });
  });

  it('show everybody in the top bar; oneself opens the panel', async () => {
    app.start('people');
    app.start('topbar');
    app.presence.lobby.fill(at('me', 'a.ipynb'), at('bob', 'b.ipynb'));
    const stack = create('TopBar', new Widget());
    await click(stack, 'Me (you)');
    expect(app.activated).toEqual([PANEL_ID]);
    await click(stack, 'Bob');
    expect(app.manager.openOrReveal).toHaveBeenCalledExactlyOnceWith('b.ipynb');
    stack.dispose();
  });
});

describe('the follow plugin', () => {
  const PERSON = { username: 'bob' };

  it('adds commands to follow, to stop, to call and to choose', () => {
    app.start('follow');
    app.presence.lobby.fill(at('me', 'a.ipynb'), at('bob', 'b.ipynb'));
    const { commands } = app;
    expect(commands.label(CommandIDs.follow)).toBe('Follow a Person…');
    expect(commands.label(CommandIDs.follow, PERSON)).toBe('Follow Bob');
    expect(commands.isEnabled(CommandIDs.follow, PERSON)).toBe(true);
    expect(commands.isEnabled(CommandIDs.stopFollowing)).toBe(false);
    void commands.execute(CommandIDs.follow, PERSON);
    expect(commands.isToggled(CommandIDs.follow, PERSON)).toBe(true);
    expect(commands.label(CommandIDs.stopFollowing)).toBe('Stop Following Bob');
    void commands.execute(CommandIDs.stopFollowing);
    expect(commands.isToggled(CommandIDs.follow, PERSON)).toBe(false);
  });

  it('says why somebody cannot be followed', () => {
    app.start('follow');
    app.presence.lobby.fill(state('me'), state('bob'));
    const { commands } = app;
    expect(commands.isEnabled(CommandIDs.follow, PERSON)).toBe(false);
    expect(commands.label(CommandIDs.follow, PERSON)).toBe('Follow Bob (Bob shows no document)');
    expect(commands.isEnabled(CommandIDs.follow)).toBe(false);
    expect(commands.isEnabled(CommandIDs.callOthers)).toBe(false);
  });

  it('follows the only one there is without asking whom', async () => {
    app.start('follow');
    app.presence.lobby.fill(state('me'), at('bob', 'b.ipynb'), state('eve'));
    await app.commands.execute(CommandIDs.follow);
    expect(app.commands.isToggled(CommandIDs.follow, PERSON)).toBe(true);
  });

  it.each([
    [CommandIDs.toggleFollowable, 'followable'],
    [CommandIDs.toggleCalls, 'calls']
  ] as const)('changes what one prefers: %s', (command, name) => {
    app.start('follow');
    const { preferences } = app.presence;
    expect(app.commands.isToggled(command)).toBe(true);
    void app.commands.execute(command);
    expect(preferences.current[name]).toBe(false);
    expect(app.commands.isToggled(command)).toBe(false);
    preferences.set({ [name]: true });
  });

  it('marks in the status bar that somebody follows', () => {
    app.start('follow');
    const [[id, { item, isActive }]] = app.statusBar.registerStatusItem.mock.calls as [
      [string, IStatusBar.IItem]
    ];
    expect(id).toBe('jupyter-awareness:followers');
    expect(isActive?.()).toBe(false);
    app.presence.lobby.fill(state('me'), { ...at('bob', 'b.ipynb'), following: 'me' });
    expect(isActive?.()).toBe(true);
    item.dispose();
  });
});
