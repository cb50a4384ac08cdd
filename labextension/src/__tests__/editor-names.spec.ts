// @vitest-environment jsdom
import { nullTranslator } from '@jupyterlab/translation';
import { describe, expect, it } from 'vitest';

import { FADE_MS, flagsOf, nameElements, nextChange } from '../editor/names';
import type { IFlag, IFlagOptions } from '../editor/names';
import type { ICaret } from '../editor/places';
import { COLOR, peer } from './editor-room';

const FADE: IFlagOptions = { nameFlags: 'fade', flagSeconds: 2 };
const ALWAYS: IFlagOptions = { nameFlags: 'always', flagSeconds: 2 };
const HOVER: IFlagOptions = { nameFlags: 'hover', flagSeconds: 2 };
const trans = nullTranslator.load('jupyter_awareness');

function caret(id: number, head: number, options: Partial<ICaret> = {}): ICaret {
  const cursor = { position: head, anchor: head };
  return {
    peer: peer(id, `peer${id}`, [cursor]),
    cursor,
    rank: 0,
    movedAt: 0,
    head,
    anchor: head,
    exact: true,
    ...options
  };
}

function idsOf(flags: readonly IFlag[]): number[][] {
  return flags.map(flag => flag.carets.map(({ peer: { id } }) => id));
}

describe('flagsOf', () => {
  it('names a caret for some seconds after it moved, then fades and ends', () => {
    const carets = [caret(1, 5, { movedAt: 1000 })];
    const phases = [1000, 2999, 3000, 3000 + FADE_MS - 1, 3000 + FADE_MS].map(
      now => flagsOf(carets, FADE, now, null)[0]?.phase
    );
    expect(phases).toEqual(['shown', 'shown', 'fading', 'fading', undefined]);
  });

  it('names at all times, or only under the pointer, as the settings say', () => {
    const carets = [caret(1, 5), caret(2, 9)];
    expect(idsOf(flagsOf(carets, ALWAYS, 1e9, null))).toEqual([[1], [2]]);
    expect(flagsOf(carets, HOVER, 0, null)).toEqual([]);
    expect(idsOf(flagsOf(carets, HOVER, 0, 9))).toEqual([[2]]);
  });

  it('names everybody at the place under the pointer, also long after they moved', () => {
    const carets = [caret(1, 5), caret(2, 5, { movedAt: 9000 }), caret(3, 5, { rank: 1 })];
    expect(idsOf(flagsOf(carets, FADE, 10_000, null))).toEqual([[2]]);
    expect(idsOf(flagsOf(carets, FADE, 10_000, 5))).toEqual([[2, 1, 3]]);
  });

  it('gives only the primary cursor a name', () => {
    expect(flagsOf([caret(1, 5, { rank: 1 })], ALWAYS, 0, null)).toEqual([]);
  });

  it('makes one flag of one place, and one name of one person', () => {
    const tabs = [caret(1, 5), caret(2, 5)].map(one => ({
      ...one,
      peer: { ...one.peer, user: peer(1, 'bob').user }
    }));
    expect(idsOf(flagsOf([...tabs, caret(3, 5)], ALWAYS, 0, null))).toEqual([[1, 3]]);
  });

  it('puts the latest movement first, so that it gets the best place', () => {
    const carets = [
      caret(1, 5, { movedAt: 10 }),
      caret(2, 9, { movedAt: 30 }),
      caret(3, 7, { movedAt: 20 })
    ];
    expect(idsOf(flagsOf(carets, ALWAYS, 40, null))).toEqual([[2], [3], [1]]);
  });

  it('keeps the key of a peer that moves', () => {
    const keys = [5, 9].map(head => flagsOf([caret(1, head)], ALWAYS, 0, null)[0]?.key);
    expect(keys[0]).toBe(keys[1]);
  });
});

