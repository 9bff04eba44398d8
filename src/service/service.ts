import { checkObject, checkText, invalid } from '../core/check.js';
import {
  type Algorithm,
  generateSecret,
  type RandomBytes,
  type Reason,
  type Refusal,
  type Secret,
} from '../core/index.js';
import { completeParameters } from '../core/parameters.js';
import { checkedRandom, systemRandom } from '../core/secret.js';
import type { Policy } from '../device/index.js';
import { checkedPolicy } from '../device/policy.js';
import type { Authority } from '../user/authority.js';
import { type Circumstances, type Context, type Decision, type Outcome, unchanged } from '../user/decision.js';
import { randomHex } from '../user/digest.js';
import {
  type AssignDeviceInput,
  admitImport,
  admitNewDevice,
  assignDevice,
  type CancelDeviceInput,
  type CreateDeviceInput,
  cancelDevice,
  createDevice,
  type Fresh,
  findEnrollment,
  type ImportDeviceInput,
  importDevice,
  type ShowDeviceInput,
  showDevice,
} from '../user/enrollment.js';
import type { MfaEvent } from '../user/events.js';
import {
  createRecoveryCodes,
  type DeviceInput,
  type RecoverAccountInput,
  type RenameDeviceInput,
  recoverAccount,
  reinstateDevice,
  removeDevice,
  renameDevice,
  suspendDevice,
  type UnlockInput,
  unlock,
} from '../user/manage.js';
import type { RecordV1, UserDevice } from '../user/record.js';
import {
  type ResynchronizeDeviceInput,
  resynchronizeDevice,
  type SignInInput,
  type SignInWithRecoveryCodeInput,
  signIn,
  signInWithRecoveryCode,
} from '../user/sign-in.js';
import { type DescribeOptions, describeUser, type UserDescription } from '../user/summary.js';
import { lockOf } from '../user/throttle.js';
import type { Clock, MfaStore, SealContext, Sealer } from './ports.js';
import { type Ports, removeUser, resealUser, seal, transact } from './shell.js';

/** Yes with T, or a refusal. `conflict`: too many at once; nothing changed, try again. */
export type Answer<T, R extends Reason> = Outcome<T, R | 'conflict'>;

/** The answer of a decision of the user layer, through the service. */
export type AnswerOf<D extends (...args: never[]) => Decision<unknown>> = ReturnType<D>['answer'] | Refusal<'conflict'>;

/**
 * The application's own flag that this user has MFA. With it a store that knows of none is the error `record-missing`: a
 * row that was lost (eviction, wrong database, old backup) must not read as "no MFA", and no new one may be begun.
 */
export interface Expectation {
  readonly expectMfa?: boolean;
}

export interface MfaServiceOptions {
  /** Shown in the authenticator app. No colon. */
  readonly issuer: string;
  readonly store: MfaStore;
  /** `aesGcmSealer(…)`, or `plaintextSealer()` said aloud. */
  readonly sealer: Sealer;
  readonly policy?: Policy;
  /** Default `Date.now`. */
  readonly clock?: Clock;
  /** Default `crypto.getRandomValues`. */
  readonly random?: RandomBytes;
  /** Awaited, after the write. What it throws reaches the caller as `event-failed`: catch inside what may fail. */
  readonly onEvent?: (event: MfaEvent) => void | Promise<void>;
}

/**
 * One user's MFA by user id: the same verbs as the device functions, and the state kept in the store. User ids are any
 * text that never changes and is never given to somebody else: no e-mail addresses.
 *
 * What a person typed is answered, never thrown. Every method throws an MfaError for the program's and its ports' faults:
 * `invalid-argument`, `corrupt-record`, `unsupported-record-version`, `store-failed`, `sealer-failed`, `event-failed`.
 */
export interface MfaService {
  /**
   * All that a page may show. A user whom nobody heard of has status `none`.
   *
   * @throws MfaError `record-missing`
   */
  describeUser(userId: string, options?: Expectation & DescribeOptions): Promise<UserDescription>;

  /**
   * A new pending device: key URI, setup key, and the handle for this session. A user's first needs no proof. Its secret
   * is as long as the algorithm's digest.
   *
   * @returns in this order `mfa-required`, `malformed-name`, `name-taken`, `too-many-devices`
   * @see RFC 4226 §4 R6, RFC 6238 §5.1
   */
  createDevice(userId: string, input: CreateDeviceInput & Expectation): Promise<AnswerOf<typeof createDevice>>;

  /** The same secret once more, after a reload. Where there is MFA already it takes a proof. */
  showDevice(userId: string, input: ShowDeviceInput): Promise<AnswerOf<typeof showDevice>>;

  /** Forgets a pending device. */
  cancelDevice(userId: string, input: CancelDeviceInput): Promise<AnswerOf<typeof cancelDevice>>;

