import { type EnrollmentHandle, formatSecret, type MfaProof, parseSecret } from 'lockstep-mfa';
import { DETAILS } from '../../src/user/events.js';
import { parseRecord, type UserRecord } from '../../src/user/record.js';
import { yes } from '../service/world.js';
import { pairOf, readKeyUri, TestServer, type TestServerOptions, USER } from './test-server.js';

const HOUR_MS = 3_600_000;
const VERIFIED = { verified: ['email', 'phone'] };

/** A row, and what the user and their sessions hold. */
export interface StoredUser {
  readonly record: UserRecord;
  /** When it was stored, and the pending device was not yet expired. */
  readonly nowMs: number;
  readonly proof: MfaProof;
  readonly enrollment: EnrollmentHandle;
  readonly recoveryCodes: {
    readonly unused: readonly string[];
    readonly used: readonly string[];
    /** Of the set that was made and not yet confirmed. */
    readonly next?: readonly string[];
  };
  /** Of the browsers that are known, by what the application called them. */
  readonly browserTokens?: Readonly<Record<string, KnownToken>>;
  readonly resetCode?: string;
  /** Serial numbers that the caller chose, of devices that were removed. */
  readonly removed?: readonly string[];
  /** By the name of the device. */
  readonly phones: Readonly<Record<string, HeldPhone>>;
}

/** The newest token of a browser, and the one before where the newest was not seen. */
export interface KnownToken {
  readonly newest: string;
  readonly previous?: string;
}

/** An authenticator app with one entry. */
export interface HeldPhone {
  /** Base32. */
  readonly secret: string;
  /** How far its clock is ahead. */
  readonly offsetMs: number;
}

function held(keyUri: string, offsetMs = 0): HeldPhone {
  return { secret: formatSecret(readKeyUri(keyUri).secret), offsetMs };
}

/**
 * One user at five times, by what the service itself writes, whose records hold between them every field that there is:
 * locked after many failures, locked until somebody lifts it, recovering, reset, and reset so long ago that the code has
 * expired.
 */
