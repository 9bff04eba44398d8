import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { versions } from 'node:process';
import { decodeBase32 } from '../../src/core/base32.js';
import { type Algorithm, type Authenticator, BASELINE, type Contender } from './contender.js';

/**
 * The leanest that can be written on `createHmac`: one buffer for the counter, codes compared as numbers by a mask, no
 * checks of arguments, base32 decoded by our own function. With a `KeyObject`, since bytes cost several times as much on
 * some versions of Node, which would flatter us.
 */
export const nodeCrypto: Contender = {
  name: BASELINE,
  version: versions.node,
  authenticator: (algorithm) => onKeys(algorithm, (base32) => createSecretKey(decodeBase32(base32))),
};

/** The same where the key is handed over as bytes. */
export const nodeCryptoBytes: Contender = {
  name: `${BASELINE} (bytes)`,
  version: versions.node,
  authenticator: (algorithm) => onKeys(algorithm, decodeBase32),
};

function onKeys<Key extends KeyObject | Uint8Array>(
  algorithm: Algorithm,
  key: (base32: string) => Key,
): Authenticator<Key> {
  const message = Buffer.alloc(8);
  const number = (prepared: Key, counter: number): number => {
    message.writeUInt32BE(Math.floor(counter / 2 ** 32), 0);
    message.writeUInt32BE(counter >>> 0, 4);
    const mac = createHmac(algorithm, prepared).update(message).digest();
    return (mac.readUInt32BE((mac[mac.length - 1] as number) & 15) & 0x7fffffff) % 1_000_000;
  };
  return {
    key,
    generate: (prepared, counter) => String(number(prepared, counter)).padStart(6, '0'),
    verify: (prepared, code, counter, window) => {
      const typed = Number(code);
      let missed = -1;
      for (let c = counter - window; c <= counter + window; c++) missed &= different(number(prepared, c), typed);
      return missed === 0;
    },
    findPair: (prepared, [first, second], counter, range) => {
      const [typed1, typed2] = [Number(first), Number(second)];
      let found = -1;
      let missed1 = different(number(prepared, counter - range - 1), typed1);
      for (let c = counter - range; c <= counter + range; c++) {
        const code = number(prepared, c);
        if ((missed1 | different(code, typed2)) === 0) found = c;
        missed1 = different(code, typed1);
      }
      return found < 0 ? undefined : found;
    },
  };
}

/** All ones where the two differ, else zero. */
function different(a: number, b: number): number {
  const bits = a ^ b;
  return (bits | -bits) >> 31;
}
