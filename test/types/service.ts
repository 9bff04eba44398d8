// The service as its users see it: every input, result and set of reasons has a name in the root, every method is of those
// names, and each result narrows to exactly its reasons.
import {
  type ActorInput,
  type AssignDeviceDetails,
  type AssignDeviceInput,
  type AssignDeviceReason,
  type AssignDeviceResult,
  type AssignedDeviceSummary,
  aesGcmSealer,
  type BrowserInput,
  type BrowserSummary,
  type BrowserTokenAnswer,
  type ByWhom,
  type CancelDeviceInput,
  type CancelDeviceResult,
  type CheckProofInput,
  type CheckProofResult,
  type Clock,
  type ConfirmRecoveryCodesInput,
  type ConfirmRecoveryCodesResult,
  type CreateDeviceDetails,
  type CreateDeviceInput,
  type CreateDeviceReason,
  type CreateDeviceResult,
  type CreateRecoveryCodesResult,
  type createMfaService,
  type DescribeUserDetails,
  type DescribeUserInput,
  type DeviceDetails,
  type DeviceInput,
  type DeviceSummary,
  type EnrollmentDetails,
  type EnrollmentHandle,
  type EventDetails,
  type EventType,
  type ForgetBrowserDetails,
  type ForgetBrowserInput,
  type ForgetBrowserResult,
  type ForgetCause,
  type HistoryEntry,
  type ImportByAdministratorInput,
  type ImportDeviceDetails,
  type ImportDeviceInput,
  type ImportDeviceReason,
  type ImportDeviceResult,
  type ManageDeviceReason,
  type MfaAdministration,
  type MfaEvent,
  type MfaProof,
  type MfaService,
  type MfaServiceOptions,
  type MfaStatus,
  type MfaStore,
  type NoDetails,
  type OnBrowser,
  type OnDevice,
  type OperationResult,
  type OtpParameters,
  type PairReason,
  type PendingDeviceSummary,
  type ProofMethod,
  type Provisioning,
  type parseEnrollmentHandle,
  type parseProof,
  type RandomBytes,
  type RecoverAccountInput,
  type RecoverAccountResult,
  type RecoveryCodeReason,
  type ReinstateDeviceResult,
  type RememberInput,
  type RemoveDeviceResult,
  type RenameDeviceDetails,
  type RenameDeviceInput,
  type RenameDeviceResult,
  type RenewedProof,
  type ResetCodeReason,
  type ResetUserResult,
  type ResynchronizeDeviceInput,
  type ResynchronizeDeviceResult,
  type RevokeProofsResult,
  type SealContext,
  type Sealer,
  type SealingKey,
  type SealingKeys,
  type Secret,
  type ShowDeviceInput,
  type ShowDeviceReason,
  type ShowDeviceResult,
  type SignInInput,
  type SignInReason,
  type SignInResult,
  type SignInWithRecoveryCodeInput,
  type SignInWithRecoveryCodeResult,
  type SignInWithResetCodeInput,
  type SignInWithResetCodeResult,
  type SignInWithTrustedBrowserInput,
  type SignInWithTrustedBrowserResult,
  type StoredRow,
  type SuspendDeviceResult,
  type SuspendedDeviceSummary,
  type TrustInput,
  type UnlockResult,
  type UnreadableUser,
  type UsedDeviceSummary,
  type UserDescription,
  type UserInput,
  type UserLine,
} from 'lockstep-mfa';
import type { PairReason as PairReasonOfDevice } from 'lockstep-mfa/device';
import { type Equals, is, never } from './equals.js';

declare const mfa: MfaService;
declare const administration: MfaAdministration;
declare const secret: Secret;
declare const proof: MfaProof;
declare const enrollment: EnrollmentHandle;
declare const codes: readonly [unknown, unknown];

// ── each method is of its names ──

