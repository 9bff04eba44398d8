import { type MfaProof, parseSecret } from 'lockstep-mfa';
import { describe, expect, it } from 'vitest';
import { BAD_VALUES } from '../support/bad-input.js';
import { ADMINISTRATOR, type Enrolled, MINUTE_MS, outcome, pairOf, USER, World, yes } from './world.js';

// New recovery codes come into force when the person has them: a lost answer, a reload or a double click costs nobody their
// codes.

const SECRET = parseSecret('JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP');
const VERIFIED = { verified: ['email', 'phone'] };
const WRONG = '0000-0000-0000-0000-0000-0000';

interface Scene extends Enrolled {
  readonly world: World;
  /** The codes in force. */
  readonly old: readonly string[];
  /** Those that were made since. */
  readonly next: readonly string[];
}

async function made(world: World, proof?: MfaProof): Promise<readonly string[]> {
  return yes(
    proof === undefined
      ? await world.desk.createRecoveryCodes(USER)
      : await world.mfa.createRecoveryCodes(USER, { proof }),
  ).recoveryCodes;
}

/** A user with one set in force, and another that is not yet. */
async function scene(): Promise<Scene> {
  const world = new World();
  const enrolled = await world.enroll();
  const old = await made(world, enrolled.proof);
  const { proof } = yes(await world.mfa.confirmRecoveryCodes(USER, { recoveryCode: old[0], proof: enrolled.proof }));
  const next = await made(world, proof);
  world.events.length = 0;
  return { ...enrolled, proof: proof!, world, old, next };
}

async function confirm({ world, proof }: Pick<Scene, 'world' | 'proof'>, recoveryCode: unknown) {
  return world.mfa.confirmRecoveryCodes(USER, { recoveryCode, proof });
}

async function signIn({ world }: Pick<Scene, 'world'>, recoveryCode: unknown): Promise<string> {
  return outcome(await world.mfa.signInWithRecoveryCode(USER, { recoveryCode }));
}

/** Codes left of the set in force, and of the next one. */
async function left({ world }: Pick<Scene, 'world'>): Promise<readonly [inForce: number, unconfirmed: number]> {
  const { recoveryCodesLeft, recoveryCodesUnconfirmed } = await world.mfa.describeUser(USER);
  return [recoveryCodesLeft, recoveryCodesUnconfirmed];
}

