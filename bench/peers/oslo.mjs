import { readFileSync } from 'node:fs';
import { decodeBase32 } from '@oslojs/encoding';
import { createTOTPKeyURI, generateHOTP, verifyHOTP } from '@oslojs/otp';

const { version } = JSON.parse(readFileSync(new URL('node_modules/@oslojs/otp/package.json', import.meta.url), 'utf8'));

export const contenders = [
  {
    name: '@oslojs/otp',
    version,
    authenticator: (algorithm) =>
      algorithm === 'SHA1'
        ? {
            key: decodeBase32,
            generate: (key, counter) => generateHOTP(key, BigInt(counter), 6),
            // Its TOTP functions take no time and so no counter; they are these in a loop.
            verify: (key, code, counter, window) => {
              for (let c = counter - window; c <= counter + window; c++) {
                if (verifyHOTP(key, BigInt(c), 6, code)) return true;
              }
              return false;
            },
          }
        : undefined,
    formatKeyUri: ({ base32, issuer, account }) => createTOTPKeyURI(issuer, account, decodeBase32(base32), 30, 6),
  },
];
