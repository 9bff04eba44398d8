import {
  createMfaService,
  createPolicy,
  formatKeyUri,
  generateSecret,
  type PolicyOptions,
  plaintextSealer,
} from 'lockstep-mfa';
import { memoryStore } from 'lockstep-mfa/stores/memory';
import { fixedClock, virtualAuthenticator } from 'lockstep-mfa/testing';
import { describe, expect, it } from 'vitest';

const ADMINISTRATOR = { administrator: 'root' };

function scene(options: PolicyOptions = {}) {
  const clock = fixedClock();
  const store = memoryStore();
  const policy = createPolicy(options);
  const mfa = createMfaService({ issuer: 'Acme', store, sealer: plaintextSealer(), clock, policy });
  const secret = generateSecret();
  const phone = virtualAuthenticator(formatKeyUri({ account: 'alice', secret }), { clock });
  return { clock, store, mfa, secret, phone };
}

/** One secret, imported as devices A and B. */
async function twins() {
  const { mfa, secret, clock, phone } = scene();
  for (const serialNumber of ['A', 'B']) {
    const imported = await mfa.importDevice('alice', { name: serialNumber, serialNumber, secret, ...ADMINISTRATOR });
    expect(imported.ok).toBe(true);
  }
  clock.advanceMs(60_000);
  return { mfa, secret, clock, phone };
}

describe('a code of a secret that stands in two devices counts once', () => {
  it.each([
    [{ serialNumber: 'A' }, { serialNumber: 'B' }],
    [{ serialNumber: 'B' }, {}],
    [{}, { serialNumber: 'B' }],
  ])('signed in with %j, then with %j', async (first, second) => {
    const { mfa, phone } = await twins();
    const code = phone.code();
    expect(await mfa.signIn('alice', { code, ...first })).toMatchObject({ ok: true });
    expect(await mfa.signIn('alice', { code, ...second })).toMatchObject({ ok: false, reason: 'code-reused' });
  });

  it('also where one was suspended meanwhile', async () => {
    const { mfa, phone } = await twins();
    await mfa.suspendDevice('alice', { serialNumber: 'A', ...ADMINISTRATOR });
    const code = phone.code();
    expect(await mfa.signIn('alice', { code })).toMatchObject({ ok: true, device: { serialNumber: 'B' } });
    await mfa.reinstateDevice('alice', { serialNumber: 'A', ...ADMINISTRATOR });
    expect(await mfa.signIn('alice', { code })).toMatchObject({ reason: 'code-reused' });
  });

  it('resynchronizing one spends the codes of the other', async () => {
    const { mfa, phone } = await twins();
    const codes = phone.codes();
    expect(await mfa.resynchronizeDevice('alice', { serialNumber: 'A', codes })).toMatchObject({ ok: true });
    expect(await mfa.signIn('alice', { code: codes[1], serialNumber: 'B' })).toMatchObject({ reason: 'code-reused' });
  });

  it('the codes that import the second neither sign in with the first, nor may they be used ones', async () => {
    const { mfa, secret, clock, phone } = scene();
    await mfa.importDevice('alice', { name: 'A', serialNumber: 'A', secret, ...ADMINISTRATOR });
    clock.advanceMs(60_000);
    const codes = phone.codes();
    const second = { name: 'B', serialNumber: 'B', secret, codes, ...ADMINISTRATOR };
    expect(await mfa.signIn('alice', { code: codes[0] })).toMatchObject({ ok: true });
    expect(await mfa.importDevice('alice', second)).toMatchObject({ reason: 'code-mismatch' });
    clock.advanceMs(30_000);
    const fresh = phone.codes();
    expect(await mfa.importDevice('alice', { ...second, codes: fresh })).toMatchObject({ ok: true });
    expect(await mfa.signIn('alice', { code: fresh[1] })).toMatchObject({ reason: 'code-reused' });
  });

  it('another secret is nobody’s twin', async () => {
    const { mfa, clock, phone } = await twins();
    const secret = generateSecret();
    await mfa.importDevice('alice', { name: 'C', serialNumber: 'C', secret, ...ADMINISTRATOR });
    clock.advanceMs(60_000);
    expect(await mfa.signIn('alice', { code: phone.code() })).toMatchObject({ ok: true });
    const other = virtualAuthenticator(formatKeyUri({ account: 'alice', secret }), { clock });
    expect(await mfa.signIn('alice', { code: other.code(), serialNumber: 'C' })).toMatchObject({ ok: true });
  });
});

describe('an unlock unlocks, under every policy', () => {
  it.each([100, 40, 5, 1])('that locks at %d strikes', async (maxStrikes) => {
    const { mfa, secret, clock, phone } = scene({ maxStrikes, suspectStrikes: 1 });
    await mfa.importDevice('alice', { name: 'A', serialNumber: 'A', secret, ...ADMINISTRATOR });
    let status = '';
    for (let i = 0; i < 300 && status !== 'forever'; i++) {
      clock.advanceMs(3_600_000);
      const code = phone.code() === '000000' ? '000001' : '000000';
      await mfa.signIn('alice', { code });
      const user = await mfa.describeUser('alice');
      status = user.status === 'locked' && user.lockedUntilMs === undefined ? 'forever' : user.status;
    }
    expect(status).toBe('forever');
    expect(await mfa.unlock('alice', ADMINISTRATOR)).toMatchObject({ ok: true });
    expect((await mfa.describeUser('alice')).status).toBe('required');
    clock.advanceMs(30_000);
    expect(await mfa.signIn('alice', { code: phone.code() })).toMatchObject({ ok: true });
  });
});

