// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { Differences } from '../guard/differences';
import type { IComparison } from '../guard/differences';
import type { IPart } from '../guard/pairs';
import { trans } from './people.fakes';

let shown: Differences | null;
/** The parts that wait until they come into view. */
let waiting: Map<Element, () => void>;

class Observer {
  constructor(private readonly _call: IntersectionObserverCallback) {}
  observe(element: Element): void {
    if (!element.matches('.jp-AwarenessDiff-texts')) {
      return; // CodeMirror looks after its own.
    }
    const entry = { isIntersecting: true } as IntersectionObserverEntry;
    waiting.set(element, () => {
      this._call([entry], this as unknown as IntersectionObserver);
    });
  }
  disconnect(): void {
    waiting.forEach((_, element) => waiting.delete(element));
  }
}

beforeEach(() => {
  waiting = new Map();
  shown = null;
  vi.stubGlobal('IntersectionObserver', Observer);
});

afterEach(() => {
  shown?.dispose();
  vi.unstubAllGlobals();
});

function part(id: string, source: string, more: Partial<IPart> = {}): IPart {
  return { id, type: 'code', source, outputs: [], outputsKey: '', ...more };
}

function comparison(left: readonly IPart[], right: readonly IPart[]): IComparison {
  return {
    left: { label: 'Mine', parts: left },
    right: { label: 'Theirs', parts: right },
    languages: new Map(),
    buttons: [{ label: 'Reload', run: reload }],
    trans
  };
}

const reload = vi.fn();

function show(left: readonly IPart[], right: readonly IPart[]): HTMLElement {
  shown = new Differences(comparison(left, right));
  return shown.node;
}

function texts(node: HTMLElement, selector: string): (string | null)[] {
  return [...node.querySelectorAll(selector)].map(one => one.textContent);
}

describe('two versions', () => {
  it('are shown cell by cell, and what is the same is counted', () => {
    const left = [part('a', 'one'), part('b', 'two'), part('c', 'three'), part('d', 'four')];
    const right = [part('a', 'one'), part('b', 'TWO'), part('c', 'three'), part('d', 'four')];
    const node = show(left, right);
    expect(texts(node, 'h2')).toEqual(['Mine', 'Theirs']);
    expect(texts(node, 'h3')).toEqual(['Cell 2']);
    expect(texts(node, '.cm-merge-a .cm-line')).toEqual(['two']);
    expect(texts(node, '.cm-merge-b .cm-line')).toEqual(['TWO']);
    expect(texts(node, '.jp-AwarenessDiff-equal')).toEqual([
      '1 cell is the same',
      '2 cells are the same'
    ]);
  });

  it('say which side is which to those who hear it, and cannot be changed', () => {
    const node = show([part('a', 'one')], [part('a', 'two')]);
    const sides = [...node.querySelectorAll('.cm-content')];
    expect(sides.map(side => side.getAttribute('aria-label'))).toEqual(['Mine', 'Theirs']);
    expect(sides.map(side => side.getAttribute('contenteditable'))).toEqual(['false', 'false']);
  });

  it('have no texts where only something else differs', () => {
    const node = show(
      [part('a', 'one', { outputs: ['Text'], outputsKey: '1' })],
      [part('a', 'one', { outputs: ['Image (png)'], outputsKey: '2' })]
    );
    expect(texts(node, 'h3')).toEqual(['Cell 1']);
    expect(texts(node, '.jp-AwarenessDiff-note')).toHaveLength(1);
    expect(node.querySelector('.cm-editor')).toBeNull();
  });

  it('make no markup of what is in them', () => {
    const node = show([part('a', '<img src=x>')], [part('a', '<b>x</b>')]);
    expect(node.querySelector('img, b')).toBeNull();
  });

  it('offer what can be done', () => {
    const node = show([part('a', 'one')], [part('a', 'two')]);
    node.querySelector<HTMLElement>('button')?.click();
    expect(reload).toHaveBeenCalledOnce();
  });
});

describe('of many differences', () => {
  const many = (text: string) =>
    Array.from({ length: 23 }, (_, index) => part(`c${index}`, `${text} ${index}`));

  it('the first are drawn at once, the others as they come into view', () => {
    const node = show(many('old'), many('new'));
    expect(node.querySelectorAll('.cm-mergeView')).toHaveLength(20);
    expect(waiting.size).toBe(3);
    [...waiting.values()][0]?.();
    expect(node.querySelectorAll('.cm-mergeView')).toHaveLength(21);
  });

  it('nothing waits after they were closed', () => {
    show(many('old'), many('new'));
    shown?.dispose();
    expect(waiting.size).toBe(0);
  });
});

it('shows newer versions in place of those before', () => {
  const node = show([part('a', 'one')], [part('a', 'two')]);
  shown?.compare(comparison([part('a', 'one')], [part('a', 'three')]));
  expect(texts(node, '.cm-merge-b .cm-line')).toEqual(['three']);
  expect(texts(node, 'h2')).toEqual(['Mine', 'Theirs']);
});
