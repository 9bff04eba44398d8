import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { formatKeyUri, parseSecret } from 'lockstep-mfa';
import { type VirtualAuthenticator, virtualAuthenticator } from 'lockstep-mfa/testing';
import { describe, expect, it } from 'vitest';
import { parseRecord, type UserDevice, type UserRecord } from '../../src/user/record.js';
import { outcome, yes } from '../service/world.js';
import { ROOT } from '../support/tree.js';
import { KEPT_TYPES, type KnownToken } from './full-record.js';
import { GOLDEN_FOLDER, type GoldenRecord, goldenRecords, sealerOf } from './golden-records.js';
import { pairOf, readKeyUri, TestServer, USER } from './test-server.js';

// What an earlier version stored goes on working: codes, handles, sealed secrets, proofs and locks.

function read(name: string): GoldenRecord {
  return JSON.parse(readFileSync(`${ROOT}${GOLDEN_FOLDER}/${name}`, 'utf8'));
}
const names = readdirSync(ROOT + GOLDEN_FOLDER).filter((name) => name.endsWith('.json'));
const files = names.map((name): [string, GoldenRecord] => [name, read(name)]);
const LOCKED = read('locked.json');
const LOCKED_FOR_GOOD = read('locked-for-good.json');
const RECOVERING = read('recovering.json');
const RESET = read('reset.json');
const RESET_EXPIRED = read('reset-expired.json');
const SEALED = read('sealed.json');

/** A service that has the record in its store, at the time when it was stored. */
async function serverOf(golden: GoldenRecord): Promise<TestServer> {
  const server = new TestServer({ sealer: sealerOf(golden), startMs: golden.nowMs, seed: 9 });
  await server.put(golden.record);
  return server;
}

function entryOf({ record }: GoldenRecord, name: string): UserDevice {
  const entry = record.devices.find((device) => device.name === name);
  if (entry === undefined) throw new Error(`no device ${name}`);
  return entry;
}

/** The app of a device. */
function phoneOf(golden: GoldenRecord, name: string, { clock }: TestServer): VirtualAuthenticator {
  const { secret, offsetMs } = golden.phones[name]!;
  const { parameters } = entryOf(golden, name).device;
  return virtualAuthenticator(formatKeyUri({ account: 'alice', secret: parseSecret(secret), parameters }), {
    clock,
    offsetMs,
  });
}

const pendingOf = ({ record }: GoldenRecord): UserDevice =>
  record.devices.find(({ device }) => device.status === 'pending')!;

describe('the golden records', () => {
  it('are what the generator makes, the nonces of sealed secrets aside', async () => {
    const made = await goldenRecords();
    expect(Object.keys(made).sort()).toEqual([...names].sort());
    for (const [name, golden] of files) {
      const again: GoldenRecord = JSON.parse(made[name]!);
      const asStored = again.record.devices.map((entry, i) => {
        const { sealedSecret } = golden.record.devices[i]!;
        if (golden.sealingKey === undefined) expect(entry.sealedSecret).toBe(sealedSecret);
        expect(entry.sealedSecret).toHaveLength(sealedSecret.length);
        return { ...entry, sealedSecret };
      });
      expect({ ...again, record: { ...again.record, devices: asStored } }).toEqual(golden);
    }
  });

  it('have devices in each status, both sealers, both locks, a recovery, a reset and every type of event', () => {
    const records = files.map(([, { record }]) => record);
    const statuses = records.flatMap(({ devices }) => devices.map(({ device }) => device.status));
    expect([...new Set(statuses)].sort()).toEqual(['assigned', 'pending', 'suspended']);
    const sealed = records.flatMap(({ devices }) => devices.map(({ sealedSecret }) => sealedSecret.split('.')[0]));
    expect([...new Set(sealed)].sort()).toEqual(['plain', 'v1']);
    const types = records.flatMap(({ history }) => history.map(({ type }) => type));
    expect([...new Set(types)].sort()).toEqual([...KEPT_TYPES].sort());
    const { failures, strikes, failedAtMs, waitMs } = LOCKED.record.throttle;
    expect(Math.min(failures, strikes)).toBeGreaterThan(0);
    expect([failedAtMs, waitMs]).toEqual([LOCKED.nowMs, 30_000]);
    expect(LOCKED_FOR_GOOD.record.throttle.locked).toBe(true);
    expect(RECOVERING.record.recovering).toBe(true);
    for (const { record } of [RESET, RESET_EXPIRED]) {
      expect(record).toMatchObject({ recovering: true, requires: ['reset'], reset: {} });
    }
  });

  it('have what an import has to know, a set of codes that is not confirmed, and the revisions before', () => {
    for (const { record } of [LOCKED, LOCKED_FOR_GOOD, RECOVERING, RESET, RESET_EXPIRED]) {
      expect(record.retiredUntilMs).toBeGreaterThan(0);
      expect(record.removedSerialNumbers?.map(({ imported }) => imported)).toEqual(['without-codes', 'with-codes']);
      expect(record.revisions).toHaveLength(8);
      const spare = record.devices.find(({ name }) => name === 'spare key')!;
      expect(spare).toMatchObject({ chosenSerialNumber: 'without-codes', device: { assumedFrom: expect.any(Number) } });
    }
    expect(LOCKED.record.nextRecovery?.unused).toHaveLength(10);
    expect(RECOVERING.record).not.toHaveProperty('nextRecovery');
  });
});

