// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { Preferences, USUAL_CHOICES, parseChoices } from '../preferences';

const KEY = 'jupyter-awareness:preferences:alice';
const opened: Preferences[] = [];

/** The preferences of one page. */
function page(username: string | null, storage?: Storage | null): Preferences {
  const preferences = new Preferences(storage);
  preferences.username = username;
  opened.push(preferences);
  return preferences;
}

/** What the browser tells other tabs. */
function tell(key: string | null): void {
  window.dispatchEvent(new StorageEvent('storage', { key }));
}

beforeEach(() => {
  localStorage.clear();
});

afterEach(() => {
  opened.splice(0).forEach(preferences => {
    preferences.dispose();
  });
});

describe('preferences', () => {
  it('are as usual until something is chosen', () => {
    expect(page('alice').current).toEqual(USUAL_CHOICES);
    expect(localStorage.length).toBe(0);
  });

  it('are kept by username', () => {
    page('alice').set({ followable: false });
    expect(page('alice').current).toEqual({ ...USUAL_CHOICES, followable: false });
    expect(page('bob').current).toEqual(USUAL_CHOICES);
  });

  it('do not leak to somebody else who signs in in the same browser', () => {
    const alice = page('alice');
    alice.set({ invisible: true, shareCursor: false, color: '#1a73e8' });
    const shared = page('alice');
    shared.username = 'bob'; // The next person at the same page.
    expect(shared.current).toEqual(USUAL_CHOICES);
    shared.set({ appearAway: true });
    tell('jupyter-awareness:preferences:bob');
    expect(alice.current).toMatchObject({ invisible: true, appearAway: false });
    shared.username = 'alice';
    expect(shared.current).toEqual(alice.current);
    expect(page('alice:bob').current).toEqual(USUAL_CHOICES);
    expect(page('bob').current).toEqual({ ...USUAL_CHOICES, appearAway: true });
  });

  it('of a page whose user is not known yet are nobody’s', () => {
    page('alice').set({ invisible: true });
    const early = page(null);
    early.set({ calls: false });
    early.username = 'bob';
    expect(early.current).toEqual(USUAL_CHOICES);
    early.username = null;
    expect(early.current).toEqual(USUAL_CHOICES);
  });

  it('are read when it is known whose they are, and tell what changed', () => {
    page('alice').set({ calls: false });
    const preferences = page(null);
    const changed = vi.fn();
    preferences.changed.connect((_, choices) => {
      changed(choices);
    });
    preferences.username = 'alice';
    preferences.username = 'alice';
    preferences.set({ calls: false });
    expect(changed.mock.calls).toEqual([[{ ...USUAL_CHOICES, calls: false }]]);
  });

  it('are stored for nobody while it is not known whose they are', () => {
    const preferences = page(null);
    preferences.set({ calls: false });
    expect(preferences.current.calls).toBe(false);
    expect(localStorage.length).toBe(0);
  });

  it('change with those of another tab', () => {
    const preferences = page('alice');
    localStorage.setItem(KEY, '{"followable":false}');
    tell('something else');
    expect(preferences.current.followable).toBe(true);
    tell(KEY);
    expect(preferences.current.followable).toBe(false);
    localStorage.clear();
    tell(null);
    expect(preferences.current).toEqual(USUAL_CHOICES);
  });

  it('listen no more once disposed', () => {
    const preferences = page('alice');
    preferences.dispose();
    expect(preferences.isDisposed).toBe(true);
    localStorage.setItem(KEY, '{"followable":false}');
    tell(KEY);
    expect(preferences.current).toEqual(USUAL_CHOICES);
  });

  it('last as long as the page where nothing can be stored', () => {
    const refuse = () => {
      throw new Error('no storage here');
    };
    const full = { getItem: refuse, setItem: refuse } as unknown as Storage;
    for (const storage of [null, full]) {
      const preferences = page('alice', storage);
      preferences.set({ followable: false });
      expect(preferences.current.followable).toBe(false);
    }
  });

  it('do without a browser storage that refuses to be touched', () => {
    const blocked = vi.spyOn(window, 'localStorage', 'get').mockImplementation(() => {
      throw new Error('denied');
    });
    expect(page('alice').current).toEqual(USUAL_CHOICES);
    blocked.mockRestore();
  });
});

describe('stored choices', () => {
  it.each([null, '', '[]', 'null', '{', '{"followable":0,"calls":"no"}', 'x'.repeat(5000)])(
    'that are malformed are as usual: %s',
    text => {
      expect(parseChoices(text)).toEqual(USUAL_CHOICES);
    }
  );

  it('are all kept', () => {
    const all = {
      invisible: true,
      shareLocation: false,
      shareCursor: false,
      appearAway: true,
      color: '#1a73e8',
      followable: false,
      calls: false
    };
    expect(Object.keys(all)).toEqual(Object.keys(USUAL_CHOICES));
    expect(parseChoices(JSON.stringify(all))).toEqual(all);
  });

  it.each(['red', '#fff', 7, {}, 'url(x)'])('have no colour that is none: %s', color => {
    expect(parseChoices(JSON.stringify({ color }))).toEqual(USUAL_CHOICES);
  });

  it('are taken each by itself', () => {
    expect(parseChoices('{"followable":false,"other":1}')).toEqual({
      ...USUAL_CHOICES,
      followable: false
    });
  });
});