type Inputs = {
  [M in keyof MfaService]: MfaService[M] extends (userId: string, input: infer I) => unknown ? I : never;
};
type Results<S> = { [M in keyof S]: S[M] extends (...input: never[]) => Promise<infer R> ? R : never };
is<Equals<Parameters<MfaService['signIn']>, [userId: string, input: SignInInput]>>();
is<Equals<Parameters<MfaService['describeUser']>, [userId: string, input?: DescribeUserInput]>>();
is<Equals<Parameters<MfaService['createRecoveryCodes']>, [userId: string, input: ActorInput]>>();
is<Equals<Inputs['createDevice'], CreateDeviceInput>>();
is<Equals<Inputs['showDevice'], ShowDeviceInput>>();
is<Equals<Inputs['assignDevice'], AssignDeviceInput>>();
is<Equals<Inputs['cancelDevice'], CancelDeviceInput>>();
is<Equals<Inputs['importDevice'], ImportDeviceInput>>();
is<Equals<Inputs['signInWithRecoveryCode'], SignInWithRecoveryCodeInput>>();
is<Equals<Inputs['signInWithTrustedBrowser'], SignInWithTrustedBrowserInput>>();
is<Equals<Inputs['signInWithResetCode'], SignInWithResetCodeInput>>();
is<Equals<Inputs['forgetBrowser'], ForgetBrowserInput>>();
is<Equals<Inputs['resynchronizeDevice'], ResynchronizeDeviceInput>>();
is<Equals<Inputs['renameDevice'], RenameDeviceInput>>();
is<Equals<Inputs['suspendDevice' | 'reinstateDevice' | 'removeDevice'], DeviceInput>>();
is<Equals<Inputs['confirmRecoveryCodes'], ConfirmRecoveryCodesInput>>();
is<Equals<Inputs['recoverAccount'], RecoverAccountInput>>();
is<Equals<Inputs['checkProof'], CheckProofInput>>();
is<Equals<Inputs['revokeProofs'], ActorInput>>();
is<Equals<Parameters<MfaAdministration['describeUser']>, [userId: string, input?: DescribeUserDetails]>>();
is<Equals<ReturnType<MfaService['users']>, AsyncIterable<UserLine | UnreadableUser>>>();

type ResultsOfBoth = {
  describeUser: UserDescription;
  createDevice: CreateDeviceResult;
  showDevice: ShowDeviceResult;
  assignDevice: AssignDeviceResult;
  cancelDevice: CancelDeviceResult;
  importDevice: ImportDeviceResult;
  resynchronizeDevice: ResynchronizeDeviceResult;
  renameDevice: RenameDeviceResult;
  suspendDevice: SuspendDeviceResult;
  reinstateDevice: ReinstateDeviceResult;
  removeDevice: RemoveDeviceResult;
  createRecoveryCodes: CreateRecoveryCodesResult;
  forgetBrowser: ForgetBrowserResult;
  revokeProofs: RevokeProofsResult;
  deleteUser: OperationResult;
};
type ResultsOfUsers = {
  confirmRecoveryCodes: ConfirmRecoveryCodesResult;
  signIn: SignInResult;
  signInWithRecoveryCode: SignInWithRecoveryCodeResult;
  signInWithTrustedBrowser: SignInWithTrustedBrowserResult;
  signInWithResetCode: SignInWithResetCodeResult;
  checkProof: CheckProofResult;
  recoverAccount: RecoverAccountResult;
  reseal: OperationResult;
};
type Flat<T> = { [K in keyof T]: T[K] };
is<Equals<Results<Omit<MfaService, 'asAdministrator' | 'users'>>, Flat<ResultsOfBoth & ResultsOfUsers>>>();
is<Equals<Results<MfaAdministration>, Flat<ResultsOfBoth & { unlock: UnlockResult; resetUser: ResetUserResult }>>>();
is<Equals<ReturnType<MfaService['asAdministrator']>, MfaAdministration>>();
is<Equals<Parameters<MfaService['asAdministrator']>, [administrator: string]>>();

is<Equals<ReturnType<typeof createMfaService>, MfaService>>();
is<Equals<Parameters<typeof createMfaService>, [options: MfaServiceOptions]>>();
is<Equals<MfaServiceOptions['store'], MfaStore>>();
is<Equals<MfaServiceOptions['sealer'], Sealer>>();
is<Equals<MfaServiceOptions['clock'], Clock | undefined>>();
is<Equals<MfaServiceOptions['random'], RandomBytes | undefined>>();
is<Equals<MfaServiceOptions['timeoutMs'], number | undefined>>();
is<Equals<MfaServiceOptions['onEvent'], ((event: MfaEvent) => void | Promise<void>) | undefined>>();
is<
  Equals<MfaServiceOptions['onEventError'], ((cause: unknown, event: MfaEvent) => void | Promise<void>) | undefined>
