import { createPolicy, type MfaService } from 'lockstep-mfa';
import { describe, expect, it } from 'vitest';
import { type Enrolled, outcome, STEP_MS, USER, World, wrongCodes, yes } from './world.js';

// A lock stands as it was written: until when, whatever another server's policy or clock says by then.

const HOUR_MS = 3_600_000;

async function enrolled(): Promise<Enrolled & { readonly world: World; readonly wrong: string }> {
  const world = new World();
  const device = await world.enroll();
  const [wrong = ''] = wrongCodes(1, device.phone);
  return { world, wrong, ...device };
}

/** Wrong codes until one locks; then until when. */
async function lock(mfa: MfaService, code: string, most = 200): Promise<number | undefined> {
  for (let i = 0; i < most; i++) {
    const answer = await mfa.signIn(USER, { code });
    if (!answer.ok && answer.reason === 'code-mismatch' && answer.lock !== undefined) return answer.lock.untilMs;
    expect(outcome(answer)).toBe('code-mismatch');
  }
  throw new Error('it did not lock');
}

describe('while a policy is rolled out', () => {
  const LONG = createPolicy({ firstWaitMs: 24 * HOUR_MS, longestWaitMs: 24 * HOUR_MS });

  it('a lock of a day, of the server with the new policy, stands on the one with the old', async () => {
    const { world, wrong, phone } = await enrolled();
    const lockedUntilMs = (await lock(world.server({ policy: LONG }), wrong))!;
    expect(lockedUntilMs).toBe(world.nowMs + 24 * HOUR_MS);
    world.nowMs = lockedUntilMs - 1;
    const locked = { ok: false, reason: 'locked', lockedUntilMs };
    expect(await world.mfa.signIn(USER, { code: phone.code() })).toEqual(locked);
    expect(await world.mfa.describeUser(USER)).toMatchObject({ status: 'locked', lockedUntilMs });
    world.wait(1);
    expect(outcome(await world.mfa.signIn(USER, { code: phone.code() }))).toBe('ok');
  });

  it('a lock of 30 s, of the server with the old policy, ends on the one with the new', async () => {
    const { world, wrong, phone } = await enrolled();
    const mfa = world.server({ policy: LONG });
    const lockedUntilMs = (await lock(world.mfa, wrong))!;
    expect(lockedUntilMs).toBe(world.nowMs + 30_000);
    world.nowMs = lockedUntilMs - 1;
    expect(outcome(await mfa.signIn(USER, { code: phone.code() }))).toBe('locked');
    world.wait(1);
    expect(outcome(await mfa.signIn(USER, { code: phone.code() }))).toBe('ok');
  });

  it('a lock without an end stands where the new policy allows more strikes', async () => {
    const { world, wrong, phone } = await enrolled();
    const strict = world.server({ policy: { maxStrikes: 3, suspectStrikes: 2 } });
    expect(await lock(strict, wrong)).toBe(undefined);
    world.wait(1000 * HOUR_MS);
    expect(await world.mfa.signIn(USER, { code: phone.code() })).toEqual({ ok: false, reason: 'locked' });
    yes(await world.desk.unlock(USER));
    expect(outcome(await world.mfa.signIn(USER, { code: phone.code() }))).toBe('ok');
  });

  it('a policy of fewer strikes locks nobody by itself, but with the next failure and with its event', async () => {
    const { world, wrong, phone } = await enrolled();
    for (let i = 0; i < 4; i++) await world.mfa.signIn(USER, { code: wrong });
    const strict = world.server({ policy: { maxStrikes: 3, suspectStrikes: 2 } });
    expect((await strict.describeUser(USER)).status).toBe('required');
    world.events.length = 0;
    expect(await strict.signIn(USER, { code: wrong })).toEqual({ ok: false, reason: 'code-mismatch', lock: {} });
    expect(world.events.at(-1)).toMatchObject({ type: 'locked' });
    expect(world.events.at(-1)).not.toHaveProperty('lockedUntilMs');
    expect(await strict.signIn(USER, { code: phone.code() })).toEqual({ ok: false, reason: 'locked' });
  });

  it('a right code at the server with fewer strikes signs in, and takes one away', async () => {
    const { world, wrong, phone } = await enrolled();
    for (let i = 0; i < 4; i++) await world.mfa.signIn(USER, { code: wrong });
    const strict = world.server({ policy: { maxStrikes: 3, suspectStrikes: 2 } });
    expect(outcome(await strict.signIn(USER, { code: phone.code() }))).toBe('ok');
    expect((await world.record()).throttle).toEqual({ failures: 0, strikes: 3 });
  });
});

