import { readFileSync } from 'node:fs';
import { Secret, TOTP, URI } from 'otpauth';

const { version } = JSON.parse(readFileSync(new URL('node_modules/otpauth/package.json', import.meta.url), 'utf8'));

export const contenders = [
  {
    name: 'otpauth',
    version,
    authenticator: (algorithm) => ({
      key: (text) => new TOTP({ secret: Secret.fromBase32(text), algorithm }),
      generate: (totp, counter) => totp.generate({ timestamp: counter * 30_000 }),
      verify: (totp, token, counter, window) => totp.validate({ token, timestamp: counter * 30_000, window }) !== null,
    }),
    parseKeyUri: (text) => URI.parse(text).secret,
    formatKeyUri: ({ base32, issuer, account }) =>
      new TOTP({ secret: Secret.fromBase32(base32), issuer, label: account }).toString(),
  },
];