>();
is<Equals<NonNullable<Awaited<ReturnType<MfaStore['get']>>>, StoredRow>>();
is<Equals<Parameters<Sealer['seal']>, [plain: string, context: SealContext]>>();
is<Equals<Parameters<typeof aesGcmSealer>, [options: { readonly keys: SealingKeys }]>>();
is<Equals<Extract<SealingKeys, readonly unknown[]>, readonly SealingKey[]>>();
is<Equals<SealingKey, Uint8Array | string>>();
// A sealer that loads its keys itself is one all the same.
is<ReturnType<typeof aesGcmSealer> extends Sealer ? true : false>();
// @ts-expect-error a key alone is no list: there will be an older one beside it
aesGcmSealer({ keys: 'a key' });

// ── each result's reasons, closed ──

type ReasonOf<R> = Extract<R, { readonly ok: false }> extends { readonly reason: infer Reason } ? Reason : never;

is<
  Equals<
    ReasonOf<CreateDeviceResult>,
    'mfa-required' | 'malformed-name' | 'name-taken' | 'too-many-devices' | 'conflict'
  >
>();
is<
  Equals<
    ReasonOf<ShowDeviceResult>,
    'unknown-device' | 'already-assigned' | 'mfa-required' | 'enrollment-expired' | 'conflict'
  >
>();
is<
  Equals<
    ReasonOf<AssignDeviceResult>,
    | 'unknown-device'
    | 'already-assigned'
    | 'mfa-required'
    | 'too-many-devices'
    | 'enrollment-expired'
    | 'malformed-code'
    | 'code-reused'
    | 'code-mismatch'
    | 'codes-identical'
    | 'codes-reversed'
    | 'codes-not-consecutive'
    | 'clock-off'
    | 'parameters-ignored'
    | 'conflict'
  >
>();
is<Equals<ReasonOf<CancelDeviceResult>, 'unknown-device' | 'already-assigned' | 'conflict'>>();
is<
  Equals<
    ReasonOf<ImportDeviceResult>,
    | 'mfa-required'
    | 'already-assigned'
    | 'removed'
    | 'recovering'
    | 'malformed-name'
    | 'name-taken'
    | 'too-many-devices'
    | 'malformed-code'
    | 'code-reused'
    | 'code-mismatch'
    | 'codes-identical'
    | 'codes-reversed'
    | 'codes-not-consecutive'
    | 'clock-off'
    | 'parameters-ignored'
    | 'conflict'
  >
>();
is<
  Equals<
    ReasonOf<SignInResult>,
    | 'not-assigned'
    | 'unknown-device'
    | 'suspended'
    | 'locked'
    | 'malformed-code'
    | 'code-reused'
    | 'code-mismatch'
    | 'conflict'
  >
>();
is<
  Equals<
    ReasonOf<SignInWithRecoveryCodeResult>,
    'no-recovery-codes' | 'malformed-recovery-code' | 'recovery-code-reused' | 'recovery-code-mismatch' | 'conflict'
  >
>();
is<
  Equals<
    ReasonOf<ResynchronizeDeviceResult>,
    | 'not-assigned'
    | 'unknown-device'
    | 'suspended'
    | 'locked'
    | 'malformed-code'
    | 'code-reused'
    | 'code-mismatch'
    | 'conflict'
  >
>();
is<
  Equals<ReasonOf<RenameDeviceResult>, 'mfa-required' | 'unknown-device' | 'malformed-name' | 'name-taken' | 'conflict'>
>();
is<
  Equals<ReasonOf<SuspendDeviceResult>, 'mfa-required' | 'unknown-device' | 'not-assigned' | 'last-device' | 'conflict'>
>();
is<Equals<ReasonOf<ReinstateDeviceResult>, 'mfa-required' | 'unknown-device' | 'not-assigned' | 'conflict'>>();
is<Equals<ReasonOf<RemoveDeviceResult>, 'mfa-required' | 'unknown-device' | 'last-device' | 'conflict'>>();
is<Equals<ReasonOf<CreateRecoveryCodesResult>, 'not-assigned' | 'mfa-required' | 'recovering' | 'conflict'>>();
is<
  Equals<
    ReasonOf<ConfirmRecoveryCodesResult>,
    'mfa-required' | 'no-recovery-codes' | 'malformed-recovery-code' | 'recovery-code-mismatch' | 'conflict'
  >
