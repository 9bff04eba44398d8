import { readFileSync } from 'node:fs';
import { NodeCryptoPlugin } from '@otplib/plugin-crypto-node';
import { generateSync, generateURI, NobleCryptoPlugin, ScureBase32Plugin, verifySync } from 'otplib';

const { version } = JSON.parse(readFileSync(new URL('node_modules/otplib/package.json', import.meta.url), 'utf8'));
const base32 = new ScureBase32Plugin();

const contender = (name, crypto) => ({
  name,
  version,
  authenticator: (id) => {
    const algorithm = id.toLowerCase();
    return {
      key: (text) => base32.decode(text),
      // Its functions take base32.
      coldKey: (text) => text,
      generate: (secret, counter) => generateSync({ secret, epoch: counter * 30, algorithm, crypto }),
      verify: (secret, token, counter, window) =>
        verifySync({ secret, token, epoch: counter * 30, epochTolerance: window * 30, algorithm, crypto }).valid,
    };
  },
  formatKeyUri: ({ base32: secret, issuer, account }) => generateURI({ secret, issuer, label: account }),
});

export const contenders = [
  contender('otplib (noble)', new NobleCryptoPlugin()),
  contender('otplib (node)', new NodeCryptoPlugin()),
];
