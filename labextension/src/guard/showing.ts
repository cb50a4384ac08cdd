/*
 * Opens the comparison of a document with its file: in a tab beside it, or where there are no tabs in a dialog.
 * Top floor. What draws it is loaded with the first comparison.
 */
import type { Extension } from '@codemirror/state';
import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Dialog, MainAreaWidget, showErrorMessage } from '@jupyterlab/apputils';
import type { IEditorLanguageRegistry } from '@jupyterlab/codemirror';
import { PathExt } from '@jupyterlab/coreutils';
import type { DocumentWidget } from '@jupyterlab/docregistry';
import type { Contents } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import { copyIcon } from '@jupyterlab/ui-components';

import { notebookOf } from '../cells';
import type { IDocumentPresence } from '../tokens';
import { contentOf } from './copy';
import type { Differences, IComparison } from './differences';
import type { Guard } from './guard';
import { partsOf } from './parts';
import type { Remedies } from './remedies';
import { clock } from './times';
import { authorName } from './wording';

export interface IShowingOptions {
  readonly document: IDocumentPresence;
  readonly guard: Guard;
  readonly contents: Contents.IManager;
  readonly shell: JupyterFrontEnd.IShell;
  /** Whether the shell has tabs for more than one document. */
  readonly hasTabs: boolean;
  readonly languages: IEditorLanguageRegistry | null;
  readonly trans: TranslationBundle;
  readonly widgets: ReadonlySet<DocumentWidget>;
  now(): number;
}

/** One document's comparison; asked for again, it is renewed where it is. */
export class Showing {
  constructor(options: IShowingOptions) {
    this._options = options;
  }

  /** What hinders it is said: the file may be out of reach, or what draws it. */
  async show(remedies: Remedies): Promise<void> {
    const { trans } = this._options;
    try {
      await this._show(remedies);
    } catch (reason) {
      void showErrorMessage(trans.__('The differences cannot be shown'), String(reason), [
        Dialog.okButton({ label: trans.__('Close') })
      ]);
    }
  }

  close(): void {
    this._close();
  }

  private async _show(remedies: Remedies): Promise<void> {
    const [comparison, { Differences }] = await Promise.all([
      this._comparison(remedies),
      import('./differences')
    ]);
    if (this._shown && !this._shown.isDisposed) {
      this._shown.compare(comparison);
    } else {
      this._open(new Differences(comparison));
    }
  }

  private _open(content: Differences): void {
    const { document, hasTabs, trans } = this._options;
    const title = trans.__('Differences in %1', PathExt.basename(document.path));
    this._shown = content;
    if (hasTabs) {
      this._openTab(content, title);
      return;
    }
    content.addClass('jp-mod-dialog');
    const buttons = [Dialog.okButton({ label: trans.__('Close') })];
    const dialog = new Dialog({ title, body: content, buttons });
    this._close = () => {
      dialog.reject();
    };
    void dialog.launch();
  }

  private _openTab(content: Differences, title: string): void {
    const { shell, widgets } = this._options;
    const [widget] = widgets;
    const tab = new MainAreaWidget({ content });
    tab.title.label = title;
    tab.title.icon = copyIcon;
    tab.toolbar.hide();
    this._close = () => {
      tab.dispose();
    };
    shell.add(tab, 'main', { mode: 'tab-after', ...(widget && { ref: widget.id }) });
    shell.activateById(tab.id);
  }

  private async _comparison(remedies: Remedies): Promise<IComparison> {
    const { document, guard, trans } = this._options;
    const [theirs, languages] = await Promise.all([this._read(), this._languages()]);
    const mine = contentOf(document.context);
    const { newer } = guard;
    const buttons = [
      { label: trans.__('Compare again'), run: () => void this.show(remedies) },
      { label: trans.__('Reload'), run: () => void this._settle(remedies.reload()) },
      { label: trans.__('Save mine as a copy'), run: () => void this._settle(remedies.keepCopy()) }
    ];
    return {
      left: { label: this._mineLabel(), parts: partsOf(mine, trans) },
      right: {
        label: newer
          ? trans.__(
              'Saved by %1, %2',
              authorName(newer.by, trans),
              clock(newer.at, this._options.now())
            )
          : trans.__('In the file'),
        parts: partsOf(theirs, trans)
      },
      languages,
      buttons,
      trans
    };
  }

  /* What one has decided from here needs no comparison any more. */
  private async _settle(deed: Promise<void>): Promise<void> {
    await deed;
    if (this._options.guard.mine === 'nothing') {
      this.close();
    }
  }

  private _mineLabel(): string {
    const { guard, trans } = this._options;
    switch (guard.mine) {
      case 'work':
        return trans.__('Yours (unsaved)');
      case 'saved':
        return trans.__('Yours (no longer in the file)');
      case 'nothing':
        return trans.__('What you see (without changes of yours)');
    }
  }

  private async _read(): Promise<unknown> {
    const { document, contents } = this._options;
    const { path, contentsModel } = document.context;
    const type = contentsModel?.type === 'notebook' ? 'notebook' : 'file';
    const model = await contents.get(path, { type, content: true });
    return model.content as unknown;
  }

  private async _languages(): Promise<ReadonlyMap<string, Extension>> {
    const { document, languages, widgets } = this._options;
    const [widget] = widgets;
    const notebook = notebookOf(widget ?? null);
    const mimetypes = {
      code: notebook?.codeMimetype ?? '',
      markdown: 'text/x-ipythongfm',
      text: languages?.findByFileName(document.path)?.mime ?? ''
    };
    const loaded = new Map<string, Extension>();
    for (const [type, mimetype] of Object.entries(mimetypes)) {
      const language = await languages?.getLanguage(String(mimetype)).catch(() => null);
      if (language?.support) {
        loaded.set(type, language.support);
      }
    }
    return loaded;
  }

  private readonly _options: IShowingOptions;
  private _shown: Differences | null = null;
  private _close: () => void = () => undefined;
}
