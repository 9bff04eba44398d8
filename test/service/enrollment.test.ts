import {
  createMfaService,
  createPolicy,
  type EnrollmentHandle,
  type MfaProof,
  parseSecret,
  plaintextSealer,
} from 'lockstep-mfa';
import { memoryStore } from 'lockstep-mfa/stores/memory';
import { fixedClock } from 'lockstep-mfa/testing';
import { describe, expect, it } from 'vitest';
import { rejected, thrown } from '../support/thrown.js';
import { DAY_MS, MINUTE_MS, outcome, pairOf, START_MS, USER, World, wrongCodes, yes } from './world.js';

const ACCOUNT = 'alice@example.com';
const SECRET = parseSecret('JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP');

describe('names that the app shows', () => {
  const service = (issuer: string) =>
    createMfaService({ issuer, store: memoryStore(), sealer: plaintextSealer(), clock: fixedClock() });

  it('are cleaned by one rule, and a colon in the account is written behind the issuer', async () => {
    const mfa = service(' Ac\u202eme\n');
    const created = yes(await mfa.createDevice(USER, { name: 'phone', account: '\tCORP:ali\ud83dce ' }));
    expect(created.keyUri).toMatch(/^otpauth:\/\/totp\/Acme:CORP%3Aalice\?/);
    const shown = yes(await mfa.showDevice(USER, { enrollment: created.enrollment }));
    expect(shown.keyUri).toBe(created.keyUri);
    for (const account of ['', ' \u200f', 'a'.repeat(257), undefined as unknown as string]) {
      const call = mfa.createDevice('user-2', { name: 'phone', account });
      expect((await rejected(call)).message).toMatch(/^account must/);
    }
    expect((await mfa.describeUser('user-2')).devices).toEqual([]);
  });

  it('are refused for the service where no app can show them', () => {
    for (const issuer of ['', '\u0000', 'a:b', 'a'.repeat(257)]) {
      expect(thrown(() => service(issuer)).message).toMatch(/^issuer must/);
    }
  });
});

describe('the parameters of a new device', () => {
  it('are answered with the apps that show other codes, none for the defaults', async () => {
    const world = new World();
    const { enrollment } = await world.begin();
    expect(yes(await world.mfa.showDevice(USER, { enrollment })).appsToAvoid).toEqual([]);
    const input = { name: 'other', account: ACCOUNT, parameters: { periodSeconds: 60 } };
    const { appsToAvoid } = yes(await world.mfa.createDevice(USER, input));
    expect(appsToAvoid.map(({ app }) => app)).toContain('Microsoft Authenticator');
  });
});

