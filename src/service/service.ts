import { checkNames, checkObject, checkText, checkWhole, invalid } from '../core/check.js';
import { checkedRandom, type RandomBytes, systemRandom } from '../core/secret.js';
import { shownName } from '../core/shown-name.js';
import { decideForgetBrowser } from '../user/browsers.js';
import { type CheckProofInput, type CheckProofResult, decideCheckProof } from '../user/check-proof.js';
import type { Actor, Context } from '../user/context.js';
import type { Decision } from '../user/decision.js';
import { type DescribeUserInput, decideDescribeUser, type UserDescription } from '../user/describe.js';
import { decideReinstateDevice, decideRemoveDevice, decideRenameDevice, decideSuspendDevice } from '../user/devices.js';
import { decideAssignDevice, decideCancelDevice, decideCreateDevice, decideShowDevice } from '../user/enrollment.js';
import type { MfaEvent } from '../user/events.js';
import { decideImportDevice } from '../user/import.js';
import type { ActorInput, UserInput } from '../user/input.js';
import { type PolicyOptions, policyOf } from '../user/policy.js';
import type { Refusal } from '../user/reasons.js';
import type { UserRecord } from '../user/record.js';
import {
  decideConfirmRecoveryCodes,
  decideCreateRecoveryCodes,
  decideRecoverAccount,
  decideUnlock,
} from '../user/recovery.js';
import { decideResetUser, decideSignInWithResetCode } from '../user/reset.js';
import { decideResynchronizeDevice } from '../user/resynchronize.js';
import { decideRevokeProofs } from '../user/revoke-proofs.js';
import type { Asking } from '../user/secrets.js';
import { decideSignIn, decideSignInWithRecoveryCode } from '../user/sign-in.js';
import { decideSignInWithTrustedBrowser } from '../user/trusted-browsers.js';
import { Deadline } from './deadline.js';
import { logEventError } from './emit.js';
import type { MfaService } from './mfa-service.js';
import type { Clock, MfaStore, Sealer } from './ports.js';
import { removeUser } from './remove-user.js';
import { resealUser } from './reseal.js';
import { rowsOf } from './rows.js';
import { type Ports, transact } from './transaction.js';
import { listUsers } from './users.js';

export interface MfaServiceOptions {
  /** Shown in the authenticator app, 1 to 256 characters: trimmed, without controls and bidi marks. A colon is refused. */
  readonly issuer: string;
  readonly store: MfaStore;
  /** `aesGcmSealer(…)`. `plaintextSealer()` seals nothing, and so is never the default. */
  readonly sealer: Sealer;
  /** Plain options, or what `createPolicy` made of them. */
  readonly policy?: PolicyOptions | undefined;
  /** Default `Date.now`. */
  readonly clock?: Clock | undefined;
  /** Default `crypto.getRandomValues`. */
  readonly random?: RandomBytes | undefined;
  /**
   * Called after the write, and awaited for `timeoutMs` at most. What it throws never takes the answer from the caller: it
   * goes to `onEventError`.
   */
  readonly onEvent?: ((event: MfaEvent) => void | Promise<void>) | undefined;
  /**
   * Called for each event whose handler threw or took too long; it is not awaited, and what it throws is ignored. Default:
   * `console.error` of the event's type, its user and the cause. What must not be missed is read from the history.
   */
  readonly onEventError?: ((cause: unknown, event: MfaEvent) => void | Promise<void>) | undefined;
  /** For each call of store and sealer, and for all events of a call together. Default 10,000 (10 s), 1 to 600,000. */
  readonly timeoutMs?: number | undefined;
}

/** A decision of the user layer on a record, by an input. */
type Decide<I, A> = (record: UserRecord, input: I, context: Context) => Decision<A> | Asking<Decision<A>>;

/**
 * Makes the service over a store and a sealer. Cheap and without I/O: make one a process, or one a request.
 *
 * @throws MfaError `invalid-argument`, `risky-policy`
 * @example
 * import { createMfaService, plaintextSealer } from 'lockstep-mfa';
 * import { memoryStore } from 'lockstep-mfa/stores/memory';
 *
 * const mfa = createMfaService({ issuer: 'Acme', store: memoryStore(), sealer: plaintextSealer() });
 * const signedIn = await mfa.signIn('user-1', { code: '123456' });
 * console.log(signedIn.ok ? signedIn.proof.method : signedIn.reason); // 'not-assigned'
 */