describe.each(files)('%s', (_, golden) => {
  it('is read as it stands', () => {
    expect(parseRecord(golden.record)).toBe(golden.record);
  });

  it('is described: each device, the codes that are left, the whole history to an administrator', async () => {
    const { mfa, desk } = await serverOf(golden);
    const { record, proof, recoveryCodes } = golden;
    const described = await mfa.describeUser(USER, { proof });
    const of = record.devices.map(({ name, device }) => [name, device.status]);
    expect(described.devices.map(({ name, status }) => [name, status])).toEqual(of);
    expect(described.recoveryCodesLeft).toBe(recoveryCodes.unused.length);
    expect(described.recoveryCodesUnconfirmed).toBe(recoveryCodes.next?.length ?? 0);
    expect((await desk.describeUser(USER)).history).toEqual(record.history);
  });

  it('has a handle whose hash is SHA-256 of the serial number and the handle, one a line', () => {
    const { enrollmentHash, device } = pendingOf(golden);
    const [serialNumber, handle] = golden.enrollment.split('.');
    expect(serialNumber).toBe(device.serialNumber);
    expect(sha256(`${serialNumber}\n${handle}`)).toBe(enrollmentHash);
  });

  it('has a handle that shows the same secret and assigns its device', async () => {
    const server = await serverOf(golden);
    const { enrollment } = golden;
    const { name, device } = pendingOf(golden);
    const { keyUri } = yes(await server.desk.showDevice(USER, { enrollment }));
    const phone = phoneOf(golden, name, server);
    expect(formatKeyUri({ ...readKeyUri(keyUri), account: 'alice' })).toBe(keyUri);
    expect(server.scan(keyUri).code()).toBe(phone.code());
    const other = `${enrollment.slice(0, -1)}${enrollment.endsWith('0') ? '1' : '0'}` as typeof enrollment;
    expect(outcome(await server.desk.showDevice(USER, { enrollment: other }))).toBe('unknown-device');
    const assigned = yes(await server.desk.assignDevice(USER, { enrollment, codes: pairOf(phone) }));
    expect(assigned.device).toMatchObject({ status: 'assigned', serialNumber: device.serialNumber });
    server.clock.advanceMs(3_600_000);
    if (golden.record.throttle.locked === true) yes(await server.desk.unlock(USER));
    yes(await server.mfa.signIn(USER, { code: phone.code() }));
  });

  it('remembers the serial numbers of removed devices as half a SHA-256 of a text and the number, one a line', async () => {
    const { removed = [], record } = golden;
    const hashes = removed.map((one) => sha256(`lockstep-mfa removed serial number\n${one}`).slice(0, 32));
    expect(record.removedSerialNumbers?.map(({ hash }) => hash) ?? []).toEqual(hashes);
    if (record.recovering === true) return;
    const { desk } = await serverOf(golden);
    const imported = { name: 'x', secret: parseSecret('JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP') };
    for (const serialNumber of removed) {
      expect(outcome(await desk.importDevice(USER, { ...imported, serialNumber }))).toBe('removed');
    }
    expect(outcome(await desk.importDevice(USER, { ...imported, serialNumber: 'HW-9' }))).toBe('ok');
  });

  it('has secrets whose codes sign in once the lock has ended and the device counts', async () => {
    for (const { name, device } of golden.record.devices) {
      if (device.status === 'pending') continue;
      const server = await serverOf(golden);
      const { serialNumber } = device;
      if (golden.record.throttle.locked === true) yes(await server.desk.unlock(USER));
      if (device.status === 'suspended') yes(await server.desk.reinstateDevice(USER, { serialNumber }));
      server.clock.advanceMs(3_600_000);
      const phone = phoneOf(golden, name, server);
      const signedIn = yes(await server.mfa.signIn(USER, { code: phone.code() }));
      expect(signedIn.device.serialNumber).toBe(serialNumber);
      expect(outcome(await server.mfa.signIn(USER, { code: phone.wrongCode() }))).toBe('code-mismatch');
    }
  });
});