describe('a pending device', () => {
  it('is shown again with the same secret, and keeps it after a wrong code', async () => {
    const world = new World();
    const { phone, enrollment } = await world.begin();
    const first = yes(await world.mfa.showDevice(USER, { enrollment }));
    const [a, b] = wrongCodes(2, phone);
    const wrong = await world.mfa.assignDevice(USER, { enrollment, codes: [a, b] });
    expect(outcome(wrong)).toBe('code-mismatch');
    expect(await world.mfa.showDevice(USER, { enrollment })).toEqual(first);
    expect(first.setupKey.replaceAll(' ', '')).toBe(/secret=([A-Z2-7]+)/.exec(first.keyUri)?.[1]);
  });

  it('is never shown again once it is assigned', async () => {
    const world = new World();
    const { enrollment, proof } = await world.enroll();
    for (const by of [undefined, proof]) {
      expect(outcome(await world.mfa.showDevice(USER, { enrollment, proof: by }))).toBe('already-assigned');
    }
  });

  it('is shown to the handle alone, and where there is MFA already with a proof', async () => {
    const world = new World();
    const { proof } = await world.enroll();
    const { enrollment } = await world.begin({ by: proof, name: 'tablet' });
    const show = async (input: { enrollment?: EnrollmentHandle; proof?: MfaProof | undefined }) =>
      outcome(await world.mfa.showDevice(USER, { enrollment, ...input }));
    expect(await show({})).toBe('mfa-required');
    expect(await show({ proof: undefined })).toBe('mfa-required');
    expect(await show({ proof })).toBe('ok');
    const other = `${enrollment.slice(0, -1)}${enrollment.endsWith('0') ? '1' : '0'}` as EnrollmentHandle;
    expect(await show({ enrollment: other, proof })).toBe('unknown-device');
  });

  it('ends after 15 minutes', async () => {
    const world = new World();
    const { phone, enrollment } = await world.begin();
    world.wait(15 * MINUTE_MS - 1);
    expect(outcome(await world.mfa.showDevice(USER, { enrollment }))).toBe('ok');
    expect((await world.mfa.describeUser(USER)).devices).toHaveLength(1);
    world.wait(1);
    expect(outcome(await world.mfa.showDevice(USER, { enrollment }))).toBe('enrollment-expired');
    const codes = pairOf(phone);
    expect(outcome(await world.mfa.assignDevice(USER, { enrollment, codes }))).toBe('enrollment-expired');
    expect((await world.mfa.describeUser(USER)).devices).toEqual([]);
  });

  it('ends when the server clock was set back by as much', async () => {
    const world = new World();
    const { enrollment } = await world.begin();
    world.nowMs = START_MS - 15 * MINUTE_MS;
    expect(outcome(await world.mfa.showDevice(USER, { enrollment }))).toBe('enrollment-expired');
  });

  it('ends with the twentieth wrong pair: it is not shown any more, and makes room', async () => {
    const world = new World();
    const { phone, enrollment } = await world.begin();
    const assign = async (codes: readonly [unknown, unknown]) =>
      outcome(await world.mfa.assignDevice(USER, { enrollment, codes }));
    const [a, b] = wrongCodes(2, phone);
    for (let i = 1; i <= 19; i++) expect(await assign([a, b])).toBe('code-mismatch');
    expect(outcome(await world.mfa.showDevice(USER, { enrollment }))).toBe('ok');
    expect(await assign([a, b])).toBe('enrollment-expired');
    expect(await assign(pairOf(phone))).toBe('enrollment-expired');
    expect(outcome(await world.mfa.showDevice(USER, { enrollment }))).toBe('enrollment-expired');
    expect((await world.mfa.describeUser(USER)).devices).toEqual([]);
    await world.begin();
    expect((await world.record()).devices).toHaveLength(1);
  });

  it('gives way to a fourth, the oldest first, and touches neither the others nor an assigned device', async () => {
    const world = new World();
    const { proof, serialNumber } = await world.enroll();
    const begun = [];
    for (const name of ['a', 'b', 'c', 'd']) begun.push(await world.begin({ by: proof, name }));
    const { devices } = await world.mfa.describeUser(USER);
    expect(devices.map((device) => device.serialNumber)).toEqual([
      serialNumber,
      ...begun.slice(1).map((device) => device.serialNumber),
    ]);
    const [gone, ...left] = begun.map(({ enrollment }) => enrollment);
    expect(outcome(await world.mfa.showDevice(USER, { enrollment: gone!, proof }))).toBe('unknown-device');
    for (const enrollment of left) {
      expect(outcome(await world.mfa.showDevice(USER, { enrollment, proof }))).toBe('ok');
    }
  });

  it('is cancelled by its handle, once', async () => {
    const world = new World();
    const { enrollment } = await world.begin();
    const other = await world.begin();
    expect(await world.mfa.cancelDevice(USER, { enrollment })).toEqual({ ok: true });
    expect(outcome(await world.mfa.cancelDevice(USER, { enrollment }))).toBe('unknown-device');
    expect((await world.record()).devices.map(({ device }) => device.serialNumber)).toEqual([other.serialNumber]);
    const enrolled = await world.enroll();
    const cancelled = await world.mfa.cancelDevice(USER, { enrollment: enrolled.enrollment });
    expect(outcome(cancelled)).toBe('already-assigned');
  });

  it('is sealer-failed where its secret is unreadable', async () => {
    const world = new World();
    const { enrollment } = await world.begin();
    await world.tamper((record) => ({ ...record, devices: [{ ...record.devices[0], sealedSecret: 'not base32!' }] }));
    expect((await rejected(world.mfa.showDevice(USER, { enrollment }))).code).toBe('sealer-failed');
  });
});

describe('a form that was sent twice', () => {
  it('is already-assigned without the secret, which may not open any more', async () => {
    const world = new World();
    const { enrollment, phone } = await world.enroll();
    const mfa = world.server({ sealer: { ...plaintextSealer(), open: () => Promise.reject(new Error('no key')) } });
    const codes = pairOf(phone);
    expect(outcome(await mfa.assignDevice(USER, { enrollment, codes }))).toBe('already-assigned');
    expect(outcome(await mfa.showDevice(USER, { enrollment }))).toBe('already-assigned');
  });
});

