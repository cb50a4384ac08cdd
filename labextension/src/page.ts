/*
 * The moments in a page's life that matter to a connection.
 * First floor: knows the browser's window and document; without them nothing ever happens.
 */
import type { IDisposable } from '@lumino/disposable';
import { DisposableDelegate } from '@lumino/disposable';

export interface IPageLife {
  /** The network came back, or people look at the page again: a good moment to look after a connection. */
  wake(): void;
  /** The page goes away, perhaps to be shown again from the back-forward cache. */
  hide(): void;
  /** It was shown again. */
  show(): void;
}

/** Report until disposed. */
export function watchPage(life: IPageLife): IDisposable {
  if (typeof window === 'undefined' || typeof document === 'undefined') {
    return new DisposableDelegate(() => undefined);
  }
  const listening = new AbortController();
  const { signal } = listening;
  const onVisibility = () => {
    if (document.visibilityState === 'visible') {
      life.wake();
    }
  };
  const onShow = (event: PageTransitionEvent) => {
    if (event.persisted) {
      life.show();
    }
  };
  window.addEventListener(
    'online',
    () => {
      life.wake();
    },
    { signal }
  );
  window.addEventListener(
    'pagehide',
    () => {
      life.hide();
    },
    { signal }
  );
  window.addEventListener('pageshow', onShow, { signal });
  document.addEventListener('visibilitychange', onVisibility, { signal });
  return new DisposableDelegate(() => {
    listening.abort();
  });
}