describe('new recovery codes', () => {
  it('void nothing when they are made: the old ones sign in, and every proof stands', async () => {
    const all = await scene();
    const { world, old, proof } = all;
    expect(await left(all)).toEqual([10, 10]);
    expect((await world.mfa.describeUser(USER, { proof })).signedIn).toBe(true);
    for (const [i, code] of old.entries()) {
      expect(await signIn(all, code)).toBe('ok');
      expect(await signIn(all, code)).toBe('recovery-code-reused');
      expect(await left(all)).toEqual([9 - i, 10]);
    }
    // The next set is still there.
    expect(await signIn(all, all.next[0])).toBe('ok');
  });

  it('come into force with one of them, which is not used up, and void the old ones and all other proofs', async () => {
    const all = await scene();
    const { world, old, next, proof } = all;
    const other = yes(await world.mfa.signIn(USER, { code: all.phone.code() })).proof;
    const { generation } = await world.record();
    const confirmed = yes(await confirm(all, next[3]));
    const after = await world.record();
    expect(after.generation).not.toBe(generation);
    expect(Math.abs(after.generation - generation)).toBeGreaterThan(1);
    expect(confirmed).toEqual({ ok: true, proof: { ...proof, generation: after.generation } });
    expect(after).not.toHaveProperty('nextRecovery');
    expect(await left(all)).toEqual([10, 0]);
    for (const by of [proof, other]) expect((await world.mfa.describeUser(USER, { proof: by })).signedIn).toBe(false);
    expect((await world.mfa.describeUser(USER, { proof: confirmed.proof })).signedIn).toBe(true);
    for (const code of old) expect(await signIn(all, code)).toBe('recovery-code-mismatch');
    for (const code of next) expect(await signIn(all, code)).toBe('ok');
  });

  it('come into force when one of them signs in, which does all that confirming does', async () => {
    const all = await scene();
    const { world, old, next, proof } = all;
    const { generation } = await world.record();
    await world.tamper((record) => ({ ...record, throttle: { failures: 9, strikes: 100, locked: true } }));
    const answer = yes(await world.mfa.signInWithRecoveryCode(USER, { recoveryCode: next[0] }));
    const after = await world.record();
    expect(after.generation).not.toBe(generation);
    expect(answer).toEqual({
      ok: true,
      recoveryCodesLeft: 9,
      proof: { userId: USER, atMs: world.nowMs, method: 'recovery-code', generation: after.generation },
    });
    expect(await left(all)).toEqual([9, 0]);
    expect((await world.mfa.describeUser(USER, { proof })).signedIn).toBe(false);
    expect((await world.mfa.describeUser(USER, { proof: answer.proof })).signedIn).toBe(true);
    expect(world.events).toMatchObject([
      { type: 'recovery-codes-confirmed', seq: after.seq - 2 },
      { type: 'recovery-code-used', recoveryCodesLeft: 9, seq: after.seq - 1 },
      { type: 'unlocked', seq: after.seq },
    ]);
    for (const code of old) expect(await signIn(all, code)).toBe('recovery-code-mismatch');
    expect(await signIn(all, next[0])).toBe('recovery-code-reused');
  });

  it('that are made twice replace the unconfirmed ones, and leave those in force', async () => {
    const all = await scene();
    const { old, next, world, proof } = all;
    const newest = await made(world, proof);
    expect(await left(all)).toEqual([10, 10]);
    for (const code of next) {
      expect(outcome(await confirm(all, code))).toBe('recovery-code-mismatch');
      expect(await signIn(all, code)).toBe('recovery-code-mismatch');
    }
    expect(await signIn(all, old[1])).toBe('ok');
    expect(outcome(await confirm(all, newest[9]))).toBe('ok');
    expect(await signIn(all, old[2])).toBe('recovery-code-mismatch');
  });

  it('of the first set ever sign in at once, and are none in force until then', async () => {
    const world = new World();
    const { proof } = await world.enroll();
    const first = await made(world, proof);
    expect(await left({ world })).toEqual([0, 10]);
    expect(await signIn({ world }, WRONG)).toBe('recovery-code-mismatch');
    expect(await signIn({ world }, first[0])).toBe('ok');
    expect(await left({ world })).toEqual([9, 0]);
  });

  it('of the first set ever are confirmed as others are', async () => {
    const world = new World();
    const { proof } = await world.enroll();
    const [first] = await made(world, proof);
    expect(outcome(await confirm({ world, proof }, first))).toBe('ok');
    expect(await left({ world })).toEqual([10, 0]);
  });

  it('that an administrator made are confirmed by the user', async () => {
    const world = new World();
    const { proof } = await world.enroll();
    const codes = yes(await world.desk.createRecoveryCodes(USER));
    expect(Object.keys(codes)).toEqual(['ok', 'recoveryCodes']);
    expect(world.desk).not.toHaveProperty('confirmRecoveryCodes');
    expect(world.events.at(-1)).toMatchObject({ type: 'recovery-codes-created', administrator: ADMINISTRATOR });
    yes(await confirm({ world, proof }, codes.recoveryCodes[0]));
    expect(world.events.at(-1)).toMatchObject({ type: 'recovery-codes-confirmed' });
    expect(world.events.at(-1)).not.toHaveProperty('administrator');
    expect(await left({ world })).toEqual([10, 0]);
  });

  it('are read however they were typed', async () => {
    const all = await scene();
    const typed = all.next[0]!.toLowerCase().replaceAll('-', ' – ').replaceAll('0', 'o').replaceAll('1', 'l');
    expect(outcome(await confirm(all, `\t${typed}\n`))).toBe('ok');
  });
});

