import { readdirSync, readFileSync } from 'node:fs';
import { aesGcmSealer, createPolicy, hotp, parseSecret, totp } from 'lockstep-mfa';
import { describe, expect, it, vi } from 'vitest';
import { rejected } from '../support/thrown.js';
import { Confidential } from './leaks.js';
import { DAY_MS, keyOf, MINUTE_MS, outcome, pairOf, START_MS, STEP_MS, USER, World, wrongCodes, yes } from './world.js';

// Clauses that a user's MFA as a whole has to keep. docs/standards.md lists all, with the tests of the other layers.

async function ownerEnrolled() {
  const world = new World();
  return { world, mfa: world.mfa, ...(await world.enroll()) };
}

describe('RFC 4226', () => {
  it('R4: no device has fewer than six digits', async () => {
    const { mfa } = new World();
    for (const digits of [1, 4, 5]) {
      const input = { name: 'phone', account: 'alice', parameters: { digits: digits as never } };
      expect((await rejected(mfa.createDevice(USER, input))).code).toBe('invalid-argument');
    }
  });

  it('R6: every secret that the service makes has 160 bits or more', async () => {
    const world = new World();
    for (const parameters of [{}, { algorithm: 'SHA256' }, { algorithm: 'SHA512' }] as const) {
      const { keyUri } = await world.begin({ parameters });
      expect(keyOf(keyUri).secret.byteLength * 8).toBeGreaterThanOrEqual(160);
    }
  });

  it('§7.2: what does not match is refused, and the counter stays', async () => {
    const { world, mfa, phone } = await ownerEnrolled();
    const [before] = (await world.record()).devices;
    for (const code of wrongCodes(4, phone)) {
      expect(outcome(await mfa.signIn(USER, { code }))).toBe('code-mismatch');
    }
    expect((await world.record()).devices).toEqual([before]);
  });

  it('§7.3: the throttle is across sessions, processes and devices, and grows with each failure', async () => {
    const { world, phone, proof } = await ownerEnrolled();
    const tablet = await world.enroll({ by: proof, name: 'tablet' });
    const guesses = wrongCodes(8, phone, tablet.phone);
    const waits: number[] = [];
    for (const [i, code] of guesses.entries()) {
      const serialNumber = i % 2 === 0 ? tablet.serialNumber : (await world.record()).devices[0]!.device.serialNumber;
      const answer = await world.server().signIn(USER, { code, serialNumber });
      expect(outcome(answer)).toBe('code-mismatch');
      const user = await world.server().describeUser(USER);
      const untilMs = 'lockedUntilMs' in user ? user.lockedUntilMs! : world.nowMs;
      waits.push((untilMs - world.nowMs) / 1000);
      world.nowMs = untilMs;
    }
    expect(waits).toEqual([0, 0, 0, 0, 30, 60, 120, 240]);
  });

  it('§7.4, appendix E.3: two consecutive codes resynchronize far beyond the window of one', async () => {
    const { world, mfa, phone, serialNumber } = await ownerEnrolled();
    const far = 119;
    const one = phone.code({ steps: far });
    expect(outcome(await mfa.signIn(USER, { code: one }))).toBe('code-mismatch');
    const resynchronize = (first: string, second: string) =>
      mfa.resynchronizeDevice(USER, { serialNumber, codes: [first, second] });
    expect(outcome(await resynchronize(one, phone.code({ steps: far + 2 })))).toBe('code-mismatch');
    expect(outcome(await resynchronize(one, phone.code({ steps: far + 1 })))).toBe('ok');
    world.wait();
    expect(outcome(await mfa.signIn(USER, { code: phone.code({ steps: far + 1 }) }))).toBe('ok');
  });
});