  /** Two consecutive codes. A user's first device needs no proof; its answer gives one. */
  assignDevice(userId: string, input: AssignDeviceInput & Expectation): Promise<AnswerOf<typeof assignDevice>>;

  /** A device whose secret exists already: a hardware token with two codes, or without codes what another system had. */
  importDevice(userId: string, input: ImportDeviceInput & Expectation): Promise<AnswerOf<typeof importDevice>>;

  /**
   * A code of any assigned device, or of the named one. Call it after the first factor, or anybody can lock anybody.
   *
   * @returns in this order `not-assigned`, `unknown-device`, `suspended`, `locked`, `malformed-code`, `code-reused`,
   *   `code-mismatch`; only the last counts
   * @see RFC 6238 §5.2, RFC 4226 §7.3, NIST SP 800-63B §5.2.2
   */
  signIn(userId: string, input: SignInInput & Expectation): Promise<AnswerOf<typeof signIn>>;

  /** Never locked, and lifts the lock: the way back that no guesser can close. */
  signInWithRecoveryCode(
    userId: string,
    input: SignInWithRecoveryCodeInput,
  ): Promise<AnswerOf<typeof signInWithRecoveryCode>>;

  /** After the first factor, on the throttle of `signIn`. No proof: the next code signs in. */
  resynchronizeDevice(userId: string, input: ResynchronizeDeviceInput): Promise<AnswerOf<typeof resynchronizeDevice>>;

  renameDevice(userId: string, input: RenameDeviceInput): Promise<AnswerOf<typeof renameDevice>>;

  /** Voids the user's other proofs; the answer carries a fresh one for this session. */
  suspendDevice(userId: string, input: DeviceInput): Promise<AnswerOf<typeof suspendDevice>>;

  reinstateDevice(userId: string, input: DeviceInput): Promise<AnswerOf<typeof reinstateDevice>>;

  /** Voids the user's other proofs; the answer carries a fresh one for this session. */
  removeDevice(userId: string, input: DeviceInput): Promise<AnswerOf<typeof removeDevice>>;

  /** New ones, shown once; the old ones stop working, and so do the user's other proofs. */
  createRecoveryCodes(userId: string, input: Authority): Promise<AnswerOf<typeof createRecoveryCodes>>;

  /** Everything is lost: suspends the devices, lifts the lock. The application itself checked what `verified` names. */
  recoverAccount(userId: string, input: RecoverAccountInput): Promise<AnswerOf<typeof recoverAccount>>;

  /** Leaves half of the strikes that lock. */
  unlock(userId: string, input: UnlockInput): Promise<AnswerOf<typeof unlock>>;

  /**
   * Seals what still lies under an older key, for users who do not sign in.
   *
   * @throws MfaError `sealer-failed`: something still lies there, so keep the older key
   */
  reseal(userId: string): Promise<Answer<unknown, never>>;

  /** The account is gone: forgets all of this user. */
  deleteUser(userId: string): Promise<Answer<unknown, never>>;
}

/**
 * The service over a store and a sealer. Cheap and without I/O: one a process, or one a request.
 *
 * @throws MfaError `invalid-argument`
 * @example
 * import { createMfaService, plaintextSealer } from 'lockstep-mfa';
 * import { memoryStore } from 'lockstep-mfa/stores/memory';
 *
 * const mfa = createMfaService({ issuer: 'Acme', store: memoryStore(), sealer: plaintextSealer() });
 * const signedIn = await mfa.signIn('user-1', { code: '123456' });
 * console.log(signedIn.ok ? signedIn.proof : signedIn.reason); // 'not-assigned'
 */
