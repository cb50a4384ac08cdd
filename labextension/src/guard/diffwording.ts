/*
 * What a comparison says: how much differs, and of each cell what else than its text.
 * Top floor, but without DOM: texts from plain data.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

import type { IComparison } from './differences';
import type { IPair, IPart } from './pairs';

/** 'Cell 3'; of a cell that has two numbers, the one on the right; of a whole text nothing. */
export function titleOf(
  { left, right }: IPair,
  part: IPart | null,
  trans: TranslationBundle
): string {
  if (part?.type === 'text') {
    return '';
  }
  const [first, second] = [(left ?? right ?? 0) + 1, (right ?? left ?? 0) + 1];
  return first === second
    ? trans.__('Cell %1', String(first))
    : trans.__('Cell %1 here, cell %2 there', String(first), String(second));
}

/** What differs in a cell beside its text. */
export function notesOn(
  pair: IPair,
  mine: IPart | null,
  theirs: IPart | null,
  { left, right, trans }: Pick<IComparison, 'left' | 'right' | 'trans'>
): string[] {
  if (!mine || !theirs) {
    return [trans.__('Only in: %1', mine ? left.label : right.label)];
  }
  const notes: string[] = [];
  if (pair.moved) {
    notes.push(trans.__('Stands in another place.'));
  }
  if (mine.type !== theirs.type) {
    notes.push(trans.__('Kind of cell: %1 here, %2 there.', mine.type, theirs.type));
  }
  if (mine.outputsKey !== theirs.outputsKey) {
    const [here, there] = [outputs(mine, trans), outputs(theirs, trans)];
    notes.push(
      here === there
        ? trans.__('The outputs differ: %1.', here)
        : trans.__('The outputs differ: %1 here, %2 there.', here, there)
    );
  }
  return notes;
}

/** '2 cells differ', 'The texts differ', 'There is no difference'. */
export function summaryOf(
  differing: readonly IPair[],
  { left }: Pick<IComparison, 'left'>,
  trans: TranslationBundle
): string {
  const count = differing.length;
  if (count === 0) {
    return trans.__('There is no difference.');
  }
  return left.parts[0]?.type === 'text'
    ? trans.__('The texts differ.')
    : trans._n('%1 cell differs.', '%1 cells differ.', count, count);
}

function outputs(part: IPart, trans: TranslationBundle): string {
  return part.outputs.length > 0 ? part.outputs.join(', ') : trans.__('none');
}
