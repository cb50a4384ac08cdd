import { describe, expect, it } from 'vitest';

import { NEUTRAL, initials, isColor, luminance, parse, textOn } from '../palette';

describe('isColor', () => {
  it.each(['#1a73e8', '#ABCDEF'])('knows %s', color => {
    expect(isColor(color)).toBe(true);
  });

  it.each(['red', '#fff', '#12345g', '#1234567', 7, null, {}])('refuses %s', color => {
    expect(isColor(color)).toBe(false);
  });
});

describe('parse', () => {
  it('gives a colour in lower case', () => {
    expect(parse('#A1b2C3')).toBe('#a1b2c3');
  });

  it.each([
    'red',
    '#abc',
    '#12345g',
    '#1234567',
    ' #123456',
    '#123456\n',
    '#123456;background:url(//x)',
    'var(--jp-error-color1)',
    '',
    null,
    undefined,
    0x123456,
    { toString: () => '#123456' },
    ['#123456']
  ])('gives grey for %o', color => {
    expect(parse(color)).toBe(NEUTRAL);
  });
});

describe('textOn', () => {
  it('is what can be read', () => {
    expect(textOn('#ffffff')).toBe('#000000');
    expect(textOn('#000000')).toBe('#ffffff');
    expect(textOn('#ffe000')).toBe('#000000');
    expect(textOn('#0000ff')).toBe('#ffffff');
  });

  it('has a contrast of at least 4.5 to 1 on every colour', () => {
    for (let code = 0; code < 0xffffff; code += 4099) {
      const color = '#' + code.toString(16).padStart(6, '0');
      const light = Math.max(luminance(color), luminance(textOn(color)));
      const dark = Math.min(luminance(color), luminance(textOn(color)));
      expect((light + 0.05) / (dark + 0.05)).toBeGreaterThanOrEqual(4.5);
    }
  });

  it('reads the neutral grey in white or black, too', () => {
    expect(textOn('nonsense')).toBe(textOn(NEUTRAL));
  });
});

describe('luminance', () => {
  it('is that of WCAG 2', () => {
    expect(luminance('#ffffff')).toBeCloseTo(1, 10);
    expect(luminance('#000000')).toBe(0);
    expect(luminance('#777777')).toBeCloseTo(0.1845, 4);
  });
});

describe('initials', () => {
  it.each([
    ['Ada Lovelace', 'AL'],
    ['Anonymous Hermippe', 'AH'],
    ['Johann Wolfgang von Goethe', 'JG'],
    ['ada', 'A'],
    ['  ada   lovelace ', 'AL'],
    ['jean-luc picard', 'JP'],
    ['o.brien', 'OB'],
    ['élise', 'É'],
    ['e\u0301lise', 'E\u0301'],
    ['山田 太郎', '山太'],
    ['محمد علي', 'مع'],
    ['👩‍🚀 Sally', '👩‍🚀S'],
    ['🇩🇪', '🇩🇪'],
    ['user42', 'U'],
    ['ßeta', 'SS'],
    ['???', '?'],
    ['', ''],
    ['   ', '']
  ])('of %s are %s', (name, expected) => {
    expect(initials(name)).toBe(expected);
  });

  it('are short, whatever is stacked on a letter', () => {
    expect(initials('a' + '\u0301'.repeat(100_000)).length).toBeLessThanOrEqual(32);
  });
});
