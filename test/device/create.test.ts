import { createPolicy, formatSetupKey, type OtpParameters, totp } from 'lockstep-mfa';
import { assignDevice, createDevice, showDevice } from 'lockstep-mfa/device';
import { describe, expect, it } from 'vitest';
import { totpKeyUri } from '../support/key-uri.js';
import { thrown } from '../support/thrown.js';
import { DEFAULTS, outcome, SECRET, START_MS } from './fixtures.js';

const NOW = { nowMs: START_MS };
const LIFE_MS = 15 * 60_000;
const NAMES = { issuer: 'Acme', account: 'alice@example.com' };

const pending = createDevice({ serialNumber: 'phone', ...NOW });

describe('createDevice', () => {
  it('makes a pending device of the default parameters', () => {
    expect(pending).toEqual({
      version: 1,
      status: 'pending',
      serialNumber: 'phone',
      parameters: DEFAULTS,
      createdAtMs: START_MS,
      expiresAtMs: START_MS + LIFE_MS,
      failures: 0,
    });
  });

  it('takes parameters and the policy’s life', () => {
    const policy = createPolicy({ pendingLifeMs: 60_000 });
    const parameters: Partial<OtpParameters> = { digits: 8 };
    expect(createDevice({ serialNumber: 'token', ...NOW, policy, parameters })).toMatchObject({
      parameters: { ...DEFAULTS, digits: 8 },
      expiresAtMs: START_MS + 60_000,
    });
  });

  it('refuses a period that is as long as its life, and assigns with a life that is longer by a millisecond', () => {
    const nowMs = START_MS;
    for (const [periodSeconds, pendingLifeMs] of [
      [900, LIFE_MS],
      [3600, 3_600_000],
      [60, 60_000],
    ] as const) {
      const parameters = { periodSeconds };
      const create = (lifeMs: number) => {
        const policy = createPolicy({ pendingLifeMs: lifeMs });
        return createDevice({ serialNumber: 'token', nowMs, parameters, policy });
      };
      const { code, message } = thrown(() => create(pendingLifeMs));
      expect(code).toBe('invalid-argument');
      expect(message).toContain('pendingLifeMs');
      const token = create(pendingLifeMs + 1);
      // The person waits a whole period for the second code, as whoever begins when the first is new does.
      const later = nowMs + periodSeconds * 1000;
      const codes = [totp(SECRET, { periodSeconds, nowMs }), totp(SECRET, { periodSeconds, nowMs: later })] as const;
      expect(outcome(assignDevice(token, SECRET, codes, { nowMs: later }))).toBe('ok');
    }
    const parameters = { periodSeconds: 900 };
    expect(thrown(() => createDevice({ serialNumber: 'token', nowMs, parameters })).code).toBe('invalid-argument');
    expect(createDevice({ serialNumber: 'token', nowMs, parameters: { periodSeconds: 899 } }).status).toBe('pending');
  });
});

describe('showDevice', () => {
  it('shows a pending device as often as asked, always the same, with its own parameters', () => {
    const parameters: OtpParameters = { algorithm: 'SHA256', digits: 8, periodSeconds: 60 };
    const token = createDevice({ serialNumber: 'token', ...NOW, parameters });
    const first = showDevice(token, SECRET, NAMES);
    expect(showDevice(token, SECRET, NAMES)).toEqual(first);
    expect(first.setupKey).toBe(formatSetupKey(SECRET));
    const read = totpKeyUri(first.keyUri);
    expect(read).toMatchObject({ ...NAMES, parameters });
    expect(formatSetupKey(read.secret)).toBe(first.setupKey);
  });
});