describe('expectMfa', () => {
  it('refuses a record that knows of no MFA, in every method that could begin one', async () => {
    const { mfa, secret } = scene();
    const missing = expect.objectContaining({ code: 'record-missing' });
    const begin = { name: 'Phone', account: 'alice', proof: undefined };
    // A thief plants a row where the real one was lost.
    const planted = await mfa.createDevice('alice', begin);
    if (!planted.ok) throw new Error(planted.reason);
    const expectMfa = true;
    await expect(mfa.describeUser('alice', { expectMfa })).rejects.toThrow(missing);
    await expect(mfa.createDevice('alice', { ...begin, expectMfa })).rejects.toThrow(missing);
    await expect(mfa.signIn('alice', { code: '123456', expectMfa })).rejects.toThrow(missing);
    const { enrollment } = planted;
    const codes = ['123456', '234567'] as const;
    await expect(mfa.assignDevice('alice', { enrollment, codes, proof: undefined, expectMfa })).rejects.toThrow(
      missing,
    );
    const token = { name: 'Token', secret, codes, proof: undefined, expectMfa };
    await expect(mfa.importDevice('alice', token)).rejects.toThrow(missing);
  });
});

describe('what a page may show', () => {
  it('does not tell a password thief that a wrong code is right at another time; the administrator sees it', async () => {
    const { mfa, secret, clock, phone } = scene();
    await mfa.importDevice('alice', { name: 'A', serialNumber: 'A', secret, ...ADMINISTRATOR });
    phone.offsetMs = 15 * 60_000;
    for (let i = 0; i < 3; i++) {
      clock.advanceMs(30_000);
      await mfa.signIn('alice', { code: phone.code() });
    }
    const failures = async (options: { administrator?: string }) => {
      const { history } = await mfa.describeUser('alice', options);
      return history.filter(({ type }) => type === 'sign-in-failed');
    };
    const [line, ...more] = await failures({});
    expect(more).toEqual([]);
    expect(line).toMatchObject({ count: 3 });
    expect(line).not.toHaveProperty('offsetSteps');
    expect(line).not.toHaveProperty('serialNumber');
    expect(await failures(ADMINISTRATOR)).toContainEqual(
      expect.objectContaining({ offsetSteps: 30, serialNumber: 'A' }),
    );
    expect((await mfa.describeUser('nobody')).history).toEqual([]);
  });

  it('tells whether a session’s proof still stands, however old it is', async () => {
    const { mfa, secret, clock, phone } = scene();
    await mfa.importDevice('alice', { name: 'A', serialNumber: 'A', secret, ...ADMINISTRATOR });
    clock.advanceMs(30_000);
    const signedIn = await mfa.signIn('alice', { code: phone.code() });
    if (!signedIn.ok) throw new Error(signedIn.reason);
    const { proof } = signedIn;
    clock.advanceMs(24 * 3_600_000);
    expect((await mfa.describeUser('alice', { proof })).signedIn).toBe(true);
    expect((await mfa.describeUser('alice')).signedIn).toBe(false);
    expect((await mfa.describeUser('bob', { proof })).signedIn).toBe(false);
    await mfa.recoverAccount('alice', { verified: ['email', 'phone'] });
    expect((await mfa.describeUser('alice', { proof })).signedIn).toBe(false);
  });
});

describe('a recovery', () => {
  it('ends when the administrator reinstates the device that was found', async () => {
    const { mfa, secret, clock, phone } = scene();
    await mfa.importDevice('alice', { name: 'A', serialNumber: 'A', secret, ...ADMINISTRATOR });
    await mfa.recoverAccount('alice', { verified: ['email', 'phone'] });
    await mfa.reinstateDevice('alice', { serialNumber: 'A', ...ADMINISTRATOR });
    clock.advanceMs(30_000);
    const signedIn = await mfa.signIn('alice', { code: phone.code() });
    if (!signedIn.ok) throw new Error(signedIn.reason);
    expect(await mfa.createRecoveryCodes('alice', { proof: signedIn.proof })).toMatchObject({ ok: true });
  });
});

describe('a handle that was shown', () => {
  it('takes no administrator from a request body', async () => {
    const { mfa, secret } = scene();
    const created = await mfa.createDevice('alice', { name: 'Phone', account: 'alice', proof: undefined });
    if (!created.ok) throw new Error(created.reason);
    await mfa.importDevice('alice', { name: 'A', secret, ...ADMINISTRATOR });
    const body = { administrator: 'me' };
    const shown = await mfa.showDevice('alice', { enrollment: created.enrollment, ...body });
    expect(shown).toMatchObject({ ok: false, reason: 'mfa-required' });
  });
});

describe('names', () => {
  it.each(['\u200d', '\u3164', '\u2800 \u200c'])('that show nothing are none: %j', async (name) => {
    const { mfa } = scene();
    const answer = await mfa.createDevice('alice', { name, account: 'alice', proof: undefined });
    expect(answer).toMatchObject({ reason: 'malformed-name' });
  });

  it.each(['phone', 'Phone\u200d', 'Ｐhone'])('that look alike are one: %j', async (name) => {
    const { mfa, secret } = scene();
    await mfa.importDevice('alice', { name: 'Phone', secret, ...ADMINISTRATOR });
    const answer = await mfa.importDevice('alice', { name, secret, ...ADMINISTRATOR });
    expect(answer).toMatchObject({ reason: 'name-taken' });
  });
});
