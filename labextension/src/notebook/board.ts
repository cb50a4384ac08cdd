/*
 * Shows in one notebook on the page who is where: in the cells that can be seen, and at its edges. Looks at
 * the page first, then writes, at most once per frame; while nobody else is there it does neither. When only
 * others have moved, what can be seen is still what it was, and the page is not asked again.
 * Top floor.
 */
import type { IDocumentWidget } from '@jupyterlab/docregistry';
import type { INotebookModel, Notebook } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IDisposable } from '@lumino/disposable';
import { DisposableSet } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';

import { findCell, shownCell } from '../cells';
import { Frame, yieldTo } from '../editor/frame';
import { CellOrder } from '../editor/order';
import { revealTab } from '../people/opening';
import { documentTab } from '../people/rows';
import { Tip } from '../people/tip';
import type { Settings } from '../settings';
import type { ICellReference, IDocumentPresence, IPeerChange, IPresence } from '../tokens';
import { NONE_BEYOND, share } from './beyond';
import type { IFar } from './beyond';
import { Canvas } from './canvas';
import type { IPicture } from './canvas';
import { isBeingFilled, viewOf } from './view';
import type { IView } from './view';
import { traceOf, visitorsOf } from './visitors';
import type { Visitors } from './visitors';
import { Watch } from './watch';

export interface IBoardContext {
  readonly presence: IPresence;
  readonly settings: Settings;
  readonly trans: TranslationBundle;
  /** Show the panel of people. */
  openPanel(): void;
}

/** A notebook's panel. */
export type NotebookWidget = IDocumentWidget<Notebook, INotebookModel>;

/** What there is while somebody else is in the notebook. */
interface IDrawing {
  readonly canvas: Canvas;
  readonly watch: Watch;
  readonly tip: Tip;
  readonly held: DisposableSet;
}

export class NotebookBoard implements IDisposable {
  constructor(panel: NotebookWidget, context: IBoardContext) {
    this._panel = panel;
    this._context = context;
    this._order = new CellOrder(panel.context.model.sharedModel, () => {
      this._onChange();
    });
    context.settings.changed.connect(this._onChange, this);
    context.presence.documentAdded.connect(this._find, this);
    this._yielding = yieldTo(() => isBeingFilled(panel.content));
    this._find();
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (!this._isDisposed) {
      this._isDisposed = true;
      Signal.disconnectReceiver(this);
      this._frame.dispose();
      this._order.dispose();
      this._yielding.dispose();
      this._close();
    }
  }

  private _find(): void {
    const document = this._context.presence.documentFor(this._panel.context);
    if (document && document !== this._document) {
      this._document = document;
      document.changed.connect(this._onPeers, this);
      document.connectionChanged.connect(this._onChange, this);
      this._onChange();
    }
  }

  /* The cells changed, or the settings: look again, and find everybody's place again. */
  private _onChange(): void {
    this._hasMoved = true;
    this._refresh();
  }

  /* Somebody came, moved or left. A frame costs a large page much: none is asked for if they stay in their cell. */
  private _onPeers(_: unknown, { added, updated, removed }: IPeerChange): void {
    let isNews = false;
    for (const id of [...added, ...updated, ...removed]) {
      const peer = this._document?.peers.get(id);
      const trace = peer ? traceOf(peer) : '';
      isNews ||= trace !== this._traces.get(id);
      this._traces.set(id, trace);
      if (!peer) {
        this._traces.delete(id);
      }
    }
    if (isNews) {
      this._refresh();
    }
  }

  private _refresh(): void {
    const { cellMarks, edgeAvatars } = this._context.settings.current;
    this._visitors = null;
    if ((cellMarks || edgeAvatars) && this._document && this._document.peers.size > 0) {
      this._drawing ??= this._open();
      this._frame.request();
    } else {
      this._close();
    }
  }