describe.each([
  ['locked.json', LOCKED],
  ['locked-for-good.json', LOCKED_FOR_GOOD],
  ['sealed.json', SEALED],
])('the recovery codes of %s', (_, golden) => {
  const { unused, used } = golden.recoveryCodes;

  it('are kept as SHA-256 of a text, the salt and the code, one a line', () => {
    const { recovery } = golden.record;
    const hashes = (codes: readonly string[]) =>
      codes.map((code) => sha256(`lockstep-mfa recovery code\n${recovery?.salt}\n${code}`));
    expect(hashes(unused)).toEqual(recovery?.unused);
    expect(hashes(used)).toEqual(recovery?.used);
    expect([unused.length, used.length]).toEqual([9, 1]);
  });

  it('sign in, each once, while those of the next set are not used', async () => {
    const { mfa } = await serverOf(golden);
    const signIn = (recoveryCode: string) => mfa.signInWithRecoveryCode(USER, { recoveryCode });
    for (const code of used) expect(outcome(await signIn(code))).toBe('recovery-code-reused');
    for (const [i, code] of unused.entries()) {
      expect(yes(await signIn(code)).recoveryCodesLeft).toBe(unused.length - 1 - i);
      expect(outcome(await signIn(code))).toBe('recovery-code-reused');
    }
    const other = unused[0]!.replace(/.$/, (last) => (last === '0' ? '1' : '0'));
    expect(outcome(await signIn(other))).toBe('recovery-code-mismatch');
    expect((await mfa.describeUser(USER)).status).toBe('required');
  });
});

describe('the next recovery codes of locked.json', () => {
  const { unused, next = [] } = LOCKED.recoveryCodes;

  it('are kept as those in force, with a salt of their own', () => {
    const { recovery, nextRecovery } = LOCKED.record;
    const hashes = next.map((code) => sha256(`lockstep-mfa recovery code\n${nextRecovery?.salt}\n${code}`));
    expect(hashes).toEqual(nextRecovery?.unused);
    expect(nextRecovery?.salt).not.toBe(recovery?.salt);
  });

  it('come into force where one of them signs in, and the others are void', async () => {
    const { mfa } = await serverOf(LOCKED);
    const [recoveryCode] = next;
    expect(yes(await mfa.signInWithRecoveryCode(USER, { recoveryCode })).recoveryCodesLeft).toBe(9);
    const [old] = unused;
    expect(outcome(await mfa.signInWithRecoveryCode(USER, { recoveryCode: old }))).toBe('recovery-code-mismatch');
  });

  it('come into force where one of them is confirmed with the proof of the record', async () => {
    const { mfa } = await serverOf(LOCKED);
    const [recoveryCode] = next;
    const confirmed = yes(await mfa.confirmRecoveryCodes(USER, { recoveryCode, proof: LOCKED.proof }));
    const described = await mfa.describeUser(USER, { proof: confirmed.proof });
    expect(described).toMatchObject({ recoveryCodesLeft: 10, recoveryCodesUnconfirmed: 0, signedIn: true });
  });
});

