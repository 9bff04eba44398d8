import type { ForgetBrowserDetails, ForgetBrowserInput, ForgetBrowserResult } from '../user/browsers.js';
import type { CheckProofInput, CheckProofResult } from '../user/check-proof.js';
import type { DescribeUserDetails, DescribeUserInput, UserDescription } from '../user/describe.js';
import type {
  DeviceDetails,
  DeviceInput,
  ReinstateDeviceResult,
  RemoveDeviceResult,
  RenameDeviceDetails,
  RenameDeviceInput,
  RenameDeviceResult,
  SuspendDeviceResult,
} from '../user/devices.js';
import type {
  AssignDeviceDetails,
  AssignDeviceInput,
  AssignDeviceResult,
  CancelDeviceInput,
  CancelDeviceResult,
  CreateDeviceDetails,
  CreateDeviceInput,
  CreateDeviceResult,
  EnrollmentDetails,
  ShowDeviceInput,
  ShowDeviceResult,
} from '../user/enrollment.js';
import type { ImportByAdministratorInput, ImportDeviceInput, ImportDeviceResult } from '../user/import.js';
import type { ActorInput, UserInput } from '../user/input.js';
import type { Refusal } from '../user/reasons.js';
import type {
  ConfirmRecoveryCodesInput,
  ConfirmRecoveryCodesResult,
  CreateRecoveryCodesResult,
  RecoverAccountInput,
  RecoverAccountResult,
  UnlockResult,
} from '../user/recovery.js';
import type { ResetUserResult, SignInWithResetCodeInput, SignInWithResetCodeResult } from '../user/reset.js';
import type { ResynchronizeDeviceInput, ResynchronizeDeviceResult } from '../user/resynchronize.js';
import type { RevokeProofsResult } from '../user/revoke-proofs.js';
import type {
  SignInInput,
  SignInResult,
  SignInWithRecoveryCodeInput,
  SignInWithRecoveryCodeResult,
} from '../user/sign-in.js';
import type { SignInWithTrustedBrowserInput, SignInWithTrustedBrowserResult } from '../user/trusted-browsers.js';
import type { UserLine } from '../user/user-line.js';
import type { UnreadableUser } from './users.js';

/** The answer of an operation that has nothing to refuse. */
export type OperationResult = { readonly ok: true } | Refusal<'conflict'>;

/**
 * One user's MFA by user id, kept in the store. User ids are any text that never changes and is never given to somebody
 * else: no e-mail addresses.
 *
 * What a person typed is answered, never thrown. Beside the reasons at each method every answer but `describeUser` may
 * be `conflict`: too many requests changed this user at once, and nothing was written. Every method throws an MfaError
 * for the faults of the program and its ports: `invalid-argument`, `record-missing`, `corrupt-record`,
 * `unsupported-record-version`, `store-failed`, `sealer-failed`.
 *
 * A required key of an input that is absent throws. Unknown keys are ignored, so that a request body may be spread into
 * an input: none has a key `administrator`, and none makes anybody one.
 */
export interface MfaService {
  /**
   * Describes all that a page may show: status, devices, recovery codes left, history, and whether the session's proof
   * still stands. A user without a stored row has the status `none`. From a known browser (`browserToken`) it is never
   * `locked`: no lock keeps that browser out.
   */
  describeUser(userId: string, input?: DescribeUserInput): Promise<UserDescription>;

  /**
   * Begins an enrollment: a new pending device with its key URI, its setup key, and the handle for this session. A
   * user's first device needs no proof, a further one does. Its secret is as long as the algorithm's digest.
   *
   * @returns `ok`; or in this order `mfa-required`, `malformed-name`, `name-taken`, `too-many-devices`
   * @throws MfaError `invalid-argument`: an account that is empty or over 256 characters, or a period that does not fit
   *   into the pending life
   * @see RFC 4226 §4 R6, RFC 6238 §5.1
   */
  createDevice(userId: string, input: CreateDeviceInput): Promise<CreateDeviceResult>;

