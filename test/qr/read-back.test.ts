import fc from 'fast-check';
import { qrDataUrl, qrPng, qrSvg, qrTerminal } from 'lockstep-mfa/qr';
import { describe, expect, it } from 'vitest';
import { KEY_URIS, keyUriWith } from './key-uris.js';
import {
  BLACK,
  CELL_MODULE_PIXELS,
  cut,
  type Modules,
  modulesOf,
  type Picture,
  pastedOn,
  pictureOfPng,
  pictureOfSvg,
  pictureOfTerminal,
  read,
  type Theme,
  WHITE,
  withoutQuietZone,
} from './pictures.js';

const options = { modulePixels: 4 };

const LABEL = fc.string({ unit: 'binary', minLength: 1, maxLength: 40 });
const RUNS = 60;

const DARK: Theme = { ground: BLACK, ink: WHITE, seamPixels: 0 };
const LIGHT: Theme = { ground: WHITE, ink: BLACK, seamPixels: 0 };
/** Somebody's colours: neither is that of a module. */
const GREY: Theme = { ground: 0xff444444, ink: 0xffbbbbbb, seamPixels: 0 };

function modulesOfTerminal(text: string, columns: number): Modules {
  const screen = pictureOfTerminal(text, GREY);
  const width = columns * CELL_MODULE_PIXELS;
  return modulesOf(cut(screen, { x: 0, y: 0, width, height: width }), CELL_MODULE_PIXELS);
}

/** Throws unless every format shows the text and nothing else. */
function readBack(keyUri: string): void {
  const png = pictureOfPng(qrPng(keyUri, options));
  expect(read(png)).toBe(keyUri);
  const modules = modulesOf(png, options.modulePixels);
  expect(modulesOf(pictureOfSvg(qrSvg(keyUri, options)), options.modulePixels)).toEqual(modules);
  expect(modulesOfTerminal(qrTerminal(keyUri), modules.length)).toEqual(modules);
}

describe('what is drawn is read back byte for byte', () => {
  it.each(KEY_URIS)('%s', (_, keyUri) => {
    readBack(keyUri);
  });

  it('any label', () => {
    fc.assert(
      fc.property(LABEL, (issuer) => readBack(keyUriWith(issuer))),
      { numRuns: RUNS },
    );
  });

  it('as a data URL too', () => {
    const keyUri = keyUriWith('Acme');
    const [head, base64] = qrDataUrl(keyUri, options).split(',');
    expect(head).toBe('data:image/png;base64');
    expect(Uint8Array.from(Buffer.from(base64!, 'base64'))).toEqual(qrPng(keyUri, options));
  });
});

describe('on any page', () => {
  const keyUri = keyUriWith('Acme');
  const onPages: readonly (readonly [string, (page: number) => Picture])[] = [
    ['PNG', (page) => pastedOn(page, pictureOfPng(qrPng(keyUri)))],
    ['SVG', (page) => pastedOn(page, pictureOfSvg(qrSvg(keyUri)))],
  ];
  for (const [what, draw] of onPages) {
    it.each([
      ['black', BLACK],
      ['grey', GREY.ground],
      ['white', WHITE],
    ])(`${what} on %s`, (_, page) => {
      expect(read(draw(page))).toBe(keyUri);
    });
  }

  it.each([
    ['dark', DARK],
    ['light', LIGHT],
    ['grey', GREY],
  ])('a %s terminal', (_, theme) => {
    expect(read(pictureOfTerminal(qrTerminal(keyUri), theme))).toBe(keyUri);
  });
});

describe('what would be wrong is found', () => {
  const keyUri = keyUriWith('Acme');
  const picture = pictureOfPng(qrPng(keyUri));

  it('a picture without quiet zone is not read on a black page', () => {
    expect(read(pastedOn(BLACK, withoutQuietZone(picture, 8)))).toBeUndefined();
    expect(read(pastedOn(WHITE, withoutQuietZone(picture, 8)))).toBe(keyUri);
  });

  it('a transparent ground is not read on a black page', () => {
    const transparent = { ...picture, pixels: picture.pixels.map((pixel) => (pixel === WHITE ? 0 : pixel)) };
    expect(read(pastedOn(BLACK, transparent))).toBeUndefined();
    expect(read(pastedOn(WHITE, transparent))).toBe(keyUri);
    expect(() => modulesOf(transparent, 8)).toThrow('neither black nor white');
  });

  it('light modules on a dark ground are not read', () => {
    const inverted = { ...picture, pixels: picture.pixels.map((pixel) => (pixel === WHITE ? BLACK : WHITE)) };
    expect(read(inverted)).toBeUndefined();
  });

  it('one pixel of another module is seen', () => {
    const pixels = picture.pixels.slice();
    pixels[100 * picture.width + 100]! = pixels[100 * picture.width + 100] === BLACK ? WHITE : BLACK;
    expect(() => modulesOf({ ...picture, pixels }, 8)).toThrow('two colours in one module');
  });

  it('colours that a theme repaints, or that run on, are seen', () => {
    expect(() => pictureOfTerminal('\x1b[30;107m ▀\x1b[0m', DARK)).toThrow('themes repaint');
    expect(() => pictureOfTerminal('\x1b[38;5;0m ▀\x1b[0m', DARK)).toThrow('not in the cube');
    expect(() => pictureOfTerminal('\x1b[38;5;16m ▀', DARK)).toThrow('run on');
  });

  it('a rewritten text is found by the property', () => {
    // Percent-encoding in lower case means the same, and is not the same bytes.
    const rewritten = (issuer: string): void => {
      const keyUri = keyUriWith(issuer);
      const drawn = keyUri.replace(/%\w\w/g, (octet) => octet.toLowerCase());
      expect(read(pictureOfPng(qrPng(drawn, options)))).toBe(keyUri);
    };
    expect(() => rewritten('Acme')).not.toThrow();
    expect(() => fc.assert(fc.property(LABEL, rewritten), { numRuns: RUNS })).toThrow('Property failed');
  });
});
