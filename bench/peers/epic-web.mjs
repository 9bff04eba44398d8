import { readFileSync } from 'node:fs';
import { generateTOTP, getTOTPAuthUri, verifyTOTP } from '@epic-web/totp';

const { version } = JSON.parse(
  readFileSync(new URL('node_modules/@epic-web/totp/package.json', import.meta.url), 'utf8'),
);

export const contenders = [
  {
    name: '@epic-web/totp',
    version,
    // Asynchronous, on WebCrypto; takes base32 alone, and the time from the clock.
    authenticator: (id) => {
      const algorithm = id.replace('SHA', 'SHA-');
      return {
        key: (text) => text,
        generate: async (secret) => (await generateTOTP({ secret, algorithm })).otp,
        verify: async (secret, otp, _counter, window) =>
          (await verifyTOTP({ otp, secret, algorithm, window })) !== null,
      };
    },
    formatKeyUri: ({ base32, issuer, account }) =>
      getTOTPAuthUri({ secret: base32, issuer, accountName: account, period: 30, digits: 6, algorithm: 'SHA-1' }),
  },
];
