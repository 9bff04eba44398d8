import { encode } from 'fast-png';
import { drawModules } from './matrix.js';
import { type QrOptions, readModulePixels } from './options.js';

/**
 * Draws a key URI as PNG: black on opaque white, quiet zone of 4 modules inside the picture, one bit a pixel. Level M up
 * to version 10, then L.
 *
 * @param keyUri - `otpauth://…`, percent-encoded, as `showDevice` and `formatKeyUri` write it
 * @param options.modulePixels - pixels a module, a whole number from 4 to 64; default 8
 * @returns the bytes of an `image/png`
 * @throws MfaError `invalid-argument`
 * @see ISO/IEC 18004
 * @example
 * import { qrPng } from 'lockstep-mfa/qr';
 *
 * const png = qrPng('otpauth://totp/Acme:alice?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Acme');
 * const response = new Response(png, { headers: { 'content-type': 'image/png', 'cache-control': 'no-store' } });
 */
export function qrPng(keyUri: string, options?: QrOptions): Uint8Array<ArrayBuffer> {
  const modulePixels = readModulePixels(options);
  const modules = drawModules(keyUri);
  const pixels = modules.length * modulePixels;
  const rowBytes = Math.ceil(pixels / 8);
  const data = new Uint8Array(rowBytes * pixels).fill(0xff);
  modules.forEach((row, y) => {
    const first = y * modulePixels * rowBytes;
    row.forEach((dark, x) => {
      if (dark) clearBits(data, first * 8 + x * modulePixels, modulePixels);
    });
    for (let copy = 1; copy < modulePixels; copy++) {
      data.copyWithin(first + copy * rowBytes, first, first + rowBytes);
    }
  });
  // A copy of its own: the encoder returns a view of a larger buffer.
  return encode({ width: pixels, height: pixels, depth: 1, channels: 1, data }).slice();
}

/** Black, in a row whose first pixel is the highest bit. */
function clearBits(data: Uint8Array, from: number, count: number): void {
  for (let bit = from; bit < from + count; bit++) data[bit >> 3]! &= ~(0x80 >> (bit & 7));
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
