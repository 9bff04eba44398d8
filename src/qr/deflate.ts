import { zlibSync } from 'fflate';

/** Compresses into the zlib format (RFC 1950), as a PNG holds it. */
export function deflate(data: Uint8Array): Uint8Array {
  return zlibSync(data, { level: 9 });
}