describe('RFC 6238', () => {
  it("§5.1: every secret that the service makes is as long as the algorithm's digest", async () => {
    const world = new World();
    for (const [algorithm, bytes] of [
      ['SHA1', 20],
      ['SHA256', 32],
      ['SHA512', 64],
    ] as const) {
      const parameters = { algorithm };
      const { phone, keyUri, serialNumber } = await world.enroll({ by: 'administrator', name: algorithm, parameters });
      expect(keyOf(keyUri).secret.byteLength).toBe(bytes);
      const code = phone.code();
      expect(outcome(await world.mfa.signIn(USER, { code, serialNumber }))).toBe('ok');
    }
  });

  it.each([
    ['2^31', 2 ** 31],
    ['2^32', 2 ** 32],
  ])('§4.2: counters past %s sign in', async (_, edge) => {
    const world = new World();
    const parameters = { algorithm: 'SHA1', digits: 8, periodSeconds: 1 } as const;
    const secret = parseSecret('JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP');
    const phone = world.phoneOf(secret, parameters);
    // A period of a second reaches them in 2038 and in 2106.
    world.nowMs = (edge - 10) * 1000;
    yes(await world.desk.importDevice(USER, { name: 'token', secret, parameters }));
    for (const counter of [edge - 1, edge, edge + 1]) {
      world.nowMs = counter * 1000;
      const code = hotp(secret, counter, { digits: 8 });
      expect(code).toBe(phone.code());
      expect(outcome(await world.mfa.signIn(USER, { code }))).toBe('ok');
      expect((await world.record()).devices[0]!.device).toMatchObject({ lastCounter: counter });
    }
  });

  it('§5.2: no second use of a code; a window of one step each way by default', async () => {
    const { world, mfa, phone } = await ownerEnrolled();
    world.wait(10 * STEP_MS);
    // The first offset is remembered with its slack until five more are.
    for (let i = 0; i < 5; i++) {
      yes(await mfa.signIn(USER, { code: phone.code() }));
      world.wait(10 * STEP_MS);
    }
    const accepted: number[] = [];
    for (let steps = -5; steps <= 5; steps++) {
      const code = phone.code({ steps });
      const answer = await mfa.signIn(USER, { code });
      if (answer.ok) {
        accepted.push(steps);
        expect(outcome(await mfa.signIn(USER, { code }))).toBe('code-reused');
      }
      // Each step on its own: as it was, but for the floor.
      await world.tamper((record) => ({
        ...record,
        throttle: { failures: 0, strikes: 0 },
        devices: record.devices.map(({ device, ...entry }) => ({ ...entry, device: { ...device, offsets: [0] } })),
      }));
    }
    expect(accepted).toEqual([-1, 0, 1]);
  });

  it('§6: drift is recorded, and limited both ways', async () => {
    // The range of an hour; a slow clock's codes may be typed 15 minutes late, and then lie farther back.
    for (const farthest of [120, -150]) {
      const { world, mfa, phone, serialNumber } = await ownerEnrolled();
      const resynchronize = (steps: number) =>
        mfa.resynchronizeDevice(USER, { serialNumber, codes: pairOf(phone, steps) });
      world.wait(DAY_MS);
      expect(outcome(await resynchronize(farthest + Math.sign(farthest)))).toBe('code-mismatch');
      const { device } = yes(await resynchronize(farthest));
      expect(device.driftSteps).toBe(farthest);
    }
  });
});

