import { type MfaError, parseSecret } from 'lockstep-mfa';
import { memoryStore } from 'lockstep-mfa/stores/memory';
import { describe, expect, it } from 'vitest';
import { rejected } from '../support/thrown.js';
import { FaultyStore } from './faults.js';
import { outcome, pairOf, STEP_MS, USER, World, wrongCodes, yes } from './world.js';

// What has been published of other systems, each tried on this library. docs/standards.md lists all, with the tests of the
// other layers.

async function ownerEnrolled(options: ConstructorParameters<typeof World>[0] = {}) {
  const world = new World(options);
  return { world, mfa: world.mfa, ...(await world.enroll()) };
}

describe('guessing', () => {
  it('AuthQuake (Microsoft, 2024): attempts count per user, however many sessions guess at once', async () => {
    const { world, phone } = await ownerEnrolled();
    const sessions = wrongCodes(50, phone).map((code) => world.server().signIn(USER, { code }));
    const outcomes = (await Promise.all(sessions)).map(outcome);
    expect(outcomes.filter((reason) => reason === 'code-mismatch')).toHaveLength(5);
    // The others were not looked at, or lost their write and were told nothing.
    for (const reason of outcomes) expect(['code-mismatch', 'locked', 'conflict']).toContain(reason);
    const inThreeMinutes = [];
    const code = phone.wrongCode();
    for (let i = 0; i < 180; i++) {
      world.wait(1000);
      inThreeMinutes.push(outcome(await world.mfa.signIn(USER, { code })));
    }
    // It had let through about ten times as many as it should, for three minutes after a code was shown.
    expect(inThreeMinutes.filter((reason) => reason === 'code-mismatch')).toHaveLength(2);
  });

  it('CVE-2026-35597: a failed attempt is counted in a write of its own, which no rollback takes back', async () => {
    const { world, phone } = await ownerEnrolled();
    const code = phone.wrongCode();
    // What the application does with the refusal, throwing inside its own transaction included, comes after the write.
    await expect(
      world.mfa.signIn(USER, { code }).then(() => {
        throw new Error('login failed: roll back');
      }),
    ).rejects.toThrow('roll back');
    expect((await world.record()).throttle.failures).toBe(1);
    // And an attempt that could not be counted gets no answer.
    const losing = { ...world.store, compareAndSet: () => Promise.reject(new Error('rolled back')) };
    expect((await rejected(world.server({ store: losing }).signIn(USER, { code }))).code).toBe('store-failed');
  });
});

describe('replay', () => {
  it('CVE-2015-7225: one code does not sign in twice', async () => {
    const { mfa, phone } = await ownerEnrolled();
    const code = phone.code();
    expect(outcome(await mfa.signIn(USER, { code }))).toBe('ok');
    expect(outcome(await mfa.signIn(USER, { code }))).toBe('code-reused');
  });

  it('CVE-2021-43177: nor on another instance, nor in the next interval through drift', async () => {
    const { world, mfa, phone } = await ownerEnrolled();
    world.wait(10 * STEP_MS);
    const code = phone.code({ steps: 1 });
    expect(outcome(await mfa.signIn(USER, { code }))).toBe('ok');
    const outcomes = [];
    for (let periods = 0; periods < 5; periods++) {
      outcomes.push(outcome(await world.server().signIn(USER, { code })));
      world.wait();
    }
    // In the end it is out of reach, and no more than wrong.
    expect(outcomes.join()).toMatch(/^(code-reused,){3}(code-(reused|mismatch),?){2}$/);
  });

  it('LinOTP #110: nor as the second of a pair, later on', async () => {
    const { world, mfa, phone, serialNumber } = await ownerEnrolled();
    const code = phone.code();
    yes(await mfa.signIn(USER, { code }));
    for (const minutes of [18, 2]) {
      world.wait(minutes * 60_000);
      expect(outcome(await mfa.signIn(USER, { code }))).toBe('code-mismatch');
      const codes = [code, code] as const;
      const pair = await mfa.resynchronizeDevice(USER, { serialNumber, codes });
      expect(pair.ok).toBe(false);
    }
    expect((await mfa.describeUser(USER)).devices).toMatchObject([{ driftSteps: 0 }]);
  });

  it('CVE-2025-6014, CVE-2025-55003: nor with white space, or in other digits', async () => {
    const { mfa, phone } = await ownerEnrolled();
    const code = phone.code();
    yes(await mfa.signIn(USER, { code }));
    const arabic = code.replace(/\d/g, (digit) => String.fromCodePoint(0x660 + Number(digit)));
    const spaced = [` ${code}`, `${code} `, `${code}\n`, `${code.slice(0, 3)} ${code.slice(3)}`, `\u200b${code}`];
    for (const typed of [...spaced, `${code}\t`, [...code].join('-'), arabic]) {
      expect(outcome(await mfa.signIn(USER, { code: typed })), JSON.stringify(typed)).toBe('code-reused');
    }
  });

  it('a floor, not a last value: of two codes that alternate the older never counts again', async () => {
    const { mfa, phone } = await ownerEnrolled();
    const [older, newer] = [phone.code(), phone.code({ steps: 1 })];
    const outcomes = [];
    for (const code of [older, newer, older, newer, older]) outcomes.push(outcome(await mfa.signIn(USER, { code })));
    expect(outcomes).toEqual(['ok', 'ok', 'code-reused', 'code-reused', 'code-reused']);
  });

  it('a failed second write: a code whose use could not be stored has not been accepted, and never is twice', async () => {
    for (const [fault, expected] of [
      ['throws before the write', ['store-failed', 'ok', 'code-reused', 'code-reused']],
      // What was stored is found again by the read that follows, and answered.
      ['throws after the write', ['ok', 'code-reused', 'code-reused', 'code-reused']],
      ['writes after it threw', ['store-failed', 'code-reused', 'code-reused', 'code-reused']],
    ] as const) {
      const store = new FaultyStore(memoryStore());
      const { mfa, phone } = await ownerEnrolled({ store });
      const code = phone.code();
      store.fault = fault;
      const outcomes: string[] = [];
      for (let i = 0; i < 4; i++) {
        outcomes.push(await mfa.signIn(USER, { code }).then(outcome, (error: MfaError) => error.code));
        store.fault = undefined;
      }
      expect(outcomes, fault).toEqual(expected);
    }
  });

  it('read, verify, write: of 100 at once with one code exactly one signs in', async () => {
    const { world, phone } = await ownerEnrolled();
    const code = phone.code();
    const answers = await Promise.all(Array.from({ length: 100 }, () => world.server().signIn(USER, { code })));
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
  });

  it('GHSA-4hf6-3x24-c9m8: a recovery code is used up by its use', async () => {
    const { world, mfa } = await ownerEnrolled();
    const { recoveryCodes } = yes(await world.desk.createRecoveryCodes(USER));
    for (const [i, recoveryCode] of recoveryCodes.entries()) {
      const { recoveryCodesLeft } = yes(await mfa.signInWithRecoveryCode(USER, { recoveryCode }));
      expect(recoveryCodesLeft).toBe(9 - i);
      expect(outcome(await world.server().signInWithRecoveryCode(USER, { recoveryCode }))).toBe('recovery-code-reused');
    }
  });
});

