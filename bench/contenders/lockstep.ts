import { formatKeyUri, hotp, matchCode, matchPair, parseKeyUri, parseSecret, type Secret } from 'lockstep-mfa';
import { importDevice, verifyCode } from 'lockstep-mfa/device';
import manifest from '../../package.json' with { type: 'json' };
import { type Algorithm, type Authenticator, type Contender, OURS } from './contender.js';

export const lockstep: Contender = {
  name: OURS,
  version: manifest.version,
  authenticator,
  parseKeyUri: (text) => {
    const result = parseKeyUri(text);
    return result.ok && result.keyUri.type === 'totp' ? result.keyUri.secret : undefined;
  },
  formatKeyUri: ({ base32, issuer, account }) => formatKeyUri({ secret: parseSecret(base32), issuer, account }),
};

function authenticator(algorithm: Algorithm): Authenticator<Secret> {
  const parameters = { algorithm, digits: 6, periodSeconds: 30 } as const;
  const options = { algorithm } as const;
  const device = importDevice({ serialNumber: 'phone', nowMs: 1_000_000_000_000, parameters });
  return {
    key: parseSecret,
    generate: (secret, counter) => hotp(secret, counter, options),
    verify: (secret, code, counter, window) =>
      matchCode(secret, code, { algorithm, counter, window: { behind: window, ahead: window } }).ok,
    signIn: (secret, code, counter) => verifyCode(device, secret, code, { nowMs: counter * 30_000 }).ok,
    findPair: (secret, codes, counter, range) => {
      const result = matchPair(secret, codes, { algorithm, counter, window: { behind: range, ahead: range } });
      return result.ok ? result.counter : undefined;
    },
  };
}
