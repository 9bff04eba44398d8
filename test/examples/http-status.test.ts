import type { Reason } from 'lockstep-mfa';
import { describe, expect, it } from 'vitest';
import { statusOf } from '../../docs/examples/http-status.js';
import { REFUSALS } from './refusals.js';

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
