import { crc32, inflateSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { qrPng } from '../../src/qr/png.js';
import { KEY_URIS, keyUriWith } from './key-uris.js';
import { BLACK, pictureOfPng } from './pictures.js';

interface Chunk {
  readonly type: string;
  readonly data: Buffer;
}

/** By the text of the standard (PNG §5), with the checksums and the inflate of zlib. */
function chunksOf(png: Uint8Array): Chunk[] {
  const file = Buffer.from(png);
  expect(file.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
  const chunks: Chunk[] = [];
  for (let at = 8; at < file.length; ) {
    const length = file.readUInt32BE(at);
    const end = at + 8 + length;
    expect(file.readUInt32BE(end)).toBe(crc32(file.subarray(at + 4, end)));
    chunks.push({ type: file.toString('latin1', at + 4, at + 8), data: file.subarray(at + 8, end) });
    at = end + 4;
  }
  return chunks;
}

/** Rows of pixels, true = black: each begins with its filter, which is none. */
function rowsOf(pixels: number, data: Buffer): boolean[][] {
  const bytes = inflateSync(data);
  const rowBytes = 1 + Math.ceil(pixels / 8);
  expect(bytes).toHaveLength(rowBytes * pixels);
  return Array.from({ length: pixels }, (_, y) => {
    const row = bytes.subarray(y * rowBytes, (y + 1) * rowBytes);
    expect(row[0]).toBe(0);
    return Array.from({ length: pixels }, (_, x) => ((row[1 + (x >> 3)]! >> (7 - (x & 7))) & 1) === 0);
  });
}

/** The picture as our own code never sees it: by zlib, and by another decoder. */
function readTwice(png: Uint8Array): { readonly byZlib: boolean[]; readonly byDecoder: boolean[] } {
  const [header, data, end] = chunksOf(png);
  expect([header?.type, data?.type, end?.type]).toEqual(['IHDR', 'IDAT', 'IEND']);
  const pixels = header!.data.readUInt32BE(0);
  // Width, height, one bit, greyscale, deflate, filters by row, not interlaced.
  expect([...header!.data.subarray(4)]).toEqual([...header!.data.subarray(0, 4), 1, 0, 0, 0, 0]);
  const picture = pictureOfPng(png);
  return { byZlib: rowsOf(pixels, data!.data).flat(), byDecoder: [...picture.pixels].map((pixel) => pixel === BLACK) };
}

it.each([4, 5, 8, 11])('is what the standard says, and two decoders read the same, at %i pixels a module', (size) => {
  for (const [, keyUri] of KEY_URIS.slice(0, 4)) {
    const png = qrPng(keyUri, { modulePixels: size });
    const { byZlib, byDecoder } = readTwice(png);
    expect(byZlib.length).toBeGreaterThan(20_000);
    expect(byZlib).toContain(true);
    expect(byZlib.join()).toBe(byDecoder.join());
  }
});

it('is small: an ordinary key URI takes less than 700 bytes', () => {
  expect(qrPng(keyUriWith('Acme')).length).toBeLessThan(700);
});

it('would be noticed with one wrong bit', () => {
  const [, keyUri] = KEY_URIS[0]!;
  const png = qrPng(keyUri);
  for (const at of [20, 30, 60, png.length - 2]) {
    const broken = png.slice();
    broken[at]! ^= 1;
    expect(() => readTwice(broken), `byte ${at}`).toThrow();
  }
});
