import { type MfaService, type MfaStore, parseSecret, type Sealer } from 'lockstep-mfa';
import { Confidential } from './leaks.js';
import { ADMINISTRATOR, DAY_MS, MINUTE_MS, pairOf, USER, World, wrongCodes, yes } from './world.js';

export interface Answered {
  readonly ok: boolean;
  readonly reason?: string;
}

export interface Action {
  /** What has to be so before it, beside all that is there for each. */
  readonly prepare?: () => Promise<unknown>;
  readonly act: (mfa: MfaService) => Promise<Answered>;
  /** With all well. */
  readonly outcome: string;
  /** Once its write has landed, the same again. */
  readonly again: string;
  readonly events: readonly string[];
}

/** Its first key grows old when it rotates. */
class RotatingSealer implements Sealer {
  #key = 1;

  rotate(): void {
    this.#key = 2;
  }

  async seal(plain: string): Promise<string> {
    return `${this.#key}:${plain}`;
  }

  async open(sealed: string): Promise<{ readonly plain: string; readonly stale: boolean }> {
    return { plain: sealed.slice(2), stale: !sealed.startsWith(`${this.#key}:`) };
  }
}

/**
 * A user in full, and everything that changes a record, each once.
 *
 * @param name - of the action that will be done
 */
export async function scene(
  name?: string,
  store?: MfaStore,
): Promise<{
  readonly world: World;
  readonly actions: Readonly<Record<string, Action>>;
  readonly confidential: Confidential;
  /** The serial number of a device that no action touches. */
  readonly bystander: string;
}> {
  const sealer = new RotatingSealer();
  const world = new World(store === undefined ? { sealer } : { sealer, store });
  const first = await world.enroll();
  const { phone, serialNumber, proof } = first;
  const tablet = await world.enroll({ by: proof, name: 'tablet' });
  const inForce = yes(await world.mfa.createRecoveryCodes(USER, { proof })).recoveryCodes;
  const confirmed = yes(await world.mfa.confirmRecoveryCodes(USER, { recoveryCode: inForce[9], proof }));
  const next = yes(await world.mfa.createRecoveryCodes(USER, { proof: confirmed.proof })).recoveryCodes;
  const pending = await world.begin({ by: 'administrator', name: 'new' });
  const suspended = await world.enroll({ by: 'administrator', name: 'suspended' });
  yes(await world.desk.suspendDevice(USER, { serialNumber: suspended.serialNumber }));
  const laptop = yes(await world.mfa.signIn(USER, { code: phone.code(), trust: true, browserLabel: 'Laptop' }));
  const oldToken = laptop.browserToken!;
  const browserToken = yes(await world.mfa.signInWithTrustedBrowser(USER, { browserToken: oldToken })).browserToken!;
  // Older than the minute in which the one before is as good.
  world.wait(2 * MINUTE_MS);
  const used = phone.code();
  const other = yes(await world.mfa.signIn(USER, { code: used, remember: true, browserLabel: 'Other' }));
  world.wait();
  const fresh = { ...proof, generation: (await world.record()).generation };
  const [{ id: browserId = '' } = {}] = (await world.record()).browsers ?? [];

  const [wrong, wrongToo] = wrongCodes(2, phone, tablet.phone, suspended.phone, pending.phone);
  const code = phone.code();
  const codes = [phone.code({ steps: 7 }), phone.code({ steps: 8 })] as const;
  const pair = pairOf(pending.phone);
  const { enrollment } = pending;
  const secret = parseSecret('JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP');
  const tokenPair = pairOf(world.phoneOf(secret));
  const of = { serialNumber };
  const ofSuspended = { serialNumber: suspended.serialNumber };
  const token = { name: 'token', secret, serialNumber: 'HW-1' };
  const input = { name: 'another', account: 'alice@example.com' };
  const desk = (mfa: MfaService) => mfa.asAdministrator(ADMINISTRATOR);

  let resetCode = '';
  const reset = async () => {
    resetCode = yes(await world.desk.resetUser(USER)).resetCode;
  };

  const actions: Record<string, Action> = {
    'signIn with a right code': {
      act: (mfa) => mfa.signIn(USER, { code }),
      ...{ outcome: 'ok', again: 'code-reused', events: ['signed-in'] },
    },
    'signIn with a wrong code': {
      act: (mfa) => mfa.signIn(USER, { code: wrong }),
      ...{ outcome: 'code-mismatch', again: 'code-mismatch', events: ['sign-in-failed'] },
    },
    'signIn with a used code': {
      act: (mfa) => mfa.signIn(USER, { code: used }),
      ...{ outcome: 'code-reused', again: 'code-reused', events: ['code-reused'] },
    },
    'signIn that remembers the browser': {
      act: (mfa) => mfa.signIn(USER, { code, remember: true, browserLabel: 'New' }),
      ...{ outcome: 'ok', again: 'code-reused', events: ['signed-in', 'browser-remembered'] },
    },
    'signIn that trusts the browser': {
      act: (mfa) => mfa.signIn(USER, { code, trust: true }),
      ...{ outcome: 'ok', again: 'code-reused', events: ['signed-in', 'browser-remembered', 'browser-trusted'] },
    },
    'signIn from a known browser': {
      act: (mfa) => mfa.signIn(USER, { code, browserToken }),
      ...{ outcome: 'ok', again: 'code-reused', events: ['signed-in'] },
    },
    'signIn from a known browser with a wrong code': {
      act: (mfa) => mfa.signIn(USER, { code: wrong, browserToken }),
      ...{ outcome: 'code-mismatch', again: 'code-mismatch', events: ['sign-in-failed'] },
    },
    'signIn from a known browser with the wrong code by which it is forgotten': {
      async prepare() {
        const strikes = async () => (await world.record()).browsers?.find(({ id }) => id === browserId)?.strikes;
        while ((await strikes()) !== 19) await world.mfa.signIn(USER, { code: wrong, browserToken });
      },
      act: (mfa) => mfa.signIn(USER, { code: wrong, browserToken }),
      ...{
        outcome: 'code-mismatch',
        again: 'code-mismatch',
        events: ['sign-in-failed', 'guessing-suspected', 'browser-forgotten'],
      },
    },
    signInWithTrustedBrowser: {
      act: (mfa) => mfa.signInWithTrustedBrowser(USER, { browserToken }),
      ...{ outcome: 'ok', again: 'ok', events: ['trusted-browser-used'] },
    },
    'signInWithTrustedBrowser with an old token': {
      act: (mfa) => mfa.signInWithTrustedBrowser(USER, { browserToken: oldToken }),
      ...{ outcome: 'browser-not-trusted', again: 'browser-not-trusted', events: ['browser-forgotten'] },
    },
    signInWithResetCode: {
      prepare: reset,
      act: (mfa) => mfa.signInWithResetCode(USER, { resetCode }),
      ...{ outcome: 'ok', again: 'ok', events: ['reset-code-used'] },
    },
    'signInWithResetCode with a wrong code': {
      prepare: reset,
      act: (mfa) => mfa.signInWithResetCode(USER, { resetCode: '0'.repeat(24) }),
      ...{ outcome: 'reset-code-mismatch', again: 'reset-code-mismatch', events: ['reset-code-failed'] },
    },
    'signInWithResetCode after its time': {
      async prepare() {
        await reset();
        world.wait(DAY_MS);
      },
      act: (mfa) => mfa.signInWithResetCode(USER, { resetCode }),
      ...{ outcome: 'reset-code-expired', again: 'reset-code-expired', events: ['reset-expired'] },
    },
    'resynchronizeDevice with right codes': {
      act: (mfa) => mfa.resynchronizeDevice(USER, { serialNumber, codes }),
      ...{ outcome: 'ok', again: 'code-reused', events: ['device-resynchronized'] },
    },
    'resynchronizeDevice with wrong codes': {
      act: (mfa) => mfa.resynchronizeDevice(USER, { serialNumber, codes: [wrong, wrongToo] }),
      ...{ outcome: 'code-mismatch', again: 'code-mismatch', events: ['sign-in-failed'] },
    },
    'resynchronizeDevice with wrong codes from a known browser': {
      act: (mfa) => mfa.resynchronizeDevice(USER, { serialNumber, codes: [wrong, wrongToo], browserToken }),
      ...{ outcome: 'code-mismatch', again: 'code-mismatch', events: ['sign-in-failed'] },
    },
    'resynchronizeDevice by an administrator': {
      act: (mfa) => desk(mfa).resynchronizeDevice(USER, { serialNumber, codes }),
      ...{ outcome: 'ok', again: 'code-reused', events: ['device-resynchronized'] },
    },
    signInWithRecoveryCode: {
      act: (mfa) => mfa.signInWithRecoveryCode(USER, { recoveryCode: inForce[0] }),
      ...{ outcome: 'ok', again: 'recovery-code-reused', events: ['recovery-code-used'] },
    },
    'signInWithRecoveryCode with a new code': {
      act: (mfa) => mfa.signInWithRecoveryCode(USER, { recoveryCode: next[0] }),
      ...{
        outcome: 'ok',
        again: 'recovery-code-reused',
        events: ['recovery-codes-confirmed', 'recovery-code-used'],
      },
    },
    'signInWithRecoveryCode that remembers the browser': {
      act: (mfa) => mfa.signInWithRecoveryCode(USER, { recoveryCode: inForce[0], remember: true }),
      ...{ outcome: 'ok', again: 'recovery-code-reused', events: ['recovery-code-used', 'browser-remembered'] },
    },
    'signInWithRecoveryCode with a wrong code': {
      act: (mfa) => mfa.signInWithRecoveryCode(USER, { recoveryCode: '0'.repeat(24) }),
      ...{ outcome: 'recovery-code-mismatch', again: 'recovery-code-mismatch', events: ['recovery-code-failed'] },
    },
    createDevice: {
      act: (mfa) => mfa.createDevice(USER, { ...input, proof: fresh }),
      ...{ outcome: 'ok', again: 'ok', events: ['device-created'] },
    },
    'createDevice by an administrator': {
      act: (mfa) => desk(mfa).createDevice(USER, input),
      ...{ outcome: 'ok', again: 'ok', events: ['device-created'] },
    },
    cancelDevice: {
      act: (mfa) => mfa.cancelDevice(USER, { enrollment }),
      ...{ outcome: 'ok', again: 'unknown-device', events: [] },
    },
    'cancelDevice by an administrator': {
      act: (mfa) => desk(mfa).cancelDevice(USER, { enrollment }),
      ...{ outcome: 'ok', again: 'unknown-device', events: [] },
    },
    'assignDevice with right codes': {
      act: (mfa) => mfa.assignDevice(USER, { enrollment, codes: pair, proof: fresh }),
      ...{ outcome: 'ok', again: 'already-assigned', events: ['device-assigned'] },
    },
    'assignDevice that remembers the browser': {
      act: (mfa) => mfa.assignDevice(USER, { enrollment, codes: pair, proof: fresh, remember: true }),
      ...{ outcome: 'ok', again: 'already-assigned', events: ['device-assigned', 'browser-remembered'] },
    },
    'assignDevice with wrong codes': {
      act: (mfa) => mfa.assignDevice(USER, { enrollment, codes: [wrong, wrongToo], proof: fresh }),
      ...{ outcome: 'code-mismatch', again: 'code-mismatch', events: [] },
    },
    'assignDevice by an administrator': {
      act: (mfa) => desk(mfa).assignDevice(USER, { enrollment, codes: pair }),
      ...{ outcome: 'ok', again: 'already-assigned', events: ['device-assigned'] },
    },
    importDevice: {
      act: (mfa) => mfa.importDevice(USER, { ...token, codes: tokenPair, proof: fresh }),
      ...{ outcome: 'ok', again: 'already-assigned', events: ['device-imported'] },
    },
    'importDevice by an administrator': {
      act: (mfa) => desk(mfa).importDevice(USER, token),
      ...{ outcome: 'ok', again: 'already-assigned', events: ['device-imported'] },
    },
    'importDevice by an administrator without a serial number': {
      act: (mfa) => desk(mfa).importDevice(USER, { name: 'token', secret }),
      ...{ outcome: 'ok', again: 'name-taken', events: ['device-imported'] },
    },
    renameDevice: {
      act: (mfa) => mfa.renameDevice(USER, { ...of, name: 'pocket', proof: fresh }),
      ...{ outcome: 'ok', again: 'ok', events: ['device-renamed'] },
    },
    'renameDevice by an administrator': {
      act: (mfa) => desk(mfa).renameDevice(USER, { ...of, name: 'pocket' }),
      ...{ outcome: 'ok', again: 'ok', events: ['device-renamed'] },
    },
    suspendDevice: {
      act: (mfa) => mfa.suspendDevice(USER, { ...of, proof: fresh }),
      ...{ outcome: 'ok', again: 'mfa-required', events: ['device-suspended'] },
    },
    'suspendDevice by an administrator': {
      act: (mfa) => desk(mfa).suspendDevice(USER, of),
      ...{ outcome: 'ok', again: 'ok', events: ['device-suspended'] },
    },
    reinstateDevice: {
      act: (mfa) => mfa.reinstateDevice(USER, { ...ofSuspended, proof: fresh }),
      ...{ outcome: 'ok', again: 'ok', events: ['device-reinstated'] },
    },
    'reinstateDevice by an administrator': {
      act: (mfa) => desk(mfa).reinstateDevice(USER, ofSuspended),
      ...{ outcome: 'ok', again: 'ok', events: ['device-reinstated'] },
    },
    removeDevice: {
      act: (mfa) => mfa.removeDevice(USER, { ...of, proof: fresh }),
      ...{ outcome: 'ok', again: 'mfa-required', events: ['device-removed'] },
    },
    'removeDevice by an administrator': {
      act: (mfa) => desk(mfa).removeDevice(USER, of),
      ...{ outcome: 'ok', again: 'unknown-device', events: ['device-removed'] },
    },
    createRecoveryCodes: {
      act: (mfa) => mfa.createRecoveryCodes(USER, { proof: fresh }),
      ...{ outcome: 'ok', again: 'ok', events: ['recovery-codes-created'] },
    },
    'createRecoveryCodes by an administrator': {
      act: (mfa) => desk(mfa).createRecoveryCodes(USER),
      ...{ outcome: 'ok', again: 'ok', events: ['recovery-codes-created'] },
    },
    confirmRecoveryCodes: {
      act: (mfa) => mfa.confirmRecoveryCodes(USER, { recoveryCode: next[0], proof: fresh }),
      ...{ outcome: 'ok', again: 'mfa-required', events: ['recovery-codes-confirmed'] },
    },
    'confirmRecoveryCodes with a wrong code': {
      act: (mfa) => mfa.confirmRecoveryCodes(USER, { recoveryCode: '0'.repeat(24), proof: fresh }),
      ...{ outcome: 'recovery-code-mismatch', again: 'recovery-code-mismatch', events: ['recovery-code-failed'] },
    },
    revokeProofs: {
      act: (mfa) => mfa.revokeProofs(USER, { proof: fresh }),
      ...{ outcome: 'ok', again: 'mfa-required', events: ['proofs-revoked'] },
    },
    'revokeProofs by an administrator': {
      act: (mfa) => desk(mfa).revokeProofs(USER),
      ...{ outcome: 'ok', again: 'ok', events: ['proofs-revoked'] },
    },
    forgetBrowser: {
      act: (mfa) => mfa.forgetBrowser(USER, { browserId, proof: fresh }),
      ...{ outcome: 'ok', again: 'unknown-browser', events: ['browser-forgotten'] },
    },
    'forgetBrowser of all': {
      act: (mfa) => mfa.forgetBrowser(USER, { browserId: 'all', proof: fresh }),
      ...{ outcome: 'ok', again: 'ok', events: ['browser-forgotten', 'browser-forgotten'] },
    },
    'forgetBrowser by an administrator': {
      act: (mfa) => desk(mfa).forgetBrowser(USER, { browserId }),
      ...{ outcome: 'ok', again: 'unknown-browser', events: ['browser-forgotten'] },
    },
    recoverAccount: {
      act: (mfa) => mfa.recoverAccount(USER, { verified: ['email', 'phone'] }),
      ...{ outcome: 'ok', again: 'ok', events: ['recovered'] },
    },
    'recoverAccount during a reset': {
      prepare: reset,
      act: (mfa) => mfa.recoverAccount(USER, { verified: ['email', 'phone'] }),
      ...{ outcome: 'ok', again: 'ok', events: ['recovered'] },
    },
    'resetUser by an administrator': {
      act: (mfa) => desk(mfa).resetUser(USER),
      ...{ outcome: 'ok', again: 'ok', events: ['reset-begun'] },
    },
    'resetUser by an administrator once more': {
      prepare: reset,
      act: (mfa) => desk(mfa).resetUser(USER),
      ...{ outcome: 'ok', again: 'ok', events: ['reset-begun'] },
    },
    unlock: {
      act: (mfa) => desk(mfa).unlock(USER),
      ...{ outcome: 'ok', again: 'ok', events: ['unlocked'] },
    },
    reseal: {
      act: (mfa) => {
        sealer.rotate();
        return mfa.reseal(USER);
      },
      ...{ outcome: 'ok', again: 'ok', events: [] },
    },
    deleteUser: {
      act: (mfa) => mfa.deleteUser(USER),
      ...{ outcome: 'ok', again: 'ok', events: ['user-deleted'] },
    },
    'deleteUser by an administrator': {
      act: (mfa) => desk(mfa).deleteUser(USER),
      ...{ outcome: 'ok', again: 'ok', events: ['user-deleted'] },
    },
  };
  if (name !== undefined) await actions[name]?.prepare?.();
  world.events.length = 0;
  const confidential = new Confidential()
    .text(enrollment, ...inForce, ...next, oldToken, browserToken, other.browserToken!)
    .code(code, used, wrong, wrongToo, ...codes, ...pair, ...tokenPair)
    .secret(secret)
    .scanned(first, tablet, pending, suspended);
  if (resetCode !== '') confidential.text(resetCode, resetCode.replaceAll('-', ''));
  return { world, actions, confidential, bystander: tablet.serialNumber };
}

export const ACTION_NAMES: readonly string[] = Object.keys((await scene()).actions);
