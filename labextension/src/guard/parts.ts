/*
 * A document's content as parts to compare: the cells of a notebook, or one text.
 * Top floor, but without DOM: JSON in, plain data out. What is malformed is shown as far as it can be read.
 */
import { PathExt } from '@jupyterlab/coreutils';
import type { TranslationBundle } from '@jupyterlab/translation';

import { list, object } from '../values';
import type { Fields } from '../values';
import type { IPart } from './pairs';

/** More cells or outputs than this are not compared. */
const MOST = 10_000;

/** The parts of a notebook's JSON, or of a text. */
export function partsOf(content: unknown, trans: TranslationBundle): IPart[] {
  if (typeof content === 'string') {
    return [{ id: 'text', type: 'text', source: content, outputs: [], outputsKey: '' }];
  }
  const notebook = object(content);
  const lasting = notebook?.nbformat === 4 && Number(notebook.nbformat_minor) >= 5;
  return list(notebook?.cells, MOST)
    .map(cell => object(cell))
    .filter(cell => cell !== null)
    .map(cell => partOf(cell, lasting, trans));
}

function partOf(cell: Fields, lasting: boolean, trans: TranslationBundle): IPart {
  const outputs = list(cell.outputs, MOST)
    .map(output => object(output))
    .filter(output => output !== null);
  return {
    id: lasting && typeof cell.id === 'string' ? cell.id : '',
    type: typeof cell.cell_type === 'string' ? cell.cell_type : '',
    source: joined(cell.source),
    outputs: summary(outputs.map(output => outputName(output, trans))),
    outputsKey: JSON.stringify(outputs.map(output => ({ ...output, execution_count: null })))
  };
}

/* 'Image (png)', 'Image (png)', 'Text' are 'Image (png) ×2', 'Text'. */
function summary(names: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const name of names) {
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return Array.from(counts, ([name, count]) => (count > 1 ? `${name} ×${count}` : name));
}

function outputName(output: Fields, trans: TranslationBundle): string {
  if (output.output_type === 'stream') {
    const lines = joined(output.text).trimEnd().split('\n').length;
    return trans._n('%1 line of text', '%1 lines of text', lines, lines);
  }
  if (output.output_type === 'error') {
    return trans.__('Error: %1', typeof output.ename === 'string' ? output.ename : '?');
  }
  const types = Object.keys(object(output.data) ?? {});
  const image = types.find(type => type.startsWith('image/'));
  if (image !== undefined) {
    return trans.__('Image (%1)', image.slice('image/'.length).replace(/\+.*/, ''));
  }
  const rich = types.find(type => type !== 'text/plain');
  return rich === undefined ? trans.__('Text') : richName(rich, trans);
}

function richName(type: string, trans: TranslationBundle): string {
  switch (type) {
    case 'text/html':
      return trans.__('Table or HTML');
    case 'text/latex':
      return trans.__('Formula');
    case 'text/markdown':
      return trans.__('Markdown');
    default:
      return type.includes('widget-view') ? trans.__('Widget') : PathExt.basename(type);
  }
}

/* Files have texts in lines, models in one piece. */
function joined(value: unknown): string {
  return Array.isArray(value)
    ? value.filter(line => typeof line === 'string').join('')
    : typeof value === 'string'
      ? value
      : '';
}
