import { qrPng, qrSvg, qrTerminal } from 'lockstep-mfa/qr';
import { describe, expect, it } from 'vitest';
import { keyUriWith } from './key-uris.js';
import { elementsOf, modulesOf, pictureOfPng, pictureOfSvg, quietZoneOf } from './pictures.js';

const keyUri = keyUriWith('Acme');

/** Version 6 with its quiet zones. */
const MODULES = 41 + 2 * 4;

describe.each([4, 5, 8, 17, 64])('%i pixels a module', (modulePixels) => {
  const pixels = MODULES * modulePixels;

  it('PNG', () => {
    const picture = pictureOfPng(qrPng(keyUri, { modulePixels }));
    expect([picture.width, picture.height]).toEqual([pixels, pixels]);
    expect(quietZoneOf(modulesOf(picture, modulePixels))).toEqual([4, 4, 4, 4]);
  });

  it('SVG', () => {
    const picture = pictureOfSvg(qrSvg(keyUri, { modulePixels }));
    expect([picture.width, picture.height]).toEqual([pixels, pixels]);
    expect(quietZoneOf(modulesOf(picture, modulePixels))).toEqual([4, 4, 4, 4]);
  });
});

describe('8 pixels a module', () => {
  it.each([[undefined], [{}], [{ modulePixels: undefined }]] as [{ modulePixels: number } | undefined][])(
    'without another wish: %o',
    (options) => {
      expect(qrPng(keyUri, options)).toEqual(qrPng(keyUri, { modulePixels: 8 }));
      expect(qrSvg(keyUri, options)).toBe(qrSvg(keyUri, { modulePixels: 8 }));
    },
  );
});

describe('a quiet zone of another width is found', () => {
  it('in a list that is not [4, 4, 4, 4]', () => {
    const modules = modulesOf(pictureOfPng(qrPng(keyUri)), 8);
    const narrow = modules.slice(1).map((row) => row.slice(0, -2));
    expect(quietZoneOf(narrow)).toEqual([4, 3, 2, 4]);
  });
});

describe('PNG', () => {
  it('is its own memory, so that `buffer` holds the file and nothing else', () => {
    const png = qrPng(keyUri);
    expect(png.buffer.byteLength).toBe(png.length);
    expect([...png.subarray(0, 8)]).toEqual([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  });

  it('of an ordinary key URI is smaller than 1 kB', () => {
    expect(qrPng(keyUri).length).toBeLessThan(1000);
  });
});

describe('SVG', () => {
  const svg = qrSvg(keyUri);

  it('is a title, a ground and one path', () => {
    const [root, title, ground, path, ...rest] = elementsOf(svg);
    expect(root).toEqual({
      name: 'svg',
      attributes: {
        xmlns: 'http://www.w3.org/2000/svg',
        role: 'img',
        width: '392',
        height: '392',
        viewBox: '0 0 49 49',
        'shape-rendering': 'crispEdges',
      },
    });
    expect(title).toEqual({ name: 'title', attributes: {} });
    expect(ground).toEqual({ name: 'rect', attributes: { width: '49', height: '49', fill: '#ffffff' } });
    expect(path).toEqual({ name: 'path', attributes: { fill: '#000000', d: expect.stringMatching(/^[MHhvz\d ]+$/) } });
    expect(rest).toEqual([]);
  });

  it('tells a screen reader what it is, and nobody what it holds', () => {
    expect(/<title>(.*)<\/title>/.exec(svg)![1]).toBe('QR code for an authenticator app');
    for (const part of ['otpauth', 'Acme', 'alice', '7YMW']) expect(svg).not.toContain(part);
  });

  it('asks the network for nothing', () => {
    expect(svg.replace('xmlns="http://www.w3.org/2000/svg"', '')).not.toMatch(/http|href|url\(|script|style/i);
  });
});

describe('terminal text', () => {
  const lines = qrTerminal(keyUri).split('\n');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ESC begins what sets the colours
  const bare = lines.map((line) => line.replaceAll(/\x1b\[[\d;]*m/g, ''));

  it('has two rows of modules a line, and every line its own colours', () => {
    expect(bare.map((line) => [...line].length)).toEqual(Array.from({ length: 25 }, () => 49));
    for (const line of lines) {
      expect(line.startsWith('\x1b[38;5;16;48;5;231m    ')).toBe(true);
      expect(line.endsWith('    \x1b[0m')).toBe(true);
    }
  });

  it('fits 80 columns up to 425 characters', () => {
    // As many columns as rows of modules, of which the last line has one.
    const columns = (length: number): number => 2 * qrTerminal(keyUri.padEnd(length, 'A')).split('\n').length - 1;
    expect([columns(425), columns(426)]).toEqual([77, 81]);
  });

  it('draws no block where two modules are alike, and white blocks on black where they are not', () => {
    expect(bare.join('')).toMatch(/^[ ▀▄]+$/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: ESC begins what sets the colours
    const onWhite = lines.flatMap((line) => [...line.matchAll(/48;5;231m([^\x1b]*)/g)].map(([, cells]) => cells));
    expect(onWhite.join('').trim()).toBe('');
  });
});