describe('the browsers of locked.json', () => {
  const { record, browserTokens = {} } = LOCKED;
  const { Laptop, Desktop } = browserTokens as Readonly<Record<'Laptop' | 'Desktop', KnownToken>>;
  const [desktop, laptop] = record.browsers!;

  it('are kept as half a SHA-256 of a text and the token, one a line, the last used last', () => {
    const hashOf = (token: string) => sha256(`lockstep-mfa browser token\n${token}`).slice(0, 32);
    expect([desktop?.label, desktop?.hash]).toEqual(['Desktop', hashOf(Desktop.newest)]);
    expect(desktop).toMatchObject({ strikes: 1 });
    expect(desktop).not.toHaveProperty('trust');
    expect([laptop?.label, laptop?.hash]).toEqual(['Laptop', hashOf(Laptop.newest)]);
    expect(laptop?.previousHash).toBe(hashOf(Laptop.previous!));
    expect(record.browsers).toHaveLength(2);
  });

  it('sign in with a code while others are locked out', async () => {
    const server = await serverOf(LOCKED);
    const code = phoneOf(LOCKED, 'phone', server).code({ steps: 1 });
    expect(outcome(await server.mfa.signIn(USER, { code }))).toBe('locked');
    expect(outcome(await server.mfa.signIn(USER, { code, browserToken: Desktop.newest }))).toBe('ok');
  });

  it('without one where trusted, until the trust ends, with either token in the minute of the newest', async () => {
    const server = await serverOf(LOCKED);
    const { mfa, clock } = server;
    const signIn = async (browserToken: unknown) => outcome(await mfa.signInWithTrustedBrowser(USER, { browserToken }));
    expect(await signIn(Desktop.newest)).toBe('browser-not-trusted');
    clock.advanceMs(59_999);
    expect(await signIn(Laptop.previous)).toBe('ok');
    clock.advanceMs(laptop!.trust!.untilMs - 1 - clock());
    await server.put(record);
    expect(await signIn(Laptop.newest)).toBe('ok');
    await server.put(record);
    clock.advanceMs(1);
    expect(await signIn(Laptop.newest)).toBe('browser-not-trusted');
  });

  it('are not trusted any more where an old token is shown', async () => {
    const { mfa, desk, clock } = await serverOf(LOCKED);
    clock.advanceMs(60_000);
    const answer = await mfa.signInWithTrustedBrowser(USER, { browserToken: Laptop.previous });
    expect(outcome(answer)).toBe('browser-not-trusted');
    const { browsers } = await desk.describeUser(USER);
    expect(browsers.map(({ label, trustedUntilMs }) => [label, trustedUntilMs])).toEqual([
      ['Laptop', undefined],
      ['Desktop', undefined],
    ]);
  });
});

describe('the code of a reset', () => {
  it.each([
    ['reset.json', RESET],
    ['reset-expired.json', RESET_EXPIRED],
  ])('of %s is kept as SHA-256 of a text, the salt and the code, one a line', (_, { record, resetCode }) => {
    const { salt, hash } = record.reset!;
    expect(sha256(`lockstep-mfa reset code\n${salt}\n${resetCode}`)).toBe(hash);
  });

  it('of reset.json sets up one device until its time is over, and does nothing else', async () => {
    const server = await serverOf(RESET);
    const { mfa, clock } = server;
    const { record, resetCode, enrollment } = RESET;
    clock.advanceMs(10 * 60_000);
    const { proof } = yes(await mfa.signInWithResetCode(USER, { resetCode }));
    const { serialNumber } = entryOf(RESET, 'phone').device;
    expect(outcome(await mfa.reinstateDevice(USER, { serialNumber, proof }))).toBe('mfa-required');
    const codes = pairOf(phoneOf(RESET, 'phone after the reset', server));
    const assigned = yes(await mfa.assignDevice(USER, { enrollment, codes, proof }));
    const described = await mfa.describeUser(USER, { proof: assigned.proof });
    expect(described).toMatchObject({ status: 'required', signedIn: true });
    expect(outcome(await mfa.signInWithResetCode(USER, { resetCode }))).toBe('no-reset');

    await server.put(record);
    clock.advanceMs(record.reset!.untilMs - clock());
    expect(outcome(await mfa.signInWithResetCode(USER, { resetCode }))).toBe('reset-code-expired');
    expect(server.events.at(-1)).toMatchObject({ type: 'reset-expired' });
  });

  it('of reset-expired.json leads nowhere, and another reset does', async () => {
    const { mfa, desk, events } = await serverOf(RESET_EXPIRED);
    const { resetCode } = RESET_EXPIRED;
    expect(outcome(await mfa.signInWithResetCode(USER, { resetCode }))).toBe('reset-code-expired');
    expect(events).toEqual([]);
    const again = yes(await desk.resetUser(USER));
    expect(outcome(await mfa.signInWithResetCode(USER, { resetCode }))).toBe('reset-code-mismatch');
    expect(outcome(await mfa.signInWithResetCode(USER, { resetCode: again.resetCode }))).toBe('ok');
  });
});

