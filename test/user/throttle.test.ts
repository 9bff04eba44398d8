import fc from 'fast-check';
import { createPolicy, type Policy } from 'lockstep-mfa';
import { describe, expect, it } from 'vitest';
import { EMPTY_RECORD, type Throttle } from '../../src/user/record.js';
import { afterFailure, afterRecovery, afterSignIn, afterUnlock, lockOf } from '../../src/user/throttle.js';
import { isCaught } from '../support/arbitraries.js';

const POLICY = createPolicy();
const UNTHROTTLED: Throttle = EMPTY_RECORD.throttle;
const NOW_MS = 1_700_000_000_000;
const LOCKED = { failedAtMs: NOW_MS, waitMs: 30_000, locked: true } as const;

/** As many failures in a row, each as soon as it may be. */
function failures(count: number, positions = 3, policy: Policy = POLICY, from: Throttle = UNTHROTTLED) {
  let throttle = from;
  let nowMs = NOW_MS;
  const waits: number[] = [];
  const told: string[] = [];
  for (let i = 0; i < count; i++) {
    const after = afterFailure(throttle, positions, policy, nowMs);
    throttle = after.throttle;
    told.push(...after.happenings.map(({ type }) => `${type} ${i + 1}`));
    const lock = lockOf(throttle, nowMs);
    const untilMs = lock?.lockedUntilMs ?? nowMs;
    waits.push((untilMs - nowMs) / 1000);
    nowMs = untilMs;
  }
  return { throttle, waits, told, nowMs };
}

describe('failures in a row (RFC 4226 §7.3, NIST SP 800-63B §5.2.2)', () => {
  it('four are free, then the waits double from 30 seconds to an hour', () => {
    expect(failures(14).waits).toEqual([0, 0, 0, 0, 30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]);
  });

  it('never wait longer, were there a thousand', () => {
    const policy = createPolicy({ maxStrikes: 100 });
    const { throttle } = afterFailure({ failures: 5000, strikes: 0 }, 3, policy, NOW_MS);
    expect(throttle).toEqual({ failures: 5001, strikes: 1, failedAtMs: NOW_MS, waitMs: 3_600_000 });
  });

  it('a policy may say otherwise', () => {
    const policy = createPolicy({ freeFailures: 0, firstWaitMs: 1000, longestWaitMs: 5000 });
    expect(failures(5, 3, policy).waits).toEqual([1, 2, 4, 5, 5]);
    expect(failures(3, 3, createPolicy({ freeFailures: 99 })).waits).toEqual([0, 0, 0]);
  });

  it('end the wait at the millisecond that the answer names', () => {
    const { throttle } = failures(5);
    const untilMs = throttle.failedAtMs! + throttle.waitMs!;
    expect(lockOf(throttle, untilMs - 1)).toEqual({ lockedUntilMs: untilMs });
    expect(lockOf(throttle, untilMs)).toBe(undefined);
  });

  it('a lock of a failure over 30 s ahead is void: the server clock was wrong when it was written', () => {
    const throttle = { failures: 20, strikes: 20, failedAtMs: NOW_MS, waitMs: 3_600_000 };
    const lock = { lockedUntilMs: NOW_MS + 3_600_000 };
    // Two servers' clocks may be apart by that much.
    expect([0, 1, 30_000].map((aheadMs) => lockOf(throttle, NOW_MS - aheadMs))).toEqual([lock, lock, lock]);
    expect(lockOf(throttle, NOW_MS - 30_001)).toBe(undefined);
    expect(lockOf(throttle, NOW_MS - 86_400_000)).toBe(undefined);
  });

  it('a lock stands as it was written, whatever the policy says by then', () => {
    const day = createPolicy({ freeFailures: 0, firstWaitMs: 86_400_000, longestWaitMs: 86_400_000 });
    const { throttle, lock } = afterFailure(UNTHROTTLED, 3, day, NOW_MS);
    expect(lock).toEqual({ lockedUntilMs: NOW_MS + 86_400_000 });
    // The lock is read without a policy; the default one allows an hour.
    expect(lockOf(throttle, NOW_MS + 86_399_999)).toEqual(lock);
    expect(lockOf(throttle, NOW_MS + 86_400_000)).toBe(undefined);
    // The next failure waits by the policy of its time.
    expect(afterFailure(throttle, 3, POLICY, NOW_MS + 86_400_000).throttle).toEqual({ failures: 2, strikes: 2 });
  });

  it('a throttle with one half of a lock has none', () => {
    expect(lockOf({ failures: 5, strikes: 5, failedAtMs: NOW_MS }, NOW_MS)).toBe(undefined);
    expect(lockOf({ failures: 5, strikes: 5, waitMs: 30_000 }, NOW_MS)).toBe(undefined);
  });
});

