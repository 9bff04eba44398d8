import { type MfaProof, parseSecret } from 'lockstep-mfa';
import { describe, expect, it } from 'vitest';
import { DAY_MS, type Enrolled, MINUTE_MS, outcome, pairOf, START_MS, USER, World, yes } from './world.js';

// A stolen session has the proof of its owner for a while. What it does must not push out what the owner has to see.

const SECRET = parseSecret('JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP');

async function enrolled(): Promise<Enrolled & { readonly world: World }> {
  const world = new World({ policy: { proofLifeMs: 30 * DAY_MS } });
  return { world, ...(await world.enroll()) };
}

interface Line {
  readonly type: string;
  readonly serialNumber?: string;
  readonly count?: number;
}

async function linesOf(world: World, type?: string): Promise<readonly Line[]> {
  const history: readonly Line[] = (await world.mfa.describeUser(USER)).history;
  return type === undefined ? history : history.filter((line) => line.type === type);
}

/** Set up and removed, by the session of this proof; the proof that goes on. */
async function pass(world: World, proof: MfaProof, name = 'theirs', lifeMs = 0): Promise<MfaProof> {
  const { serialNumber } = await world.enroll({ by: proof, name });
  world.wait(lifeMs);
  return yes(await world.mfa.removeDevice(USER, { serialNumber, proof })).proof!;
}

describe("the line by which the owner's phone was bound", () => {
  const bound = { type: 'device-assigned', name: 'phone', atMs: START_MS };

  it('stays after 28 renames, which are one line with the first name', async () => {
    const { world, serialNumber, proof } = await enrolled();
    for (let i = 0; i < 28; i++) {
      yes(await world.mfa.renameDevice(USER, { serialNumber, name: `name ${i}`, proof }));
    }
    expect(await linesOf(world, 'device-assigned')).toMatchObject([{ ...bound, serialNumber }]);
    expect(await linesOf(world, 'device-renamed')).toMatchObject([
      { serialNumber, name: 'name 27', previousName: 'phone', count: 28, firstAtMs: world.nowMs },
    ]);
  });

  it('stays after 16 devices that were created, assigned and removed, which are one line with a count', async () => {
    const { world, serialNumber, proof: first } = await enrolled();
    let proof = first;
    for (let i = 0; i < 16; i++) proof = await pass(world, proof);
    expect(await linesOf(world, 'device-assigned')).toMatchObject([{ ...bound, serialNumber }]);
    expect(await linesOf(world, 'device-removed')).toMatchObject([{ count: 16, firstAtMs: START_MS + 30_000 }]);
    // Of the one set-up of the owner and the 16 of theirs.
    expect(await linesOf(world, 'device-created')).toMatchObject([{ count: 17, firstAtMs: START_MS }]);
    expect(await linesOf(world)).toHaveLength(3);
  });

  it('stays after 200 set-ups that were begun, which are one line with a count, were the last one removed', async () => {
    const { world, serialNumber, proof } = await enrolled();
    let last = '';
    for (let i = 0; i < 200; i++) last = (await world.begin({ by: proof, name: 'theirs' })).serialNumber;
    yes(await world.mfa.removeDevice(USER, { serialNumber: last, proof }));
    expect(await linesOf(world)).toMatchObject([
      { ...bound, serialNumber },
      { type: 'device-created', count: 201, firstAtMs: START_MS },
      { type: 'device-removed', count: 1 },
    ]);
  });

  it('stays beside 40 tokens that were imported, renamed, suspended and removed', async () => {
    const { world, serialNumber, proof: first } = await enrolled();
    let proof = first;
    const token = world.phoneOf(SECRET);
    for (let i = 0; i < 40; i++) {
      const own = { serialNumber: `HW-${i}` };
      yes(await world.mfa.importDevice(USER, { name: 'theirs', secret: SECRET, ...own, codes: pairOf(token), proof }));
      yes(await world.mfa.renameDevice(USER, { ...own, name: `theirs ${i}`, proof }));
      proof = yes(await world.mfa.suspendDevice(USER, { ...own, proof })).proof!;
      proof = yes(await world.mfa.reinstateDevice(USER, { ...own, proof })).proof!;
      proof = yes(await world.mfa.removeDevice(USER, { ...own, proof })).proof!;
      world.wait(2 * MINUTE_MS);
    }
    expect(await linesOf(world)).toMatchObject([
      { type: 'device-created' },
      { ...bound, serialNumber },
      { type: 'device-removed', serialNumber: 'HW-39', count: 40 },
    ]);
  });

  it('stays while the phone is suspended, and is one with its removal in the end', async () => {
    const { world, serialNumber } = await enrolled();
    yes(await world.mfa.recoverAccount(USER, { verified: ['email', 'phone'] }));
    expect(await linesOf(world, 'device-assigned')).toMatchObject([{ ...bound, serialNumber }]);
    world.wait(DAY_MS);
    yes(await world.desk.removeDevice(USER, { serialNumber }));
    expect(await linesOf(world, 'device-assigned')).toEqual([]);
    const removed = { serialNumber, administrator: 'Ada', firstAtMs: START_MS, atMs: world.nowMs };
    expect(await linesOf(world, 'device-removed')).toMatchObject([removed]);
  });
});

