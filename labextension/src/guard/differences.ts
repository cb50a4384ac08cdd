/*
 * Two versions of a document side by side, cell by cell.
 * Top floor: a Lumino widget around CodeMirror's merge view. Loaded when it is first asked for, not before.
 */
import { MergeView } from '@codemirror/merge';
import type { Extension } from '@codemirror/state';
import { EditorState } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { jupyterTheme } from '@jupyterlab/codemirror';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';

import { headOf } from './diffhead';
import type { IPair, IPart } from './pairs';
import { equal, pairParts } from './pairs';
import { notesOn, titleOf } from './diffwording';

/** One version, and what to call it. */
export interface IVersionParts {
  /** 'Yours (unsaved)', 'Saved by Bob, 10:42'. */
  readonly label: string;
  readonly parts: readonly IPart[];
}

export interface IComparison {
  readonly left: IVersionParts;
  readonly right: IVersionParts;
  /** Highlighting of parts of a type. */
  readonly languages: ReadonlyMap<string, Extension>;
  /** What can be done, shown at the top. */
  readonly buttons: readonly { readonly label: string; readonly run: () => void }[];
  readonly trans: TranslationBundle;
}

/* Lines around a change that are shown; longer stretches are folded. */
const CONTEXT = { margin: 3, minSize: 6 };

/* How hard the difference of two very different texts is searched for, in changed characters and milliseconds. */
const EFFORT = { scanLimit: 2000, timeout: 200 };

/* So many cells are drawn at once, the others when they come into view. */
const AT_ONCE = 20;

export class Differences extends Widget {
  constructor(comparison: IComparison) {
    super();
    this.addClass('jp-AwarenessDiff');
    this.node.tabIndex = 0;
    this.compare(comparison);
  }

  override dispose(): void {
    this._clear();
    super.dispose();
  }

  /** Show two versions in place of those before. */
  compare(comparison: IComparison): void {
    this._clear();
    const { left, right } = comparison;
    const pairs = pairParts(left.parts, right.parts);
    const differing = pairs.filter(pair => pair.moved || !same(pair, comparison));
    this.node.append(headOf(comparison, differing));
    const body = element('div', 'jp-AwarenessDiff-body');
    let equals = 0;
    for (const pair of pairs) {
      if (differing.includes(pair)) {
        body.append(...equalsNote(equals, comparison.trans), this._section(pair, comparison));
        equals = 0;
      } else {
        equals++;
      }
    }
    body.append(...equalsNote(equals, comparison.trans));
    this.node.append(body);
  }

  private _section(pair: IPair, comparison: IComparison): HTMLElement {
    const { left, right, trans } = comparison;
    const section = element('section', 'jp-AwarenessDiff-part');
    const [mine, theirs] = [partAt(left, pair.left), partAt(right, pair.right)];
    const heading = element('h3', 'jp-AwarenessDiff-title', titleOf(pair, mine ?? theirs, trans));
    const notes = notesOn(pair, mine, theirs, comparison).map(note =>
      element('p', 'jp-AwarenessDiff-note', note)
    );
    const host = element('div', 'jp-AwarenessDiff-texts');
    section.append(heading, ...notes, host);
    if (mine?.source !== theirs?.source) {
      this._drawSoon(host, () => {
        this._views.push(
          merge(
            host,
            [mine?.source ?? '', theirs?.source ?? ''],
            [
              comparison.languages.get((theirs ?? mine)?.type ?? '') ?? [],
              [left.label, right.label]
            ]
          )
        );
      });
    }
    return section;
  }

  private _drawSoon(host: HTMLElement, draw: () => void): void {
    if (this._drawn++ < AT_ONCE) {
      draw();
      return;
    }
    const observer = new IntersectionObserver(entries => {
      if (entries.some(entry => entry.isIntersecting)) {
        observer.disconnect();
        draw();
      }
    });
    observer.observe(host);
    this._observers.push(observer);
  }

  private _clear(): void {
    for (const view of this._views) {
      view.destroy();
    }
    for (const observer of this._observers) {
      observer.disconnect();
    }
    this._views = [];
    this._observers = [];
    this._drawn = 0;
    this.node.replaceChildren();
  }

  private _views: MergeView[] = [];
  private _observers: IntersectionObserver[] = [];
  private _drawn = 0;
}

function merge(
  parent: HTMLElement,
  [a, b]: readonly [string, string],
  [language, labels]: readonly [Extension, readonly [string, string]]
): MergeView {
  const side = (doc: string, label: string) => ({
    doc,
    extensions: [
      jupyterTheme,
      language,
      EditorView.lineWrapping,
      EditorState.readOnly.of(true),
      EditorView.editable.of(false),
      EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' })
    ]
  });
  return new MergeView({
    parent,
    a: side(a, labels[0]),
    b: side(b, labels[1]),
    gutter: true,
    collapseUnchanged: CONTEXT,
    diffConfig: EFFORT
  });
}

function same({ left, right }: IPair, comparison: IComparison): boolean {
  const mine = partAt(comparison.left, left);
  const theirs = partAt(comparison.right, right);
  return mine !== null && theirs !== null && equal(mine, theirs);
}

function partAt({ parts }: IVersionParts, index: number | null): IPart | null {
  return index === null ? null : (parts[index] ?? null);
}

function equalsNote(count: number, trans: TranslationBundle): HTMLElement[] {
  const text = trans._n('%1 cell is the same', '%1 cells are the same', count, count);
  return count > 0 ? [element('p', 'jp-AwarenessDiff-equal', text)] : [];
}

function element(tag: string, className: string, text = ''): HTMLElement {
  const node = document.createElement(tag);
  node.className = className;
  node.textContent = text;
  return node;
}
