/*
 * Reading a document anew from its file, with as little change to what the reader sees as there can be.
 * Top floor, but without DOM.
 */
import type { ISharedNotebook, ISharedText } from '@jupyter/ydoc';
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import { JSONExt } from '@lumino/coreutils';

import type { NotebookContent } from './patch';
import { patchNotebook, patchText } from './patch';

/**
 * Read the file and show what is in it. JupyterLab's `revert` does the work, so that it knows which version this is;
 * only, while it runs, the model takes what was read by changing what differs.
 */
export async function reload(context: DocumentRegistry.Context): Promise<void> {
  const { model } = context;
  const { fromJSON, fromString } = model;
  const { sharedModel } = model;
  const restore = replace(model, {
    fromJSON: value => {
      const content = JSONExt.deepCopy(value) as unknown as NotebookContent;
      if (!isNotebook(sharedModel) || !patchNotebook(sharedModel, content)) {
        fromJSON.call(model, value);
      }
    },
    fromString: value => {
      if (isText(sharedModel)) {
        patchText(sharedModel, value);
      } else {
        fromString.call(model, value);
      }
    }
  });
  try {
    await context.revert();
  } finally {
    restore();
  }
  model.dirty = false; // A text file would stay unsaved for JupyterLab.
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
