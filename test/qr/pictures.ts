import { decode } from 'fast-png';
import jsqr from 'jsqr';

/** What a screen shows: one number a pixel, its bytes red, green, blue and opacity. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint32Array<ArrayBuffer>;
}

/** Rows of modules from the top, true = dark. */
export type Modules = readonly (readonly boolean[])[];

export const BLACK = 0xff000000;
export const WHITE = 0xffffffff;
const TRANSPARENT = 0;

interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function blank(width: number, height: number, colour: number): Picture {
  return { width, height, pixels: new Uint32Array(width * height).fill(colour) };
}

function fill({ pixels, width }: Picture, area: Area, colour: number): void {
  for (let y = area.y; y < area.y + area.height; y++) {
    pixels.fill(colour, y * width + area.x, y * width + area.x + area.width);
  }
}

/** In the middle of a page of one colour, which shows wherever the picture is not opaque. */
export function pastedOn(colour: number, { pixels, width, height }: Picture): Picture {
  const margin = 40;
  const page = blank(width + 2 * margin, height + 2 * margin, colour);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const pixel = pixels[y * width + x]!;
      if (pixel >>> 24 === 0xff) page.pixels[(y + margin) * page.width + x + margin] = pixel;
    }
  }
  return page;
}

export function cut(picture: Picture, { x, y, width, height }: Area): Picture {
  const piece = blank(width, height, TRANSPARENT);
  for (let row = 0; row < height; row++) {
    const start = (y + row) * picture.width + x;
    piece.pixels.set(picture.pixels.subarray(start, start + width), row * width);
  }
  return piece;
}

/** What a program draws that leaves the quiet zone to the page. */
export function withoutQuietZone(picture: Picture, modulePixels: number): Picture {
  const zone = 4 * modulePixels;
  return cut(picture, { x: zone, y: zone, width: picture.width - 2 * zone, height: picture.height - 2 * zone });
}

// ── readers of the three formats ──

/** Reads grey of one bit without transparency: what we write, and nothing else. */
export function pictureOfPng(png: Uint8Array): Picture {
  const { width, height, depth, channels, palette, transparency, data } = decode(png, { checkCrc: true });
  if (depth !== 1 || channels !== 1 || palette || transparency) throw new Error('not one bit of opaque grey');
  const picture = blank(width, height, TRANSPARENT);
  const rowBytes = Math.ceil(width / 8);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const bit = (data[y * rowBytes + (x >> 3)]! >> (7 - (x & 7))) & 1;
      picture.pixels[y * width + x] = bit === 1 ? WHITE : BLACK;
    }
  }
  return picture;
}

interface SvgElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export function elementsOf(svg: string): SvgElement[] {
  return [...svg.matchAll(/<(\w+)([^>]*?)\/?>/g)].map(([, name, attributes]) => ({
    name: name!,
    attributes: Object.fromEntries(
      [...attributes!.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, key, value]) => [key, value]),
    ),
  }));
}

/** Paints rectangles and paths of upright rectangles, in the order in which they stand. */
export function pictureOfSvg(svg: string): Picture {
  const [root, ...shapes] = elementsOf(svg);
  const { width, height, viewBox } = root!.attributes;
  const scale = Number(width) / Number(viewBox!.split(' ')[2]);
  const picture = blank(Number(width), Number(height), TRANSPARENT);
  for (const { name, attributes } of shapes) {
    if (name === 'title') continue;
    const areas = name === 'rect' ? [areaOfRect(attributes)] : areasOfPath(attributes['d']!);
    for (const { x, y, width, height } of areas) {
      const area = { x: x * scale, y: y * scale, width: width * scale, height: height * scale };
      fill(picture, area, colourOf(attributes['fill']!));
    }
  }
  return picture;
}

function areaOfRect({ x = '0', y = '0', width, height }: SvgElement['attributes']): Area {
  return { x: Number(x), y: Number(y), width: Number(width), height: Number(height) };
}

function areasOfPath(path: string): Area[] {
  const outlines = path.split('z');
  if (outlines.pop() !== '') throw new Error('an open outline');
  return outlines.map((outline) => {
    let x = 0;
    let y = 0;
    const corners = [...outline.matchAll(/([A-Za-z])([\d\s-]*)/g)].map(([, command, values]) => {
      const [first, second] = values!.trim().split(/\s+/).map(Number) as [number, number];
      if (command === 'M') [x, y] = [first, second];
      else if (command === 'h') x += first;
      else if (command === 'H') x = first;
      else if (command === 'v') y += first;
      else throw new Error(`no command for a rectangle: ${command}`);
      return { x, y };
    });
    if (corners.length !== 4) throw new Error(`no rectangle: ${outline}`);
    const xs = corners.map((corner) => corner.x);
    const ys = corners.map((corner) => corner.y);
    const [left, top] = [Math.min(...xs), Math.min(...ys)];
    return { x: left, y: top, width: Math.max(...xs) - left, height: Math.max(...ys) - top };
  });
}

/** `#rrggbb` */
function colourOf(hex: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)) as [
    number,
    number,
    number,
  ];
  return opaque(red, green, blue);
}

