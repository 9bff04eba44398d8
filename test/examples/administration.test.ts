import {
  aesGcmSealer,
  createMfaService,
  formatKeyUri,
  formatSecret,
  generateSecret,
  type MfaProof,
  parseSecret,
} from 'lockstep-mfa';
import { memoryStore } from 'lockstep-mfa/stores/memory';
import { fixedClock, virtualAuthenticator } from 'lockstep-mfa/testing';
import { describe, expect, it } from 'vitest';
import { adminPage, lost, reset, unlock } from '../../docs/examples/admin-page.js';
import { claim, type Drawer, importBatch, type Token } from '../../docs/examples/hardware-tokens.js';
import { check, migrate, type Row } from '../../docs/examples/migrate-from-otplib.js';

const sealer = aesGcmSealer({ keys: [crypto.getRandomValues(new Uint8Array(32))] });

function service() {
  const clock = fixedClock();
  return { clock, mfa: createMfaService({ issuer: 'Acme', store: memoryStore(), sealer, clock }) };
}

function drawer(): Drawer {
  const tokens = new Map<string, Token>();
  return {
    async put(token) {
      tokens.set(token.serialNumber, token);
    },
    find: async (serialNumber) => tokens.get(serialNumber),
    async take(serialNumber) {
      const token = tokens.get(serialNumber);
      tokens.delete(serialNumber);
      return token;
    },
  };
}

