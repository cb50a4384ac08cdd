/**
 * Shows name flags over the scrolled contents of a notebook or file, outside of the editors, whose own
 * boxes would clip a flag at their first line. It scrolls with them, and lets every click through.
 */

import type { EditorView } from '@codemirror/view';
import type { TranslationBundle } from '@jupyterlab/translation';

import { GATHERED, Throttle } from '../throttle';
import { FlagElement } from './flags';
import { Frame } from './frame';
import { Sheet, insideOf, writtenLine } from './measure';
import type { IMeasured } from './measure';
import { flagsOf, nextChange } from './names';
import type { IFlag, IFlagOptions } from './names';
import { shownIn } from './places';
import { placeFlags } from './placing';
import type { IBox } from './placing';

export interface IBoardContext {
  readonly options: () => IFlagOptions & { readonly carets: boolean };
  /** One's own username, once known. */
  readonly self: () => string | null;
  readonly trans: TranslationBundle;
}

/** An editor on a board. */
interface IMember {
  readonly measured: IMeasured;
  /** Tells the editors of one board apart. */
  readonly number: number;
  /** The place of the carets under the pointer. */
  hovered: number | null;
}

interface IWanted {
  readonly member: IMember;
  readonly flag: IFlag;
  readonly element: FlagElement;
}

export class FlagBoard {
  constructor(scroller: HTMLElement, context: IBoardContext) {
    this._scroller = scroller;
    this._context = context;
    this._layer = document.createElement('div');
    this._layer.className = 'jp-AwarenessFlags';
    this._layer.setAttribute('aria-hidden', 'true');
    scroller.appendChild(this._layer);
    scroller.addEventListener('scroll', this._onLayout, { capture: true, passive: true });
    this._resizes.observe(scroller);
    // In a notebook an output may push the cells under it, or a cell may be moved.
    const cells = scroller.querySelector('.jp-WindowedPanel-viewport');
    if (cells) {
      this._growths.observe(cells);
      this._moves.observe(cells, { childList: true });
    }
  }

  get isEmpty(): boolean {
    return this._members.size === 0;
  }

  add(measured: IMeasured): void {
    this._lastNumber += 1;
    this._members.set(measured.view, { measured, number: this._lastNumber, hovered: null });
    this.request();
  }

  remove(view: EditorView): void {
    this._members.delete(view);
    this.request();
  }

  /** The pointer is at the carets of a place in an editor, or (null) no longer. */
  hover(view: EditorView, head: number | null): void {
    const member = this._members.get(view);
    if (member && member.hovered !== head) {
      member.hovered = head;
      this.request();
    }
  }

  /** Draw the flags again, if there are any or may be some. */
  readonly request = (): void => {
    const isAny = () =>
      [...this._members.keys()].some(view => shownIn(view.state).carets.length > 0);
    if (this._elements.size > 0 || isAny()) {
      this._frame.request();
    }
  };

  destroy(): void {
    this._frame.dispose();
    clearTimeout(this._timer);
    this._resizes.disconnect();
    this._growths.disconnect();
    this._growing.dispose();
    this._moves.disconnect();
    this._scroller.removeEventListener('scroll', this._onLayout, { capture: true });
    this._layer.remove();
  }

  /* Where things are matters only if there is a flag to be placed. */
  private readonly _onLayout = (): void => {
    if (this._elements.size > 0) {
      this.request();
    }
  };

  private _draw(): void {
    const now = performance.now();
    const isStill = [...this._members.keys()].some(view => shownIn(view.state).still);
    this._layer.classList.toggle('jp-mod-still', isStill);
    const wanted = [...this._members.values()].flatMap(member => this._want(member, now));
    const elements = new Map(
      wanted.map(({ member, flag, element }) => [keyOf(member, flag), element])
    );
    for (const [key, element] of this._elements) {
      if (!elements.has(key)) {
        element.remove();
      }
    }
    this._elements = elements;
    if (wanted.length > 0) {
      this._place(wanted.sort((a, b) => b.flag.movedAt - a.flag.movedAt));
    }
    this._wake(now);
  }

  /** The flags of an editor that are to be seen now, each in an element that says so. */
  private _want(member: IMember, now: number): readonly IWanted[] {
    const { carets, connected } = shownIn(member.measured.view.state);
    const options = this._context.options();
    const flags = options.carets ? flagsOf(carets, options, now, member.hovered) : [];
    return flags.map(flag => {
      const element = this._elements.get(keyOf(member, flag)) ?? new FlagElement(this._layer);
      element.fill(flag, connected, this._context.self(), this._context.trans);
      return { member, flag, element };
    });
  }

  /** Put the flags where there is room; first everything is read, then everything is written. */
  private _place(wanted: readonly IWanted[]): void {
    const clip = insideOf(this._scroller);
    if (clip.left === clip.right || clip.top === clip.bottom) {
      // JupyterLab hides the page for a moment while another theme comes. If it stays hidden, its editors leave.
      this.request();
      return;
    }
    const kept = [...this._members.keys()].flatMap(view => writtenLine(view, clip));
    const visible = this._measure(wanted, clip);
    const requests = visible.map(({ request }) => request);
    const origin = this._layer.getBoundingClientRect();
    const spots = placeFlags(requests, clip, kept);
    const placed = new Map(visible.map(({ one }, index) => [one, spots[index] ?? null]));
    for (const one of wanted) {
      const spot = placed.get(one);
      const inLayer = spot && {
        ...spot,
        left: spot.left - origin.left,
        top: spot.top - origin.top
      };
      one.element.put(inLayer ?? null, one.flag.movedAt);
    }
  }

  private _measure(wanted: readonly IWanted[], clip: IBox) {
    const sheets = new Map<IMember, Sheet>();
    return wanted.flatMap(one => {
      const { element, flag, member } = one;
      const sheet = sheets.get(member) ?? new Sheet(member.measured, clip);
      sheets.set(member, sheet);
      const caret = sheet.caret(flag.head);
      return caret ? [{ one, request: { ...caret, ...element.size, last: element.side } }] : [];
    });
  }

  /** Come back when the next name is due to fade or to go. */
  private _wake(now: number): void {
    clearTimeout(this._timer);
    const options = this._context.options();
    const times = [...this._members.keys()].map(view =>
      nextChange(shownIn(view.state).carets, options, now)
    );
    const next = Math.min(...times);
    if (Number.isFinite(next)) {
      this._timer = setTimeout(this.request, next - now);
    }
  }

  private readonly _scroller: HTMLElement;
  private readonly _context: IBoardContext;
  private readonly _layer: HTMLElement;
  private readonly _members = new Map<EditorView, IMember>();
  private readonly _resizes = new ResizeObserver(this._onLayout);
  private readonly _growing = new Throttle(this._onLayout, () => GATHERED);
  private readonly _onGrowth = (): void => {
    this._growing.invoke();
  };
  private readonly _growths = new ResizeObserver(this._onGrowth);
  private readonly _moves = new MutationObserver(this._onGrowth);
  private readonly _frame = new Frame(() => {
    this._draw();
  });
  private _elements: ReadonlyMap<string, FlagElement> = new Map();
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private _lastNumber = 0;
}

function keyOf({ number }: IMember, { key }: IFlag): string {
  return `${number} ${key}`;
}