describe('lifetime', () => {
  it('CVE-2024-7318: a code is valid as many periods as the policy says, and not one more', async () => {
    const secret = parseSecret('JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP');
    for (const [behind, ahead] of [
      [0, 0],
      [1, 0],
      [0, 1],
      [1, 1],
      [2, 1],
    ] as const) {
      const lives: boolean[] = [];
      const edges = [-ahead * STEP_MS - 1, -ahead * STEP_MS, (behind + 1) * STEP_MS - 1, (behind + 1) * STEP_MS];
      for (const ageMs of edges) {
        const world = new World({ policy: { window: { behind, ahead } } });
        const phone = world.phoneOf(secret);
        yes(await world.desk.importDevice(USER, { name: 'phone', secret }));
        world.wait(100 * STEP_MS);
        const code = phone.code();
        world.wait(ageMs);
        lives.push((await world.mfa.signIn(USER, { code })).ok);
      }
      expect(lives, `${behind} behind, ${ahead} ahead`).toEqual([false, true, true, false]);
    }
  });
});

describe('secrets and devices', () => {
  it('CVE-2026-44460: the secret of a device that counts is never shown again', async () => {
    const { world, mfa, phone, enrollment, proof, serialNumber } = await ownerEnrolled();
    const shown = [
      await mfa.showDevice(USER, { enrollment, proof }),
      await world.desk.showDevice(USER, { enrollment }),
      await mfa.assignDevice(USER, { enrollment, codes: pairOf(phone), proof }),
      await mfa.describeUser(USER, { proof }),
      await world.desk.describeUser(USER),
      await mfa.renameDevice(USER, { serialNumber, name: 'x', proof }),
      await world.desk.suspendDevice(USER, { serialNumber }),
      await mfa.showDevice(USER, { enrollment, proof }),
      await world.desk.reinstateDevice(USER, { serialNumber }),
    ];
    const text = JSON.stringify(shown);
    const secret = (await world.record()).devices[0]!.sealedSecret.replace('plain.', '');
    expect(parseSecret(secret).byteLength).toBe(20);
    expect(text).not.toContain(secret);
    expect(text).not.toContain('otpauth');
  });

  it('better-auth #10923: beginning anew leaves the device that counts as it is, until the new one is assigned', async () => {
    const { world, mfa, phone, proof } = await ownerEnrolled();
    const [before] = (await world.record()).devices;
    for (let i = 0; i < 5; i++) await world.begin({ by: proof, name: 'new' });
    expect((await world.record()).devices[0]).toEqual(before);
    expect(outcome(await mfa.signIn(USER, { code: phone.code() }))).toBe('ok');
  });

  it("CVE-2025-14427: nobody removes somebody else's device, with whatever proof of their own", async () => {
    const { world, mfa, serialNumber } = await ownerEnrolled();
    const other = await world.enroll({ userId: 'user-2' });
    const { proof } = other;
    expect(outcome(await mfa.removeDevice(USER, { serialNumber, proof }))).toBe('mfa-required');
    expect(outcome(await mfa.removeDevice('user-2', { serialNumber, proof }))).toBe('unknown-device');
    expect(outcome(await mfa.suspendDevice(USER, { serialNumber, proof }))).toBe('mfa-required');
    expect(outcome(await mfa.createRecoveryCodes(USER, { proof }))).toBe('mfa-required');
    expect((await mfa.describeUser(USER)).devices).toMatchObject([{ serialNumber, status: 'assigned' }]);
  });
});