export function createMfaService(options: MfaServiceOptions): MfaService {
  const ports = checkedPorts(options);

  /** The verbs that need an actor: the session whose proof the input holds, or an administrator. */
  const verbsOf = (actorOf: (input: ActorInput) => Actor) => {
    const call =
      <I extends UserInput, A>(decide: Decide<I, A>, required: readonly (keyof I & string)[], reopens: boolean) =>
      async (userId: string, input: I): Promise<A | Refusal<'conflict'>> => {
        checkInput(input, required);
        const { expectMfa } = input;
        return transact(ports, {
          userId,
          actor: actorOf(input),
          expectMfa,
          reopens,
          decide: (record, context) => decide(record, input, context),
        });
      };
    const verb = <I extends UserInput, A>(decide: Decide<I, A>, ...required: readonly (keyof I & string)[]) =>
      call(decide, required, false);
    const describe = verb(decideDescribeUser);
    const checkProof = verb(decideCheckProof);
    return {
      // Where nothing is written, there is no race to lose.
      describeUser: async (userId: string, input: DescribeUserInput = {}) =>
        (await describe(userId, input)) as UserDescription,
      createDevice: verb(decideCreateDevice, 'name', 'account'),
      showDevice: verb(decideShowDevice, 'enrollment'),
      assignDevice: verb(decideAssignDevice, 'enrollment', 'codes'),
      cancelDevice: verb(decideCancelDevice, 'enrollment'),
      importDevice: verb(decideImportDevice, 'name', 'secret'),
      signIn: verb(decideSignIn, 'code'),
      signInWithRecoveryCode: verb(decideSignInWithRecoveryCode, 'recoveryCode'),
      signInWithTrustedBrowser: verb(decideSignInWithTrustedBrowser),
      signInWithResetCode: verb(decideSignInWithResetCode, 'resetCode'),
      resynchronizeDevice: verb(decideResynchronizeDevice, 'serialNumber', 'codes'),
      renameDevice: verb(decideRenameDevice, 'serialNumber', 'name'),
      suspendDevice: verb(decideSuspendDevice, 'serialNumber'),
      reinstateDevice: verb(decideReinstateDevice, 'serialNumber'),
      removeDevice: verb(decideRemoveDevice, 'serialNumber'),
      checkProof: async (userId: string, input: CheckProofInput) =>
        (await checkProof(userId, input)) as CheckProofResult,
      revokeProofs: verb(decideRevokeProofs),
      createRecoveryCodes: verb(decideCreateRecoveryCodes),
      confirmRecoveryCodes: verb(decideConfirmRecoveryCodes, 'recoveryCode'),
      forgetBrowser: verb(decideForgetBrowser, 'browserId'),
      recoverAccount: call(decideRecoverAccount, ['verified'], true),
      resetUser: call(decideResetUser, [], true),
      unlock: verb(decideUnlock),
    };
  };

  const reseal = (userId: string) => resealUser(ports, userId);
  const deleteUser = (actor: Actor) => (userId: string) => removeUser(ports, userId, actor);
  const { unlock: _, resetUser: _reset, ...ofUser } = verbsOf(({ proof }) => ({ proof }));
  return {
    ...ofUser,
    async importDevice(userId, input) {
      checkInput(input, ['codes']); // without them it takes an administrator
      return ofUser.importDevice(userId, input);
    },
    asAdministrator(administrator) {
      checkText(administrator, 'administrator');
      if (administrator.length > 256) throw invalid('administrator must not be longer than 256 characters');
      const {
        signIn,
        signInWithRecoveryCode,
        signInWithTrustedBrowser,
        signInWithResetCode,
        checkProof,
        confirmRecoveryCodes,
        recoverAccount,
        ...verbs
      } = verbsOf(() => ({ administrator }));
      const { createRecoveryCodes, revokeProofs, unlock, resetUser } = verbs;
      return {
        ...verbs,
        createRecoveryCodes: async (userId, input = {}) => createRecoveryCodes(userId, input),
        revokeProofs: async (userId, input = {}) => revokeProofs(userId, input),
        unlock: async (userId, input = {}) => unlock(userId, input),
        resetUser: async (userId, input = {}) => resetUser(userId, input),
        deleteUser: deleteUser({ administrator }),
      };
    },
    users: () => listUsers(ports),
    reseal,
    deleteUser: deleteUser({ proof: undefined }),
  };
}

/** Throws where a required key is absent: a mistake of the program. Undefined under it is what a person left out. */
function checkInput(input: object, required: readonly string[]): void {
  checkObject(input, 'input');
  for (const name of required) if (!(name in input)) throw invalid(`input.${name} is missing`);
}

const NAMES = ['issuer', 'store', 'sealer', 'policy', 'clock', 'random', 'onEvent', 'onEventError', 'timeoutMs'];

function checkedPorts(options: MfaServiceOptions): Ports {
  checkObject(options, 'options');
  checkNames(options, NAMES);
  const { store, sealer, clock = Date.now, random = systemRandom, onEvent = () => {} } = options;
  const { onEventError = logEventError, timeoutMs = 10_000 } = options;
  const issuer = shownName(options.issuer, 'issuer');
  checkObject(store, 'store');
  checkFunctions({ 'store.get': store.get, 'store.compareAndSet': store.compareAndSet });
  if (store.list !== undefined) checkFunctions({ 'store.list': store.list });
  checkObject(sealer, 'sealer');
  checkFunctions({ 'sealer.seal': sealer.seal, 'sealer.open': sealer.open, clock, onEvent, onEventError });
  checkWhole(timeoutMs, 'timeoutMs', 1, 600_000);
  const policy = policyOf(options.policy);
  const deadline = new Deadline(timeoutMs);
  const rows = rowsOf(store, deadline);
  const bytes = checkedRandom(random);
  return {
    issuer,
    rows,
    sealer,
    policy,
    clock,
    random: bytes,
    newRevision: revisionsOf(bytes),
    onEvent,
    onEventError,
    deadline,
  };
}

/** A source that gives the same again would let two writes pass for one. */
function revisionsOf(random: RandomBytes): () => Uint8Array {
  let last: Uint8Array | undefined;
  return () => {
    const bytes = random(16);
    if (last !== undefined && bytes.every((byte, i) => byte === last?.[i])) {
      throw invalid('random gave the same bytes twice');
    }
    // A copy: a source may fill the same array each time.
    last = Uint8Array.from(bytes);
    return last;
  };
}

function checkFunctions(functions: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(functions)) {
    if (typeof value !== 'function') throw invalid(`${name} must be a function`);
  }
}