>();
is<Equals<ReasonOf<RecoverAccountResult>, 'not-assigned' | 'conflict'>>();
is<Equals<ReasonOf<UnlockResult>, 'not-assigned' | 'conflict'>>();
is<Equals<ReasonOf<SignInWithTrustedBrowserResult>, 'not-assigned' | 'browser-not-trusted' | 'conflict'>>();
is<
  Equals<
    ReasonOf<SignInWithResetCodeResult>,
    'no-reset' | 'malformed-reset-code' | 'reset-code-mismatch' | 'reset-code-expired' | 'conflict'
  >
>();
is<Equals<ReasonOf<ForgetBrowserResult>, 'mfa-required' | 'unknown-browser' | 'conflict'>>();
is<Equals<ReasonOf<ResetUserResult>, 'not-assigned' | 'conflict'>>();
is<Equals<ReasonOf<OperationResult>, 'conflict'>>();

// The named sets of reasons are those of the results, which may all be a conflict beside.
is<Equals<ReasonOf<CreateDeviceResult>, CreateDeviceReason | 'conflict'>>();
is<Equals<ReasonOf<ShowDeviceResult>, ShowDeviceReason | 'conflict'>>();
is<Equals<ReasonOf<AssignDeviceResult>, AssignDeviceReason | 'conflict'>>();
is<Equals<ReasonOf<ImportDeviceResult>, ImportDeviceReason | 'conflict'>>();
is<Equals<ReasonOf<SignInResult>, SignInReason | 'conflict'>>();
is<Equals<ReasonOf<SignInWithRecoveryCodeResult>, RecoveryCodeReason | 'conflict'>>();
is<Equals<ReasonOf<SignInWithResetCodeResult>, ResetCodeReason | 'conflict'>>();
is<Equals<ManageDeviceReason, 'mfa-required' | 'unknown-device'>>();
is<Equals<PairReason, PairReasonOfDevice | 'code-reused'>>();

/** As an application writes it: without a `default`, a new reason breaks the build and not the page. */
export function nextStep(refusal: Extract<SignInResult, { readonly ok: false }>): string {
  switch (refusal.reason) {
    case 'locked':
      is<Equals<typeof refusal.lockedUntilMs, number | undefined>>();
      return 'wait';
    case 'code-mismatch':
      is<Equals<typeof refusal.lock, { readonly untilMs?: number } | undefined>>();
      return refusal.lock === undefined ? 'again' : 'wait';
    case 'code-reused':
      is<Equals<typeof refusal.usableAtMs, number | undefined>>();
      return 'again';
    case 'malformed-code':
      is<Equals<typeof refusal.field, 'first' | 'second' | undefined>>();
      return 'again';
    case 'not-assigned':
    case 'unknown-device':
    case 'suspended':
      return 'another device';
    case 'conflict':
      return 'again';
    default:
      return never(refusal);
  }
}

// ── what an answer says when all is well ──

export async function answers(): Promise<void> {
  const created = await mfa.createDevice('alice', { name: 'Phone', account: 'alice' });
  // @ts-expect-error nothing to show before the refusal is handled
  console.log(created.keyUri);
  if (!created.ok) return;
  const provisioning: Provisioning = created;
  is<Equals<typeof created.device, PendingDeviceSummary>>();
  is<Equals<typeof created.enrollment, EnrollmentHandle>>();
  is<Equals<typeof provisioning.setupKey, string>>();

  const assigned = await mfa.assignDevice('alice', { enrollment: created.enrollment, codes });
  if (assigned.ok) {
    is<Equals<typeof assigned.device, AssignedDeviceSummary>>();
    is<Equals<typeof assigned.proof, MfaProof | undefined>>();
    is<Equals<typeof assigned.browserToken, BrowserTokenAnswer['browserToken']>>();
  } else if (assigned.reason === 'parameters-ignored') {
    is<Equals<typeof assigned.ignored, readonly (keyof OtpParameters)[]>>();
    is<Equals<(typeof assigned.ignored)[number], 'algorithm' | 'digits' | 'periodSeconds'>>();
  } else if (assigned.reason === 'clock-off') {
    is<Equals<typeof assigned.offsetMs, number>>();
  }

  const signedIn = await mfa.signIn('alice', { code: '123456' });
  if (signedIn.ok) {
    is<Equals<typeof signedIn.proof, MfaProof>>();
    is<Equals<typeof signedIn.browserToken, string | undefined>>();
  }
  const trusted = await mfa.signInWithTrustedBrowser('alice', { browserToken: undefined });
  if (trusted.ok) {
    is<Equals<typeof trusted.proof, MfaProof>>();
    is<Equals<typeof trusted.browserToken, string | undefined>>();
    // @ts-expect-error no device showed a code
    console.log(trusted.device);
  }
  const reset = await administration.resetUser('alice');
  if (reset.ok) {
    is<Equals<typeof reset.resetCode, string>>();
    is<Equals<typeof reset.expiresAtMs, number>>();
    // @ts-expect-error the account stays closed: the code leads on
    console.log(reset.proof);
  }
  const afterReset = await mfa.signInWithResetCode('alice', { resetCode: undefined });
  if (afterReset.ok) {
    is<Equals<typeof afterReset.proof, MfaProof>>();
    // @ts-expect-error nothing is remembered before the device is set up
    console.log(afterReset.browserToken);
  }
  const made = await mfa.createRecoveryCodes('alice', { proof });
  if (made.ok) {
    is<Equals<typeof made.recoveryCodes, readonly string[]>>();
    // @ts-expect-error nothing is void yet: the proof stands
    console.log(made.proof);
  }
  const confirmed = await mfa.confirmRecoveryCodes('alice', { recoveryCode: undefined, proof });
  if (confirmed.ok) is<Equals<typeof confirmed.proof, MfaProof | undefined>>();
  const recovered = await mfa.recoverAccount('alice', { verified: ['email', 'phone'] });
  if (recovered.ok) is<Equals<typeof recovered.proof, MfaProof>>();

  const removed = await mfa.removeDevice('alice', { serialNumber: 'a', proof });
  if (!removed.ok) return;
  is<Equals<typeof removed.status, 'none' | 'required' | 'recovering' | 'locked'>>();
  is<Equals<typeof removed.proof, RenewedProof['proof']>>();
  is<Equals<RenewedProof, { readonly proof?: MfaProof }>>();
  // @ts-expect-error a removed device has no summary
  console.log(removed.device);
}

