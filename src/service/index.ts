export type {
  BrowserInput,
  BrowserTokenAnswer,
  ForgetBrowserDetails,
  ForgetBrowserInput,
  ForgetBrowserResult,
  RememberInput,
} from '../user/browsers.js';
export type { CheckProofInput, CheckProofResult } from '../user/check-proof.js';
export type { DescribeUserDetails, DescribeUserInput, UserDescription } from '../user/describe.js';
export type {
  DeviceDetails,
  DeviceInput,
  ReinstateDeviceResult,
  RemoveDeviceResult,
  RenameDeviceDetails,
  RenameDeviceInput,
  RenameDeviceResult,
  SuspendDeviceResult,
} from '../user/devices.js';
export type {
  AssignDeviceDetails,
  AssignDeviceInput,
  AssignDeviceResult,
  CancelDeviceInput,
  CancelDeviceResult,
  CreateDeviceDetails,
  CreateDeviceInput,
  CreateDeviceResult,
  EnrollmentDetails,
  Provisioning,
  ShowDeviceInput,
  ShowDeviceResult,
} from '../user/enrollment.js';
export { type EnrollmentHandle, parseEnrollmentHandle } from '../user/enrollment-handle.js';
export type {
  ByWhom,
  EventDetails,
  EventType,
  ForgetCause,
  HistoryEntry,
  MfaEvent,
  NoDetails,
  OnBrowser,
  OnDevice,
} from '../user/events.js';
export type {
  ImportByAdministratorInput,
  ImportDeviceDetails,
  ImportDeviceInput,
  ImportDeviceResult,
} from '../user/import.js';
export type { ActorInput, UserInput } from '../user/input.js';
export { createPolicy, type Policy, type PolicyOptions } from '../user/policy.js';
export { type MfaProof, type ProofMethod, parseProof } from '../user/proof.js';
export type {
  AssignDeviceReason,
  CreateDeviceReason,
  ImportDeviceReason,
  ManageDeviceReason,
  PairReason,
  Reason,
  ReasonDetails,
  RecoveryCodeReason,
  Refusal,
  ResetCodeReason,
  ShowDeviceReason,
  SignInReason,
} from '../user/reasons.js';
export type {
  ConfirmRecoveryCodesInput,
  ConfirmRecoveryCodesResult,
  CreateRecoveryCodesResult,
  RecoverAccountInput,
  RecoverAccountResult,
  RenewedProof,
  UnlockResult,
} from '../user/recovery.js';
export type { EnrollmentRequirement } from '../user/requirement.js';
export type { ResetUserResult, SignInWithResetCodeInput, SignInWithResetCodeResult } from '../user/reset.js';
export type { ResynchronizeDeviceInput, ResynchronizeDeviceResult } from '../user/resynchronize.js';
export type { RevokeProofsResult } from '../user/revoke-proofs.js';
export type {
  SignInInput,
  SignInResult,
  SignInWithRecoveryCodeInput,
  SignInWithRecoveryCodeResult,
} from '../user/sign-in.js';
export type { MfaStatus } from '../user/status.js';
export type {
  AssignedDeviceSummary,
  DeviceSummary,
  PendingDeviceSummary,
  SuspendedDeviceSummary,
  UsedDeviceSummary,
} from '../user/summary.js';
export type {
  BrowserSummary,
  SignInWithTrustedBrowserInput,
  SignInWithTrustedBrowserResult,
  TrustInput,
} from '../user/trusted-browsers.js';
export type { UserLine } from '../user/user-line.js';
export type { MfaAdministration, MfaService, OperationResult } from './mfa-service.js';
export type { Clock, ListedPage, ListedRow, ListingStore, MfaStore, SealContext, Sealer, StoredRow } from './ports.js';
export { aesGcmSealer, plaintextSealer, type SealingKey, type SealingKeys } from './sealing.js';
export { createMfaService, type MfaServiceOptions } from './service.js';
export type { UnreadableUser } from './users.js';