export async function storedUsers(
  options: TestServerOptions = {},
): Promise<Readonly<Record<'locked' | 'lockedForGood' | 'recovering' | 'reset' | 'resetExpired', StoredUser>>> {
  const server = new TestServer(options);
  const { mfa, desk, clock } = server;
  const { phone, serialNumber, keyUri } = await server.enroll('phone');
  const tablet = await server.enroll('tablet', { algorithm: 'SHA256', digits: 8, periodSeconds: 60 });

  const secret = parseSecret('JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP');
  const token = server.phoneOf(secret);
  for (const serialNumber of ['HW-1', 'HW-2']) {
    const codes = serialNumber === 'HW-1' ? {} : { codes: pairOf(token, 40) };
    yes(await desk.importDevice(USER, { name: 'token', secret, serialNumber, ...codes }));
    yes(await desk.renameDevice(USER, { name: 'key', serialNumber }));
    yes(await desk.suspendDevice(USER, { serialNumber }));
    yes(await desk.reinstateDevice(USER, { serialNumber }));
    yes(await desk.removeDevice(USER, { serialNumber }));
  }
  clock.advanceMs(HOUR_MS);
  const spare = parseSecret('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ');
  yes(await desk.importDevice(USER, { name: 'spare', secret: spare, serialNumber: 'HW-3' }));
  yes(await desk.renameDevice(USER, { name: 'spare key', serialNumber: 'HW-3' }));
  yes(await desk.suspendDevice(USER, { serialNumber: 'HW-3' }));
  yes(await desk.reinstateDevice(USER, { serialNumber: 'HW-3' }));
  yes(await desk.suspendDevice(USER, { serialNumber: tablet.serialNumber }));
  const [firstCode = '', ...unused] = yes(await desk.createRecoveryCodes(USER)).recoveryCodes;
  // It brings the set into force.
  yes(await mfa.signInWithRecoveryCode(USER, { recoveryCode: firstCode }));
  await mfa.signInWithRecoveryCode(USER, { recoveryCode: firstCode });
  yes(await mfa.resynchronizeDevice(USER, { serialNumber, codes: pairOf(phone, 10) }));
  yes(await desk.unlock(USER));
  const offsetMs = 10 * 30_000;
  phone.offsetMs = offsetMs;
  // One strike each: enough for the event guessing-suspected.
  for (let i = 0; i < 30; i++) {
    await mfa.signIn(USER, { code: phone.wrongCode() });
    clock.advanceMs(HOUR_MS);
  }
  const signInFrom = async (browserLabel: string, trust: boolean): Promise<string> => {
    clock.advanceMs(HOUR_MS);
    const code = phone.code();
    return yes(await mfa.signIn(USER, { code, browserLabel, remember: true, trust })).browserToken ?? '';
  };
  yes(await desk.revokeProofs(USER));
  const previous = await signInFrom('Laptop', true);
  const desktop = await signInFrom('Desktop', false);
  await mfa.signIn(USER, { code: phone.wrongCode(), browserToken: desktop });
  await signInFrom('Library', false);
  const [library] = (await desk.describeUser(USER)).browsers;
  yes(await desk.forgetBrowser(USER, { browserId: library?.browserId ?? '' }));
  clock.advanceMs(HOUR_MS);
  const { proof } = yes(await mfa.signIn(USER, { code: phone.code() }));
  await mfa.signIn(USER, { code: phone.code() });
  const { browserToken: newest = '' } = yes(await mfa.signInWithTrustedBrowser(USER, { browserToken: previous }));
  const browserTokens = { Laptop: { newest, previous }, Desktop: { newest: desktop } };
  const next = yes(await desk.createRecoveryCodes(USER)).recoveryCodes;
  // Five of them lock; from the second on they look like a clock that is off.
  for (let i = 0; i < 5; i++) await mfa.signIn(USER, { code: phone.code({ steps: 80 }) });
  const second = await server.begin('second phone');
  const phones = {
    phone: held(keyUri, offsetMs),
    tablet: held(tablet.keyUri),
    'spare key': { secret: formatSecret(spare), offsetMs: 0 },
  };
  const removed = ['HW-1', 'HW-2'];
  const locked: StoredUser = {
    record: parseRecord(await server.record()),
    nowMs: clock(),
    proof,
    enrollment: second.enrollment,
    recoveryCodes: { unused, used: [firstCode], next },
    browserTokens,
    removed,
    phones: { ...phones, 'second phone': held(second.keyUri) },
  };

  const isLockedForGood = async (): Promise<boolean> => {
    const user = await mfa.describeUser(USER);
    return user.status === 'locked' && user.lockedUntilMs === undefined;
  };
  while (!(await isLockedForGood())) {
    clock.advanceMs(HOUR_MS);
    await mfa.signIn(USER, { code: phone.wrongCode() });
  }
  const third = await server.begin('third phone');
  const lockedForGood: StoredUser = {
    ...locked,
    record: parseRecord(await server.record()),
    nowMs: clock(),
    enrollment: third.enrollment,
    phones: { ...phones, 'third phone': held(third.keyUri) },
  };

  const recovered = yes(await mfa.recoverAccount(USER, VERIFIED));
  const fresh = await server.begin('new phone');
  const recovering: StoredUser = {
    record: parseRecord(await server.record()),
    nowMs: clock(),
    proof: recovered.proof,
    enrollment: fresh.enrollment,
    recoveryCodes: { unused: [], used: [] },
    removed,
    phones: { ...phones, 'new phone': held(fresh.keyUri) },
  };

  const first = yes(await desk.resetUser(USER)).resetCode;
  await mfa.signInWithResetCode(USER, { resetCode: '0'.repeat(24) });
  clock.advanceMs(24 * HOUR_MS);
  await mfa.signInWithResetCode(USER, { resetCode: first });
  const { resetCode } = yes(await desk.resetUser(USER));
  const whileReset = async (name: string): Promise<StoredUser> => {
    const begun = await server.begin(name);
    return {
      ...recovering,
      record: parseRecord(await server.record()),
      nowMs: clock(),
      proof: reset.proof,
      enrollment: begun.enrollment,
      resetCode,
      phones: { ...phones, [name]: held(begun.keyUri) },
    };
  };
  const reset = yes(await mfa.signInWithResetCode(USER, { resetCode }));
  const afterReset = await whileReset('phone after the reset');
  clock.advanceMs(24 * HOUR_MS);
  await mfa.signInWithResetCode(USER, { resetCode });
  const resetExpired = await whileReset('phone too late');
  return { locked, lockedForGood, recovering, reset: afterReset, resetExpired };
}

/** A user with two devices and a third that is pending. */
export async function activeUser(options: TestServerOptions = {}): Promise<StoredUser> {
  const server = new TestServer(options);
  const { mfa, desk, clock } = server;
  const phone = await server.enroll('phone');
  const tablet = await server.enroll('tablet', { algorithm: 'SHA512', digits: 8, periodSeconds: 60 });
  const [firstCode = '', ...unused] = yes(await desk.createRecoveryCodes(USER)).recoveryCodes;
  yes(await mfa.signInWithRecoveryCode(USER, { recoveryCode: firstCode }));
  // The newest of eight revisions, of which none is the first any more.
  yes(await desk.unlock(USER));
  const { proof } = yes(await mfa.signIn(USER, { code: phone.phone.code({ steps: 1 }) }));
  const third = await server.begin('third');
  return {
    record: parseRecord(await server.record()),
    nowMs: clock(),
    proof,
    enrollment: third.enrollment,
    recoveryCodes: { unused, used: [firstCode] },
    phones: { phone: held(phone.keyUri), tablet: held(tablet.keyUri), third: held(third.keyUri) },
  };
}

export async function fullRecords(): Promise<readonly UserRecord[]> {
  return Object.values(await storedUsers()).map(({ record }) => record);
}

/** Types of the lines that a history can hold. */
export const KEPT_TYPES: readonly string[] = Object.keys(DETAILS).filter(
  (type) => !['signed-in', 'trusted-browser-used', 'secret-unreadable', 'user-deleted'].includes(type),
);