describe('a second device', () => {
  it('takes a proof or an administrator, at the beginning and at the end', async () => {
    const world = new World();
    const { proof } = await world.enroll();
    const create = async (by: { proof?: MfaProof }) =>
      outcome(await world.mfa.createDevice(USER, { name: 'tablet', account: ACCOUNT, ...by }));
    expect(await create({})).toBe('mfa-required');
    expect(await create({ proof })).toBe('ok');
    expect(outcome(await world.desk.createDevice(USER, { name: 'tablet', account: ACCOUNT }))).toBe('ok');

    const { phone, enrollment } = await world.begin({ by: proof, name: 'tablet' });
    const codes = pairOf(phone);
    expect(outcome(await world.mfa.assignDevice(USER, { enrollment, codes }))).toBe('mfa-required');
    const assigned = yes(await world.mfa.assignDevice(USER, { enrollment, codes, proof }));
    expect(assigned.proof).toEqual({
      userId: USER,
      atMs: world.nowMs,
      method: 'enrollment',
      generation: proof.generation,
    });
  });

  it('has its first proof in its answer, and the next right code signs in', async () => {
    const world = new World();
    const { phone, proof } = await world.enroll();
    const { generation } = await world.record();
    expect(proof).toEqual({ userId: USER, atMs: START_MS, method: 'enrollment', generation });
    expect(outcome(await world.mfa.signIn(USER, { code: phone.code() }))).toBe('ok');
  });

  it('is too-many-devices as the ninth, when it is created and when it is assigned; a suspended one counts', async () => {
    const world = new World();
    const { proof, serialNumber } = await world.enroll();
    for (let i = 2; i <= 7; i++) await world.enroll({ by: proof, name: `phone ${i}` });
    const [eighth, ninth] = [await world.begin({ by: proof, name: 'a' }), await world.begin({ by: proof, name: 'b' })];
    const assign = async ({ phone, enrollment }: typeof eighth) =>
      outcome(await world.desk.assignDevice(USER, { enrollment, codes: pairOf(phone) }));
    expect(await assign(eighth)).toBe('ok');
    expect(await assign(ninth)).toBe('too-many-devices');
    yes(await world.desk.suspendDevice(USER, { serialNumber }));
    expect(await assign(ninth)).toBe('too-many-devices');
    expect(outcome(await world.desk.createDevice(USER, { name: 'c', account: ACCOUNT }))).toBe('too-many-devices');
    yes(await world.desk.removeDevice(USER, { serialNumber }));
    expect(await assign(ninth)).toBe('ok');
  });

  it('is too-many-devices under a policy of one device', async () => {
    const world = new World({ policy: createPolicy({ maxDevices: 1 }) });
    const { proof } = await world.enroll();
    const create = { name: 'tablet', account: ACCOUNT, proof };
    expect(outcome(await world.mfa.createDevice(USER, create))).toBe('too-many-devices');
  });
});

describe('names', () => {
  it('are taken in any case by devices that count, and not by pending ones', async () => {
    const world = new World();
    const { proof } = await world.enroll({ name: 'Phone' });
    const create = async (name: unknown) =>
      outcome(await world.mfa.createDevice(USER, { name, account: ACCOUNT, proof }));
    expect(await create(' pHONE ')).toBe('name-taken');
    expect(await create('tablet')).toBe('ok');
    expect(await create('tablet')).toBe('ok');
    expect(await create('')).toBe('malformed-name');
    expect(await create(5)).toBe('malformed-name');
  });

  it.each(['\u200d', '\u3164', '\u2800 \u200c'])('that show nothing, as %j, are malformed-name', async (name) => {
    const { mfa } = new World();
    expect(outcome(await mfa.createDevice(USER, { name, account: ACCOUNT }))).toBe('malformed-name');
  });

  it.each(['phone', 'Phone\u200d', 'Ｐhone'])(
    'that look like that of another device, as %j, are name-taken',
    async (name) => {
      const { desk } = new World();
      yes(await desk.importDevice(USER, { name: 'Phone', secret: SECRET }));
      expect(outcome(await desk.importDevice(USER, { name, secret: SECRET }))).toBe('name-taken');
    },
  );

  it('of two set-ups at once the second gets a number, and stays within 64 characters', async () => {
    const world = new World();
    const name = '🙂'.repeat(64);
    const begun = [await world.begin({ name }), await world.begin({ name })];
    const named = [];
    for (const { phone, enrollment } of [...begun, await world.begin({ name })]) {
      const codes = pairOf(phone);
      const { device } = yes(await world.desk.assignDevice(USER, { enrollment, codes }));
      named.push(device.name);
    }
    expect(named).toEqual([name, `${'🙂'.repeat(60)} 2`, `${'🙂'.repeat(60)} 3`]);
  });

  it('are changed with a proof, are unique, and may change in case alone', async () => {
    const world = new World();
    const { proof, serialNumber } = await world.enroll({ name: 'phone' });
    await world.enroll({ by: proof, name: 'tablet' });
    const rename = async (name: unknown, by: { proof?: MfaProof } = { proof }) =>
      outcome(await world.mfa.renameDevice(USER, { serialNumber, name, ...by }));
    expect(await rename('pocket', {})).toBe('mfa-required');
    expect(await rename('TABLET')).toBe('name-taken');
    expect(await rename('\u0000')).toBe('malformed-name');
    expect(await rename('Phone')).toBe('ok');
    expect((await world.mfa.describeUser(USER)).devices[0]!.name).toBe('Phone');
    const row = await world.store.get(USER);
    expect(await rename('Phone')).toBe('ok');
    expect(await world.store.get(USER)).toEqual(row);
    const other = { serialNumber: 'other', name: 'x', proof };
    expect(outcome(await world.mfa.renameDevice(USER, other))).toBe('unknown-device');
  });
});

describe('codes of another time', () => {
  it('are clock-off while enrolling, and code-mismatch beyond a day', async () => {
    const world = new World();
    const { phone, enrollment } = await world.begin();
    const codes = pairOf(phone, 60);
    const answer = await world.mfa.assignDevice(USER, { enrollment, codes });
    expect(answer).toEqual({ ok: false, reason: 'clock-off', offsetMs: 60 * 30_000 });
    phone.offsetMs = 400 * DAY_MS;
    const beyond = pairOf(phone);
    const lost = await world.mfa.assignDevice(USER, { enrollment, codes: beyond });
    expect(outcome(lost)).toBe('code-mismatch');
  });
});