describe('strikes', () => {
  it.each([
    [1, 1],
    [3, 1],
    [50, 1],
    [51, 2],
    [100, 2],
    [101, 3],
    [2000, 40],
  ])('an attempt at %i positions weighs %i', (positions, strikes) => {
    expect(afterFailure(UNTHROTTLED, positions, POLICY, NOW_MS).throttle.strikes).toBe(strikes);
  });

  it('emit guessing-suspected at 25 and lock at 100, without an end', () => {
    const { told, throttle } = failures(100);
    expect(told.filter((event) => event.startsWith('guessing-suspected'))).toEqual(['guessing-suspected 25']);
    expect(told.filter((event) => event.startsWith('locked'))).toHaveLength(96);
    for (const nowMs of [0, NOW_MS, NOW_MS + 1e12]) expect(lockOf(throttle, nowMs)).toEqual({});
    expect(lockOf(failures(99).throttle, NOW_MS + 1e12)).toBe(undefined);
    expect(throttle.locked).toBe(true);
  });

  it('lock at the next failure where the policy came to allow fewer', () => {
    const strict = createPolicy({ maxStrikes: 40, suspectStrikes: 20 });
    const { throttle, nowMs } = failures(60);
    expect(lockOf(throttle, nowMs)).toBe(undefined);
    const after = afterFailure(throttle, 3, strict, nowMs);
    expect(after).toMatchObject({ throttle: { locked: true }, lock: {}, happenings: [{ type: 'locked' }] });
    expect(after.lock).toEqual({});
  });

  it('emit guessing-suspected again when they come back to 25', () => {
    const from = { failures: 0, strikes: 24 };
    const told = (throttle: Throttle) =>
      afterFailure(throttle, 3, POLICY, NOW_MS).happenings.map(({ type }) => type as string);
    expect(told(from)).toEqual(['guessing-suspected']);
    expect(told({ failures: 0, strikes: 25 })).toEqual([]);
    // Also where one attempt passes it.
    expect(afterFailure(from, 2000, POLICY, NOW_MS).happenings).toEqual([{ type: 'guessing-suspected', strikes: 64 }]);
  });

  it('a sign-in takes one away, and all the waiting; never below none', () => {
    expect(afterSignIn({ ...LOCKED, failures: 7, strikes: 9 })).toEqual({ failures: 0, strikes: 8 });
    expect(afterSignIn(UNTHROTTLED)).toEqual(UNTHROTTLED);
  });

  it("an administrator's unlock leaves half of those that lock, and adds none", () => {
    expect(afterUnlock({ ...LOCKED, failures: 7, strikes: 100 }, POLICY)).toEqual({
      failures: 0,
      strikes: 50,
    });
    expect(afterUnlock({ failures: 7, strikes: 12 }, POLICY)).toEqual({ failures: 0, strikes: 12 });
    const strict = createPolicy({ maxStrikes: 9, suspectStrikes: 3 });
    expect(afterUnlock({ failures: 9, strikes: 9 }, strict)).toEqual({ failures: 0, strikes: 4 });
  });

  it('a recovery or a recovery code leaves none', () => {
    expect(afterRecovery({ ...LOCKED, failures: 7, strikes: 100 })).toEqual(UNTHROTTLED);
  });

  it('each of these keeps a field that it does not know', () => {
    const later = { ...LOCKED, failures: 7, strikes: 9, ofALaterVersion: [1] };
    const all = [afterSignIn(later), afterUnlock(later, POLICY), afterRecovery(later)];
    for (const throttle of [...all, afterFailure(later, 3, POLICY, NOW_MS).throttle]) {
      expect(throttle).toMatchObject({ ofALaterVersion: [1] });
    }
  });
});

describe('whatever happens', () => {
  type Happens = {
    readonly what: 'failure' | 'sign-in' | 'unlock';
    readonly positions: number;
    readonly waitMs: number;
  };
  const life = fc.array(
    fc.record<Happens>({
      what: fc.constantFrom('failure', 'failure', 'failure', 'failure', 'sign-in', 'unlock'),
      positions: fc.integer({ min: 1, max: 300 }),
      waitMs: fc.integer({ min: 0, max: 4_000_000 }),
    }),
    { maxLength: 300, size: 'max' },
  );

  /** Positions tried between two events that take strikes away never pass what the policy allows. */
  function property(signIn: (throttle: Throttle) => Throttle): fc.IProperty<[Happens[]]> {
    return fc.property(life, (events) => {
      let throttle = UNTHROTTLED;
      let nowMs = NOW_MS;
      let tried = 0;
      let lifted = 0;
      for (const { what, positions, waitMs } of events) {
        nowMs += waitMs;
        if (what === 'unlock') {
          lifted += Math.max(0, throttle.strikes - 50);
          throttle = afterUnlock(throttle, POLICY);
        } else if (lockOf(throttle, nowMs) === undefined) {
          if (what === 'failure') {
            tried += positions;
            throttle = afterFailure(throttle, positions, POLICY, nowMs).throttle;
          } else {
            lifted++;
            throttle = signIn(throttle);
          }
        }
        // At most one attempt runs over the end.
        expect(tried).toBeLessThanOrEqual((99 + lifted) * 50 + 300);
        expect(throttle.failures).toBeLessThanOrEqual(throttle.strikes + lifted);
      }
    });
  }

  it('fifty positions a strike, a hundred strikes and one a sign-in are the most that is tried', () => {
    fc.assert(property(afterSignIn));
  });

  it('a sign-in that takes ten away would be caught', () => {
    const generous = ({ strikes }: Throttle): Throttle => ({ failures: 0, strikes: Math.max(0, strikes - 10) });
    expect(isCaught(property(generous))).toBe(true);
  });
});