// ── a user, their devices, and what happened to them ──

export function statusLine(user: UserDescription): string {
  is<Equals<UserDescription['status'], MfaStatus['status']>>();
  // @ts-expect-error only a lock ends at a time
  if (user.status !== 'locked') return String(user.lockedUntilMs);
  is<Equals<typeof user.lockedUntilMs, number | undefined>>();
  return 'locked';
}

export function deviceLine(device: DeviceSummary): string {
  switch (device.status) {
    case 'pending':
      is<Equals<typeof device, PendingDeviceSummary>>();
      is<Equals<typeof device.expiresAtMs, number>>();
      // @ts-expect-error a pending device was not used
      console.log(device.lastUsedAtMs);
      return 'pending';
    case 'assigned':
      is<Equals<typeof device, AssignedDeviceSummary>>();
      is<Equals<typeof device.driftSteps, number>>();
      // @ts-expect-error an assigned device is not suspended
      console.log(device.suspendedAtMs);
      return 'assigned';
    case 'suspended':
      is<Equals<typeof device, SuspendedDeviceSummary>>();
      is<Equals<typeof device.suspendedAtMs, number>>();
      return usedLine(device);
    default:
      return never(device);
  }
}

function usedLine({ lastUsedAtMs }: UsedDeviceSummary): string {
  return String(lastUsedAtMs);
}

is<
  Equals<
    EventType,
    | 'device-created'
    | 'device-assigned'
    | 'device-imported'
    | 'device-renamed'
    | 'device-resynchronized'
    | 'device-suspended'
    | 'device-reinstated'
    | 'device-removed'
    | 'signed-in'
    | 'sign-in-failed'
    | 'code-reused'
    | 'locked'
    | 'guessing-suspected'
    | 'unlocked'
    | 'recovery-code-used'
    | 'recovery-code-failed'
    | 'recovery-codes-created'
    | 'recovery-codes-confirmed'
    | 'recovered'
    | 'proofs-revoked'
    | 'browser-remembered'
    | 'browser-trusted'
    | 'trusted-browser-used'
    | 'browser-forgotten'
    | 'reset-begun'
    | 'reset-code-used'
    | 'reset-code-failed'
    | 'reset-expired'
    | 'secret-unreadable'
    | 'user-deleted'
  >
>();
is<Equals<MfaEvent['type'], EventType>>();
is<Equals<keyof EventDetails, EventType>>();

