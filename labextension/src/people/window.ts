/*
 * Of a long list only what is in sight is in the page: the other rows are gaps of their height.
 * Top floor: React hooks around a library that measures and counts.
 */
import type { VirtualItem } from '@tanstack/react-virtual';
import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import type * as React from 'react';

import type { ISection } from './rows';

/** Up to so many people all rows are in the page, where the browser's own search and screen readers find them. */
export const MOST_ROWS = 60;

/** Pixels, until they are measured. */
const HEADING = 36;
const ROW = 48;

/** So many rows beyond the edge are in the page too. */
const BEYOND = 6;

/** A row by its number in the section, or a gap of so many pixels. */
export type Piece = { readonly row: number } | { readonly gap: number };

/** What of a section is in the page, and how to measure it. */
export interface IWindow {
  /** Whether some rows may not be in the page. */
  readonly partial: boolean;
  /** The number of a section's heading among all headings and rows. */
  heading(section: number): number;
  pieces(section: number): readonly Piece[];
  readonly measure: (node: Element | null) => void;
}

/** The row `pinned` is in the page wherever it is: it may have the focus. */
export function useWindow(
  sections: readonly ISection[],
  pinned: string | null | undefined,
  scroller: React.RefObject<Element>
): IWindow {
  const keys = sections.flatMap(({ id, rows }) => [id, ...rows.map(row => `/${row.key}`)]);
  const headings = starts(sections);
  const partial = keys.length - headings.length > MOST_ROWS;
  const always = [...headings, keys.indexOf(`/${pinned}`)].filter(index => index >= 0);
  const virtualizer = useVirtualizer({
    enabled: partial,
    count: keys.length,
    overscan: BEYOND,
    getScrollElement: () => scroller.current,
    getItemKey: index => keys[index] ?? index,
    estimateSize: index => (headings.includes(index) ? HEADING : ROW),
    rangeExtractor: range =>
      [...new Set([...always, ...defaultRangeExtractor(range)])].sort((a, b) => a - b)
  });
  const items = virtualizer.getVirtualItems();
  const total = virtualizer.getTotalSize();
  return {
    partial,
    heading: section => headings[section] ?? 0,
    pieces: section => {
      const [first = 0, next] = [headings[section], headings[section + 1]];
      const count = sections[section]?.rows.length ?? 0;
      return partial ? pieces(items, first, next, total) : whole(count);
    },
    measure: virtualizer.measureElement
  };
}

/* A section is its heading, then its rows. */
function starts(sections: readonly ISection[]): number[] {
  let next = 0;
  return sections.map(({ rows }) => {
    const start = next;
    next += 1 + rows.length;
    return start;
  });
}

function whole(count: number): Piece[] {
  return Array.from({ length: count }, (_, row) => ({ row }));
}

/** The rows between the headings `first` and `next` (none: the end), with what is missing between them. */
export function pieces(
  items: readonly Pick<VirtualItem, 'index' | 'start' | 'end'>[],
  first: number,
  next: number | undefined,
  total: number
): Piece[] {
  const found: Piece[] = [];
  let end = items.find(({ index }) => index === first)?.end ?? 0;
  for (const item of items) {
    if (item.index > first && item.index < (next ?? Infinity)) {
      found.push(...gap(item.start - end), { row: item.index - first - 1 });
      end = item.end;
    }
  }
  const last = next === undefined ? total : items.find(({ index }) => index === next)?.start;
  return [...found, ...gap((last ?? end) - end)];
}

function gap(height: number): Piece[] {
  return height > 0 ? [{ gap: height }] : [];
}
