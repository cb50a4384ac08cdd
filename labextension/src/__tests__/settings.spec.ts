import { readFileSync } from 'node:fs';

import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import { Signal } from '@lumino/signaling';
import { describe, expect, it, vi } from 'vitest';

import { DEFAULTS, SETTINGS_ID, Settings, read } from '../settings';

class FakeSource {
  composite: Record<string, unknown> = {};
  readonly changed = new Signal<this, void>(this);
  get real(): ISettingRegistry.ISettings {
    return this as unknown as ISettingRegistry.ISettings;
  }
  change(values: Record<string, unknown>): void {
    this.composite = { ...this.composite, ...values };
    this.changed.emit();
  }
}

describe('read', () => {
  it('takes every key, each of its type', () => {
    const other = {
      carets: false,
      selections: false,
      nameFlags: 'hover',
      flagSeconds: 9,
      idleCaretMinutes: 3,
      cellMarks: false,
      typingMarks: false,
      runMarks: false,
      edgeAvatars: false,
      toolbarAvatars: false,
      topBar: false,
      fileBrowser: false,
      tabs: false,
      statusBar: false,
      announce: 'everywhere',
      announceVisibly: true,
      following: false,
      followEnds: 'escape',
      guard: false,
      autoReload: false,
      idleAfter: 30
    };
    expect(read(other)).toEqual(other);
    expect(Object.keys(other)).toEqual(Object.keys(DEFAULTS));
  });

  it('has defaults for what is absent or malformed', () => {
    expect(read({})).toEqual(DEFAULTS);
    const strange = Object.fromEntries(Object.keys(DEFAULTS).map(name => [name, {}]));
    expect(read(strange)).toEqual(DEFAULTS);
    expect(read({ flagSeconds: -1, idleAfter: NaN, nameFlags: 'toString' })).toEqual(DEFAULTS);
  });

  it('has the keys and defaults of the schema', () => {
    const file = new URL('../../schema/plugin.json', import.meta.url);
    const schema = JSON.parse(readFileSync(file, 'utf8')) as {
      properties: Record<string, { default: unknown }>;
    };
    const defaults = Object.entries(schema.properties).map(([name, value]) => [
      name,
      value.default
    ]);
    expect(Object.fromEntries(defaults)).toEqual(DEFAULTS);
  });
});

describe('Settings', () => {
  it('follow their source and tell what differs', () => {
    const settings = new Settings();
    const changed = vi.fn();
    settings.changed.connect((_, current) => {
      changed(current);
    });
    const source = new FakeSource();
    settings.follow(source.real);
    expect(changed).not.toHaveBeenCalled();
    source.change({ carets: false });
    source.change({ unknown: 1 });
    expect(changed.mock.calls).toEqual([[{ ...DEFAULTS, carets: false }]]);
    expect(settings.current.carets).toBe(false);
    settings.dispose();
  });

  it('are loaded in the background', async () => {
    const source = new FakeSource();
    source.composite = { idleAfter: 7 };
    const load = vi.fn(() => Promise.resolve(source.real));
    const settings = Settings.load({ load } as unknown as ISettingRegistry);
    expect(settings.current).toBe(DEFAULTS);
    await Promise.resolve();
    expect(load).toHaveBeenCalledWith(SETTINGS_ID);
    expect(settings.current.idleAfter).toBe(7);
  });

  it('stay the defaults without a registry, or with one that fails', async () => {
    expect(Settings.load(null).current).toBe(DEFAULTS);
    const load = () => Promise.reject(new Error('no such schema'));
    const settings = Settings.load({ load } as unknown as ISettingRegistry);
    await Promise.resolve();
    expect(settings.current).toBe(DEFAULTS);
  });

  it('are silent once disposed, also if loaded later', () => {
    const settings = new Settings();
    const [early, late] = [new FakeSource(), new FakeSource()];
    settings.follow(early.real);
    settings.dispose();
    settings.follow(late.real);
    early.change({ carets: false });
    late.change({ carets: false });
    expect(settings.current).toBe(DEFAULTS);
    expect(settings.isDisposed).toBe(true);
  });
});