describe('hardware tokens', () => {
  it('go from the file into the drawer, and out of it by two codes, once', async () => {
    const { clock, mfa } = service();
    const box = drawer();
    const seed = formatSecret(generateSecret());
    const batch = [
      { serialNumber: 'T-1', seed: formatSecret(parseSecret(seed), { encoding: 'hex' }) },
      { serialNumber: 'T-2', seed },
    ];
    const refused = await importBatch(box, sealer, batch, 'hex');
    expect(refused).toHaveLength(1);
    expect(refused[0]).toMatch(/^T-2: /);
    expect(refused[0]).not.toContain(seed);

    const parameters = { periodSeconds: 60 };
    const keyUri = formatKeyUri({ account: 'token', secret: parseSecret(seed), parameters });
    const token = virtualAuthenticator(keyUri, { clock, offsetMs: 25 * 60_000 }); // years in a drawer
    const claimed = (codes: readonly [string, string]) =>
      claim(mfa, box, sealer, { userId: 'alice', serialNumber: 'T-1', codes, nowMs: clock() });
    const once = token.code();
    expect(await claimed([once, once])).toMatchObject({ reason: 'codes-identical' });
    expect(await claimed(token.codes())).toMatchObject({ ok: true });
    expect(await claimed(token.codes())).toMatchObject({ reason: 'unknown-device' });
    clock.advanceMs(60_000);
    expect(await mfa.signIn('alice', { code: token.code() })).toMatchObject({ ok: true, device: { driftSteps: 25 } });
  });

  /** A drawer with one token, whose every answer takes a while, as that of a database. */
  async function drawerWith(serialNumber: string) {
    const { clock, mfa } = service();
    const seed = formatSecret(generateSecret());
    const box = drawer();
    await importBatch(box, sealer, [{ serialNumber, seed }], 'base32');
    const slow = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1));
    const slowBox: Drawer = {
      put: (token) => slow().then(() => box.put(token)),
      find: (sought) => slow().then(() => box.find(sought)),
      take: (sought) => slow().then(() => box.take(sought)),
    };
    const keyUri = formatKeyUri({ account: 'token', secret: parseSecret(seed), parameters: { periodSeconds: 60 } });
    const token = virtualAuthenticator(keyUri, { clock });
    const claimBy = (userId: string, codes: readonly [unknown, unknown], proof?: MfaProof) =>
      claim(mfa, slowBox, sealer, { userId, serialNumber, codes, nowMs: clock(), proof });
    return { clock, mfa, token, box, claimBy };
  }

  it('are kept from nobody by a loop of wrong claims', async () => {
    const { token, claimBy } = await drawerWith('T-1');
    const wrong = token.wrongCode();
    const codes = token.codes();
    let isOver = false;
    const loop = async (n: number): Promise<unknown[]> => {
      const answers: unknown[] = [];
      while (!isOver) answers.push(await claimBy(`thief-${n}`, [wrong, codes[1]]));
      return answers;
    };
    const loops = Array.from({ length: 20 }, (_, n) => loop(n));
    // Honest claims, of which all but the last are mistyped: each is answered by what was typed.
    for (let n = 0; n < 20; n++) expect(await claimBy('alice', [codes[0], '1'])).toMatchObject({ field: 'second' });
    expect(await claimBy('alice', codes)).toMatchObject({ ok: true });
    isOver = true;
    const answers = (await Promise.all(loops)).flat();
    expect(answers.length).toBeGreaterThan(100);
    expect(answers.every((answer) => (answer as { ok: boolean }).ok)).toBe(false);
  });

  it('go to one of two who claim at once with the same right codes', async () => {
    const { mfa, token, claimBy } = await drawerWith('T-1');
    const codes = token.codes();
    const users = ['alice', 'bob', 'carol', 'dave'];
    const answers = await Promise.all(users.map((userId) => claimBy(userId, codes)));
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
    const statuses = await Promise.all(users.map(async (userId) => (await mfa.describeUser(userId)).status));
    expect(statuses.filter((status) => status === 'required')).toHaveLength(1);
  });

  it('are in the drawer again where the user may not add a device', async () => {
    const { clock, mfa, token, box, claimBy } = await drawerWith('T-2');
    await mfa.asAdministrator('root').importDevice('alice', { name: 'Phone', secret: generateSecret() });
    expect(await claimBy('alice', token.codes())).toMatchObject({ reason: 'mfa-required' });
    expect(await box.find('T-2')).toMatchObject({ serialNumber: 'T-2' });
    clock.advanceMs(60_000);
    expect(await claimBy('bob', token.codes())).toMatchObject({ ok: true });
  });

  it('are replaced by claiming the new one first; after a removal an import waits for the end of the used codes', async () => {
    const { clock, mfa, token, claimBy } = await drawerWith('T-3');
    const old = await mfa.createDevice('alice', { name: 'Old', account: 'alice' });
    if (!old.ok) throw new Error(old.reason);
    const phone = virtualAuthenticator(old.keyUri, { clock });
    const assigned = await mfa.assignDevice('alice', { enrollment: old.enrollment, codes: phone.codes() });
    if (!assigned.ok) throw new Error(assigned.reason);
    const { serialNumber } = old.device;
    expect(await claimBy('alice', token.codes(), assigned.proof)).toMatchObject({ ok: true });
    clock.advanceMs(60_000);
    const signedIn = await mfa.signIn('alice', { code: token.code() });
    if (!signedIn.ok) throw new Error(signedIn.reason);
    expect(await mfa.removeDevice('alice', { serialNumber, proof: signedIn.proof })).toMatchObject({
      ok: true,
      status: 'required',
    });

    const other = await drawerWith('T-4');
    const first = await other.mfa.createDevice('bob', { name: 'Old', account: 'bob' });
    if (!first.ok) throw new Error(first.reason);
    const used = virtualAuthenticator(first.keyUri, { clock: other.clock });
    const done = await other.mfa.assignDevice('bob', { enrollment: first.enrollment, codes: used.codes() });
    if (!done.ok) throw new Error(done.reason);
    await other.mfa.removeDevice('bob', { serialNumber: first.device.serialNumber, proof: done.proof });
    const early = await other.claimBy('bob', [other.token.code({ steps: -1 }), other.token.code()]);
    expect(early).toEqual({ ok: false, reason: 'code-reused', usableAtMs: expect.any(Number) });
    const waitMs = (early as { usableAtMs: number }).usableAtMs - other.clock();
    expect(waitMs).toBeGreaterThan(0);
    expect(waitMs).toBeLessThanOrEqual(60_000);
    other.clock.advanceMs(waitMs + 60_000);
    expect(await other.claimBy('bob', other.token.codes())).toMatchObject({ ok: true });
  });
});

