import { deflate } from './deflate.js';
import { drawModules, type Modules } from './matrix.js';
import { type QrOptions, readModulePixels } from './options.js';

/**
 * Draws a key URI as PNG: black on opaque white, quiet zone of 4 modules inside the picture, one bit a pixel. Level M up
 * to version 10, then L.
 *
 * @param keyUri - `otpauth://…`, percent-encoded, as `showDevice` and `formatKeyUri` write it
 * @param options.modulePixels - pixels a module, a whole number from 4 to 64; default 8
 * @returns the bytes of an `image/png`
 * @throws MfaError `invalid-argument`
 * @see ISO/IEC 18004, PNG (Third Edition) §11.2
 * @example
 * import { qrPng } from 'lockstep-mfa/qr';
 *
 * const png = qrPng('otpauth://totp/Acme:alice?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Acme');
 * const response = new Response(png, { headers: { 'content-type': 'image/png', 'cache-control': 'no-store' } });
 */
export function qrPng(keyUri: string, options?: QrOptions): ReturnType<Uint8ArrayConstructor['of']> {
  const modulePixels = readModulePixels(options);
  const modules = drawModules(keyUri);
  const pixels = modules.length * modulePixels;
  const header = new Uint8Array(13);
  const sizes = new DataView(header.buffer);
  sizes.setUint32(0, pixels);
  sizes.setUint32(4, pixels);
  header[8] = 1; // bits a sample; the zeros after it: greyscale, deflate, filters by row, no interlacing
  const picture = deflate(drawRows(modules, modulePixels));
  return concatenated([
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    chunk('IHDR', header),
    chunk('IDAT', picture),
    chunk('IEND', new Uint8Array()),
  ]);
}

/** One bit a pixel, black 0, the leftmost the highest; before each row the filter 0, which leaves it as it is. */
function drawRows(modules: Modules, modulePixels: number): Uint8Array {
  const pixels = modules.length * modulePixels;
  const rowBytes = 1 + Math.ceil(pixels / 8);
  const rows = new Uint8Array(rowBytes * pixels).fill(0xff);
  modules.forEach((row, y) => {
    const first = y * modulePixels * rowBytes;
    rows[first] = 0;
    row.forEach((dark, x) => {
      if (dark) clearBits(rows, (first + 1) * 8 + x * modulePixels, modulePixels);
    });
    for (let copy = 1; copy < modulePixels; copy++) {
      rows.copyWithin(first + copy * rowBytes, first, first + rowBytes);
    }
  });
  return rows;
}

function clearBits(rows: Uint8Array, from: number, count: number): void {
  for (let bit = from; bit < from + count; bit++) rows[bit >> 3]! &= ~(0x80 >> (bit & 7));
}

/** Length, type, data, and the checksum over type and data (PNG §5.3). */
function chunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(data.length + 12);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  for (let i = 0; i < 4; i++) bytes[4 + i] = type.charCodeAt(i);
  bytes.set(data, 8);
  view.setUint32(data.length + 8, crc32(bytes.subarray(4, data.length + 8)));
  return bytes;
}

/** PNG §5.5 and annex D, without a table: a picture is a few hundred bytes. */
function crc32(bytes: Uint8Array): number {
  let crc = -1;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc;
}

function concatenated(parts: readonly Uint8Array[]): ReturnType<Uint8ArrayConstructor['of']> {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/**
 * The PNG of `qrPng` as a `data:` URL, for the `src` of an `<img>`: the picture holds the secret, and so needs no address
 * of its own that a cache or a log could keep.
 *
 * @param keyUri - `otpauth://…`, percent-encoded, as `showDevice` and `formatKeyUri` write it
 * @param options.modulePixels - pixels a module, a whole number from 4 to 64; default 8
 * @returns `data:image/png;base64,…`
 * @throws MfaError `invalid-argument`
 * @see RFC 2397
 * @example
 * import { qrDataUrl } from 'lockstep-mfa/qr';
 *
 * const src = qrDataUrl('otpauth://totp/Acme:alice?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Acme');
 * const image = `<img alt="QR code for an authenticator app" src="${src}">`;
 */
export function qrDataUrl(keyUri: string, options?: QrOptions): string {
  let binary = '';
  for (const byte of qrPng(keyUri, options)) binary += String.fromCharCode(byte);
  return `data:image/png;base64,${btoa(binary)}`;
}
