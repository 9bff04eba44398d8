import { type MfaService, parseSecret } from 'lockstep-mfa';
import type { FaultyStore } from './faults.js';
import { Confidential } from './leaks.js';
import { ADMINISTRATOR, pairOf, USER, World, wrongCodes, yes } from './world.js';

export interface Answered {
  readonly ok: boolean;
  readonly reason?: string;
}

export interface Action {
  readonly act: (mfa: MfaService) => Promise<Answered>;
  /** With all well. */
  readonly outcome: string;
  /** Once its write has landed, the same again. */
  readonly again: string;
  readonly events: readonly string[];
}

/** A user in full, and everything that changes a record, each once. */
export async function scene(store?: FaultyStore): Promise<{
  readonly world: World;
  readonly actions: Readonly<Record<string, Action>>;
  readonly confidential: Confidential;
}> {
  const world = new World(store === undefined ? {} : { store });
  const first = await world.enroll();
  const tablet = await world.enroll({ by: first.proof, name: 'tablet' });
  const { recoveryCodes, proof } = yes(await world.mfa.createRecoveryCodes(USER, { proof: first.proof }));
  const pending = await world.begin({ by: 'administrator', name: 'new' });
  const suspended = await world.enroll({ by: 'administrator', name: 'suspended' });
  yes(await world.desk.suspendDevice(USER, { serialNumber: suspended.serialNumber }));
  const fresh = { ...proof!, generation: (await world.record()).generation };
  world.events.length = 0;

  const { phone, serialNumber } = first;
  const [wrong, other] = wrongCodes(2, phone, tablet.phone, suspended.phone, pending.phone);
  const code = phone.code();
  const codes = [phone.code({ steps: 7 }), phone.code({ steps: 8 })] as const;
  const pair = pairOf(pending.phone);
  const { enrollment } = pending;
  const secret = parseSecret('JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP');
  const [recoveryCode] = recoveryCodes;
  const of = { serialNumber };
  const input = { name: 'another', account: 'alice@example.com' };

  const actions: Record<string, Action> = {
    'signIn with a right code': {
      act: (mfa) => mfa.signIn(USER, { code }),
      ...{ outcome: 'ok', again: 'code-reused', events: ['signed-in'] },
    },
    'signIn with a wrong code': {
      act: (mfa) => mfa.signIn(USER, { code: wrong }),
      ...{ outcome: 'code-mismatch', again: 'code-mismatch', events: ['sign-in-failed'] },
    },
    'resynchronizeDevice with right codes': {
      act: (mfa) => mfa.resynchronizeDevice(USER, { serialNumber, codes }),
      ...{ outcome: 'ok', again: 'code-reused', events: ['device-resynchronized'] },
    },
    'resynchronizeDevice with wrong codes': {
      act: (mfa) => mfa.resynchronizeDevice(USER, { serialNumber, codes: [wrong, other] }),
      ...{ outcome: 'code-mismatch', again: 'code-mismatch', events: ['sign-in-failed'] },
    },
    signInWithRecoveryCode: {
      act: (mfa) => mfa.signInWithRecoveryCode(USER, { recoveryCode }),
      ...{ outcome: 'ok', again: 'recovery-code-reused', events: ['recovery-code-used'] },
    },
    createDevice: {
      act: (mfa) => mfa.asAdministrator(ADMINISTRATOR).createDevice(USER, input),
      ...{ outcome: 'ok', again: 'ok', events: ['device-created'] },
    },
    cancelDevice: {
      act: (mfa) => mfa.cancelDevice(USER, { enrollment }),
      ...{ outcome: 'ok', again: 'unknown-device', events: [] },
    },
    'assignDevice with right codes': {
      act: (mfa) => mfa.assignDevice(USER, { enrollment, codes: pair, proof: fresh }),
      ...{ outcome: 'ok', again: 'already-assigned', events: ['device-assigned'] },
    },
    'assignDevice with wrong codes': {
      act: (mfa) => mfa.assignDevice(USER, { enrollment, codes: [wrong, other], proof: fresh }),
      ...{ outcome: 'code-mismatch', again: 'code-mismatch', events: [] },
    },
    importDevice: {
      act: (mfa) =>
        mfa.asAdministrator(ADMINISTRATOR).importDevice(USER, { name: 'token', secret, serialNumber: 'HW-1' }),
      ...{ outcome: 'ok', again: 'already-assigned', events: ['device-imported'] },
    },
    renameDevice: {
      act: (mfa) => mfa.renameDevice(USER, { ...of, name: 'pocket', proof: fresh }),
      ...{ outcome: 'ok', again: 'ok', events: ['device-renamed'] },
    },
    suspendDevice: {
      act: (mfa) => mfa.suspendDevice(USER, { ...of, proof: fresh }),
      ...{ outcome: 'ok', again: 'mfa-required', events: ['device-suspended'] },
    },
    reinstateDevice: {
      act: (mfa) => mfa.reinstateDevice(USER, { serialNumber: suspended.serialNumber, proof: fresh }),
      ...{ outcome: 'ok', again: 'ok', events: ['device-reinstated'] },
    },
    removeDevice: {
      act: (mfa) => mfa.removeDevice(USER, { ...of, proof: fresh }),
      ...{ outcome: 'ok', again: 'mfa-required', events: ['device-removed'] },
    },
    createRecoveryCodes: {
      act: (mfa) => mfa.createRecoveryCodes(USER, { proof: fresh }),
      ...{ outcome: 'ok', again: 'mfa-required', events: ['recovery-codes-created'] },
    },
    recoverAccount: {
      act: (mfa) => mfa.recoverAccount(USER, { verified: ['email', 'phone'] }),
      ...{ outcome: 'ok', again: 'ok', events: ['recovered'] },
    },
    unlock: {
      act: (mfa) => mfa.asAdministrator(ADMINISTRATOR).unlock(USER),
      ...{ outcome: 'ok', again: 'ok', events: ['unlocked'] },
    },
    deleteUser: {
      act: (mfa) => mfa.deleteUser(USER),
      ...{ outcome: 'ok', again: 'ok', events: [] },
    },
  };
  const confidential = new Confidential()
    .text(enrollment, ...recoveryCodes)
    .code(code, wrong, other, ...codes, ...pair)
    .secret(secret)
    .scanned(first, tablet, pending, suspended);
  return { world, actions, confidential };
}

export const ACTION_NAMES: readonly string[] = Object.keys((await scene()).actions);
