/*
 * What can be done when two people have changed one document: compare, read anew, keep a copy, overwrite. Each asks
 * first if something of somebody's would be lost.
 * Top floor.
 */
import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { DocumentWidget } from '@jupyterlab/docregistry';
import type { Contents } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import { JSONExt } from '@lumino/coreutils';

import type { IDocumentPresence } from '../tokens';
import { differs } from '../version';
import { ask } from './ask';
import type { Answer, IQuestion } from './ask';
import { contentOf, writeCopy } from './copy';
import type { IKeeper, Verdict } from './gate';
import type { Guard } from './guard';
import { keepPlace } from './place';
import { beforeReloading, beforeSaving } from './questions';
import type { ISubject } from './questions';
import { reload } from './reload';

export interface IRemedyOptions {
  readonly document: IDocumentPresence;
  readonly guard: Guard;
  readonly contents: Contents.IManager;
  readonly manager: IDocumentManager;
  readonly trans: TranslationBundle;
  /** The widgets that show the document. */
  readonly widgets: ReadonlySet<DocumentWidget>;
  now(): number;
  /** Show how this page's version and the one on disk differ. */
  compare(remedies: Remedies): Promise<void>;
}

export class Remedies implements IKeeper {
  constructor(options: IRemedyOptions) {
    this._options = options;
  }

  /** Whether something is being asked or done. */
  get busy(): boolean {
    return this._busy > 0;
  }

  get closed(): boolean {
    return this._options.guard.newer !== null;
  }

  async decide(autosave: boolean): Promise<Verdict> {
    const { guard, trans } = this._options;
    for (let newer = await guard.look(); newer; newer = await guard.look()) {
      if (autosave) {
        return 'cancel';
      }
      switch (await this._ask(beforeSaving({ ...this._subject(), newer }, trans))) {
        case 'cancel':
          return 'cancel';
        case 'compare':
          void this.compare();
          return 'cancel';
        case 'reload':
          await this.read();
          return 'done';
        case 'copy':
          await this.keepCopy();
          return 'done';
        case 'overwrite': {
          // The answer is about one version; while it was thought over, there may have come another.
          const last = await guard.look();
          if (last && !differs(last.version, newer.version, 0)) {
            return { over: last.version };
          }
        }
      }
    }
    return 'save';
  }

  /** Show what is in the file; asks if something of the reader's own would be lost. */
  async reload(): Promise<void> {
    const { guard, trans } = this._options;
    const isFree = () => guard.mine === 'nothing';
    if (isFree()) {
      await this.read(isFree);
      return;
    }
    const answer = await this._ask(beforeReloading(this._subject(), trans));
    if (answer === 'compare') {
      await this.compare();
    } else if (answer === 'copy') {
      await this.keepCopy(false);
      await this.read(isFree);
    } else if (answer === 'reload') {
      await this.read();
    }
  }

  /**
   * Show what is in the file, at the place where the reader is by then.
   *
   * @param mayShow - asked when it has been read: the reader may have begun to work meanwhile
   * @returns whether it is shown
   */
  async read(mayShow: () => boolean = () => true): Promise<boolean> {
    const { document, widgets } = this._options;
    return this._doing(async () => {
      let places: (() => Promise<void>)[] = [];
      const isShown = await reload(document.context, () => {
        const may = mayShow();
        places = may ? [...widgets].map(keepPlace) : [];
        return may;
      });
      await Promise.all(places.map(goBack => goBack()));
      return isShown;
    });
  }

  /** Write the reader's version to a new file, and go on in that; this document is then without unsaved work. */
  async keepCopy(activate = true): Promise<void> {
    const { document, guard, contents, trans } = this._options;
    const { context } = document;
    await this._doing(async () => {
      const content = contentOf(context);
      const owner = document.self?.display_name ?? trans.__('somebody');
      const path = await writeCopy(context, content, { contents, owner, trans });
      if (JSONExt.deepEqual(content, contentOf(context))) {
        context.model.dirty = false;
        guard.keep(path);
      }
      this.openCopy(path, activate);
    });
  }

  /** Open a copy beside the document, with the same kernel. */
  openCopy(path: string, activate = true): void {
    const { document, manager, widgets } = this._options;
    const [widget] = widgets;
    const kernel = document.context.sessionContext.session?.kernel;
    manager.openOrReveal(
      path,
      undefined,
      kernel ? { id: kernel.id, name: kernel.name } : undefined,
      {
        activate,
        mode: 'tab-after',
        ...(widget && { ref: widget.id })
      }
    );
  }

  async compare(): Promise<void> {
    await this._options.compare(this);
  }

  private _subject(): ISubject {
    const { document, guard, now } = this._options;
    const { newer, mine } = guard;
    return { path: document.path, newer, mine, work: document.work.since, now: now() };
  }

  private async _ask(question: IQuestion): Promise<Answer> {
    return this._doing(() => ask(question, this._options.trans));
  }

  private async _doing<T>(what: () => Promise<T>): Promise<T> {
    this._busy++;
    try {
      return await what();
    } finally {
      this._busy--;
    }
  }

  private readonly _options: IRemedyOptions;
  private _busy = 0;
}
