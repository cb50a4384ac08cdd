// @vitest-environment jsdom
import { Widget } from '@lumino/widgets';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { Frame } from '../editor/frame';
import type { IRow } from '../people/rows';
import { lobbyRow } from '../people/rows';
import { AvatarStack } from '../people/stack';
import { FakeRoom, at, provideIdle, state, trans } from './people.fakes';

let room: FakeRoom;
let stack: AvatarStack;
const onGo = vi.fn<(row: IRow) => void>();
const onMore = vi.fn();

function create(options: { withSelf?: boolean; keepsRoom?: boolean } = {}): void {
  stack = new AvatarStack({
    label: 'People in this document',
    trans,
    withSelf: false,
    keepsRoom: false,
    within: () => undefined,
    rows: people => people.map(lobbyRow),
    onGo,
    onMore,
    ...options
  });
  stack.source = room;
  Widget.attach(stack, document.body);
}

beforeEach(() => {
  provideIdle();
  onGo.mockClear();
  onMore.mockClear();
  room = new FakeRoom();
});

afterEach(() => {
  stack.dispose();
});

function faces(): string[] {
  return [...stack.node.querySelectorAll<HTMLElement>('.jp-AwarenessStack-face')].map(
    face => face.dataset.tipName ?? ''
  );
}

async function shown(...names: string[]): Promise<void> {
  await vi.waitFor(() => {
    expect(faces()).toEqual(names);
  });
}

describe('a stack of faces', () => {
  it('is hidden while nobody else is there', async () => {
    room.fill(state('me'));
    create();
    expect(stack.isHidden).toBe(true);
    room.fill(state('me'), state('bob'));
    await vi.waitFor(() => {
      expect(stack.isHidden).toBe(false);
    });
    await shown('Bob');
    room.fill(state('me'));
    await vi.waitFor(() => {
      expect(stack.isHidden).toBe(true);
    });
  });

  it('has oneself first where it is asked to, but is hidden if that is all', async () => {
    room.fill(state('me'));
    create({ withSelf: true });
    expect(stack.isHidden).toBe(true);
    room.fill(state('bob'), state('me'));
    await shown('Me (you)', 'Bob');
    expect(stack.isHidden).toBe(false);
  });

  it('keeps its room once it was shown, where the toolbar would jump', async () => {
    room.fill(state('me'), state('bob'));
    create({ keepsRoom: true });
    await shown('Bob');
    room.fill(state('me'));
    await shown();
    expect(stack.isHidden).toBe(false);
    expect(stack.hasClass('jp-mod-vacant')).toBe(true);
    stack.enabled = false;
    expect(stack.isHidden).toBe(true);
  });

  it('shows six at most, or five and a number, and those who are away last', async () => {
    const crowd = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map(name => state(name));
    room.fill(...crowd.slice(0, 6));
    create();
    await shown('A', 'B', 'C', 'D', 'E', 'F');
    room.fill(state('a', { status: 'away' }), ...crowd.slice(1));
    await shown('B', 'C', 'D', 'E', 'F');
    const more = stack.node.querySelector<HTMLElement>('.jp-AwarenessStack-more');
    expect(more?.textContent).toBe('+2');
    expect(more?.dataset.tipText).toBe('G, A');
    more?.click();
    expect(onMore).toHaveBeenCalledOnce();
  });

  it('changes in a frame for which the page has time', async () => {
    create();
    const request = vi.spyOn(Frame.prototype, 'request').mockReturnValue();
    room.fill(state('me'), state('bob'));
    await vi.waitFor(() => {
      expect(request).toHaveBeenCalled();
    });
    expect(stack.isHidden).toBe(true);
    request.mockRestore();
    stack.refresh();
    await shown('Bob');
  });

  it('goes to who was clicked', async () => {
    room.fill(state('me'), at('bob', 'a.ipynb', 1));
    create();
    await shown('Bob');
    const face = stack.node.querySelector<HTMLElement>('.jp-AwarenessStack-face');
    expect(face?.getAttribute('aria-label')).toBe('Bob, active, a.ipynb · Cell 2');
    face?.click();
    expect(onGo.mock.calls[0]?.[0].key).toBe('bob');
  });

  it('can be switched off', async () => {
    room.fill(state('bob'));
    create();
    await shown('Bob');
    stack.enabled = false;
    expect(stack.isHidden).toBe(true);
    stack.enabled = true;
    expect(stack.isHidden).toBe(false);
  });

  it('is grey while the connection is not there', async () => {
    room.fill(state('bob'));
    create();
    await shown('Bob');
    room.turn({ kind: 'reconnecting' });
    await vi.waitFor(() => {
      expect(stack.node.querySelector('[data-stale]')).not.toBeNull();
    });
    expect(stack.node.ariaLabel).toMatch(/; last known, the connection is lost$/);
    room.turn({ kind: 'connected' });
    await vi.waitFor(() => {
      expect(stack.node.querySelector('[data-stale]')).toBeNull();
    });
    expect(stack.node.ariaLabel).not.toContain('lost');
  });

  it('follows another source', async () => {
    room.fill(state('bob'));
    create();
    stack.source = new FakeRoom().fill(state('eve'));
    await shown('Eve');
    room.fill(state('ann'));
    stack.source = null;
    expect(stack.isHidden).toBe(true);
  });
});

describe('the tooltip of a face', () => {
  const tip = () => document.querySelector('.jp-AwarenessTip');

  async function over(): Promise<Element> {
    room.fill(state('me'), { ...at('bob', 'a.ipynb', 1), status: 'idle' });
    create();
    await shown('Bob');
    const inside = stack.node.querySelector('.jp-AwarenessAvatar')!;
    inside.dispatchEvent(new Event('pointerover', { bubbles: true }));
    return inside;
  }

  it('says who and where under the pointer', async () => {
    await over();
    expect(tip()?.textContent).toBe('BobIdle · a.ipynb · Cell 2');
  });

  it.each([
    ['the pointer leaves', () => stack.node.dispatchEvent(new Event('pointerleave'))],
    ['Escape', () => document.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape' }))],
    [
      'the stack is disposed',
      () => {
        stack.dispose();
      }
    ]
  ])('goes when %s', async (_, end) => {
    await over();
    end();
    expect(tip()).toBeNull();
  });

  it('shows names as text, whatever they are', async () => {
    const user = { username: 'x', display_name: '<img src=x onerror=alert(1)>' };
    room.fill({ ...state('x'), user });
    create();
    await shown(user.display_name);
    stack.node
      .querySelector('.jp-AwarenessAvatar')
      ?.dispatchEvent(new Event('pointerover', { bubbles: true }));
    expect(tip()?.querySelector('img')).toBeNull();
    expect(tip()?.textContent).toContain('<img');
  });
});