describe('NIST SP 800-63B', () => {
  it('§5.1.2: look-up secrets count once, and stand hashed with a salt of the set', async () => {
    const { world, mfa } = await ownerEnrolled();
    const sets = [];
    for (let i = 0; i < 2; i++) {
      const { recoveryCodes } = yes(await world.desk.createRecoveryCodes(USER));
      const { nextRecovery: recovery } = await world.record();
      const leaks = new Confidential().text(...recoveryCodes, ...recoveryCodes.map((code) => code.replaceAll('-', '')));
      expect(leaks.foundIn(await world.record())).toEqual([]);
      expect(recovery!.unused).toHaveLength(recoveryCodes.length);
      sets.push({ recoveryCodes, salt: recovery!.salt });
    }
    expect(sets[0]!.salt).not.toBe(sets[1]!.salt);
    // 24 characters of 5 bits: over 112, so that a fast hash is enough.
    expect(sets[1]!.recoveryCodes[0]!.replaceAll('-', '')).toHaveLength(24);
    const [recoveryCode] = sets[1]!.recoveryCodes;
    const outcomes = [];
    for (let i = 0; i < 3; i++) outcomes.push(outcome(await mfa.signInWithRecoveryCode(USER, { recoveryCode })));
    expect(outcomes).toEqual(['ok', 'recovery-code-reused', 'recovery-code-reused']);
  });

  it('§5.2.2: no more than a hundred failures in a row, with growing waits', async () => {
    const { world, mfa, phone } = await ownerEnrolled();
    const [code] = wrongCodes(1, phone);
    let failures = 0;
    for (;;) {
      const answer = await mfa.signIn(USER, { code });
      if (outcome(answer) === 'code-mismatch') failures++;
      else if ('lockedUntilMs' in answer) world.nowMs = answer.lockedUntilMs!;
      else break;
    }
    expect(failures).toBe(100);
  });

  it('§5.2.8: replay is resisted by whatever server, device and way', async () => {
    const { world, phone, serialNumber, enrollment, proof } = await ownerEnrolled();
    const code = phone.code();
    yes(await world.mfa.signIn(USER, { code }));
    const next = phone.code({ steps: 1 });
    const other = world.server();
    const replays = [
      await other.signIn(USER, { code }),
      await other.signIn(USER, { code, serialNumber }),
      await other.resynchronizeDevice(USER, { serialNumber, codes: [code, next] }),
      await other.assignDevice(USER, { enrollment, codes: [code, next], proof }),
    ];
    expect(replays.map(outcome)).toEqual(['code-reused', 'code-reused', 'code-reused', 'already-assigned']);
  });

  it('§6.1: the record of a binding has its dates, for devices that are and that have been', async () => {
    const { world, mfa, phone, serialNumber } = await ownerEnrolled();
    const { devices } = await mfa.describeUser(USER);
    expect(devices).toMatchObject([{ createdAtMs: START_MS, assignedAtMs: START_MS }]);
    const lines = async () => (await mfa.describeUser(USER)).history;
    expect(await lines()).toMatchObject([
      { type: 'device-created', serialNumber, atMs: START_MS },
      { type: 'device-assigned', serialNumber, atMs: START_MS },
    ]);
    world.wait(400 * DAY_MS);
    const { proof } = yes(await mfa.signIn(USER, { code: phone.code() }));
    yes(await mfa.removeDevice(USER, { serialNumber, proof }));
    expect(await lines()).toMatchObject([
      { type: 'device-created', serialNumber, atMs: START_MS },
      { type: 'device-removed', serialNumber, atMs: world.nowMs, firstAtMs: START_MS },
    ]);
  });

  it('§6.1.2: another authenticator takes authentication with an existing one, and several are possible', async () => {
    const { world, mfa, proof } = await ownerEnrolled();
    const input = { name: 'tablet', account: 'alice' };
    expect(outcome(await mfa.createDevice(USER, input))).toBe('mfa-required');
    await world.enroll({ by: proof, name: 'tablet' });
    expect((await mfa.describeUser(USER)).devices).toHaveLength(2);
  });

  it('§6.2: a lost device is suspended, a found one reinstated, and both emit an event', async () => {
    const { world, mfa, phone, serialNumber } = await ownerEnrolled();
    yes(await world.desk.suspendDevice(USER, { serialNumber }));
    expect(outcome(await mfa.signIn(USER, { code: phone.code() }))).toBe('suspended');
    yes(await world.desk.reinstateDevice(USER, { serialNumber }));
    expect(outcome(await mfa.signIn(USER, { code: phone.code() }))).toBe('ok');
    expect(world.eventTypes().slice(-3)).toEqual(['device-suspended', 'device-reinstated', 'signed-in']);
  });
});

