import { describe, expect, it } from 'vitest';

import { QUOTE_LENGTH, locate, quote } from '../positions';

/* Numbers in [0, 1) that are the same in every run. */
function generator(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
}

const WORDS = ['for', 'index', 'in', 'range', '(n):', '\n', 'value', '=', '😀', 'sum', '  ', '# ü'];

function text(words: number, random: () => number): string {
  return Array.from({ length: words }, () => {
    const word = WORDS[Math.floor(random() * WORDS.length)] ?? '';
    return word + (random() < 0.5 ? String(Math.floor(random() * 1000)) : ' ');
  }).join('');
}

function splits(source: string, position: number): boolean {
  return /^[\udc00-\udfff]/.test(source.slice(position));
}

function cursorAt(source: string, position: number, anchor = position) {
  return { position, anchor, quote: quote(source, position) };
}

describe('quote', () => {
  it('is what stands on both sides', () => {
    const source = 'a'.repeat(40) + 'B|' + 'c'.repeat(40);
    expect(quote(source, 42)).toEqual({ before: 'a'.repeat(14) + 'B|', after: 'c'.repeat(16) });
    expect(quote('abc', 0)).toEqual({ before: '', after: 'abc' });
    expect(quote('abc', 3)).toEqual({ before: 'abc', after: '' });
    expect(quote('', 0)).toEqual({ before: '', after: '' });
  });

  it('never has half a surrogate pair, wherever it begins and ends', () => {
    const source = '😀'.repeat(30);
    for (let position = -1; position <= source.length + 1; position++) {
      for (const side of Object.values(quote(source, position)) as string[]) {
        expect(side).toMatch(/^(?:😀)*$/u);
        expect(side.length).toBeLessThanOrEqual(QUOTE_LENGTH);
      }
    }
  });

  it('reads an editor in parts, not as a whole', () => {
    const reads: number[] = [];
    const source = {
      length: 1_000_000,
      slice: (from: number, to: number) => {
        reads.push(to - from);
        return 'x'.repeat(to - from);
      }
    };
    expect(quote(source, 500_000).after).toBe('x'.repeat(16));
    expect(Math.max(...reads)).toBe(16);
  });
});

describe('locate', () => {
  it('is exact in the same text, at every place', () => {
    const source = text(200, generator(1));
    for (let position = 0; position <= source.length; position++) {
      const cursor = cursorAt(source, position);
      if (!splits(source, position)) {
        expect(locate(source, cursor)).toEqual({ position, anchor: position, exact: true });
      }
    }
  });

  it('finds the place after edits elsewhere', () => {
    const random = generator(2);
    for (let round = 0; round < 300; round++) {
      const source = text(120, random);
      const position = Math.floor(random() * source.length);
      if (splits(source, position)) {
        continue;
      }
      const before = text(Math.floor(random() * 60), random);
      const kept = Math.max(0, position - 40);
      const edited = before + source.slice(kept, position + 40) + text(30, random);
      const place = locate(edited, cursorAt(source, position, position + 5));
      expect(place).toEqual({
        position: position - kept + before.length,
        anchor: expect.any(Number) as number,
        exact: true
      });
    }
  });

  it('finds the place where text before it was removed', () => {
    const source = text(300, generator(3));
    const position = source.indexOf('value', 500) + 5;
    const place = locate(source.slice(position - 20), cursorAt(source, position));
    expect(place).toMatchObject({ position: 20, exact: true });
  });

  it('finds the place of one who types what the reader does not have yet', () => {
    const head = 'def area(r):\n    return ';
    const tail = '\n\nprint(area(3))\n';
    const theirs = `${head}math.pi * r ** 2${tail}`;
    const cursor = cursorAt(theirs, theirs.length - tail.length);
    expect(locate(`# new\n${head}${tail}`, cursor)).toEqual({
      position: `# new\n${head}`.length,
      anchor: `# new\n${head}`.length,
      exact: false
    });
  });

  it('finds the place of one who has deleted what the reader still has', () => {
    const head = 'import numpy as np\nresult = ';
    const tail = 'compute(first, second)\n';
    const cursor = cursorAt(head + tail, head.length);
    const place = locate(`\n\n${head}slowly_${tail}`, cursor);
    expect(place.exact).toBe(false);
    expect(place.position).toBe(`\n\n${head}slowly_`.length);
  });

  it.each([
    ['import math', 'hello', '\nx = 1'],
    ['f(a)', '(b)', '\n)'],
    ['', 'x', '\n'],
    ['# ', 'long enough to say nothing', '\n\n'],
    ['a', 'long enough to say nothing', '\n)}']
  ])('finds the place of one who types after %j near an end of the text', (head, typed, tail) => {
    const theirs = head + typed + tail;
    const place = locate(head + tail, cursorAt(theirs, head.length + typed.length));
    expect(place).toMatchObject({ position: head.length, exact: false });
  });

  it('finds the place of one who types in front of much that the reader does not have', () => {
    const theirs = `# ${'new '.repeat(10)}`;
    expect(locate('# ]', cursorAt(theirs, 2))).toMatchObject({ position: 2, exact: false });
    expect(locate(')', cursorAt(theirs, 2))).toMatchObject({ position: 1, exact: false });
  });

  it('takes the nearest of several', () => {
    const block = 'print("the same line again")\n';
    const source = block.repeat(50);
    const position = block.length * 25 + 3;
    const place = locate('#\n' + source, cursorAt(source, position));
    expect(place).toMatchObject({ position: position + 2, exact: true });
  });

  it('stays within another text, and out of pairs', () => {
    const cursor = { position: 100, anchor: 90, quote: { before: 'nowhere', after: 'at all' } };
    expect(locate('short', cursor)).toEqual({ position: 5, anchor: 5, exact: false });
    expect(locate('', cursor)).toEqual({ position: 0, anchor: 0, exact: false });
    expect(locate('😀😀', { position: 1, anchor: 3 })).toMatchObject({ position: 0, anchor: 2 });
    const far = { position: Number.MAX_SAFE_INTEGER, anchor: 0 };
    expect(locate('abc', far)).toEqual({ position: 3, anchor: 0, exact: false });
  });

  it('believes an offset without a quote, if it can be', () => {
    expect(locate('abc', { position: 2, anchor: 1 })).toEqual({
      position: 2,
      anchor: 1,
      exact: true
    });
  });

  it('does not call a scrap found elsewhere the same place', () => {
    const cursor = { position: 9, anchor: 9, quote: { before: 'x', after: '\n' } };
    expect(locate('x\nabcdefghij', cursor).exact).toBe(false);
  });

  it('reads a bounded part of a long text', () => {
    let read = 0;
    const line = 'for i in range(10): pass\n';
    const long = line.repeat(400_000);
    const source = {
      length: long.length,
      slice: (from: number, to: number) => {
        read += to - from;
        return long.slice(from, to);
      }
    };
    const cursor = {
      position: 5_000_000,
      anchor: 0,
      quote: { before: 'q'.repeat(16), after: 'z' }
    };
    expect(locate(source, cursor)).toMatchObject({ position: 5_000_000, exact: false });
    expect(read).toBeLessThan(2_000_000);
  });

  it('is fast in a megabyte, also of one letter', () => {
    const source = 'a'.repeat(1_000_000);
    const cursor = {
      position: 500_000,
      anchor: 500_000,
      quote: { before: 'a'.repeat(15) + 'b', after: 'a'.repeat(16) }
    };
    const start = performance.now();
    for (let round = 0; round < 10; round++) {
      locate(source, cursor);
    }
    expect((performance.now() - start) / 10).toBeLessThan(100);
  });
});
