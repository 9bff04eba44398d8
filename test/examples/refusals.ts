import type { Reason, ReasonDetails, Refusal } from 'lockstep-mfa';

export const NOW_MS: number = Date.UTC(2026, 0, 2, 3, 4, 5);

type DetailsOf<R extends Reason> = R extends keyof ReasonDetails ? ReasonDetails[R] : object;
/** Every reason, with each kind of detail that it can have. A new reason does not compile without a line here. */
const DETAILS: { readonly [R in Reason]: readonly DetailsOf<R>[] } = {
  'malformed-code': [{}, { field: 'first' }, { field: 'second' }],
  'code-mismatch': [{}, { lock: {} }, { lock: { untilMs: NOW_MS + 30_000 } }],
  'code-reused': [{}, { usableAtMs: NOW_MS + 12_345 }, { usableAtMs: NOW_MS + 600_000 }],
  'codes-identical': [{}],
  'codes-reversed': [{}],
  'codes-not-consecutive': [{}],
  'clock-off': [{ offsetMs: 1_500_000 }, { offsetMs: -1_500_000 }],
  'parameters-ignored': [
    { ignored: ['algorithm'] },
    { ignored: ['digits'] },
    { ignored: ['periodSeconds'] },
    { ignored: ['algorithm', 'digits'] },
    { ignored: ['algorithm', 'digits', 'periodSeconds'] },
  ],
  'enrollment-expired': [{}],
  'already-assigned': [{}],
  removed: [{}],
  'not-assigned': [{}],
  suspended: [{}],
  locked: [{}, { lockedUntilMs: NOW_MS + 600_000 }],
  'no-recovery-codes': [{}],
  'malformed-recovery-code': [{}],
  'recovery-code-reused': [{}],
  'recovery-code-mismatch': [{}],
  'no-reset': [{}],
  'malformed-reset-code': [{}],
  'reset-code-mismatch': [{}],
  'reset-code-expired': [{}],
  'browser-not-trusted': [{}],
  'unknown-browser': [{}],
  'unknown-device': [{}],
  'last-device': [{}],
  'too-many-devices': [{}],
  'malformed-name': [{}],
  'name-taken': [{}],
  'mfa-required': [{}],
  recovering: [{}],
  conflict: [{}],
};

export const REFUSALS: readonly Refusal[] = Object.entries(DETAILS).flatMap(([reason, details]) =>
  details.map((detail) => ({ ok: false, reason, ...detail }) as Refusal),
);
