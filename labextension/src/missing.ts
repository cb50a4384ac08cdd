/*
 * Says that a part of the frontend could not be loaded when it was needed. As a rule the server has another version
 * of the extension by now, and the page wants to be reloaded.
 * First floor: JupyterLab shows it.
 */
import { Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';

let isTold = false;

/** Once: what is missing is tried again each time that it is needed. */
export function tellMissing(trans: TranslationBundle): void {
  if (!isTold) {
    isTold = true;
    const text = trans.__(
      'A part of the page could not be loaded: of others and their changes less is shown than usual. Save your work and reload the page.'
    );
    Notification.warning(text, { autoClose: false });
  }
}
