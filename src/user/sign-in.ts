import { MAX_WORK } from '../device/policy.js';
import { offsetOfCode, offsetWork, positionsTried, verifyCode } from '../device/verify.js';
import { type AssignedEntry, admitAttempt, type Candidate, failAttempt, refuseReused } from './attempt.js';
import {
  type BrowserTokenAnswer,
  checkRemember,
  findBrowser,
  type RememberInput,
  rememberBrowser,
} from './browsers.js';
import type { Context } from './context.js';
import { changed, type Decision, quietly, unchanged, unwritten } from './decision.js';
import { replaced } from './devices.js';
import type { Happening } from './events.js';
import { withNewGeneration } from './generation.js';
import type { UserInput } from './input.js';
import { type MfaProof, makeProof } from './proof.js';
import type { RecoveryCodeReason, Refusal, SignInReason } from './reasons.js';
import type { RecoverySet, Suspicion, UserRecord } from './record.js';
import { inForce, parseRecoveryCode, useRecoveryCode } from './recovery-codes.js';
import { type Asking, onDevice } from './secrets.js';
import { withUsedCounter } from './shared-secret.js';
import { type AssignedDeviceSummary, summarize } from './summary.js';
import { afterRecovery, afterSignIn, lockOf } from './throttle.js';
import { checkTrust, rememberOrTrustBrowser, type TrustInput } from './trusted-browsers.js';

export interface SignInInput extends UserInput, TrustInput {
  /** What the person typed, as it came. */
  readonly code: unknown;
  /** The one device whose codes are accepted. Default: any assigned device. */
  readonly serialNumber?: string | undefined;
}
export type SignInResult =
  | ({ readonly ok: true; readonly device: AssignedDeviceSummary; readonly proof: MfaProof } & BrowserTokenAnswer)
  | Refusal<SignInReason | 'conflict'>;

/**
 * Evaluates the code at every device. A match above one device's floor goes before a used code of another. A code that
 * is malformed for all of them, or used, counts as nothing; a wrong one counts once.
 */
export function* decideSignIn(
  record: UserRecord,
  input: SignInInput,
  context: Context,
): Asking<Decision<SignInResult>> {
  const { code, serialNumber, browserToken } = input;
  checkRemember(input);
  checkTrust(input);
  const browser = findBrowser(record, browserToken, context);
  const admitted = yield* admitAttempt(record, serialNumber, browser, context);
  if (!admitted.ok) return unchanged(record, admitted);
  const { candidates, opened, unreadable } = admitted;
  const { nowMs, policy } = context;

  let { devices } = record;
  let signedIn: AssignedEntry | undefined;
  let reused: Decision<Refusal<'code-reused'>> | undefined;
  const mismatched: Candidate[] = [];
  const accepted: Candidate[] = [];
  for (const candidate of candidates) {
    const { entry, secret } = candidate;
    const result = verifyCode(entry.device, secret, code, { nowMs, policy });
    if (result.ok) {
      const used = { ...entry, device: result.device };
      devices = replaced(devices, entry, used);
      accepted.push({ entry: used, secret });
      signedIn ??= used;
    } else if (result.reason === 'code-reused') {
      reused ??= refuseReused(record, entry, result, context, unreadable);
    } else if (result.reason === 'code-mismatch') {
      mismatched.push(candidate);
    }
  }

  if (signedIn !== undefined) {
    for (const { entry, secret } of accepted) {
      const { parameters, lastCounter } = entry.device;
      devices = withUsedCounter(devices, secret, parameters, lastCounter, opened);
    }
    const { suspected: _, ...rest } = record;
    // From a known browser the common throttle stays: it counts those that no browser vouches for.
    const throttle = browser === undefined ? afterSignIn(record.throttle) : record.throttle;
    const next = rememberOrTrustBrowser({ ...rest, devices, throttle }, input, context);
    const proof = makeProof('code', context, record);
    const answer = { ok: true, device: summarize(signedIn), proof, ...next.answer } as const;
    const happening = { type: 'signed-in', ...onDevice(signedIn) } as const;
    return changed(next.record, answer, context, ...unreadable, happening, ...next.happenings);
  }
  if (reused !== undefined) return reused;
  if (mismatched.length === 0) {
    return unwritten(record, { ok: false, reason: 'malformed-code' }, context, ...unreadable);
  }
  const positions = mismatched.reduce((sum, { entry }) => sum + positionsTried(entry.device, { nowMs, policy }), 0);
  const suspected = suspicionOf(mismatched, code, positions, context);
  return failAttempt(record, positions, browser, context, unreadable, suspected);
}

