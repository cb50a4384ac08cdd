// @vitest-environment jsdom
import { Widget } from '@lumino/widgets';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { inUse } from '../guard/hands';

let widget: Widget;

beforeEach(() => {
  widget = new Widget();
  document.body.append(widget.node);
  vi.spyOn(document, 'hasFocus').mockReturnValue(true);
});

afterEach(() => {
  vi.restoreAllMocks();
  widget.dispose();
  document.body.replaceChildren();
});

function put(html: string, parent: Element = widget.node): HTMLElement {
  parent.innerHTML = html;
  return parent.firstElementChild as HTMLElement;
}

function running(...states: (string | undefined)[]): Widget {
  const cells = states.map(executionState => (executionState ? { executionState } : {}));
  const content = { activeCellChanged: {}, model: { sharedModel: { cells } } };
  return Object.assign(widget, { content });
}

describe('a document is in use', () => {
  it.each([
    '<div contenteditable="true" tabindex="0"></div>',
    '<input />',
    '<textarea></textarea>'
  ])('while the keys go into %s of it', html => {
    put(html).focus();
    expect(inUse(widget)).toBe(true);
  });

  it('while one of its cells runs', () => {
    expect(inUse(running('idle', undefined, 'running'))).toBe(true);
  });
});

describe('a document is not in use', () => {
  it('while nothing in it takes keys, or something elsewhere does', () => {
    expect(inUse(widget)).toBe(false);
    put('<button></button>').focus();
    expect(inUse(widget)).toBe(false);
    put('<input />', document.body.appendChild(document.createElement('div'))).focus();
    expect(inUse(widget)).toBe(false);
  });

  it('while the keys go to another window', () => {
    put('<input />').focus();
    vi.mocked(document.hasFocus).mockReturnValue(false);
    expect(inUse(widget)).toBe(false);
  });

  it('while no cell runs', () => {
    expect(inUse(running('idle', undefined))).toBe(false);
  });
});
