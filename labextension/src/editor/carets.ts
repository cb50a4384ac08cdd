/**
 * Draws peers' carets and selections as CodeMirror layers: above and under the text, never in it, so
 * that nothing of them can move a character.
 */

import type { Extension } from '@codemirror/state';
import { Prec } from '@codemirror/state';
import { layer } from '@codemirror/view';
import type { EditorView, ViewUpdate } from '@codemirror/view';

import { CaretMarker, SelectionMarker } from './markers';
import { groupByHead, redraw, shownField, shownIn } from './places';
import type { Rectangles } from './rectangles';

/** What the user wants to see. */
export interface ICaretOptions {
  readonly carets: boolean;
  readonly selections: boolean;
}

function isDue(update: ViewUpdate): boolean {
  return (
    update.startState.field(shownField) !== update.state.field(shownField) ||
    update.transactions.some(({ effects }) => effects.some(effect => effect.is(redraw)))
  );
}

function caretMarkers(view: EditorView, rectangles: Rectangles): CaretMarker[] {
  const shown = shownIn(view.state);
  return groupByHead(shown.carets).flatMap(group => {
    const rectangle = rectangles.caret(view, group[0].head);
    return rectangle ? [new CaretMarker(group, shown, rectangle)] : [];
  });
}

function selectionMarkers(view: EditorView, rectangles: Rectangles): SelectionMarker[] {
  const shown = shownIn(view.state);
  return shown.carets
    .filter(({ head, anchor }) => head !== anchor)
    .flatMap(caret =>
      rectangles
        .selection(view, caret.anchor, caret.head)
        .map(rectangle => new SelectionMarker(caret, shown, rectangle))
    );
}

/** Both layers, with lowest precedence: the user's own caret and selection are drawn over them. */
export function caretLayers(options: () => ICaretOptions, rectangles: Rectangles): Extension {
  return Prec.lowest([
    layer({
      above: true,
      class: 'jp-AwarenessCarets',
      update: isDue,
      markers: view => (options().carets ? caretMarkers(view, rectangles) : [])
    }),
    layer({
      above: false,
      class: 'jp-AwarenessSelections',
      update: isDue,
      markers: view => (options().selections ? selectionMarkers(view, rectangles) : [])
    })
  ]);
}