  private _open(): IDrawing {
    const { content, node } = this._panel;
    const { trans, openPanel } = this._context;
    const canvas = new Canvas(node, {
      trans,
      onOpen: openPanel,
      onMore: openPanel,
      onGo: far => void this._go(far)
    });
    const tip = new Tip(node, focused => focused.querySelector(OWN_FACES));
    const onMove = () => {
      tip.hide();
      this._hasMoved = true;
      this._frame.request();
    };
    const watch = new Watch(content, onMove, () => {
      this._onChange();
    });
    return { canvas, watch, tip, held: DisposableSet.from([watch, tip, canvas]) };
  }

  private _close(): void {
    this._drawing?.held.dispose();
    this._drawing = this._view = null;
    this._hasMoved = true;
  }

  private _draw(): void {
    const { _document: document, _drawing: drawing } = this;
    const view = drawing && this._look(drawing.watch.isNarrow);
    if (!document || !view || (this._visitors && isSame(view, this._view))) {
      return;
    }
    this._visitors ??= this._findVisitors(document);
    this._view = view;
    const picture = this._picture(this._visitors, view, document);
    drawing.canvas.draw(picture, this._context.settings.current.typingMarks);
  }

  private _look(isNarrow: boolean): IView | null {
    if (!this._hasMoved) {
      return this._view;
    }
    const view = viewOf(this._panel.content, isNarrow);
    this._hasMoved = view === null;
    return view;
  }

  /* Those in a cell under a collapsed heading are shown at the heading. */
  private _findVisitors(document: IDocumentPresence): Visitors {
    const { content } = this._panel;
    const find = (place: ICellReference) => {
      const index = findCell(place, this._order);
      return index === null ? null : this._order.at(shownCell(content, index));
    };
    const self = document.self?.username ?? null;
    return visitorsOf(document.peers.values(), {
      find,
      self,
      runs: this._context.settings.current.runMarks
    });
  }

  private _picture(visitors: Visitors, view: IView, document: IDocumentPresence): IPicture {
    const { cellMarks, edgeAvatars } = this._context.settings.current;
    const indexOf = (id: string) => this._order.indexOf(id);
    const { marked, far } = edgeAvatars
      ? share(visitors, view, { first: view.clearFirst, last: view.clearLast }, indexOf)
      : { marked: view, far: NONE_BEYOND };
    const cells = [...visitors].flatMap(([id, inCell]) => {
      const index = indexOf(id) ?? -1;
      const cell = this._panel.content.widgets[index];
      const isMarked = index >= marked.first && index <= marked.last;
      return cell && isMarked ? [{ id, node: cell.node, visitors: inCell }] : [];
    });
    return {
      cells: cellMarks ? cells : [],
      far,
      top: view.top,
      covers: view,
      stale: document.connection.kind !== 'connected'
    };
  }

  private async _go({ visitor }: IFar): Promise<void> {
    const { _document: document, _panel: panel } = this;
    const peer = document?.peers.get(visitor.peer);
    // The face that has it will be gone.
    if (this._drawing?.canvas.hasFocus) {
      panel.content.activeCell?.node.focus({ preventScroll: true });
    }
    if (document && peer) {
      await revealTab(documentTab(peer, document.path), panel, document);
    }
  }

  private readonly _panel: NotebookWidget;
  private readonly _context: IBoardContext;
  private readonly _order: CellOrder;
  private readonly _yielding: IDisposable;
  private readonly _frame = new Frame(() => {
    this._draw();
  });
  private _document: IDocumentPresence | null = null;
  private _drawing: IDrawing | null = null;
  private _visitors: Visitors | null = null;
  private _view: IView | null = null;
  /** Whether something else may be in sight than when the page was asked last. */
  private _hasMoved = true;
  /** Of everybody who is there, what matters here, as a text. */
  private readonly _traces = new Map<number, string>();
  private _isDisposed = false;
}

/** The faces of a cell that has the focus itself. */
const OWN_FACES = ':scope > .jp-AwarenessCell > [data-tip-name]';

function isSame(a: IView, b: IView | null): boolean {
  return (Object.keys(a) as (keyof IView)[]).every(name => a[name] === b?.[name]);
}
