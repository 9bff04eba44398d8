import jsqr from 'jsqr';
import type { Picture } from '../screen-channel.js';

/** What the QR code in a picture says, or undefined where there is none. */
export function readQrCode({ data, width, height }: Picture): string | undefined {
  const found = jsqr.default(data, width, height);
  return found === null ? undefined : new TextDecoder().decode(Uint8Array.from(found.binaryData));
}