  /**
   * Shows the same secret once more, after a reload, to the session that holds the handle. A user who has MFA needs a
   * proof as well.
   *
   * @returns `ok`; or in this order `unknown-device`, `already-assigned`, `mfa-required`, `enrollment-expired`
   */
  showDevice(userId: string, input: ShowDeviceInput): Promise<ShowDeviceResult>;

  /**
   * Assigns a pending device with two consecutive codes. A user's first device needs no proof; the answer gives one.
   * With `remember` it also gives this browser a token, as `signIn` does.
   *
   * @returns `ok` with the `proof` and the `browserToken`; or in this order `unknown-device`, `already-assigned`, `mfa-required`,
   *   `too-many-devices`, `enrollment-expired`, `malformed-code` with the `field`; or the diagnosis: `codes-identical`,
   *   `codes-reversed`, `codes-not-consecutive`, `clock-off` with `offsetMs`, `parameters-ignored` with what the app
   *   `ignored`, `code-mismatch`; or `code-reused` with `usableAtMs`, where another device of this secret used a code
   * @see RFC 4226 §7.4 and appendix E.3
   */
  assignDevice(userId: string, input: AssignDeviceInput): Promise<AssignDeviceResult>;

  /**
   * Forgets a pending device. The handle is enough.
   *
   * @returns `ok`; or in this order `unknown-device`, `already-assigned`
   */
  cancelDevice(userId: string, input: CancelDeviceInput): Promise<CancelDeviceResult>;

  /**
   * Assigns a device whose secret exists already, such as a hardware token, with two codes that it shows now. A user's
   * first device needs no proof; the answer gives one.
   *
   * @returns `ok` with the `proof`; or in this order `mfa-required`, `already-assigned`, `removed` and `recovering`
   *   (without codes alone), `malformed-name`, `name-taken`, `too-many-devices`, `code-reused` with `usableAtMs` (codes
   *   up to that time were used at a device that was removed), `malformed-code`; or the diagnosis as of `assignDevice`:
   *   `codes-identical`, `codes-reversed`, `codes-not-consecutive`, `clock-off`, `parameters-ignored`, `code-mismatch`;
   *   or `code-reused`, where another device of this secret used a code
   */
  importDevice(userId: string, input: ImportDeviceInput): Promise<ImportDeviceResult>;

  /**
   * Checks a code of any assigned device, or of the named one, with one throttle for the user. `verifyCode` of
   * `lockstep-mfa/device` checks a code of one device that you store yourself, `verifyTotp` of `lockstep-mfa/core` one
   * of a secret alone; neither throttles.
   *
   * Call it after the first factor, or anybody can lock anybody.
   *
   * With `remember: true` the answer holds a `browserToken`, for a cookie of this user. Hand it in at each sign-in from
   * then on and keep the new one that the answer holds: such a browser is let try a code while others are locked out,
   * 20 wrong codes long. With `trust: true` it also signs in without a code for the policy's `trustedBrowserLifeMs`.
   *
   * @returns `ok` with the `proof` and, for a browser that is known by now, the `browserToken` (absent where another
   *   answer of the last minute held it); or in this order `not-assigned`, `unknown-device`, `suspended`, `locked`,
   *   `malformed-code`, `code-reused` with `usableAtMs`, `code-mismatch`; only the last counts, and has `lock` where it
   *   locks
   * @see RFC 6238 §5.2, RFC 4226 §7.3, NIST SP 800-63B §5.2.2
   */
  signIn(userId: string, input: SignInInput): Promise<SignInResult>;