/** Whether a device is out of step rather than somebody guessing. */
function suspicionOf(
  candidates: readonly Candidate[],
  code: unknown,
  positions: number,
  { nowMs, policy }: Context,
): Suspicion | undefined {
  // One request computes no more than so much; the answer is the same without.
  const work = candidates.reduce((sum, { entry }) => sum + offsetWork(entry.device, policy), positions);
  if (work > MAX_WORK) return undefined;
  let suspected: Suspicion | undefined;
  // Every device is searched, so that the time tells nothing.
  for (const { entry, secret } of candidates) {
    const offset = offsetOfCode(entry.device, secret, code, { nowMs, policy });
    if (offset !== undefined) suspected ??= { serialNumber: entry.device.serialNumber, offset };
  }
  return suspected;
}

export interface SignInWithRecoveryCodeInput extends UserInput, RememberInput {
  /** What the person typed, as it came. */
  readonly recoveryCode: unknown;
}
export type SignInWithRecoveryCodeResult =
  | ({ readonly ok: true; readonly recoveryCodesLeft: number; readonly proof: MfaProof } & BrowserTokenAnswer)
  | Refusal<RecoveryCodeReason | 'conflict'>;

/** Stands outside the throttle, which 120 random bits do not need: a guesser must not close the owner's way back. */
export function decideSignInWithRecoveryCode(
  record: UserRecord,
  input: SignInWithRecoveryCodeInput,
  context: Context,
): Decision<SignInWithRecoveryCodeResult> {
  checkRemember(input);
  const { recovery, nextRecovery } = record;
  if (recovery === undefined && nextRecovery === undefined) {
    return unchanged(record, { ok: false, reason: 'no-recovery-codes' });
  }
  const code = parseRecoveryCode(input.recoveryCode);
  if (code === undefined) return unchanged(record, { ok: false, reason: 'malformed-recovery-code' });

  const fromNext = nextRecovery === undefined ? 'recovery-code-mismatch' : useRecoveryCode(nextRecovery, code);
  if (typeof fromNext !== 'string') {
    // Whoever signs in with a new code has them: it does all that confirming does.
    const confirmed = withNewGeneration(inForce(record, fromNext), context);
    return signedInWith(confirmed, fromNext, input, context, { type: 'recovery-codes-confirmed' });
  }
  const used = recovery === undefined ? fromNext : useRecoveryCode(recovery, code);
  if (typeof used !== 'string') return signedInWith({ ...record, recovery: used }, used, input, context);
  return quietly(record, { ok: false, reason: used }, context, { type: 'recovery-code-failed' });
}

function signedInWith(
  { suspected: _, ...record }: UserRecord,
  { unused }: RecoverySet,
  input: SignInWithRecoveryCodeInput,
  context: Context,
  ...before: readonly Happening[]
): Decision<SignInWithRecoveryCodeResult> {
  const recoveryCodesLeft = unused.length;
  const wasLocked = lockOf(record.throttle, context.nowMs) !== undefined;
  const unlocked: Happening[] = wasLocked ? [{ type: 'unlocked' }] : [];
  const next = rememberBrowser({ ...record, throttle: afterRecovery(record.throttle) }, input, context);
  const proof = makeProof('recovery-code', context, next.record);
  const answer = { ok: true, recoveryCodesLeft, proof, ...next.answer } as const;
  const happening = { type: 'recovery-code-used', recoveryCodesLeft } as const;
  return changed(next.record, answer, context, ...before, happening, ...unlocked, ...next.happenings);
}