describe('removed devices', () => {
  it('of the last 24 have a line each, and those of a day or less one for all', async () => {
    const { world, proof: first } = await enrolled();
    let proof = first;
    for (let i = 0; i < 27; i++) {
      const { serialNumber, phone } = await world.enroll({ by: proof, name: `phone ${i}` });
      world.wait(DAY_MS);
      proof = yes(await world.mfa.signIn(USER, { code: phone.code() })).proof;
      proof = yes(await world.mfa.removeDevice(USER, { serialNumber, proof })).proof!;
      proof = await pass(world, proof, 'short', DAY_MS - 60_000);
    }
    const lines = await linesOf(world, 'device-removed');
    const long = lines.filter(({ count }) => count === undefined);
    expect(long.map((line) => 'name' in line && line.name)).toEqual(
      Array.from({ length: 24 }, (_, i) => `phone ${i + 3}`),
    );
    expect(lines.filter(({ count }) => count !== undefined)).toMatchObject([{ name: 'short', count: 27 }]);
  });
});

describe('lines of no device', () => {
  it('are one a kind, and stay beside 60 administrators who do what they can', async () => {
    const { world, phone, proof } = await enrolled();
    const [code] = yes(await world.mfa.createRecoveryCodes(USER, { proof })).recoveryCodes;
    yes(await world.mfa.confirmRecoveryCodes(USER, { recoveryCode: code, proof }));
    yes(await world.mfa.signInWithRecoveryCode(USER, { recoveryCode: code }));
    await world.mfa.signInWithRecoveryCode(USER, { recoveryCode: code });
    for (let i = 0; i < 30; i++) {
      const answer = await world.mfa.signIn(USER, { code: phone.wrongCode() });
      expect(outcome(answer)).toBe('code-mismatch');
      world.wait(60 * MINUTE_MS);
    }
    const kinds = ['recovery-codes-created', 'recovery-codes-confirmed', 'recovery-code-used', 'recovery-code-failed'];
    kinds.push('sign-in-failed', 'locked', 'guessing-suspected');
    for (let i = 0; i < 60; i++) {
      const desk = world.mfa.asAdministrator(`administrator ${i}`);
      yes(await desk.unlock(USER));
      yes(await desk.createRecoveryCodes(USER));
    }
    const lines = await linesOf(world);
    const ofNobody = lines.filter((line) => !('administrator' in line) && line.serialNumber === undefined);
    expect(ofNobody.map(({ type }) => type).sort()).toEqual([...kinds].sort());
    // And the line of the phone, which is there.
    expect(lines).toHaveLength(32 + 1);
  });
});

describe('used codes and wrong recovery codes', () => {
  it('are written, numbered and emitted once a minute and kind', async () => {
    const { world, phone, proof } = await enrolled();
    const tablet = await world.enroll({ by: proof, name: 'tablet' });
    const [recoveryCode] = yes(await world.desk.createRecoveryCodes(USER)).recoveryCodes;
    const codes = [phone.code(), tablet.phone.code()];
    for (const code of codes) yes(await world.mfa.signIn(USER, { code }));
    yes(await world.mfa.signInWithRecoveryCode(USER, { recoveryCode }));
    const kinds = ['code-reused', 'code-reused', 'recovery-code-failed'];
    for (const minutes of [1, 2]) {
      const { seq } = await world.record();
      world.events.length = 0;
      for (let i = 0; i < 100; i++) {
        for (const code of codes) expect(outcome(await world.mfa.signIn(USER, { code }))).toBe('code-reused');
        const again = await world.mfa.signInWithRecoveryCode(USER, { recoveryCode });
        expect(outcome(again)).toBe('recovery-code-reused');
      }
      expect(world.eventTypes()).toEqual(kinds);
      expect(world.events.map((event) => event.seq)).toEqual([seq + 1, seq + 2, seq + 3]);
      expect((await world.record()).seq).toBe(seq + 3);
      expect((await linesOf(world, 'code-reused')).map(({ count = 1 }) => count)).toEqual([minutes, minutes]);
      // The codes are still in the window.
      world.wait(minutes === 1 ? MINUTE_MS : 0);
      if (minutes === 1) {
        for (const [
          i,
          {
            phone: { code },
          },
        ] of [{ phone }, tablet].entries()) {
          codes[i] = code();
          yes(await world.mfa.signIn(USER, { code: codes[i] }));
        }
      }
    }
  });
});
