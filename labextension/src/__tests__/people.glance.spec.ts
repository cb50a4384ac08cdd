// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { Glances } from '../people/glance';
import type { IGlance } from '../people/glance';
import { Holders } from '../holders';
import { people, state } from './people.fakes';
import type { ReadonlyJSONObject } from '@lumino/coreutils';

let glances: Glances;
let parent: HTMLElement;

beforeEach(() => {
  glances = new Glances();
  parent = document.createElement('li');
  parent.append('a.py');
  document.body.append(parent);
});

afterEach(() => {
  glances.show(parent, null);
  parent.remove();
});

const holding = (name: string, dirty = false, more: ReadonlyJSONObject = {}) =>
  state(name, { open: [{ path: 'a.py', dirty }], ...more });

function glance(...states: readonly ReadonlyJSONObject[]): IGlance {
  const holders = new Holders(people(...states)).of('a.py');
  return { subject: 'a.py', label: 'Open', holders, most: 2, stale: false, as: 'faces' };
}

const inside = (selector: string) => [...parent.querySelectorAll<HTMLElement>(selector)];
const letters = () => inside('.jp-AwarenessGlance-slot').map(slot => slot.textContent);

async function shows(...expected: readonly string[]): Promise<void> {
  await vi.waitFor(() => {
    expect(letters()).toEqual(expected);
  });
}

describe('a glance', () => {
  it('is a picture with a label, after what was there', async () => {
    const node = glances.show(parent, glance(holding('bob')));
    await shows('B');
    expect(parent.lastChild).toBe(node);
    expect(parent.firstChild?.textContent).toBe('a.py');
    expect(node?.getAttribute('role')).toBe('img');
    expect(node?.getAttribute('aria-label')).toBe('Open');
    expect(node?.title).toBe('Open');
    expect([...(node?.children ?? [])].every(one => one.ariaHidden === 'true')).toBe(true);
  });

  it('leaves nothing when there is nothing to show', () => {
    expect(glances.show(parent, glance())).toBeNull();
    glances.show(parent, glance(holding('bob')));
    expect(glances.show(parent, glance())).toBeNull();
    expect(parent.children).toHaveLength(0);
    glances.show(parent, glance(holding('bob')));
    expect(glances.show(parent, null)).toBeNull();
    expect(parent.children).toHaveLength(0);
  });

  it('counts those for whom there is no room, but never only one', async () => {
    glances.show(parent, glance(holding('ann'), holding('bob'), holding('eve')));
    await shows('A', 'B', 'E');
    expect(inside('.jp-AwarenessGlance-more')).toEqual([]);
    glances.show(parent, glance(...['ann', 'bob', 'eve', 'joe'].map(name => holding(name))));
    await shows('A', 'B');
    expect(inside('.jp-AwarenessGlance-more')[0]?.textContent).toBe('+2');
  });

  it('has a pencil for unsaved work, a shape for agents, and a mark for the status', async () => {
    const node = glances.show(parent, glance(holding('bob')));
    await shows('B');
    expect(inside('.jp-AwarenessGlance-unsaved')).toEqual([]);
    const robot = holding('robot', true, { kind: 'agent', status: 'idle' });
    expect(glances.show(parent, glance(holding('bob'), robot))).toBe(node);
    await shows('B', 'R');
    expect(inside('.jp-AwarenessGlance-unsaved')).toHaveLength(1);
    expect(node?.hasAttribute('data-unsaved')).toBe(true);
    const [, face] = inside('.jp-AwarenessGlance-slot');
    expect(face?.dataset).toMatchObject({ kind: 'agent', status: 'idle' });
  });

  it('is grey while these are only the last ones known', () => {
    const node = glances.show(parent, { ...glance(holding('bob')), stale: true });
    expect(node?.hasAttribute('data-stale')).toBe(true);
    glances.show(parent, glance(holding('bob')));
    expect(node?.hasAttribute('data-stale')).toBe(false);
  });

  it('is another one when the place is used for something else', () => {
    const node = glances.show(parent, glance(holding('bob')));
    const other = glances.show(parent, { ...glance(holding('eve')), subject: 'b.py' });
    expect(other).not.toBe(node);
    expect(parent.children).toHaveLength(1);
    expect(letters()).toEqual([]); // Not for a moment those of before.
  });

  it('comes back when somebody else has emptied the place', async () => {
    glances.show(parent, glance(holding('bob')));
    await shows('B');
    parent.replaceChildren('b.py');
    glances.show(parent, glance(holding('bob')));
    await shows('B');
  });
});