export function eventLine(event: MfaEvent): string {
  is<Equals<typeof event.userId, string>>();
  is<Equals<typeof event.atMs | typeof event.seq, number>>();
  switch (event.type) {
    case 'device-renamed':
      is<Equals<typeof event, MfaEvent<'device-renamed'>>>();
      is<Equals<typeof event.previousName, string>>();
      return onDevice(event);
    case 'device-resynchronized':
      is<Equals<typeof event.driftSteps, number>>();
      is<Equals<typeof event.administrator, string | undefined>>();
      return onDevice(event) + byWhom(event);
    case 'device-removed':
      is<Equals<typeof event.administrator, string | undefined>>();
      return onDevice(event) + byWhom(event);
    case 'sign-in-failed':
      is<Equals<typeof event.offsetSteps, number | undefined>>();
      // @ts-expect-error it is of a user, and names a device only where one is suspected
      return event.name;
    case 'locked':
      is<Equals<typeof event.lockedUntilMs, number | undefined>>();
      return 'locked';
    case 'recovery-codes-confirmed':
    case 'recovery-code-failed':
    case 'reset-code-used':
    case 'reset-code-failed':
    case 'reset-expired':
      is<Equals<EventDetails[typeof event.type], NoDetails>>();
      // @ts-expect-error of the user alone
      return event.administrator;
    case 'browser-remembered':
    case 'trusted-browser-used':
      is<Equals<EventDetails[typeof event.type], OnBrowser>>();
      return onBrowser(event);
    case 'browser-trusted':
      is<Equals<typeof event.untilMs, number>>();
      return onBrowser(event);
    case 'browser-forgotten':
      is<Equals<typeof event.cause, ForgetCause>>();
      is<Equals<ForgetCause, 'request' | 'wrong-codes' | 'token-reused'>>();
      return onBrowser(event) + byWhom(event);
    case 'reset-begun':
      is<Equals<typeof event.untilMs, number>>();
      return byWhom(event);
    case 'user-deleted':
      return byWhom(event);
    case 'recovered':
      is<Equals<typeof event.verified, readonly string[]>>();
      return 'recovered';
    default:
      // @ts-expect-error no detail is of all events
      return event.driftSteps;
  }
}

function onDevice({ name }: OnDevice): string {
  return name;
}
function onBrowser({ browserId, label }: OnBrowser): string {
  is<Equals<typeof label, string | undefined>>();
  return label ?? browserId;
}
function byWhom({ administrator }: ByWhom): string {
  return administrator ?? 'the user';
}

export function historyLine(entry: HistoryEntry): number {
  is<Equals<typeof entry.count | typeof entry.firstAtMs, number | undefined>>();
  if (entry.type === 'recovery-code-used') return entry.recoveryCodesLeft;
  return entry.count ?? 1;
}

// ── proofs and handles ──

is<Equals<typeof proof.method, ProofMethod>>();
is<Equals<ProofMethod, 'code' | 'recovery-code' | 'enrollment' | 'trusted-browser' | 'recovery' | 'reset'>>();
is<Equals<typeof proof.generation, number>>();
is<Equals<ReturnType<typeof parseProof>, MfaProof | undefined>>();
is<Equals<Parameters<typeof parseProof>, [value: unknown]>>();
is<Equals<ReturnType<typeof parseEnrollmentHandle>, EnrollmentHandle | undefined>>();
is<Equals<Parameters<typeof parseEnrollmentHandle>, [value: unknown]>>();
// @ts-expect-error a proof is made by the service alone
export const forged: MfaProof = { userId: 'alice', atMs: 0, method: 'code', generation: 0 };
// @ts-expect-error a text of a form is no handle before it is read
mfa.cancelDevice('alice', { enrollment: 'a.b' });
// @ts-expect-error nor what a session gave back a proof
mfa.describeUser('alice', { proof: {} as unknown });
// @ts-expect-error nothing of a proof is changed
proof.generation = 1;

// ── who acts ──

// Absent or undefined: the first factor alone.
mfa.describeUser('alice');
mfa.createDevice('alice', { name: 'Phone', account: 'alice', proof: undefined, expectMfa: undefined });
mfa.createRecoveryCodes('alice', {});
mfa.cancelDevice('alice', { enrollment: undefined });
mfa.importDevice('alice', { name: 'Token', secret, codes, proof });

