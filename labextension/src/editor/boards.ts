/**
 * The boards of a page: one per scrolled element, for as long as it has editors that can be seen.
 */

import { DisposableDelegate } from '@lumino/disposable';
import type { IDisposable } from '@lumino/disposable';

import { FlagBoard } from './board';
import type { IBoardContext } from './board';
import type { IMeasured } from './measure';

/** An editor's access to the board that it is on. */
export interface IBoardSeat extends IDisposable {
  /** Draw the flags again on the next frame. */
  request(): void;
  /** The pointer is at the carets of a place, or (null) no longer. */
  hover(head: number | null): void;
}

export class FlagBoards {
  constructor(context: IBoardContext) {
    this._context = context;
  }

  join(measured: IMeasured, scroller: HTMLElement): IBoardSeat {
    const board = this._boards.get(scroller) ?? new FlagBoard(scroller, this._context);
    this._boards.set(scroller, board);
    board.add(measured);
    const leave = new DisposableDelegate(() => {
      board.remove(measured.view);
      if (board.isEmpty) {
        board.destroy();
        this._boards.delete(scroller);
      }
    });
    return Object.assign(leave, {
      request: board.request,
      hover: (head: number | null) => {
        board.hover(measured.view, head);
      }
    });
  }

  /** Draw all flags again: the display settings changed. */
  request(): void {
    this._boards.forEach(board => {
      board.request();
    });
  }

  private readonly _context: IBoardContext;
  private readonly _boards = new Map<HTMLElement, FlagBoard>();
}