  /**
   * Signs in with a recovery code and uses it up. Never locked, and lifts the lock: a guesser cannot close this way
   * back. With `remember` it also gives this browser a token, as `signIn` does.
   *
   * @returns `ok` with the `proof`, `recoveryCodesLeft` and the `browserToken`; or in this order `no-recovery-codes`,
   *   `malformed-recovery-code`, `recovery-code-reused`, `recovery-code-mismatch`
   * @see NIST SP 800-63B §5.1.2
   */
  signInWithRecoveryCode(userId: string, input: SignInWithRecoveryCodeInput): Promise<SignInWithRecoveryCodeResult>;

  /**
   * Signs in with the token of a browser that the user trusts, in place of a code. Call it after the first factor. Works
   * while others are locked out, and not after a recovery or a reset. Its proof opens the application and manages nothing.
   * A token that was replaced more than a minute ago ends the trust: the cookie may have been copied.
   *
   * @returns `ok` with the `proof` and the next `browserToken` (absent where another answer of the last minute held it);
   *   or in this order `not-assigned`, `browser-not-trusted`: ask for a code
   * @see NIST SP 800-63B §7.1
   */
  signInWithTrustedBrowser(
    userId: string,
    input: SignInWithTrustedBrowserInput,
  ): Promise<SignInWithTrustedBrowserResult>;

  /**
   * Signs in with the code of an administrator's reset. Call it after the first factor. The proof sets up one device, and
   * does nothing else. The code works any number of times, until the device is set up or its time is over.
   *
   * @returns `ok` with the `proof`; or in this order `no-reset`, `malformed-reset-code`, `reset-code-mismatch`,
   *   `reset-code-expired`: only another reset leads on
   * @see NIST SP 800-63B §6.1.2.3
   */
  signInWithResetCode(userId: string, input: SignInWithResetCodeInput): Promise<SignInWithResetCodeResult>;

  /**
   * Brings a device whose clock has drifted back into step with two consecutive codes. Call it after the first factor;
   * it counts on the throttle of `signIn`, or on the known browser's count. It gives no proof: the next code signs in.
   *
   * @returns `ok`; or in this order `not-assigned`, `unknown-device`, `suspended`, `locked`, `malformed-code` with the
   *   `field`, `code-reused` with `usableAtMs`, `code-mismatch`; only the last counts, and has `lock` where it locks
   * @see RFC 4226 §7.4 and appendix E.3, RFC 6238 §6
   */
  resynchronizeDevice(userId: string, input: ResynchronizeDeviceInput): Promise<ResynchronizeDeviceResult>;

  /**
   * Gives a device another name.
   *
   * @returns `ok`; or in this order `mfa-required`, `unknown-device`, `malformed-name`, `name-taken`
   */
  renameDevice(userId: string, input: RenameDeviceInput): Promise<RenameDeviceResult>;

  /**
   * Takes a device out of use. Voids the user's other proofs; the answer carries a fresh one for this session.
   *
   * @returns `ok`; or in this order `mfa-required`, `unknown-device`, `not-assigned` (it is pending), `last-device`
   *   (where the policy keeps it)
   * @see NIST SP 800-63B §6.2
   */
  suspendDevice(userId: string, input: DeviceInput): Promise<SuspendDeviceResult>;

  /**
   * Puts a suspended device back into use. Where the user is recovering, that ends the recovery.
   *
   * @returns `ok`; or in this order `mfa-required`, `unknown-device`, `not-assigned` (it is pending)
   */
  reinstateDevice(userId: string, input: DeviceInput): Promise<ReinstateDeviceResult>;

  /**
   * Removes a device for good. Voids the user's other proofs; the answer carries a fresh one for this session, and the
   * `status` that is left.
   *
   * @returns `ok`; or in this order `mfa-required`, `unknown-device`, `last-device` (where the policy keeps it)
   */
  removeDevice(userId: string, input: DeviceInput): Promise<RemoveDeviceResult>;