describe('confirming', () => {
  it('with a code in force is ok and changes nothing: its answer was lost', async () => {
    const all = await scene();
    const { world, old } = all;
    const row = await world.store.get(USER);
    expect(await confirm(all, old[0])).toEqual({ ok: true });
    expect(await world.store.get(USER)).toEqual(row);
    expect(world.events).toEqual([]);
    expect(await left(all)).toEqual([10, 10]);
  });

  it('a second time, with the proof that the first answer had, is ok and changes nothing', async () => {
    const all = await scene();
    const { world, next } = all;
    const { proof = all.proof } = yes(await confirm(all, next[0]));
    const row = await world.store.get(USER);
    expect(await confirm({ world, proof }, next[0])).toEqual({ ok: true });
    expect(await world.store.get(USER)).toEqual(row);
    // The proof that allowed the first is void.
    expect(outcome(await confirm(all, next[0]))).toBe('mfa-required');
  });

  it('with a used code of the set in force is recovery-code-mismatch', async () => {
    const all = await scene();
    expect(await signIn(all, all.old[0])).toBe('ok');
    expect(outcome(await confirm(all, all.old[0]))).toBe('recovery-code-mismatch');
    expect(await left(all)).toEqual([9, 10]);
  });

  it('with a wrong code is not counted, and is written and emitted once a minute', async () => {
    const all = await scene();
    const { world } = all;
    const { throttle, nextRecovery } = await world.record();
    for (const minute of [1, 2]) {
      for (let i = 0; i < 50; i++) expect(outcome(await confirm(all, WRONG))).toBe('recovery-code-mismatch');
      // The same kind as of a sign-in.
      expect(await signIn(all, WRONG)).toBe('recovery-code-mismatch');
      expect(world.eventTypes()).toEqual(Array.from({ length: minute }, () => 'recovery-code-failed'));
      world.wait(MINUTE_MS);
    }
    const after = await world.record();
    expect([after.throttle, after.nextRecovery]).toEqual([throttle, nextRecovery]);
    expect(after.history.at(-1)).toMatchObject({ type: 'recovery-code-failed', count: 2 });
  });

  it('refuses in order: mfa-required, no-recovery-codes, malformed-recovery-code, recovery-code-mismatch', async () => {
    const world = new World();
    const { proof } = await world.enroll();
    const attempt = async (recoveryCode: unknown, by: MfaProof | undefined) =>
      outcome(await world.mfa.confirmRecoveryCodes(USER, { recoveryCode, proof: by }));
    expect(await attempt('', undefined)).toBe('mfa-required');
    expect(await attempt('', proof)).toBe('no-recovery-codes');
    const [code] = await made(world, proof);
    expect(await attempt(code, undefined)).toBe('mfa-required');
    for (const bad of [...Object.values(BAD_VALUES), '0'.repeat(201)]) {
      expect(await attempt(bad, proof)).toBe('malformed-recovery-code');
    }
    expect(await attempt(WRONG, proof)).toBe('recovery-code-mismatch');
    expect(await attempt(code, { ...proof, method: 'recovery' })).toBe('mfa-required');
    expect(await attempt(code, { ...proof, userId: 'user-2' })).toBe('mfa-required');
    world.wait(15 * MINUTE_MS);
    expect(await attempt(code, proof)).toBe('mfa-required');
    expect(await left({ world })).toEqual([0, 10]);
  });

  it('at once with making anew leaves one of the two sets, whole', async () => {
    const all = await scene();
    const [confirmed, created] = await Promise.all([
      confirm(all, all.next[0]),
      all.world.desk.createRecoveryCodes(USER),
    ]);
    expect(outcome(created)).toBe('ok');
    const [inForce, unconfirmed] = await left(all);
    expect(inForce).toBe(10);
    expect([unconfirmed, outcome(confirmed)]).toEqual(
      outcome(confirmed) === 'ok' ? [10, 'ok'] : [10, 'recovery-code-mismatch'],
    );
    expect(await signIn(all, yes(created).recoveryCodes[0])).toBe('ok');
  });
});

