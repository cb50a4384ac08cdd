/*
 * Going to where somebody is: open or reveal their document and bring their place into view.
 * Top floor. The reader's own cursor and selection stay where they are.
 */
import { EditorView } from '@codemirror/view';
import type { CodeEditor } from '@jupyterlab/codeeditor';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { IDocumentWidget } from '@jupyterlab/docregistry';
import type { Notebook } from '@jupyterlab/notebook';
import { PromiseDelegate } from '@lumino/coreutils';
import type { Widget } from '@lumino/widgets';

import { notebookOf, shownCell } from '../cells';
import { parse } from '../palette';
import type { IPeer } from '../peers';
import { locate } from '../positions';
import type { IDocumentPresence, IPresence } from '../tokens';
import { cellIndex, editorIn, viewIn } from './contents';
import type { ITab } from './rows';
import { settle } from './settle';

/** Opens the document (its failure is told by the document manager) and goes to the tab's place in it. */
export async function openTab(
  tab: ITab,
  manager: IDocumentManager,
  presence: IPresence
): Promise<void> {
  if (tab.path === null) {
    return;
  }
  const widget = openPath(tab.path, manager, presence);
  if (widget) {
    await Promise.all([widget.context.ready, widget.revealed]);
    await revealTab(tab, widget, presence.documentFor(widget.context));
  }
}

/** Opens or reveals a document; one that is already open may have another drive in its path. */
export function openPath(
  path: string,
  manager: IDocumentManager,
  presence: IPresence
): IDocumentWidget | undefined {
  const open = [...presence.documents].find(document => document.path === path);
  return manager.openOrReveal(open?.context.path ?? path);
}

/** Bring the tab's place in a ready document into view, and keep it there while it comes to rest, as long as wanted. */
export async function revealTab(
  tab: ITab,
  widget: Widget,
  document: IDocumentPresence | null,
  isWanted: () => boolean = () => true
): Promise<void> {
  const notebook = notebookOf(widget);
  const editor = editorIn(widget);
  if (notebook) {
    const index = cellIndex(notebook, tab);
    if (index >= 0) {
      const shown = shownCell(notebook, index);
      await notebook.scrollToItem(shown, 'smart');
      flash(notebook, shown, tab.color);
      await settle(notebook, shown, isWanted);
    }
  } else if (editor && document) {
    await connected(document);
    const cursor = peersOf(tab, document).flatMap(peer => peer.cursors)[0];
    if (cursor && !document.isDisposed) {
      scrollTo(editor, locate(editor.model.sharedModel.getSource(), cursor).position);
    }
  }
}

/* As little as needed, but never so that it ends up at the very edge. */
function scrollTo(editor: CodeEditor.IEditor, offset: number): void {
  const view = viewIn(editor);
  if (view) {
    const yMargin = view.scrollDOM.clientHeight / 4;
    view.dispatch({ effects: EditorView.scrollIntoView(offset, { y: 'nearest', yMargin }) });
  }
}

function peersOf(tab: ITab, document: IDocumentPresence): readonly IPeer[] {
  return document.people.find(person => person.username === tab.username)?.peers ?? [];
}

/* With the first connection comes the snapshot of everybody in the document. */
async function connected(document: IDocumentPresence): Promise<void> {
  const settled = new PromiseDelegate<void>();
  const look = () => {
    if (document.connection.kind !== 'connecting' || document.isDisposed) {
      settled.resolve();
    }
  };
  document.connectionChanged.connect(look);
  document.disposed.connect(look);
  look();
  await settled.promise;
  document.connectionChanged.disconnect(look);
  document.disposed.disconnect(look);
}

/* A short glow in the person's colour: among similar cells the eye must find the one it was sent to. */
function flash(notebook: Notebook, index: number, color: string): void {
  const node = notebook.widgets[index]?.node;
  if (node) {
    node.style.setProperty('--jp-awareness-color', parse(color));
    node.classList.add('jp-AwarenessArrival');
    const done = () => {
      node.classList.remove('jp-AwarenessArrival');
    };
    node.addEventListener('animationend', done, { once: true });
  }
}