export function createMfaService(options: MfaServiceOptions): MfaService {
  const ports = checkedPorts(options);

  /** A decision that needs its input, the record and the context alone. */
  const run =
    <I, A>(
      decide: (record: RecordV1, input: I, context: Context) => Decision<A>,
      needs?: (record: RecordV1, input: I, circumstances: Circumstances) => readonly UserDevice[],
    ) =>
    async (userId: string, input: I & Expectation): Promise<A | Refusal<'conflict'>> => {
      checkObject(input, 'input');
      return transact(ports, {
        userId,
        expectMfa: input.expectMfa,
        ...(needs === undefined ? {} : { needs: (record, circumstances) => needs(record, input, circumstances) }),
        decide: (record, context) => decide(record, input, context),
      });
    };

  return {
    async describeUser(userId, options = {}) {
      checkObject(options, 'options');
      const decide = (record: RecordV1, context: Context): Decision<UserDescription> =>
        unchanged(record, describeUser(record, options, context));
      // Nothing is written, so there is no race to lose.
      return (await transact(ports, { userId, expectMfa: options.expectMfa, decide })) as UserDescription;
    },

    async createDevice(userId, input) {
      checkObject(input, 'input');
      checkText(userId, 'userId');
      const parameters = completeParameters(input.parameters);
      const serialNumber = newSerialNumber(ports.random);
      const secret = generateSecret({ bytes: SECRET_BYTES[parameters.algorithm], random: ports.random });
      const fresh = freshOnce(ports.sealer, secret, { userId, serialNumber, parameters });
      return transact(ports, {
        userId,
        expectMfa: input.expectMfa,
        async decide(record, context) {
          const admission = admitNewDevice(record, input, context);
          if (!admission.ok) return unchanged(record, admission);
          return createDevice(record, input, context, admission, await fresh());
        },
      });
    },

    async importDevice(userId, input) {
      checkObject(input, 'input');
      checkText(userId, 'userId');
      const { secret, serialNumber = newSerialNumber(ports.random) } = input;
      checkText(serialNumber, 'serialNumber');
      const parameters = completeParameters(input.parameters);
      const fresh = freshOnce(ports.sealer, secret, { userId, serialNumber, parameters });
      return transact(ports, {
        userId,
        expectMfa: input.expectMfa,
        needs: (record, circumstances) =>
          admitImport(record, input, serialNumber, circumstances).ok ? usedOf(record) : [],
        async decide(record, context) {
          const admission = admitImport(record, input, serialNumber, context);
          if (!admission.ok) return unchanged(record, admission);
          return importDevice(record, input, context, admission, await fresh());
        },
      });
    },

    showDevice: run(showDevice, pendingOf),
    cancelDevice: run(cancelDevice),
    assignDevice: run(assignDevice, pendingOf),
    signIn: run(signIn, openedForEntry),
    signInWithRecoveryCode: run(signInWithRecoveryCode),
    resynchronizeDevice: run(resynchronizeDevice, openedForEntry),
    renameDevice: run(renameDevice),
    suspendDevice: run(suspendDevice),
    reinstateDevice: run(reinstateDevice),
    removeDevice: run(removeDevice),
    createRecoveryCodes: run(createRecoveryCodes),
    recoverAccount: run(recoverAccount),
    unlock: run(unlock),

    reseal: (userId) => resealUser(ports, userId),
    deleteUser: (userId) => removeUser(ports, userId),
  };
}

function pendingOf(record: RecordV1, { enrollment }: { readonly enrollment: unknown }): readonly UserDevice[] {
  const entry = findEnrollment(record, enrollment);
  return entry?.device.status === 'pending' ? [entry] : [];
}

/** All that have shown a code, suspended ones too: a code that one of them takes may be another's as well. */
function usedOf({ devices }: RecordV1): readonly UserDevice[] {
  return devices.filter(({ device }) => device.status !== 'pending');
}

/** None where nothing will be evaluated: a locked user costs no opening. */
function openedForEntry(record: RecordV1, _input: unknown, { policy, nowMs }: Circumstances): readonly UserDevice[] {
  const open = record.devices.some(({ device }) => device.status === 'assigned');
  return open && lockOf(record.throttle, policy, nowMs) === undefined ? usedOf(record) : [];
}

/** Sealed when it is first wanted, and once, however many races are lost. */
function freshOnce(sealer: Sealer, secret: Secret, context: SealContext): () => Promise<Fresh> {
  let fresh: Fresh | undefined;
  return async () => {
    fresh ??= { serialNumber: context.serialNumber, secret, sealedSecret: await seal(sealer, secret, context) };
    return fresh;
  };
}

/** The digest's (RFC 6238 §5.1). No more: the QR code and the key to type grow with it. */
const SECRET_BYTES: Readonly<Record<Algorithm, number>> = { SHA1: 20, SHA256: 32, SHA512: 64 };

/** 80 random bits. */
function newSerialNumber(random: RandomBytes): string {
  return randomHex(random, 10);
}

function checkedPorts(options: MfaServiceOptions): Ports {
  checkObject(options, 'options');
  const { issuer, store, sealer, clock = Date.now, random = systemRandom, onEvent = () => {} } = options;
  checkText(issuer, 'issuer');
  if (issuer.includes(':')) throw invalid('issuer must not hold a colon');
  checkObject(store, 'store');
  checkFunctions({ 'store.get': store.get, 'store.compareAndSet': store.compareAndSet });
  checkObject(sealer, 'sealer');
  checkFunctions({ 'sealer.seal': sealer.seal, 'sealer.open': sealer.open, clock, onEvent });
  const policy = checkedPolicy(options.policy);
  return { issuer, store, sealer, policy, clock, random: checkedRandom(random), onEvent };
}

function checkFunctions(functions: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(functions)) {
    if (typeof value !== 'function') throw invalid(`${name} must be a function`);
  }
}