// No input has an administrator.
// @ts-expect-error describeUser
mfa.describeUser('alice', { administrator: 'Ada' });
// @ts-expect-error createDevice
mfa.createDevice('alice', { name: 'Phone', account: 'alice', administrator: 'Ada' });
// @ts-expect-error showDevice
mfa.showDevice('alice', { enrollment, administrator: 'Ada' });
// @ts-expect-error assignDevice
mfa.assignDevice('alice', { enrollment, codes, administrator: 'Ada' });
// @ts-expect-error cancelDevice
mfa.cancelDevice('alice', { enrollment, administrator: 'Ada' });
// @ts-expect-error importDevice
mfa.importDevice('alice', { name: 'Token', secret, codes, administrator: 'Ada' });
// @ts-expect-error resynchronizeDevice
mfa.resynchronizeDevice('alice', { serialNumber: 'a', codes, administrator: 'Ada' });
// @ts-expect-error renameDevice
mfa.renameDevice('alice', { serialNumber: 'a', name: 'Phone', administrator: 'Ada' });
// @ts-expect-error suspendDevice
mfa.suspendDevice('alice', { serialNumber: 'a', administrator: 'Ada' });
// @ts-expect-error reinstateDevice
mfa.reinstateDevice('alice', { serialNumber: 'a', administrator: 'Ada' });
// @ts-expect-error removeDevice
mfa.removeDevice('alice', { serialNumber: 'a', administrator: 'Ada' });
// @ts-expect-error createRecoveryCodes
mfa.createRecoveryCodes('alice', { administrator: 'Ada' });
// @ts-expect-error signIn
mfa.signIn('alice', { code: '123456', administrator: 'Ada' });
// @ts-expect-error signInWithTrustedBrowser
mfa.signInWithTrustedBrowser('alice', { browserToken: 'a', administrator: 'Ada' });
// @ts-expect-error signInWithResetCode
mfa.signInWithResetCode('alice', { resetCode: 'a', administrator: 'Ada' });
// @ts-expect-error forgetBrowser
mfa.forgetBrowser('alice', { browserId: 'all', administrator: 'Ada' });
// @ts-expect-error recoverAccount
mfa.recoverAccount('alice', { verified: [], administrator: 'Ada' });
// @ts-expect-error confirmRecoveryCodes
mfa.confirmRecoveryCodes('alice', { recoveryCode: 'a', administrator: 'Ada' });
// @ts-expect-error only an administrator unlocks
mfa.unlock('alice', {});
// @ts-expect-error nor resets
mfa.resetUser('alice', {});
// @ts-expect-error a user's import is with two codes
mfa.importDevice('alice', { name: 'Token', secret, proof });

// An administrator has no proof of the user.
administration.describeUser('alice');
administration.unlock('alice');
administration.resetUser('alice', { expectMfa: true });
administration.forgetBrowser('alice', { browserId: 'all' });
administration.createRecoveryCodes('alice', { expectMfa: true });
administration.importDevice('alice', { name: 'Token', secret, driftSteps: -3, lastCounter: 56_666_666 });
// @ts-expect-error a user's own import says nothing of an old system
mfa.importDevice('alice', { name: 'Token', secret, codes, driftSteps: -3 });
// @ts-expect-error the user types a code back, and nobody for them
administration.confirmRecoveryCodes('alice', { recoveryCode: 'a' });
administration.importDevice('alice', { name: 'Token', secret });
// @ts-expect-error describeUser
administration.describeUser('alice', { proof });
// @ts-expect-error createDevice
administration.createDevice('alice', { name: 'Phone', account: 'alice', proof });
// @ts-expect-error showDevice
administration.showDevice('alice', { enrollment, proof });
// @ts-expect-error assignDevice
administration.assignDevice('alice', { enrollment, codes, proof });
// @ts-expect-error importDevice
administration.importDevice('alice', { name: 'Token', secret, proof });
// @ts-expect-error renameDevice
administration.renameDevice('alice', { serialNumber: 'a', name: 'Phone', proof });
// @ts-expect-error suspendDevice
administration.suspendDevice('alice', { serialNumber: 'a', proof });
// @ts-expect-error reinstateDevice
administration.reinstateDevice('alice', { serialNumber: 'a', proof });
// @ts-expect-error removeDevice
administration.removeDevice('alice', { serialNumber: 'a', proof });
// @ts-expect-error createRecoveryCodes
administration.createRecoveryCodes('alice', { proof });
// @ts-expect-error unlock
administration.unlock('alice', { proof });
// @ts-expect-error resetUser
administration.resetUser('alice', { proof });
// @ts-expect-error forgetBrowser
administration.forgetBrowser('alice', { browserId: 'all', proof });
// @ts-expect-error nobody signs in for a user
administration.signIn('alice', { code: '123456' });
// @ts-expect-error with no browser
administration.signInWithTrustedBrowser('alice', { browserToken: 'a' });
// @ts-expect-error and not with the code that they read to the user
administration.signInWithResetCode('alice', { resetCode: 'a' });
// @ts-expect-error an administrator sits at another browser
administration.describeUser('alice', { browserToken: 'a' });
// @ts-expect-error of which nothing is remembered
administration.assignDevice('alice', { enrollment, codes, remember: true });
// @ts-expect-error nor recovers for one
administration.recoverAccount('alice', { verified: [] });

