// @vitest-environment jsdom
import { Notification } from '@jupyterlab/apputils';
import { Signal } from '@lumino/signaling';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { Announcer } from '../arrivals/announcer';
import { Voice } from '../arrivals/voice';
import { newsText } from '../arrivals/wording';
import type { CurrentDocument } from '../people/current';
import { DEFAULTS, Settings } from '../settings';
import type { ISettings } from '../settings';
import type { IDocumentPresence } from '../tokens';
import { FakeDocument, FakeRoom, people, state, trans } from './people.fakes';

class FakeCurrent {
  document: FakeDocument | null = null;
  readonly changed = new Signal<this, void>(this);
  readonly peopleChanged = new Signal<this, void>(this);
}

let lobby: FakeRoom;
let current: FakeCurrent;
let settings: Settings;
let announcer: Announcer;
const say = vi.fn<(text: string) => void>();

beforeEach(() => {
  vi.useFakeTimers();
  say.mockClear();
  lobby = new FakeRoom();
  current = new FakeCurrent();
  settings = new Settings();
});

afterEach(() => {
  announcer.dispose();
  vi.useRealTimers();
});

async function start(announce: ISettings['announce']): Promise<void> {
  vi.spyOn(settings, 'current', 'get').mockReturnValue({ ...DEFAULTS, announce });
  announcer = new Announcer({
    lobby,
    current: current as unknown as CurrentDocument,
    settings,
    trans,
    say
  });
  await seconds(1);
}

function look(path: string): FakeDocument {
  current.document = new FakeDocument(path, {} as IDocumentPresence['context']);
  current.document.changed.connect(() => {
    current.peopleChanged.emit();
  });
  current.document.connectionChanged.connect(() => {
    current.peopleChanged.emit();
  });
  current.changed.emit();
  return current.document;
}

const seconds = (count: number) => vi.advanceTimersByTimeAsync(count * 1000);
const said = () => say.mock.calls.map(([text]) => text);

describe('the announcer', () => {
  it('tells who opens and closes the current document, of people and not of tabs', async () => {
    const document = look('a.py').fill(state('me'), state('bob'));
    await start('document');
    document.fill(state('me'), state('bob'), state('eve'));
    await seconds(1);
    document.fill(state('me'), state('bob'), state('eve'), state('eve'), state('joe'));
    await seconds(60);
    document.fill(state('me'), state('eve'), state('joe'));
    await seconds(60);
    expect(said()).toEqual(['Eve and Joe opened this document', 'Bob closed this document']);
  });

  it('does not tell of the lobby, of oneself, or of agents', async () => {
    const document = look('a.py').fill();
    await start('document');
    lobby.fill(state('eve'));
    document.fill(state('me'), state('robot', { kind: 'agent' }));
    await seconds(60);
    expect(said()).toEqual([]);
  });

  it('starts anew in another document', async () => {
    look('a.py').fill(state('me'));
    await start('document');
    const other = look('b.py').fill(state('me'), state('bob'));
    await seconds(60);
    look('c.py');
    await seconds(60);
    current.document = other;
    current.changed.emit();
    await seconds(60);
    expect(said()).toEqual([]);
    other.fill(state('me'), state('bob'), state('eve'));
    await seconds(60);
    expect(said()).toEqual(['Eve opened this document']);
  });

  it('is silent through a loss of the connection', async () => {
    const document = look('a.py').fill(state('me'), state('bob'));
    await start('document');
    document.turn({ kind: 'reconnecting' });
    await seconds(60);
    document.fill(state('me'));
    document.turn({ kind: 'connected' });
    await seconds(5);
    document.fill(state('me'), state('bob'));
    await seconds(60);
    expect(said()).toEqual([]);
  });

  it('tells of everybody if it is asked to, and of nobody if not', async () => {
    lobby.fill(state('me'));
    await start('everywhere');
    look('a.py').fill(state('me'), state('joe'));
    lobby.fill(state('me'), ...['bob', 'eve', 'zoe'].map(name => state(name)));
    await seconds(60);
    lobby.fill(state('me'), state('eve'), state('zoe'), state('joe'));
    await seconds(60);
    expect(said()).toEqual(['Bob and 2 others came', 'Joe came', 'Bob left']);
    vi.spyOn(settings, 'current', 'get').mockReturnValue({ ...DEFAULTS, announce: 'off' });
    (settings.changed as unknown as { emit(value: unknown): void }).emit(settings.current);
    lobby.fill(state('me'));
    await seconds(60);
    expect(said()).toHaveLength(3);
  });

  it('says nothing more once it is disposed', async () => {
    lobby.fill(state('me'));
    await start('everywhere');
    lobby.fill(state('me'), state('bob'));
    await seconds(1);
    announcer.dispose();
    await seconds(60);
    lobby.fill(state('me'));
    await seconds(60);
    expect(said()).toEqual([]);
    expect(announcer.isDisposed).toBe(true);
  });
});

describe('news', () => {
  const users = (...names: readonly string[]) =>
    people(...names.map(name => state(name))).map(({ user }) => user);

  it('are one sentence', () => {
    const news = { came: users('bob'), left: users('eve', 'joe') };
    expect(newsText(news, 'everywhere', trans)).toBe('Bob came; Eve and Joe left');
    expect(newsText(news, 'document', trans)).toBe(
      'Bob opened this document; Eve and Joe closed this document'
    );
    expect(newsText({ came: [], left: [] }, 'document', trans)).toBe('');
  });
});

describe('the voice', () => {
  const region = () => document.querySelector<HTMLElement>('body > [role=status]');

  it('speaks through a polite region that is empty again after a while', async () => {
    await start('off');
    const voice = new Voice();
    expect(region()?.textContent).toBe('');
    voice.say('Bob came');
    await seconds(3);
    voice.say('Eve came');
    await seconds(3);
    expect(region()?.textContent).toBe('Eve came');
    await seconds(3);
    expect(region()?.textContent).toBe('');
    voice.dispose();
    expect(region()).toBeNull();
    expect(voice.isDisposed).toBe(true);
  });

  it('can be seen instead, and leaves nothing behind', async () => {
    await start('off');
    const voice = new Voice();
    voice.show('Bob <b>came</b>');
    const [notification] = Notification.manager.notifications;
    expect(notification?.message).toBe('Bob <b>came</b>');
    expect(region()?.textContent).toBe('');
    await seconds(10);
    expect(Notification.manager.notifications).toHaveLength(0);
    voice.dispose();
  });
});
