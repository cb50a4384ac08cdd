/*
 * Who else has a document open, on its tab.
 * Top floor.
 */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { Widget } from '@lumino/widgets';

import { contextOf } from '../cells';
import { holdersIn } from '../holders';
import { Glances } from '../people/glance';
import type { IGlance } from '../people/glance';
import { lastKnown, openText } from '../people/wording';
import type { Settings } from '../settings';
import { Throttle } from '../throttle';
import type { IDocumentPresence, IPresence } from '../tokens';
import { MainTabs } from './bars';

/** On the width of a tab. */
const MOST_FACES = 2;

/** Milliseconds between two drawings. */
const DRAW_EVERY = 200;

export interface ITabFacesOptions {
  readonly shell: Pick<JupyterFrontEnd.IShell, 'widgets'>;
  readonly presence: IPresence;
  readonly settings: Settings;
  readonly trans: TranslationBundle;
}

/** Asks the room of each document: those who share no location are in it all the same. */
export class TabFaces implements IDisposable {
  constructor(private readonly _options: ITabFacesOptions) {
    const { presence, settings, shell } = _options;
    this._tabs = new MainTabs(shell, (tab, widget) => {
      this._glances.show(tab, this._glance(widget));
    });
    presence.documentAdded.connect(this._follow, this);
    for (const document of presence.documents) {
      this._follow(presence, document);
    }
    settings.changed.connect(this._redraw, this);
    this._redraw();
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    this._drawing.dispose();
    this._tabs.dispose();
    Signal.disconnectReceiver(this);
  }

  private _follow(_: IPresence, document: IDocumentPresence): void {
    document.changed.connect(this._redraw, this);
    document.connectionChanged.connect(this._redraw, this);
    this._redraw();
  }

  private _redraw(): void {
    this._drawing.invoke();
  }

  private _glance(widget: Widget): IGlance | null {
    const { presence, settings, trans } = this._options;
    const context = contextOf(widget);
    const document = context && presence.documentFor(context);
    if (!document || !settings.current.tabs) {
      return null;
    }
    const holders = holdersIn(document.people);
    const stale = document.connection.kind !== 'connected';
    const text = openText(holders, trans);
    return {
      subject: widget.id,
      label: stale ? lastKnown(text, trans) : text,
      holders,
      most: MOST_FACES,
      stale,
      as: 'faces'
    };
  }

  private readonly _tabs: MainTabs;
  private readonly _glances = new Glances();
  private _isDisposed = false;
  private readonly _drawing = new Throttle(
    () => {
      this._tabs.refresh();
    },
    () => DRAW_EVERY
  );
}
