// @vitest-environment jsdom
/*
 * What counts as an act of the user. Events of a test are never trusted, so what listens is called by itself.
 */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { Acting } from '../follow/acting';

const listeners = new Map<string, (event: unknown) => void>();
const inside = document.createElement('div');
let acting: Acting;
const acted = vi.fn();
const escaped = vi.fn();

beforeEach(() => {
  listeners.clear();
  vi.spyOn(window, 'addEventListener').mockImplementation((type: string, listener: unknown) => {
    listeners.set(type, listener as (event: unknown) => void);
  });
  acting = new Acting(place => place === inside);
  acted.mockClear();
  escaped.mockClear();
  acting.acted.connect(() => {
    acted();
  });
  acting.escaped.connect(() => {
    escaped();
  });
});

afterEach(() => {
  acting.dispose();
  vi.restoreAllMocks();
  document.body.replaceChildren();
});

function happen(type: string, values: Record<string, unknown> = {}): void {
  const event = { type, target: inside, isTrusted: true, timeStamp: 0, ...values };
  listeners.get(type)?.({ ...event, composedPath: () => [event.target] });
}

function turn(deltaY: number, values: Record<string, unknown> = {}): void {
  happen('wheel', { deltaX: 0, deltaY, deltaMode: 0, ...values });
}

describe('an act in a document', () => {
  it.each([
    ['keydown', { key: 'x' }],
    ['keydown', { key: 'v', ctrlKey: true }],
    ['keydown', { key: 'PageDown' }],
    ['pointerdown', {}],
    ['paste', {}],
    ['cut', {}],
    ['drop', {}]
  ])('is %s %j', (type, values) => {
    happen(type, values);
    expect(acted).toHaveBeenCalledOnce();
  });

  it.each([
    { key: 'c', ctrlKey: true },
    { key: 's', metaKey: true },
    { key: 'S', ctrlKey: true },
    { key: 'f', ctrlKey: true },
    { key: 'Shift' },
    { key: 'F5' }
  ])('is not %j', values => {
    happen('keydown', values);
    expect(acted).not.toHaveBeenCalled();
  });

  it('is not what a program does, nor what is done elsewhere or at our own faces', () => {
    happen('pointerdown', { isTrusted: false });
    happen('pointerdown', { target: document.body });
    inside.className = 'jp-AwarenessStack';
    happen('pointerdown');
    inside.className = '';
    expect(acted).not.toHaveBeenCalled();
  });

  it('is a wheel that is turned, not one that is touched, goes sideways or zooms', () => {
    turn(100, { ctrlKey: true });
    turn(10, { deltaX: 100 });
    turn(20, { timeStamp: 1000 });
    turn(20, { timeStamp: 2000 });
    expect(acted).not.toHaveBeenCalled();
    turn(20, { timeStamp: 2100 });
    expect(acted).toHaveBeenCalledOnce();
    turn(1, { timeStamp: 9000, deltaMode: 1 });
    expect(acted).toHaveBeenCalledTimes(2);
  });
});

describe('Escape', () => {
  it('counts wherever it is pressed, and is no act', () => {
    happen('keydown', { key: 'Escape', target: document.body });
    expect([escaped, acted].map(({ mock }) => mock.calls.length)).toEqual([1, 0]);
  });

  it.each(['jp-Dialog', 'lm-Menu', 'jp-Completer'])('closes what is open first: %s', name => {
    const open = document.createElement('div');
    open.className = name;
    document.body.append(open);
    happen('keydown', { key: 'Escape' });
    expect(escaped).not.toHaveBeenCalled();
    open.remove();
    happen('keydown', { key: 'Escape' });
    expect(escaped).toHaveBeenCalledOnce();
  });

  it('is left to the field in which it is pressed', () => {
    happen('keydown', { key: 'Escape', target: document.createElement('input') });
    expect(escaped).not.toHaveBeenCalled();
  });
});

it('is over when it is disposed', () => {
  acting.dispose();
  expect(acting.isDisposed).toBe(true);
  happen('pointerdown');
  expect(acted).not.toHaveBeenCalled();
});
