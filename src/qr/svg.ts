import { drawModules, type Modules } from './matrix.js';
import { type QrOptions, readModulePixels } from './options.js';

/**
 * Draws a key URI as SVG, to be set into a page as it stands: opaque white ground, quiet zone of 4 modules inside the
 * picture, and nothing of the text but its modules. Level M up to version 10, then L.
 *
 * @param keyUri - `otpauth://…`, percent-encoded, as `showDevice` and `formatKeyUri` write it
 * @param options.modulePixels - CSS pixels a module, a whole number from 4 to 64; default 8
 * @returns one `<svg>` element with its width, height and title
 * @throws MfaError `invalid-argument`
 * @see ISO/IEC 18004
 * @example
 * import { qrSvg } from 'lockstep-mfa/qr';
 *
 * const page = `<figure>${qrSvg('otpauth://totp/Acme:alice?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Acme')}</figure>`;
 */
export function qrSvg(keyUri: string, options?: QrOptions): string {
  const modulePixels = readModulePixels(options);
  const modules = drawModules(keyUri);
  const size = modules.length;
  const pixels = size * modulePixels;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" width="${pixels}" height="${pixels}"` +
    ` viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges">` +
    '<title>QR code for an authenticator app</title>' +
    `<rect width="${size}" height="${size}" fill="#ffffff"/>` +
    `<path fill="#000000" d="${pathOf(modules)}"/>` +
    '</svg>'
  );
}

/** One rectangle for each run of dark modules; the quiet zone ends the last of each row. */
function pathOf(modules: Modules): string {
  let path = '';
  modules.forEach((row, y) => {
    for (let x = row.indexOf(true); x >= 0; x = row.indexOf(true, x)) {
      const end = row.indexOf(false, x);
      path += `M${x} ${y}h${end - x}v1H${x}z`;
      x = end;
    }
  });
  return path;
}
