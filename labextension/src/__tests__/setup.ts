/**
 * What JupyterLab and Lumino expect of a browser and jsdom does not have.
 *
 * Runs before every spec file. Spec files that need a page say `// @vitest-environment jsdom`; the
 * others run in bare node, where a ground-floor module must work too.
 */

/** jsdom has no layout: nothing is ever resized, and nothing scrolls into view. */
class SilentObserver {
  observe(): void {
    // Nothing to tell.
  }
  unobserve(): void {
    // Nothing was remembered.
  }
  disconnect(): void {
    // Nothing was connected.
  }
  takeRecords(): never[] {
    return [];
  }
}

function neverMatches(query: string): MediaQueryList {
  return Object.assign(new EventTarget(), {
    matches: false,
    media: query,
    onchange: null,
    addListener: () => undefined,
    removeListener: () => undefined
  });
}

/** Set what is missing, and leave alone what the environment has. */
function provide(name: string, value: unknown): void {
  for (const target of [globalThis, window]) {
    if (Reflect.get(target, name) === undefined) {
      Object.defineProperty(target, name, { value, configurable: true, writable: true });
    }
  }
}

if (typeof window !== 'undefined') {
  provide('DragEvent', class extends MouseEvent {});
  provide('IntersectionObserver', SilentObserver);
  provide('ResizeObserver', SilentObserver);
  provide('matchMedia', neverMatches);
  if (!('replaceSync' in CSSStyleSheet.prototype)) {
    Object.assign(CSSStyleSheet.prototype, { replaceSync: () => undefined });
  }
}