describe('what voids the codes', () => {
  const VOIDING: Readonly<Record<string, (all: Scene) => Promise<unknown>>> = {
    'a recovery': ({ world }) => world.mfa.recoverAccount(USER, VERIFIED),
    'the removal of the last device': ({ world, serialNumber }) => world.desk.removeDevice(USER, { serialNumber }),
  };
  it.each(Object.keys(VOIDING))('%s voids both sets', async (what) => {
    const all = await scene();
    await VOIDING[what]!(all);
    expect(await left(all)).toEqual([0, 0]);
    for (const code of [all.old[0], all.next[0]]) expect(await signIn(all, code)).toBe('no-recovery-codes');
    const record = await all.world.record();
    expect(record).not.toHaveProperty('recovery');
    expect(record).not.toHaveProperty('nextRecovery');
  });

  const KEEPING: Readonly<Record<string, (all: Scene) => Promise<unknown>>> = {
    'an unlock': ({ world }) => world.desk.unlock(USER),
    'a suspension': ({ world, serialNumber }) => world.desk.suspendDevice(USER, { serialNumber }),
    'the removal of one of two devices': async ({ world, serialNumber }) => {
      yes(await world.desk.importDevice(USER, { name: 'token', secret: SECRET }));
      return world.desk.removeDevice(USER, { serialNumber });
    },
  };
  it.each(Object.keys(KEEPING))('%s draws a new generation, and leaves both sets', async (what) => {
    const all = await scene();
    const { world, old, next } = all;
    const { generation } = await world.record();
    yes((await KEEPING[what]!(all)) as { ok: boolean });
    expect((await world.record()).generation).not.toBe(generation);
    expect(await left(all)).toEqual([10, 10]);
    expect(await signIn(all, old[0])).toBe('ok');
    expect(await signIn(all, next[0])).toBe('ok');
    expect(await left(all)).toEqual([9, 0]);
  });

  it('a sign-in, a rename, a device that is set up, and a resynchronization leave both sets', async () => {
    const all = await scene();
    const { world, phone, serialNumber, proof } = all;
    yes(await world.mfa.signIn(USER, { code: phone.code() }));
    yes(await world.mfa.renameDevice(USER, { serialNumber, name: 'x', proof }));
    await world.enroll({ by: proof, name: 'tablet' });
    world.wait(5 * MINUTE_MS);
    yes(await world.mfa.resynchronizeDevice(USER, { serialNumber, codes: pairOf(phone) }));
    expect(await left(all)).toEqual([10, 10]);
    expect(await signIn(all, all.next[0])).toBe('ok');
  });
});

describe('the history of recovery codes', () => {
  it('has a line for each actor that made them, and one for those that came into force', async () => {
    const world = new World();
    let { proof } = await world.enroll();
    for (const by of ['user', 'Ada', 'Ben', 'user', 'Ada'] as const) {
      const desk = world.mfa.asAdministrator(by);
      const answer = by === 'user' ? world.mfa.createRecoveryCodes(USER, { proof }) : desk.createRecoveryCodes(USER);
      const [code] = yes(await answer).recoveryCodes;
      proof = yes(await confirm({ world, proof }, code)).proof!;
    }
    const { history } = await world.mfa.describeUser(USER);
    const lines = history.filter(({ type }) => type.startsWith('recovery'));
    expect(lines).toMatchObject([
      { type: 'recovery-codes-created', administrator: 'Ben' },
      { type: 'recovery-codes-created', count: 2 },
      { type: 'recovery-codes-created', administrator: 'Ada', count: 2 },
      { type: 'recovery-codes-confirmed', count: 5 },
    ]);
    expect(lines[1]).not.toHaveProperty('administrator');
    expect(world.eventTypes().slice(-10)).toEqual(
      Array.from({ length: 5 }, () => ['recovery-codes-created', 'recovery-codes-confirmed']).flat(),
    );
  });
});
