import { isDeepStrictEqual } from 'node:util';
import {
  counterAt,
  createMfaService,
  formatKeyUri,
  formatSecret,
  generateSecret,
  parseKeyUri,
  parseSecret,
  plaintextSealer,
  totp,
  verifyTotp,
} from 'lockstep-mfa';
import { assignDevice, createDevice, verifyCode } from 'lockstep-mfa/device';
import { memoryStore } from 'lockstep-mfa/stores/memory';
import { describe, expect } from 'vitest';
import { itCase } from '../support/cases.js';
import { totpKeyUri } from '../support/key-uri.js';
import { rejected, thrown } from '../support/thrown.js';

// The later reports on what comes in: key URIs, names, kinds of time, secrets that are compared.

const SECRET = parseSecret('GKYZBNDOUYNKRDFSBSAFQPO2GBBSDIAG');

function service(issuer = 'Acme') {
  return createMfaService({ issuer, store: memoryStore(), sealer: plaintextSealer() });
}

describe('key URIs', () => {
  itCase<{ uris: string[] }, unknown>('n15', 'names of other writers have a warning of their own', ({ uris }) => {
    const meant = uris.map((uri) => {
      const parsed = parseKeyUri(uri);
      if (!parsed.ok) throw new Error(parsed.reason);
      expect(parsed.warnings).toContain('may-show-other-codes');
      expect(parsed.warnings).not.toContain('unknown-parameter');
      return parsed.suspectParameters.map(({ name, meant }) => `${name}: ${meant}`);
    });
    expect(meant).toEqual([
      ['algo: algorithm'],
      ['alg: algorithm', 'digit: digits', 'step: period'],
      ['interval: period'],
    ]);
  });

  itCase<{ pairs: [string, string][] }, unknown>('n16', 'an account with a colon enrolls', async ({ pairs }) => {
    for (const [issuer, account] of pairs) {
      if (issuer.includes(':')) {
        expect(thrown(() => service(issuer)).code).toBe('invalid-argument');
        continue;
      }
      const created = await service(issuer).createDevice('user-1', { name: 'phone', account });
      expect(created.ok && totpKeyUri(created.keyUri)).toMatchObject({ issuer, account });
    }
    expect(pairs.filter(([issuer]) => !issuer.includes(':'))).toHaveLength(2);
  });

  itCase<{ uri: string }, unknown>(
    'n13',
    'a counter-based key is no device, to compiler and program',
    async ({ uri }) => {
      const parsed = parseKeyUri(uri);
      if (!parsed.ok) throw new Error(parsed.reason);
      expect(parsed.keyUri).toMatchObject({ type: 'hotp', counter: 5, parameters: { algorithm: 'SHA1', digits: 6 } });
      expect(parsed.keyUri).not.toHaveProperty('secret');
      expect(parsed.keyUri.parameters).not.toHaveProperty('periodSeconds');
      // As a program without types hands it on.
      const input = { name: 'token', ...(parsed.keyUri as object) } as never;
      const call = service().asAdministrator('migration').importDevice('user-1', input);
      expect((await rejected(call)).message).toBe('input.secret is missing');
    },
  );

  itCase<{ entries: string[] }, unknown>('n22', 'the parts of export files are read', ({ entries }) => {
    const [aegis, proton, bitwarden] = entries.slice(0, 3).map((entry) => JSON.parse(entry));
    const secrets = [aegis.info.secret, proton.secret, bitwarden.login.totp].map((text) => parseSecret(text));
    for (const secret of secrets) expect(formatSecret(secret)).toBe(formatSecret(SECRET));
    const { name: account, issuer } = aegis;
    expect(totpKeyUri(formatKeyUri({ issuer, account, secret: SECRET }))).toMatchObject({ issuer, account });
    expect(parseKeyUri(`steam://${formatSecret(SECRET)}`)).toMatchObject({ reason: 'steam-codes' });
  });
});

describe('apps that ignore a parameter', () => {
  interface Confirm {
    readonly config: { readonly period?: number; readonly digits?: 8 };
    readonly time: number;
    readonly secret: string;
    readonly code: string;
  }
  /** Two codes of an app that knows the defaults only. */
  function assign({ config, time, secret: text, code }: Confirm, right: string) {
    const secret = parseSecret(text);
    const { period: periodSeconds = 30, digits = 6 } = config;
    const nowMs = time * 1000;
    expect(totp(secret, { nowMs })).toBe(code);
    expect(totp(secret, { nowMs, periodSeconds, digits })).toBe(right);
    const device = createDevice({ serialNumber: 'a', nowMs, parameters: { periodSeconds, digits } });
    const { device: _device, ...answer } = assignDevice(
      device,
      secret,
      [code, totp(secret, { nowMs: nowMs + 30_000 })],
      {
        nowMs: nowMs + 30_000,
      },
    );
    return answer;
  }

  itCase<Confirm, { rightCode: string }>('j02', 'the period is named', (input, { rightCode }) => {
    const ignored = ['periodSeconds'];
    expect(assign(input, rightCode)).toEqual({ ok: false, reason: 'parameters-ignored', ignored });
  });

  itCase<Confirm, { rightCode: string }>(
    'j03',
    'the digits are named, and six of eight count for nothing',
    (input, { rightCode }) => {
      expect(assign(input, rightCode)).toEqual({ ok: false, reason: 'parameters-ignored', ignored: ['digits'] });
    },
  );
});

describe('secrets', () => {
  itCase('n19', 'two are never equal to what compares fields', () => {
    const [one, other] = [generateSecret(), generateSecret()];
    expect(one).not.toEqual(other);
    expect(one).not.toStrictEqual(other);
    expect(isDeepStrictEqual(one, other)).toBe(false);
    expect(isDeepStrictEqual(one, one)).toBe(true);
  });
});

describe('times', () => {
  const WRONG: Readonly<Record<string, unknown>> = {
    'Date.now (function)': Date.now,
    'new Date()': new Date(),
    "'1700000000000'": '1700000000000',
    '1700000000 (seconds)': 1_700_000_000,
    '1700000000.5': 1_700_000_000.5,
    BigInt: 1_700_000_000_000n,
    NaN: Number.NaN,
  };

  itCase<{ nowMs: string[] }, unknown>(
    'n20',
    'the wrong kind is refused, with the kind that is wanted',
    ({ nowMs }) => {
      expect(Object.keys(WRONG)).toEqual(nowMs);
      const device = createDevice({ serialNumber: 'a', nowMs: 1_700_000_000_000 });
      for (const name of nowMs) {
        const options = { nowMs: WRONG[name] as number };
        for (const call of [
          () => totp(SECRET, options),
          () => counterAt(options),
          () => verifyTotp(SECRET, '123456', options),
          () => verifyCode(device, SECRET, '123456', options),
        ]) {
          expect(thrown(call).message, name).toMatch(
            /nowMs (must be a whole number|looks like seconds|is before 1973)/,
          );
        }
      }
    },
  );
});
