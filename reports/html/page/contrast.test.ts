/** Text is legible in both themes: WCAG AA, 4.5 to 1. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const css = readFileSync(new URL('style.css', import.meta.url), 'utf8');

function coloursOf(selector: string): Map<string, string> {
  const block = css.slice(css.indexOf(selector), css.indexOf('}', css.indexOf(selector)));
  return new Map(
    [...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/gu)].map(([, name = '', hex = '']) => [name, hex]),
  );
}

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

const GROUNDS = ['bg', 'panel', 'raised', 'selected'];
const TEXTS = ['text', 'muted', 'accent', 'change', 'unsure', 'comment', 'string', 'keyword', 'number'];
const PAIRS = [
  ...TEXTS.flatMap((text) => GROUNDS.map((ground) => [text, ground] as const)),
  ...['good', 'bad', 'unsure'].map((tone) => [tone, `${tone}-bg`] as const),
  ...['good', 'bad'].flatMap((tone) => ['bg', 'panel'].map((ground) => [tone, ground] as const)),
  ['text', 'found'] as const,
  ['muted', 'found'] as const,
];

const light = coloursOf(':root {');
const dark = coloursOf(':root[data-theme="dark"] {');

test.each([
  ['light', light],
  ['dark', new Map([...light, ...dark])],
] as const)('every text has its contrast: %s', (_, colours) => {
  const weak = PAIRS.map(([text, ground]) => ({
    text,
    ground,
    ratio: contrast(colours.get(text) ?? '#000000', colours.get(ground) ?? '#000000'),
  })).filter(({ ratio }) => ratio < 4.5);
  expect(weak).toEqual([]);
});