  /**
   * Checks the session's proof once more, before a payment or a change of the password: how it was given, and when. For a
   * fresh one ask for a code (`signIn`) and keep its proof. Decides nothing else, writes nothing, and emits nothing.
   *
   * @returns `ok` with `method` and `atMs`; or in this order `not-assigned`, `mfa-required`
   * @throws MfaError `invalid-argument`: `maxAgeMs` is no whole number from 1, or `methods` no list of methods
   * @see RFC 9470, RFC 8176, OpenID Connect Core §2 (`auth_time`, `amr`, `acr`)
   */
  checkProof(userId: string, input: CheckProofInput): Promise<CheckProofResult>;

  /**
   * Signs the user out everywhere else: voids all proofs, the trust of all browsers, and new recovery codes that nobody
   * confirmed. The answer carries a fresh proof for this session. After a change of the password call it on
   * `asAdministrator`: who comes from a mail link has no proof.
   * Where the answer was lost, so was the fresh proof: the retry answers `mfa-required`, and `ok` after the next sign-in.
   *
   * @returns `ok` with the `proof`; or in this order `not-assigned`, `mfa-required`
   * @see NIST SP 800-63B §7.1
   */
  revokeProofs(userId: string, input: ActorInput): Promise<RevokeProofsResult>;

  /**
   * Makes new recovery codes, shown once. The old ones work until one of the new codes is typed back
   * (`confirmRecoveryCodes`) or signs in, so that no lost answer, reload or double click costs anybody their codes.
   *
   * @returns `ok` with the `recoveryCodes`; or in this order `not-assigned`, `recovering`, `mfa-required`
   * @see NIST SP 800-63B §5.1.2
   */
  createRecoveryCodes(userId: string, input: ActorInput): Promise<CreateRecoveryCodesResult>;

  /**
   * Brings new recovery codes into force, by one of them, which stays unused. The old ones are void, and so are the user's
   * other proofs; the answer carries a fresh one for this session. Somebody who replaces a stolen sheet has to do this:
   * until then the stolen codes work. A code of the set in force is `ok` and changes nothing. Where the
   * answer was lost, so was the fresh proof: the retry answers `mfa-required`, and `ok` after the next sign-in.
   *
   * @returns `ok` with the `proof`; or in this order `mfa-required`, `no-recovery-codes`, `malformed-recovery-code`,
   *   `recovery-code-mismatch`
   * @see NIST SP 800-63B §5.1.2
   */
  confirmRecoveryCodes(userId: string, input: ConfirmRecoveryCodesInput): Promise<ConfirmRecoveryCodesResult>;

  /**
   * Forgets a known browser, or `all`, with its trust. It ends no session: what is signed in there stays signed in.
   *
   * @returns `ok`; or in this order `mfa-required`, `unknown-browser`
   */
  forgetBrowser(userId: string, input: ForgetBrowserInput): Promise<ForgetBrowserResult>;

  /**
   * Begins the recovery of a user who has lost everything: suspends the devices, voids the recovery codes, forgets
   * the browsers, lifts the lock. The proof in the answer sets up one device, and does nothing else. The application itself verified what
   * `verified` names.
   *
   * @returns `ok` with the `proof`; or `not-assigned`
   * @throws MfaError `invalid-argument`: `verified` does not name all of the policy's `recoveryMethods`
   * @see NIST SP 800-63B §6.1.2.3
   */
  recoverAccount(userId: string, input: RecoverAccountInput): Promise<RecoverAccountResult>;

  /**
   * Acts on behalf of a named administrator, whose name (1 to 256 characters) is in the history and the events. The
   * application makes sure that it is one.
   *
   * @throws MfaError `invalid-argument`: the name is empty or longer
   */
  asAdministrator(administrator: string): MfaAdministration;

  /**
   * Goes through all users who have a row, for a report or for `reseal`, a page of the store at a time. Each is given at
   * least once; one may be given twice where the store changes meanwhile. A row that this version cannot read is given
   * with its error.
   *
   * @throws MfaError `invalid-argument`: the store has no `list`; while iterating `store-failed`
   */
  users(): AsyncIterable<UserLine | UnreadableUser>;

