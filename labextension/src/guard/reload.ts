/*
 * Reading a document anew from its file, with as little change to what the reader sees as there can be.
 * Top floor, but without DOM.
 */
import type { ISharedNotebook, ISharedText } from '@jupyter/ydoc';
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import { JSONExt } from '@lumino/coreutils';

import type { NotebookContent } from './patch';
import { cover } from './gate';
import { patchNotebook, patchText } from './patch';

/**
 * Read the file and show what is in it. JupyterLab's `revert` does the work, so that it knows which version this is;
 * only, while it runs, the model takes what was read by changing what differs.
 *
 * @param mayShow - asked when the file has been read, which may take long, right before it is shown
 * @returns whether it is shown; if not, everything is as it was
 */
export async function reload(
  context: DocumentRegistry.Context,
  mayShow: () => boolean = () => true
): Promise<boolean> {
  const { model } = context;
  const { fromJSON, fromString } = model;
  const { sharedModel } = model;
  const unwanted = new Error('What was read is not wanted any more.');
  const check = (): void => {
    if (!mayShow()) {
      throw unwanted;
    }
  };
  const restore = replace(model, {
    fromJSON: value => {
      check();
      const content = JSONExt.deepCopy(value) as unknown as NotebookContent;
      if (!isNotebook(sharedModel) || !patchNotebook(sharedModel, content)) {
        fromJSON.call(model, value);
      }
    },
    fromString: value => {
      check();
      if (isText(sharedModel)) {
        patchText(sharedModel, value);
      } else {
        fromString.call(model, value);
      }
    }
  });
  const speak = silence(context, unwanted);
  try {
    await context.revert();
  } catch (error) {
    if (error === unwanted) {
      return false;
    }
    throw error;
  } finally {
    speak();
    restore();
  }
  model.dirty = false; // A text file would stay unsaved for JupyterLab.
  return true;
}

/* JupyterLab tells in a dialog why a file cannot be read, through a method that only its class has. */
function silence(context: DocumentRegistry.Context, what: Error): () => void {
  const tell: unknown = Reflect.get(context, '_handleError');
  return cover(context, '_handleError', {
    value: (error: unknown, title: string): unknown =>
      error === what || typeof tell !== 'function'
        ? Promise.resolve()
        : Reflect.apply(tell, context, [error, title])
  });
}

type Readers = Pick<DocumentRegistry.IModel, 'fromJSON' | 'fromString'>;

/* Put methods before those of the model's class, on this one object, until the result is called. */
function replace(model: DocumentRegistry.IModel, methods: Readers): () => void {
  Object.assign(model, methods);
  return () => {
    for (const name of Object.keys(methods)) {
      Reflect.deleteProperty(model, name);
    }
  };
}

function isNotebook(shared: object): shared is ISharedNotebook {
  return 'cells' in shared && 'insertCell' in shared;
}

function isText(shared: object): shared is ISharedText {
  return 'updateSource' in shared;
}