// What is required of an input is there, and what a person left out is undefined under it.
mfa.signIn('alice', { code: undefined });
// @ts-expect-error the code is missing
mfa.signIn('alice', {});
mfa.signIn('alice', { code: '123456', browserToken: 5, remember: true, trust: false, browserLabel: null });
// @ts-expect-error what a form sends is no yes
mfa.signIn('alice', { code: '123456', remember: 'on' });
// @ts-expect-error nor is it here
mfa.signIn('alice', { code: '123456', trust: 'on' });
// @ts-expect-error a recovery code trusts nothing
mfa.signInWithRecoveryCode('alice', { recoveryCode: 'a', trust: true });
// @ts-expect-error nor does a device that is set up
mfa.assignDevice('alice', { enrollment, codes, trust: true });
// A browser that sent no cookie.
mfa.signInWithTrustedBrowser('alice', {});
// @ts-expect-error the code is missing
mfa.signInWithResetCode('alice', {});
// @ts-expect-error which browser is missing
mfa.forgetBrowser('alice', { proof });
// @ts-expect-error the handle is missing
mfa.assignDevice('alice', { codes });
// @ts-expect-error a single code is no pair
mfa.assignDevice('alice', { enrollment, codes: ['123456'] });
// @ts-expect-error what was verified is a list
mfa.recoverAccount('alice', { verified: 'email' });

// The details are the inputs without the proof.
is<Equals<Exclude<keyof CreateDeviceInput, keyof CreateDeviceDetails>, 'proof'>>();
is<Equals<Exclude<keyof ShowDeviceInput, keyof EnrollmentDetails>, 'proof'>>();
is<Equals<Exclude<keyof AssignDeviceInput, keyof AssignDeviceDetails>, 'proof' | keyof RememberInput>>();
is<Equals<Exclude<keyof ImportDeviceInput, keyof ImportDeviceDetails>, 'proof' | 'codes'>>();
is<
  Equals<Exclude<keyof ImportByAdministratorInput, keyof ImportDeviceDetails>, 'codes' | 'driftSteps' | 'lastCounter'>
>();
is<Equals<Exclude<keyof ConfirmRecoveryCodesInput, keyof ActorInput>, 'recoveryCode'>>();
is<Equals<Exclude<keyof RenameDeviceInput, keyof RenameDeviceDetails>, 'proof'>>();
is<Equals<Exclude<keyof DeviceInput, keyof DeviceDetails>, 'proof'>>();
is<Equals<Exclude<keyof ForgetBrowserInput, keyof ForgetBrowserDetails>, 'proof'>>();
is<Equals<Exclude<keyof DescribeUserInput, keyof ActorInput>, keyof BrowserInput | 'enrollByMs'>>();
is<Equals<Exclude<keyof DescribeUserDetails, keyof UserInput>, 'enrollByMs'>>();
is<Equals<Exclude<keyof CheckProofInput, keyof ActorInput>, 'maxAgeMs' | 'methods'>>();
is<Equals<Exclude<keyof ResynchronizeDeviceInput, keyof UserInput>, 'serialNumber' | 'codes' | 'browserToken'>>();
is<Equals<keyof BrowserInput, 'browserToken'>>();
is<Equals<keyof RememberInput, 'browserToken' | 'remember' | 'browserLabel'>>();
is<Equals<Exclude<keyof TrustInput, keyof RememberInput>, 'trust'>>();
is<Equals<keyof BrowserTokenAnswer, 'browserToken'>>();
is<Equals<UserDescription['browsers'], readonly BrowserSummary[]>>();
is<Equals<BrowserSummary['trustedUntilMs'], number | undefined>>();
is<Equals<Exclude<keyof ActorInput, keyof UserInput>, 'proof'>>();
is<Equals<keyof UserInput, 'expectMfa'>>();
is<Equals<UserDescription['recoveryCodesLeft'] | UserDescription['recoveryCodesUnconfirmed'], number>>();
