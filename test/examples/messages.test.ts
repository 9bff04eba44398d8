import type { Reason, Refusal } from 'lockstep-mfa';
import { describe, expect, it } from 'vitest';
import { message, statusOf } from '../../docs/examples/messages.js';
import { NOW_MS, REFUSALS } from './refusals.js';

const say = (refusal: Refusal): string => message(refusal, NOW_MS);

describe('a message for a page', () => {
  it.each(REFUSALS)('is made of whole sentences: %o', (refusal) => {
    expect(say(refusal)).toMatch(/^[A-Z].+\.$/);
    expect(say(refusal)).not.toMatch(/undefined|NaN|\[object|null|Infinity/);
  });

  it('tells the reasons, and their details, apart', () => {
    const alike = REFUSALS.filter(({ reason, ...detail }) => reason !== 'malformed-code' || !('field' in detail));
    expect(new Set(alike.map(say)).size).toBe(alike.length);
  });

  it('names the field of the code that is incomplete', () => {
    expect(say({ ok: false, reason: 'malformed-code', field: 'second' })).toMatch(/^The second code /);
  });

  it('names all parameters that the app ignores', () => {
    const ignored = ['algorithm', 'digits', 'periodSeconds'] as const;
    expect(say({ ok: false, reason: 'parameters-ignored', ignored })).toContain(
      'algorithm, number of digits and period',
    );
  });

  it.each([
    [500, '1 s'],
    [30_000, '30 s'],
    [59_999, '60 s'],
    [600_000, '10 min'],
  ])('says how long a lock of %i ms is, at the code that locks and after it', (ms, words) => {
    const untilMs = NOW_MS + ms;
    expect(say({ ok: false, reason: 'code-mismatch', lock: { untilMs } })).toContain(`in ${words}.`);
    expect(say({ ok: false, reason: 'locked', lockedUntilMs: untilMs })).toContain(`in ${words}.`);
  });

  it('sends nobody who mistyped a recovery code to the app, and nobody who mistyped a code to the list', () => {
    const ofCodes = REFUSALS.filter(({ reason }) =>
      ['malformed-code', 'code-mismatch', 'code-reused'].includes(reason),
    );
    const lockless = ofCodes.filter((refusal) => !('lock' in refusal));
    for (const refusal of lockless) expect(say(refusal)).not.toMatch(/recovery/);
    const reasons = ['malformed-recovery-code', 'recovery-code-reused', 'recovery-code-mismatch'] as const;
    for (const reason of reasons) expect(say({ ok: false, reason })).toMatch(/recovery code/);
  });
});

describe('the HTTP status', () => {
  it('is one of a refusal, for each reason', () => {
    const statuses = REFUSALS.map((refusal): [Reason, number] => [refusal.reason, statusOf(refusal)]);
    expect(Object.fromEntries(statuses)).toEqual({
      'malformed-code': 422,
      'code-mismatch': 422,
      'code-reused': 422,
      'codes-identical': 422,
      'codes-reversed': 422,
      'codes-not-consecutive': 422,
      'clock-off': 422,
      'parameters-ignored': 422,
      'enrollment-expired': 422,
      'already-assigned': 409,
      'not-assigned': 422,
      suspended: 422,
      locked: 429,
      'no-recovery-codes': 422,
      'malformed-recovery-code': 422,
      'recovery-code-reused': 422,
      'recovery-code-mismatch': 422,
      'no-reset': 422,
      'malformed-reset-code': 422,
      'reset-code-mismatch': 422,
      'reset-code-expired': 422,
      'browser-not-trusted': 403,
      'unknown-browser': 404,
      'unknown-device': 404,
      'last-device': 409,
      'too-many-devices': 409,
      'malformed-name': 422,
      'name-taken': 409,
      'mfa-required': 403,
      recovering: 409,
      removed: 409,
      conflict: 409,
    });
  });
});