  /**
   * Seals what is still sealed under an older key, for users who do not sign in.
   *
   * @throws MfaError `sealer-failed`: something is still sealed so, or does not open; keep the older key
   */
  reseal(userId: string): Promise<OperationResult>;

  /** Deletes the row of a user whose account is gone. */
  deleteUser(userId: string): Promise<OperationResult>;
}

/** The methods of an administrator. None needs a proof, and no answer holds one. */
export interface MfaAdministration {
  /** As of the user; with the clock offsets in the history, which a guesser who knows the password must not see. */
  describeUser(userId: string, input?: DescribeUserDetails): Promise<UserDescription>;
  /** As of the user. */
  createDevice(userId: string, input: CreateDeviceDetails): Promise<CreateDeviceResult>;
  /** As of the user. */
  showDevice(userId: string, input: EnrollmentDetails): Promise<ShowDeviceResult>;
  /** As of the user. */
  assignDevice(userId: string, input: AssignDeviceDetails): Promise<AssignDeviceResult>;
  /** As of the user. */
  cancelDevice(userId: string, input: CancelDeviceInput): Promise<CancelDeviceResult>;
  /**
   * As of the user. Without codes it takes over a device for which another system vouched: codes up to the `lastCounter`
   * that it knew never count, or else codes up to that of now on the device's clock. It brings no device back that
   * somebody removed (`removed`), and does not end a recovery but answers `recovering`.
   *
   * @throws MfaError `invalid-argument`: a `lastCounter` or `driftSteps` beyond the policy's range, which is a wrong unit
   */
  importDevice(userId: string, input: ImportByAdministratorInput): Promise<ImportDeviceResult>;
  /** As of the user, and on the same throttle. */
  resynchronizeDevice(userId: string, input: ResynchronizeDeviceInput): Promise<ResynchronizeDeviceResult>;
  /** As of the user. */
  renameDevice(userId: string, input: RenameDeviceDetails): Promise<RenameDeviceResult>;
  /** As of the user; voids all of the user's proofs. */
  suspendDevice(userId: string, input: DeviceDetails): Promise<SuspendDeviceResult>;
  /** As of the user. */
  reinstateDevice(userId: string, input: DeviceDetails): Promise<ReinstateDeviceResult>;
  /** As of the user; voids all of the user's proofs. */
  removeDevice(userId: string, input: DeviceDetails): Promise<RemoveDeviceResult>;
  /** As of the user. */
  createRecoveryCodes(userId: string, input?: UserInput): Promise<CreateRecoveryCodesResult>;
  /**
   * Lifts the lock, and leaves at most half of the strikes that lock. Voids all of the user's proofs.
   *
   * @returns `ok`; or `not-assigned`: nothing is stored of this user
   */
  unlock(userId: string, input?: UserInput): Promise<UnlockResult>;
  /**
   * Resets a user who has lost everything and whom the help desk knows: suspends the devices, ends the set-ups under way,
   * voids the recovery codes and all proofs, forgets the browsers, lifts the lock. The account is never without MFA: the
   * `resetCode`, read to the person, signs in after the first factor (`signInWithResetCode`) and sets up one device.
   * It replaces a recovery or a reset that has not ended. With `expectMfa` it also works where the record is lost.
   *
   * @returns `ok` with the `resetCode` and its `expiresAtMs`; or `not-assigned`
   * @see NIST SP 800-63B §6.1.2.3
   */
  resetUser(userId: string, input?: UserInput): Promise<ResetUserResult>;
  /** As of the user; with no proof in the answer. */
  revokeProofs(userId: string, input?: UserInput): Promise<RevokeProofsResult>;
  /** As of the user. */
  forgetBrowser(userId: string, input: ForgetBrowserDetails): Promise<ForgetBrowserResult>;
  /** Deletes the row of a user whose account is gone. */
  deleteUser(userId: string): Promise<OperationResult>;
}