async function* usersOf(rows: readonly Row[]) {
  yield* rows;
}

describe('users of another library', () => {
  it('go on with the app that they have, and a second run changes nothing', async () => {
    const { clock, mfa } = service();
    const secret = parseSecret('GKYZBNDOUYNKRDFS'); // 80 bits, as that library made them
    const rows = [
      { id: 'alice', totpSecret: formatSecret(secret) },
      { id: 'bob', totpSecret: null },
      { id: 'carol', totpSecret: 'no base32!' },
    ];
    const report = await migrate(mfa, usersOf(rows));
    expect(report).toMatchObject({ alice: 'imported', carol: expect.stringContaining('malformed secret') });
    expect(report).not.toHaveProperty('bob');
    expect(await migrate(mfa, usersOf(rows))).toMatchObject({ alice: 'already-assigned' });

    const phone = virtualAuthenticator(formatKeyUri({ account: 'alice', secret }), { clock });
    expect(await mfa.signIn('alice', { code: phone.code() })).toMatchObject({ reason: 'code-reused' });
    clock.advanceMs(60_000); // the codes of now and of the next period may have been used at the old system
    expect(await mfa.signIn('alice', { code: phone.code() })).toMatchObject({ ok: true });
    expect((await mfa.describeUser('alice')).history).toMatchObject([
      { type: 'device-imported', administrator: 'migration 2026-01' },
      { type: 'code-reused' },
    ]);
  });

  it('go on at once where the old system knew the newest counter, and with the drift that it knew', async () => {
    const { clock, mfa } = service();
    const secret = generateSecret();
    const now = Math.floor(clock() / 30_000);
    const totpSecret = formatSecret(secret);
    await migrate(
      mfa,
      usersOf([
        { id: 'alice', totpSecret, lastCounter: now - 1, driftSteps: null },
        { id: 'bob', totpSecret, lastCounter: now + 4, driftSteps: 5 },
        { id: 'carol', totpSecret, lastCounter: now },
      ]),
    );
    const keyUri = formatKeyUri({ account: 'alice', secret });
    const code = virtualAuthenticator(keyUri, { clock }).code();
    expect(await mfa.signIn('alice', { code })).toMatchObject({ ok: true });
    expect(await mfa.signIn('carol', { code })).toMatchObject({ reason: 'code-reused' });
    const fast = virtualAuthenticator(keyUri, { clock, offsetMs: 150_000 });
    expect(await mfa.signIn('bob', { code: fast.code() })).toMatchObject({ ok: true, device: { driftSteps: 5 } });
  });

  it('stop the run where the old counter is of another unit', async () => {
    const { clock, mfa } = service();
    const row = { id: 'alice', totpSecret: 'GKYZBNDOUYNKRDFS', lastCounter: clock() };
    await expect(migrate(mfa, usersOf([row]))).rejects.toMatchObject({ code: 'invalid-argument' });
  });

  it('do not bring a stolen phone back by a second run', async () => {
    const { clock, mfa } = service();
    const secret = parseSecret('GKYZBNDOUYNKRDFS');
    const rows = [{ id: 'alice', totpSecret: formatSecret(secret) }];
    await migrate(mfa, usersOf(rows));
    const root = mfa.asAdministrator('root');
    expect(await root.removeDevice('alice', { serialNumber: 'otplib:alice' })).toMatchObject({ ok: true });
    expect(await migrate(mfa, usersOf(rows))).toEqual({ alice: 'removed' });
    clock.advanceMs(60_000);
    const stolen = virtualAuthenticator(formatKeyUri({ account: 'alice', secret }), { clock });
    expect(await mfa.signIn('alice', { code: stolen.code() })).toMatchObject({ reason: 'not-assigned' });
  });

  it('or keep their table, with one column more that makes each code count once', () => {
    const clock = fixedClock();
    const totpSecret = 'GKYZBNDOUYNKRDFS';
    const keyUri = formatKeyUri({ account: 'alice', secret: parseSecret(totpSecret) });
    const phone = virtualAuthenticator(keyUri, { clock });
    const counter = clock() / 30_000;
    expect(check(phone.code(), totpSecret, 0, clock())).toEqual({ ok: true, counter });
    expect(check(phone.code(), totpSecret, counter, clock())).toEqual({ ok: false, reason: 'code-reused' });
    expect(check(phone.wrongCode(), totpSecret, counter, clock())).toEqual({ ok: false, reason: 'code-mismatch' });
    expect(check(undefined, totpSecret, counter, clock())).toEqual({ ok: false, reason: 'malformed-code' });
  });
});

