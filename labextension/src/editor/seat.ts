/**
 * One editor's part: it publishes the local carets, and shows those of peers while it can be seen.
 */

import type { Extension } from '@codemirror/state';
import { ViewPlugin } from '@codemirror/view';
import type { EditorView, PluginValue, ViewUpdate } from '@codemirror/view';
import { DisposableSet } from '@lumino/disposable';
import type { IDisposable } from '@lumino/disposable';

import { caretLayers } from './carets';
import type { ICaretOptions } from './carets';
import type { Desk, Desks, IEdited } from './desks';
import type { FlagBoards, IBoardSeat } from './boards';
import { Frame } from './frame';
import { settle } from './measure';
import { redraw, showCursors, shownField, shownIn } from './places';
import { caretAt } from './pointer';
import { Rectangles } from './rectangles';
import type { ISeat } from './routes';
import type { Visibility } from './visibility';
import type { IRoutedCursor } from './whereabouts';

/** What all editors share. */
export interface ISeatContext {
  readonly desks: Desks;
  readonly boards: FlagBoards;
  readonly visibility: Visibility;
  readonly options: () => ICaretOptions;
  /** The editors that can be seen and have something to show. */
  readonly seats: Set<EditorSeat>;
}

/** What scrolls the text: a notebook as a whole, a file's editor by itself. */
function scrollerOf(view: EditorView): HTMLElement {
  return view.dom.closest<HTMLElement>('.jp-WindowedPanel-outer') ?? view.scrollDOM;
}

function isTyped({ transactions }: ViewUpdate): boolean {
  return transactions.some(
    transaction =>
      transaction.docChanged &&
      ['input', 'delete', 'move'].some(event => transaction.isUserEvent(event))
  );
}

export class EditorSeat implements ISeat, PluginValue {
  constructor(
    view: EditorView,
    edited: IEdited,
    context: ISeatContext,
    private readonly _rectangles: Rectangles
  ) {
    this._view = view;
    this._context = context;
    this.cell = edited.cell;
    const finding = context.desks.find(edited, desk => {
      this._desk = desk;
      this._held.add(desk.routes.add(this));
    });
    this._held.add(finding);
  }

  readonly cell: string | null;

  get draws(): boolean {
    return this._board !== null;
  }

  show(cursors: readonly IRoutedCursor[], connected: boolean, still: boolean): void {
    this._next = { cursors, connected, still };
    if (this._board) {
      this._apply();
    }
    this._attend();
  }

  /** Draw again: the display settings changed. */
  redraw(): void {
    this._view.dispatch({ effects: redraw.of(null) });
  }

  update(update: ViewUpdate): void {
    const { docChanged, focusChanged, geometryChanged, selectionSet, startState, state } = update;
    this._rectangles.update(update);
    if (docChanged || selectionSet || focusChanged) {
      this._publish(update);
    }
    if (focusChanged) {
      this._hasFocus = update.view.hasFocus;
      this._attend();
    }
    const isMoved = startState.field(shownField) !== state.field(shownField);
    if (isMoved || geometryChanged || selectionSet || focusChanged) {
      this._board?.request();
    }
  }

  destroy(): void {
    this._leave();
    this._held.dispose();
    this._hover.dispose();
  }

  /** The pointer moved; null if it left. */
  point(event: MouseEvent | null): void {
    this._pointer = event;
    this._hover.request();
  }

  /** Having focus is being there; a text that changes without it takes the caret along that was left in it. */
  private _publish(update: ViewUpdate): void {
    const { docChanged, state, view } = update;
    const desk = this._desk;
    if (!desk) {
      return;
    }
    if (view.hasFocus || (docChanged && desk.lastUsed === this)) {
      desk.lastUsed = this;
      desk.publisher.select(state, desk.reference(this.cell));
    }
    if (isTyped(update)) {
      desk.publisher.typing();
    }
  }

  /**
   * Whether the editor can be seen matters only while there is something to show in it, or flags have to stay off
   * the line in which the user writes: a large notebook has hundreds of other ones.
   */
  private _attend(): void {
    const { carets } = shownIn(this._view.state);
    const isNeeded = carets.length > 0 || (this._next?.cursors.length ?? 0) > 0;
    if (!isNeeded && !this._hasFocus) {
      this._leave();
    } else {
      this._sight ??= this._context.visibility.watch(this._view.dom, isVisible => {
        this._onVisible(isVisible);
        this._attend();
      });
    }
  }

  private _leave(): void {
    this._sight?.dispose();
    this._sight = null;
    this._onVisible(false);
  }

  private _onVisible(isVisible: boolean): void {
    this._board?.dispose();
    this._board = null;
    this._context.seats.delete(this);
    if (isVisible) {
      this._board = this._context.boards.join(
        { view: this._view, rectangles: this._rectangles },
        scrollerOf(this._view)
      );
      this._context.seats.add(this);
      this._apply();
    }
  }

  private _apply(): void {
    const next = this._next;
    this._next = null;
    const shown = shownIn(this._view.state);
    if (next && (next.cursors.length > 0 || shown.carets.length > 0)) {
      this._view.dispatch({ effects: showCursors.of(next) });
      settle(this._view);
    }
  }

  private readonly _view: EditorView;
  private readonly _context: ISeatContext;
  private readonly _held = new DisposableSet();
  private readonly _hover = new Frame(() => {
    const { _pointer: pointer, _view: view } = this;
    const isWanted = pointer !== null && this._context.options().carets;
    this._board?.hover(isWanted ? caretAt(view, pointer.clientX, pointer.clientY) : null);
  }, false);
  private _desk: Desk | null = null;
  /** As it was last told. */
  private _hasFocus = false;
  private _sight: IDisposable | null = null;
  private _board: IBoardSeat | null = null;
  private _pointer: MouseEvent | null = null;
  /** What to show as soon as the editor can be seen. */
  private _next: {
    readonly cursors: readonly IRoutedCursor[];
    readonly connected: boolean;
    readonly still: boolean;
  } | null = null;
}

/** Peers' carets in one editor. */
export function seatExtension(edited: IEdited, context: ISeatContext): Extension {
  const rectangles = new Rectangles();
  const plugin = ViewPlugin.define(view => new EditorSeat(view, edited, context, rectangles), {
    eventHandlers: {
      mousemove(event) {
        this.point(event);
      },
      mouseleave() {
        this.point(null);
      }
    }
  });
  return [shownField, plugin, caretLayers(context.options, rectangles)];
}
