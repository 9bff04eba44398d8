// Raw @noble/hashes: the whole `hmac()` a code, and once more with what it prepares of a key kept and cloned.
import { readFileSync } from 'node:fs';
import { hmac } from '@noble/hashes/hmac.js';
import { sha1 } from '@noble/hashes/legacy.js';
import { sha256, sha512 } from '@noble/hashes/sha2.js';
import { ScureBase32Plugin } from '@otplib/plugin-base32-scure';

const { version } = JSON.parse(
  readFileSync(new URL('node_modules/@noble/hashes/package.json', import.meta.url), 'utf8'),
);
const hashes = { SHA1: sha1, SHA256: sha256, SHA512: sha512 };
const base32 = new ScureBase32Plugin();

const message = new Uint8Array(8);
const view = new DataView(message.buffer);

function authenticator(key, macOf) {
  const number = (prepared, counter) => {
    view.setUint32(0, Math.floor(counter / 2 ** 32));
    view.setUint32(4, counter >>> 0);
    const mac = macOf(prepared, message);
    const at = mac[mac.length - 1] & 15;
    return (((mac[at] & 127) << 24) | (mac[at + 1] << 16) | (mac[at + 2] << 8) | mac[at + 3]) % 1_000_000;
  };
  return {
    key,
    generate: (prepared, counter) => String(number(prepared, counter)).padStart(6, '0'),
    verify: (prepared, code, counter, window) => {
      let missed = -1;
      for (let c = counter - window; c <= counter + window; c++) {
        const bits = number(prepared, c) ^ Number(code);
        missed &= (bits | -bits) >> 31;
      }
      return missed === 0;
    },
  };
}

export const contenders = [
  {
    name: '@noble/hashes',
    version,
    authenticator: (algorithm) =>
      authenticator(
        (text) => base32.decode(text),
        (key, bytes) => hmac(hashes[algorithm], key, bytes),
      ),
  },
  {
    name: '@noble/hashes (prepared)',
    version,
    authenticator: (algorithm) =>
      authenticator(
        (text) => hmac.create(hashes[algorithm], base32.decode(text)),
        (prepared, bytes) => prepared.clone().update(bytes).digest(),
      ),
  },
];
