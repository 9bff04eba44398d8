import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../../support/tree.js';

const TOKENS = readFileSync(`${ROOT}docs/examples/wizard/browser/styles/tokens.css`, 'utf8');
const [LIGHT, DARK] = TOKENS.split('@media (prefers-color-scheme: dark)').map(
  (part) => new Map([...part.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, colour]) => [name, colour])),
) as [Map<string, string>, Map<string, string>];

/** WCAG 2.2, relative luminance. */
function luminance(hex: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

/** Of text and of what it stands on: 4.5 to 1 (WCAG 2.2, 1.4.3). */
const TEXTS: readonly (readonly [name: string, ...grounds: string[]])[] = [
  ['text', 'ground', 'surface', 'sunken', 'accent-soft', 'success-soft', 'warning-soft', 'danger-soft'],
  ['muted', 'ground', 'surface', 'sunken'],
  ['accent', 'ground', 'surface', 'sunken', 'accent-soft'],
  ['accent-strong', 'ground', 'surface', 'sunken'],
  ['on-accent', 'accent', 'accent-strong'],
  ['on-danger', 'danger', 'danger-strong'],
  ['success', 'success-soft'],
  ['warning', 'warning-soft', 'surface', 'ground'],
  ['danger', 'surface', 'danger-soft'],
];

/** Of what shows where a field, a button or the focus is: 3 to 1 (WCAG 2.2, 1.4.11). */
const EDGES: readonly (readonly [name: string, ...grounds: string[]])[] = [
  ['border', 'ground', 'surface'],
  ['accent', 'ground', 'surface', 'sunken'],
  ['danger', 'surface', 'ground'],
  ['success', 'surface', 'success-soft'],
  ['warning', 'surface', 'warning-soft'],
];

describe.each([
  ['light', new Map(LIGHT)],
  ['dark', new Map([...LIGHT, ...DARK])],
])('the colours, %s,', (_, colours) => {
  const contrastOf = (name: string, ground: string): number =>
    contrast(colours.get(name) ?? '', colours.get(ground) ?? '');

  it.each(TEXTS)('make %s legible', (name, ...grounds) => {
    for (const ground of grounds) expect(contrastOf(name, ground), `on ${ground}`).toBeGreaterThanOrEqual(4.5);
  });

  it.each(EDGES)('let %s be seen', (name, ...grounds) => {
    for (const ground of grounds) expect(contrastOf(name, ground), `on ${ground}`).toBeGreaterThanOrEqual(3);
  });
});

it('computes contrast as WCAG does', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
  expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
});