describe('the lock of locked-for-good.json', () => {
  it('stands for ever, and a recovery code lifts it', async () => {
    const server = await serverOf(LOCKED_FOR_GOOD);
    const { mfa, clock } = server;
    const phone = phoneOf(LOCKED_FOR_GOOD, 'phone', server);
    clock.advanceMs(1e12);
    expect(await mfa.signIn(USER, { code: phone.code() })).toEqual({ ok: false, reason: 'locked' });
    const [recoveryCode] = LOCKED_FOR_GOOD.recoveryCodes.unused;
    yes(await mfa.signInWithRecoveryCode(USER, { recoveryCode }));
    yes(await mfa.signIn(USER, { code: phone.code() }));
  });
});

describe('the lock of locked.json', () => {
  const { throttle } = LOCKED.record;
  const lockedUntilMs = throttle.failedAtMs! + throttle.waitMs!;

  it('stands until its time', async () => {
    const server = await serverOf(LOCKED);
    const phone = phoneOf(LOCKED, 'phone', server);
    server.clock.advanceMs(lockedUntilMs - 1 - server.clock());
    const refused = await server.mfa.signIn(USER, { code: phone.code() });
    expect(refused).toEqual({ ok: false, reason: 'locked', lockedUntilMs });
    server.clock.advanceMs(1);
    yes(await server.mfa.signIn(USER, { code: phone.code() }));
  });

  it('goes on where it was: the next failure doubles the wait, and the strikes are counted on', async () => {
    const server = await serverOf(LOCKED);
    const phone = phoneOf(LOCKED, 'phone', server);
    server.clock.advanceMs(lockedUntilMs - server.clock());
    await server.mfa.signIn(USER, { code: phone.wrongCode() });
    const after = (await server.record()) as UserRecord;
    const { failures, strikes } = after.throttle;
    expect([failures, strikes]).toEqual([throttle.failures + 1, throttle.strikes + 1]);
    const { failedAtMs, waitMs } = after.throttle;
    expect([failedAtMs, waitMs]).toEqual([lockedUntilMs, 2 * throttle.waitMs!]);
  });
});

describe('the proofs', () => {
  it.each([
    ['locked.json', LOCKED],
    ['sealed.json', SEALED],
  ])('of %s manages devices', async (_, golden) => {
    const { mfa } = await serverOf(golden);
    const { serialNumber } = entryOf(golden, 'tablet').device;
    expect((await mfa.describeUser(USER, { proof: golden.proof })).signedIn).toBe(true);
    yes(await mfa.renameDevice(USER, { serialNumber, name: 'kitchen', proof: golden.proof }));
  });

  it.each([
    ['recovering.json', RECOVERING, 'new phone'],
    ['reset.json', RESET, 'phone after the reset'],
  ])('of %s sets up the one device that ends the recovery, and does nothing else', async (_, golden, name) => {
    const server = await serverOf(golden);
    const { mfa } = server;
    const { proof, enrollment } = golden;
    const { serialNumber } = entryOf(golden, 'phone').device;
    const { status, signedIn } = await mfa.describeUser(USER, { proof });
    expect({ status, signedIn }).toEqual({ status: 'recovering', signedIn: false });
    expect(outcome(await mfa.reinstateDevice(USER, { serialNumber, proof }))).toBe('mfa-required');
    const codes = pairOf(phoneOf(golden, name, server));
    const assigned = yes(await mfa.assignDevice(USER, { enrollment, codes, proof }));
    const described = await mfa.describeUser(USER, { proof: assigned.proof });
    expect(described).toMatchObject({ status: 'required', signedIn: true });
    expect(outcome(await mfa.createDevice(USER, { name: 'one more', account: 'alice', proof }))).toBe('mfa-required');
  });
});

describe('the sealed secrets of sealed.json', () => {
  it('open for their user, device and parameters, and for no other', async () => {
    const sealer = sealerOf(SEALED);
    for (const { name, sealedSecret, device } of SEALED.record.devices) {
      const { serialNumber, parameters } = device;
      const context = { userId: USER, serialNumber, parameters };
      const { secret } = SEALED.phones[name]!;
      expect(await sealer.open(sealedSecret, context)).toEqual({ plain: secret, stale: false });
      for (const other of [
        { ...context, userId: 'user-2' },
        { ...context, serialNumber: 'another' },
        { ...context, parameters: { ...parameters, periodSeconds: 15 } },
        { userId: USER, serialNumber },
      ]) {
        await expect(sealer.open(sealedSecret, other)).rejects.toMatchObject({ code: 'sealer-failed' });
      }
    }
  });
});

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
