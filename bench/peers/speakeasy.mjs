import { readFileSync } from 'node:fs';
import base32 from 'base32.js';
import speakeasy from 'speakeasy';

const { version } = JSON.parse(readFileSync(new URL('node_modules/speakeasy/package.json', import.meta.url), 'utf8'));
const encoding = 'base32';

export const contenders = [
  {
    name: 'speakeasy',
    version,
    authenticator: (id) => {
      const algorithm = id.toLowerCase();
      return {
        key: (text) => Buffer.from(base32.decode(text)),
        // Its functions take base32.
        coldKey: (text) => text,
        generate: (secret, counter) => speakeasy.totp({ secret, encoding, counter, algorithm }),
        verify: (secret, token, counter, window) =>
          speakeasy.totp.verify({ secret, encoding, token, counter, window, algorithm }),
      };
    },
    formatKeyUri: ({ base32: secret, issuer, account }) =>
      speakeasy.otpauthURL({ secret, encoding, issuer, label: account }),
  },
];
