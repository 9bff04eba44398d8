import { aesGcmSealer, createMfaService, formatKeyUri, formatSecret, generateSecret, parseSecret } from 'lockstep-mfa';
import { memoryStore } from 'lockstep-mfa/stores/memory';
import { fixedClock, virtualAuthenticator } from 'lockstep-mfa/testing';
import { describe, expect, it } from 'vitest';
import { adminPage, lost, unlock } from '../../docs/examples/admin-page.js';
import { claim, type Drawer, importBatch, type Token } from '../../docs/examples/hardware-tokens.js';
import { check, migrate } from '../../docs/examples/migrate-from-otplib.js';

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
    const refused = await importBatch(box, sealer, [
      { serialNumber: 'T-1', seed },
      { serialNumber: 'T-2', seed: `${seed}1` },
    ]);
    expect(refused).toHaveLength(1);
    expect(refused[0]).toMatch(/^T-2: /);
    expect(refused[0]).not.toContain(seed);

    const parameters = { periodSeconds: 60 };
    const keyUri = formatKeyUri({ account: 'token', secret: parseSecret(seed), parameters });
    const token = virtualAuthenticator(keyUri, { clock, offsetMs: 25 * 60_000 }); // years in a drawer
    const asked = { userId: 'alice', serialNumber: 'T-1' };
    const once = token.code();
    expect(await claim(mfa, box, sealer, { ...asked, codes: [once, once] })).toMatchObject({
      reason: 'codes-identical',
    });
    expect(await claim(mfa, box, sealer, { ...asked, codes: token.codes() })).toMatchObject({ ok: true });
    expect(await claim(mfa, box, sealer, { ...asked, codes: token.codes() })).toMatchObject({
      reason: 'unknown-device',
    });
    clock.advanceMs(60_000);
    expect(await mfa.signIn('alice', { code: token.code() })).toMatchObject({ ok: true, device: { driftSteps: 25 } });
  });
});

async function* usersOf(rows: readonly { readonly id: string; readonly totpSecret: string | null }[]) {
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
    clock.advanceMs(30_000);
    expect(await mfa.signIn('alice', { code: phone.code() })).toMatchObject({ ok: true });
    expect((await mfa.describeUser('alice')).history).toMatchObject([
      { type: 'device-imported', administrator: 'migration 2026-01' },
    ]);
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
});
