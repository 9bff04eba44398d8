import { checkText } from '../core/check.js';
import type { Refusal, Secret } from '../core/index.js';
import {
  type AssignedDevice,
  type CodeReason,
  driftSteps,
  resynchronizeDevice as resynchronize,
  verifyCode,
} from '../device/index.js';
import { offsetOfCode, positionsTried } from '../device/verify.js';
import { grantProof, type MfaProof } from './authority.js';
import { type Context, changed, type Decision, type Outcome, unchanged } from './decision.js';
import { replaced } from './enrollment.js';
import type { Happening } from './events.js';
import { onDevice, secretOf, unreadableOf } from './opened.js';
import type { RecordV1, UserDevice } from './record.js';
import { parseRecoveryCode, useRecoveryCode } from './recovery-codes.js';
import { hasMfa } from './status.js';
import { type AssignedDeviceSummary, summarize } from './summary.js';
import { afterFailure, afterSignIn, lockOf, UNTHROTTLED } from './throttle.js';
import { withSpent } from './twins.js';

/** What signing in with a code and resynchronizing refuse alike: one door, one throttle. */
export type SignInReason = CodeReason | 'locked' | 'not-assigned' | 'suspended' | 'unknown-device';

type AssignedEntry = UserDevice & { readonly device: AssignedDevice };
interface Candidate {
  readonly entry: AssignedEntry;
  readonly secret: Secret;
}

/** What stands before every evaluation of a code: is there a device, the named one, its status, the lock. */
function admit(
  record: RecordV1,
  serialNumber: string | undefined,
  context: Context,
):
  | Refusal<'locked' | 'not-assigned' | 'suspended' | 'unknown-device'>
  | { readonly ok: true; readonly candidates: readonly Candidate[]; readonly unreadable: readonly Happening[] } {
  if (!hasMfa(record)) return { ok: false, reason: 'not-assigned' };
  const named = record.devices.filter(
    ({ device }) => serialNumber === undefined || device.serialNumber === serialNumber,
  );
  if (serialNumber !== undefined && named.length === 0) return { ok: false, reason: 'unknown-device' };
  const assigned = named.filter((entry): entry is AssignedEntry => entry.device.status === 'assigned');
  if (assigned.length === 0) {
    const suspended = named.some(({ device }) => device.status === 'suspended');
    return { ok: false, reason: suspended ? 'suspended' : 'not-assigned' };
  }
  const lock = lockOf(record.throttle, context.policy, context.nowMs);
  if (lock !== undefined) return { ok: false, reason: 'locked', ...lock };

  // Those that do not open are passed over; where none does, it is an error.
  const opened = assigned.filter(({ device }) => context.secrets.has(device.serialNumber));
  const candidates = (opened.length === 0 ? assigned : opened).map((entry) => {
    return { entry, secret: secretOf(entry, context) };
  });
  return { ok: true, candidates, unreadable: unreadableOf(assigned, context) };
}

export interface SignInInput {
  readonly code: unknown;
  /** Default: whichever device the code is of. */
  readonly serialNumber?: string;
}

/**
 * Every device evaluates the code. A match above one device's floor goes before a used code of another; a code that is
 * malformed for all of them, or used, counts as nothing; a wrong one counts once.
 */
export function signIn(
  record: RecordV1,
  { code, serialNumber }: SignInInput,
  context: Context,
): Decision<Outcome<{ readonly device: AssignedDeviceSummary; readonly proof: MfaProof }, SignInReason>> {
  const admitted = admit(record, serialNumber, context);
  if (!admitted.ok) return unchanged(record, admitted);
  const { candidates, unreadable } = admitted;

  let { devices } = record;
  let signedIn: AssignedEntry | undefined;
  let reused: Decision<Refusal<'code-reused'>> | undefined;
  const mismatched: Candidate[] = [];
  const spent: Candidate[] = [];
  for (const candidate of candidates) {
    const { entry, secret } = candidate;
    const result = verifyCode(entry.device, secret, code, context);
    if (result.ok) {
      const used = { ...entry, device: result.device };
      devices = replaced(devices, entry, used);
      spent.push({ entry: used, secret });
      signedIn ??= used;
    } else if (result.reason === 'code-reused') {
      reused ??= refuseReused(record, entry, result, context, unreadable);
    } else if (result.reason === 'code-mismatch') {
      mismatched.push(candidate);
    }
  }

  if (signedIn !== undefined) {
    for (const { entry, secret } of spent) {
      const { parameters, lastCounter } = entry.device;
      devices = withSpent(devices, secret, parameters, lastCounter, context.secrets);
    }
    const { suspected: _, ...rest } = record;
    const next = { ...rest, devices, throttle: afterSignIn(record.throttle) };
    const answer = { ok: true, device: summarize(signedIn), proof: grantProof(record, context) } as const;
    return changed(next, answer, context, ...unreadable, { type: 'signed-in', ...onDevice(signedIn) });
  }
  if (reused !== undefined) return reused;
  if (mismatched.length === 0)
    return unchanged(record, { ok: false, reason: 'malformed-code' }, context, ...unreadable);
  return failSignIn(record, mismatched, code, context, unreadable);
}