function opaque(red: number, green: number, blue: number): number {
  return ((0xff << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

export interface Theme {
  readonly ground: number;
  readonly ink: number;
  /** Pixels by which the font's blocks end above the lower edge of their cell, and begin below the upper one. */
  readonly seamPixels: number;
}

/** Two modules, one above the other, are a cell. */
export const CELL_MODULE_PIXELS = 8;
const CELL = { width: CELL_MODULE_PIXELS, height: 2 * CELL_MODULE_PIXELS };

/** A screen with the text at its upper left, and its own ground to the right and below. */
export function pictureOfTerminal(text: string, { ground, ink, seamPixels }: Theme): Picture {
  const lines = text.split('\n').map((line) => cellsOf(line, ground, ink));
  const columns = Math.max(...lines.map((line) => line.length));
  const picture = blank((columns + 8) * CELL.width, (lines.length + 4) * CELL.height, ground);
  lines.forEach((line, row) => {
    line.forEach(({ glyph, front, back }, column) => {
      const cell = { x: column * CELL.width, y: row * CELL.height, ...CELL };
      const middle = cell.y + CELL.height / 2;
      const top = '▀█'.includes(glyph) ? cell.y + seamPixels : middle;
      const bottom = '▄█'.includes(glyph) ? cell.y + CELL.height - seamPixels : middle;
      fill(picture, cell, back);
      fill(picture, { ...cell, y: top, height: bottom - top }, front);
    });
  });
  return picture;
}

interface Cell {
  readonly glyph: string;
  readonly front: number;
  readonly back: number;
}

function cellsOf(line: string, ground: number, ink: number): Cell[] {
  const cells: Cell[] = [];
  let [front, back] = [ink, ground];
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ESC begins what sets the colours
  for (const [, colours, glyph] of line.matchAll(/\x1b\[([\d;]*)m|(.)/gu)) {
    if (glyph !== undefined) {
      if (!' ▀▄█'.includes(glyph)) throw new Error(`no half block: ${glyph}`);
      cells.push({ glyph, front, back });
      continue;
    }
    const values = colours!.split(';').map(Number);
    while (values.length > 0) {
      const value = values.shift();
      if (value === 0) [front, back] = [ink, ground];
      else if (value === 38 && values.shift() === 5) front = cubeColour(values.shift()!);
      else if (value === 48 && values.shift() === 5) back = cubeColour(values.shift()!);
      else throw new Error(`a colour that themes repaint: ${colours}`);
    }
  }
  if (front !== ink || back !== ground) throw new Error('the colours run on into the next line');
  return cells;
}

/** xterm's cube of 6 × 6 × 6; what lies below it is the theme's. */
function cubeColour(index: number): number {
  if (index < 16 || index > 231) throw new Error(`not in the cube: ${index}`);
  const level = (step: number): number => (step === 0 ? 0 : 55 + 40 * step);
  const steps = index - 16;
  return opaque(level(Math.floor(steps / 36)), level(Math.floor(steps / 6) % 6), level(steps % 6));
}

// ── what a picture shows ──

/** The bytes that a camera would read, as text; undefined where it finds no QR code that is dark on light. */
export function read({ pixels, width, height }: Picture): string | undefined {
  const found = jsqr.default(new Uint8ClampedArray(pixels.buffer), width, height, { inversionAttempts: 'dontInvert' });
  return found === null ? undefined : new TextDecoder().decode(Uint8Array.from(found.binaryData));
}

/** Fails on a module that is not all black or all white. */
export function modulesOf({ pixels, width, height }: Picture, modulePixels: number): boolean[][] {
  if (width % modulePixels !== 0 || height % modulePixels !== 0) throw new Error('half a module at the edge');
  const rows: boolean[][] = [];
  for (let y = 0; y < height; y++) {
    const first = y - (y % modulePixels);
    for (let x = 0; x < width; x++) {
      const corner = pixels[first * width + x - (x % modulePixels)]!;
      if (pixels[y * width + x] !== corner) throw new Error('two colours in one module');
      if (corner !== BLACK && corner !== WHITE) throw new Error(`neither black nor white: ${corner.toString(16)}`);
    }
    if (y === first) {
      const corners = pixels.subarray(y * width, (y + 1) * width).filter((_, x) => x % modulePixels === 0);
      rows.push(Array.from(corners, (corner) => corner === BLACK));
    }
  }
  return rows;
}

/** Light modules on the left, above, on the right and below. */
export function quietZoneOf(modules: Modules): number[] {
  const darkRows = modules.map((row) => row.includes(true));
  const darkColumns = modules[0]!.map((_, x) => modules.some((row) => row[x]));
  return [
    darkColumns.indexOf(true),
    darkRows.indexOf(true),
    darkColumns.length - 1 - darkColumns.lastIndexOf(true),
    darkRows.length - 1 - darkRows.lastIndexOf(true),
  ];
}

/** Of modules with a quiet zone of 4: the version by its width, the level by its format information (ISO/IEC 18004 §7.9). */
export function symbolOf(modules: Modules): { version: number; level: string } {
  const [first, second] = modules[12]!.slice(4);
  const masked = (first ? 2 : 0) + (second ? 1 : 0);
  return { version: (modules.length - 8 - 17) / 4, level: ['M', 'L', 'H', 'Q'][masked ^ 0b10]! };
}