describe('OWASP ASVS', () => {
  it('5.0 6.5.1, 4.0.3 2.8.5: a code that is used again is refused, and emits an event', async () => {
    const { world, mfa, phone, serialNumber } = await ownerEnrolled();
    const code = phone.code();
    yes(await mfa.signIn(USER, { code }));
    expect(outcome(await mfa.signIn(USER, { code }))).toBe('code-reused');
    expect(world.events.at(-1)).toMatchObject({ type: 'code-reused', userId: USER, serialNumber });
  });

  it('5.0 6.5.3: serial numbers, handles, secrets, revisions and recovery codes come from the source of random bytes', async () => {
    // Every source of the service, and the one place where the system's own is read.
    const asked: number[] = [];
    const counting = (byteLength: number): Uint8Array => {
      asked.push(byteLength);
      return globalThis.crypto.getRandomValues(new Uint8Array(byteLength));
    };
    const world = new World({ random: counting });
    const { proof } = await world.enroll();
    yes(await world.mfa.createRecoveryCodes(USER, { proof }));
    const count = (byteLength: number): number => asked.filter((bytes) => bytes === byteLength).length;
    expect(count(20)).toBe(1); // the secret
    expect(count(10)).toBe(1); // the serial number
    expect(count(10 * 24)).toBe(1); // recovery codes
    expect(count(16)).toBeGreaterThanOrEqual(5); // the handle, the salt, revisions
    for (const file of readdirSync('src/user').concat(readdirSync('src/service').map((name) => `../service/${name}`))) {
      const source = readFileSync(`src/user/${file}`, 'utf8').replaceAll('Math.random() * 2 ** round', '');
      expect(source, file).not.toMatch(/Math\.random/);
    }
  });

  it('5.0 6.5.3: where no source is given, it is the system’s', async () => {
    const system = vi.spyOn(globalThis.crypto, 'getRandomValues');
    const world = new World();
    const mfa = world.server({ random: undefined as never });
    yes(await mfa.createDevice(USER, { name: 'phone', account: 'alice' }));
    expect(system.mock.calls.map(([bytes]) => (bytes as Uint8Array).length)).toContain(20);
    system.mockRestore();
  });

  it('5.0 6.5.5: a code has its lifetime, and the policy may hold it to the period in which it is shown', async () => {
    const policy = createPolicy({ window: { behind: 0, ahead: 0 } });
    const outcomes = [];
    for (const ageMs of [-1, 0, 29_999, 30_000]) {
      const world = new World({ policy });
      const secret = parseSecret('JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP');
      yes(await world.desk.importDevice(USER, { name: 'phone', secret }));
      world.wait(DAY_MS);
      const code = totp(secret, { nowMs: world.nowMs });
      world.wait(ageMs);
      outcomes.push(outcome(await world.mfa.signIn(USER, { code })));
    }
    expect(outcomes).toEqual(['code-mismatch', 'ok', 'ok', 'code-mismatch']);
  });

  it('5.0 6.5.6, 4.0.3 2.8.6: what was revoked is void at once, in every session', async () => {
    const { mfa, phone, serialNumber, proof } = await ownerEnrolled();
    const elsewhere = yes(await mfa.signIn(USER, { code: phone.code() })).proof;
    yes(await mfa.suspendDevice(USER, { serialNumber, proof }));
    expect(outcome(await mfa.createRecoveryCodes(USER, { proof: elsewhere }))).toBe('mfa-required');
    expect((await mfa.describeUser(USER, { proof: elsewhere })).signedIn).toBe(false);
  });

  it("5.0 6.5.8: the time is the server's, whatever comes with a request", async () => {
    const { world, mfa, phone } = await ownerEnrolled();
    const old = phone.code({ steps: 1 });
    world.wait(60 * MINUTE_MS);
    const input = { code: old, nowMs: world.nowMs - 60 * MINUTE_MS, clock: () => 0 };
    expect(outcome(await mfa.signIn(USER, input))).toBe('code-mismatch');
  });

  it('4.0.3 2.8.2: secrets are encrypted at rest', async () => {
    const sealer = aesGcmSealer({ keys: [Uint8Array.from({ length: 32 }, (_, i) => i)] });
    const world = new World({ sealer });
    const { phone, keyUri } = await world.enroll();
    expect(new Confidential().scanned({ keyUri }).foundIn(await world.store.get(USER))).toEqual([]);
    expect(outcome(await world.mfa.signIn(USER, { code: phone.code() }))).toBe('ok');
  });
});