describe('nextChange', () => {
  it('is when the next flag fades or ends', () => {
    const carets = [caret(1, 5, { movedAt: 1000 }), caret(2, 5, { movedAt: 500 })];
    expect(nextChange(carets, FADE, 1000)).toBe(2500);
    expect(nextChange(carets, FADE, 2500)).toBe(2500 + FADE_MS);
    expect(nextChange(carets, FADE, 2500 + FADE_MS)).toBe(3000);
    expect(nextChange(carets, FADE, 4000)).toBe(Infinity);
  });

  it('is never if names do not come and go by themselves', () => {
    expect(nextChange([caret(1, 5)], ALWAYS, 0)).toBe(Infinity);
    expect(nextChange([caret(1, 5)], HOVER, 0)).toBe(Infinity);
    expect(nextChange([], FADE, 0)).toBe(Infinity);
  });
});

describe('nameElements', () => {
  function texts(carets: readonly ICaret[], isHovered = false, self: string | null = null) {
    const flag: IFlag = { key: '', head: 0, carets, phase: 'shown', isHovered, movedAt: 0 };
    return nameElements(flag, self, trans).map(element => element.textContent);
  }

  it('says the names, and of many how many more there are', () => {
    const carets = [1, 2, 3, 4, 5].map(id => caret(id, 0));
    expect(texts(carets.slice(0, 2))).toEqual(['peer1', 'peer2']);
    expect(texts(carets.slice(0, 3))).toEqual(['peer1', 'peer2', 'peer3']);
    expect(texts(carets)).toEqual(['peer1', 'peer2', '+3']);
    expect(texts(carets, true)).toEqual(['peer1', 'peer2', 'peer3', 'peer4', 'peer5']);
  });

  it('calls oneself you', () => {
    expect(texts([caret(1, 0)], false, 'peer1')).toEqual(['You (other tab)']);
  });

  it('says under the pointer why a place is a guess, and whose edits are to blame', () => {
    const theirs = caret(1, 0, { exact: false });
    const document = { dirty: false, since: null, saved: null };
    const ours = { ...theirs, peer: { ...theirs.peer, document } };
    expect(texts([theirs])).toEqual(['peer1']);
    expect(texts([theirs], true)).toEqual(['about here: peer1 has unsaved edits']);
    expect(texts([ours], true)).toEqual(['about here: you have unsaved edits (peer1)']);
  });

  it('says under the pointer since when somebody is not there', () => {
    const idle = { ...caret(1, 0), peer: peer(1, 'peer1', [], { status: 'idle' }) };
    expect(texts([idle])).toEqual(['peer1']);
    expect(texts([idle], true)).toEqual(['peer1 · Idle']);
  });

  it('never makes markup or style of what a peer says', () => {
    const evil = caret(1, 0);
    const user = { ...evil.peer.user, display_name: '<img src=x>', color: 'red;background:url(x)' };
    const flag: IFlag = {
      key: '',
      head: 0,
      carets: [{ ...evil, peer: { ...evil.peer, user } }, caret(2, 0)],
      phase: 'shown',
      isHovered: false,
      movedAt: 0
    };
    const [first, second] = nameElements(flag, null, trans);
    expect(first?.textContent).toBe('<img src=x>');
    expect(first?.querySelector('img')).toBeNull();
    expect(first?.style.getPropertyValue('--jp-awareness-color')).toBe('#767676');
    expect(second?.style.getPropertyValue('--jp-awareness-color')).toBe(COLOR);
    expect(second?.style.getPropertyValue('--jp-awareness-on-color')).toBe('#ffffff');
  });

  it('marks agents and guesses', () => {
    const agent = { ...caret(1, 0), peer: peer(1, 'bot', [], { kind: 'agent' }), exact: false };
    const flag: IFlag = {
      key: '',
      head: 0,
      carets: [agent],
      phase: 'shown',
      isHovered: false,
      movedAt: 0
    };
    const classes = nameElements(flag, null, trans)[0]?.classList;
    expect(classes?.contains('jp-mod-agent')).toBe(true);
    expect(classes?.contains('jp-mod-approximate')).toBe(true);
  });
});