function refuseReused(
  record: RecordV1,
  entry: UserDevice,
  { device: _, ...answer }: Refusal<'code-reused'> & { readonly device: AssignedDevice },
  context: Context,
  unreadable: readonly Happening[],
): Decision<Refusal<'code-reused'>> {
  return unchanged(record, answer, context, ...unreadable, { type: 'code-reused', ...onDevice(entry) });
}

/** A failure: counted, and looked at for whether a device is out of step rather than somebody guessing. */
function failSignIn(
  record: RecordV1,
  candidates: readonly Candidate[],
  code: unknown,
  context: Context,
  unreadable: readonly Happening[],
): Decision<Refusal<'code-mismatch'>> {
  const positions = candidates.reduce((sum, { entry }) => sum + positionsTried(entry.device, context), 0);
  let suspected: RecordV1['suspected'];
  for (const { entry, secret } of candidates) {
    const offset = offsetOfCode(entry.device, secret, code, context);
    if (offset !== undefined) suspected ??= { serialNumber: entry.device.serialNumber, offset };
  }
  return fail(record, positions, context, unreadable, suspected);
}

/** @param suspected - the device and the offset at which the wrong code would have been right */
function fail(
  record: RecordV1,
  positions: number,
  context: Context,
  unreadable: readonly Happening[],
  suspected?: RecordV1['suspected'],
): Decision<Refusal<'code-mismatch'>> {
  const { throttle, happenings } = afterFailure(record.throttle, positions, context.policy, context.nowMs);
  const { suspected: before, ...rest } = record;
  const next = { ...rest, throttle, ...(suspected === undefined ? {} : { suspected }) };
  // Once is chance; twice running at the same offset is a clock.
  const outOfStep =
    suspected !== undefined &&
    before?.serialNumber === suspected.serialNumber &&
    Math.abs(before.offset - suspected.offset) <= 1;
  const found = outOfStep ? { serialNumber: suspected.serialNumber, offsetSteps: suspected.offset } : {};
  const answer = { ok: false, reason: 'code-mismatch' } as const;
  return changed(next, answer, context, ...unreadable, { type: 'sign-in-failed', ...found }, ...happenings);
}

export interface ResynchronizeDeviceInput {
  readonly serialNumber: string;
  readonly codes: readonly [unknown, unknown];
}

/** On the throttle of {@link signIn}, and no proof: unused codes that somebody noted can resynchronize. */
export function resynchronizeDevice(
  record: RecordV1,
  { serialNumber, codes }: ResynchronizeDeviceInput,
  context: Context,
): Decision<Outcome<{ readonly device: AssignedDeviceSummary }, SignInReason>> {
  checkText(serialNumber, 'serialNumber');
  const admitted = admit(record, serialNumber, context);
  if (!admitted.ok) return unchanged(record, admitted);
  const { candidates, unreadable } = admitted;
  const [candidate] = candidates as readonly [Candidate];
  const { entry, secret } = candidate;
  const result = resynchronize(entry.device, secret, codes, context);
  if (result.ok) {
    const after = { ...entry, device: result.device };
    const { suspected: _, ...rest } = record;
    const { parameters, lastCounter } = result.device;
    const devices = replaced(record.devices, entry, after);
    const next = { ...rest, devices: withSpent(devices, secret, parameters, lastCounter, context.secrets) };
    return changed(next, { ok: true, device: summarize(after) }, context, {
      type: 'device-resynchronized',
      ...onDevice(entry),
      driftSteps: driftSteps(result.device),
    });
  }
  if (result.reason === 'code-reused') return refuseReused(record, entry, result, context, unreadable);
  // Two codes are guessed a million times less often than one: a pair weighs as the least that an attempt can weigh.
  if (result.reason === 'code-mismatch') return fail(record, 1, context, unreadable);
  const { device: _, ...refusal } = result;
  return unchanged(record, refusal as Refusal<'malformed-code'>);
}

export interface SignInWithRecoveryCodeInput {
  readonly recoveryCode: unknown;
}

/** Outside the throttle, which 120 random bits do not need: a guesser must not close the owner's way back. */
export function signInWithRecoveryCode(
  record: RecordV1,
  { recoveryCode }: SignInWithRecoveryCodeInput,
  context: Context,
): Decision<Outcome<{ readonly recoveryCodesLeft: number; readonly proof: MfaProof }, CodeReason | 'not-assigned'>> {
  if (record.recovery === undefined) return unchanged(record, { ok: false, reason: 'not-assigned' });
  const code = parseRecoveryCode(recoveryCode);
  if (code === undefined) return unchanged(record, { ok: false, reason: 'malformed-code' });
  const used = useRecoveryCode(record.recovery, code);
  if (typeof used === 'string') {
    return unchanged(record, { ok: false, reason: used }, context, { type: 'sign-in-failed' });
  }
  const { suspected: _, ...rest } = record;
  const next = { ...rest, recovery: used, throttle: UNTHROTTLED };
  const recoveryCodesLeft = used.unused.length;
  const wasLocked = lockOf(record.throttle, context.policy, context.nowMs) !== undefined;
  const unlocked: Happening[] = wasLocked ? [{ type: 'unlocked' }] : [];
  const answer = { ok: true, recoveryCodesLeft, proof: grantProof(record, context) } as const;
  return changed(next, answer, context, { type: 'recovery-code-used', recoveryCodesLeft }, ...unlocked);
}