describe('where the clocks of two servers differ', () => {
  it('a lock whose failure is 30 s ahead stands, and one farther ahead is void', async () => {
    for (const [aheadMs, status] of [
      [0, 'locked'],
      [29_999, 'locked'],
      [30_000, 'locked'],
      [30_001, 'required'],
      [24 * HOUR_MS, 'required'],
      [366 * 24 * HOUR_MS, 'required'],
    ] as const) {
      const { world, wrong } = await enrolled();
      const server = world.server({ clock: () => world.nowMs + aheadMs });
      const lockedUntilMs = await lock(server, wrong);
      expect(lockedUntilMs).toBe(world.nowMs + aheadMs + 30_000);
      const described = await world.mfa.describeUser(USER);
      expect(described.status, `${aheadMs} ms`).toBe(status);
      if (status === 'locked') expect(described).toMatchObject({ lockedUntilMs });
    }
  });

  it('a failure after a void lock locks anew, by the clock that is right', async () => {
    const { world, wrong } = await enrolled();
    await lock(world.server({ clock: () => world.nowMs + 24 * HOUR_MS }), wrong);
    const untilMs = world.nowMs + 60_000;
    expect(await world.mfa.signIn(USER, { code: wrong })).toEqual({
      ok: false,
      reason: 'code-mismatch',
      lock: { untilMs },
    });
    expect((await world.record()).throttle).toMatchObject({ failedAtMs: world.nowMs, waitMs: 60_000 });
  });

  it('a lock is not prolonged by a clock that is set back: it ends where it was written', async () => {
    const { world, wrong, phone } = await enrolled();
    const lockedUntilMs = (await lock(world.mfa, wrong))!;
    world.wait(-10_000);
    expect(await world.mfa.describeUser(USER)).toMatchObject({ status: 'locked', lockedUntilMs });
    world.nowMs = lockedUntilMs;
    expect(outcome(await world.mfa.signIn(USER, { code: phone.code() }))).toBe('ok');
  });
});

describe('a lock that has ended', () => {
  it('leaves the next failure to lock for twice as long, and a sign-in clears it from the record', async () => {
    const { world, wrong, phone } = await enrolled();
    world.nowMs = (await lock(world.mfa, wrong))!;
    expect(await lock(world.mfa, wrong)).toBe(world.nowMs + 60_000);
    world.wait(60_000 + STEP_MS);
    yes(await world.mfa.signIn(USER, { code: phone.code() }));
    expect((await world.record()).throttle).toEqual({ failures: 0, strikes: 5 });
  });

  it.each(['desk', 'recovery code', 'recovery', 'last device'] as const)(
    'by %s leaves nothing of its time or of its end',
    async (by) => {
      const { world, wrong, serialNumber } = await enrolled();
      const [recoveryCode] = yes(await world.desk.createRecoveryCodes(USER)).recoveryCodes;
      await lock(world.mfa, wrong);
      await world.tamper((record) => ({ ...record, throttle: { ...record.throttle, locked: true } }));
      if (by === 'desk') yes(await world.desk.unlock(USER));
      if (by === 'recovery code') yes(await world.mfa.signInWithRecoveryCode(USER, { recoveryCode }));
      if (by === 'recovery') yes(await world.mfa.recoverAccount(USER, { verified: ['email', 'phone'] }));
      if (by === 'last device') yes(await world.desk.removeDevice(USER, { serialNumber }));
      const strikes = by === 'desk' || by === 'last device' ? 5 : 0;
      expect((await world.record()).throttle).toEqual({ failures: 0, strikes });
      expect((await world.mfa.describeUser(USER)).status).not.toBe('locked');
    },
  );
});