describe('the administrator', () => {
  it('sees devices, drift and locks, unlocks, and takes a lost device out of use', async () => {
    const { clock, mfa } = service();
    const secret = generateSecret();
    const root = mfa.asAdministrator('root');
    const imported = await root.importDevice('alice', { name: 'Phone', secret });
    if (!imported.ok) throw new Error(imported.reason);
    const { serialNumber } = imported.device;
    const phone = virtualAuthenticator(formatKeyUri({ account: 'alice', secret }), { clock, offsetMs: 20 * 60_000 });
    for (let i = 0; i < 5; i++) {
      clock.advanceMs(30_000);
      await mfa.signIn('alice', { code: phone.code() });
    }
    const page = await adminPage(root, ['alice', 'nobody']);
    expect(page).toMatch(/^alice: locked until 2026-01-01T00:0\d, 0 recovery codes$/m);
    expect(page).toMatch(/^Phone \(\w+\): assigned, last used 2026-01-01T00:00, clock \+0 s$/m);
    expect(page).toMatch(/^ {2}out of step by 40$/m);
    expect(page).toMatch(/^nobody: none, 0 recovery codes$/m);

    expect(await unlock(root, 'alice')).toMatchObject({ ok: true });
    expect(await lost(root, 'alice', serialNumber)).toMatchObject({ ok: true, device: { status: 'suspended' } });
    expect(await adminPage(root, ['alice'])).toMatch(/^alice: required, 0 recovery codes\nPhone \(\w+\): suspended/);
  });

  it('sees the browsers, resets a user who has lost everything, and reads them a code', async () => {
    const { clock, mfa } = service();
    const root = mfa.asAdministrator('root');
    const secret = generateSecret();
    await root.importDevice('alice', { name: 'Phone', secret });
    clock.advanceMs(60_000);
    const phone = virtualAuthenticator(formatKeyUri({ account: 'alice', secret }), { clock });
    const input = { code: phone.code(), trust: true, browserLabel: 'Firefox' };
    expect(await mfa.signIn('alice', input)).toMatchObject({ ok: true });
    expect(await adminPage(root, ['alice'])).toMatch(
      /^ {2}Firefox, remembered 2026-01-01T00:01, trusted until 2026-01-31T00:01$/m,
    );

    const words = await reset(root, 'alice', true);
    expect(words).toMatch(/until 2026-01-02T00:01 UTC/);
    const resetCode = words.split('\n')[0]?.split(': ')[1];
    expect(await adminPage(root, ['alice'])).toMatch(/^alice: recovering, 0 recovery codes\nPhone \(\w+\): suspended/);
    const signedIn = await mfa.signInWithResetCode('alice', { resetCode });
    expect(signedIn).toMatchObject({ ok: true, proof: { method: 'reset' } });
    expect(await reset(root, 'nobody', false)).toMatch(/^There is no MFA/);
    expect(await reset(root, 'lost row', true)).toMatch(/^Type your password/);
  });
});
