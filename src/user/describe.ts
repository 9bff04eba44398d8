import { hasEnded } from '../device/assign.js';
import { standingProof } from './actor.js';
import { type BrowserInput, findBrowser } from './browsers.js';
import type { Context } from './context.js';
import { type Decision, unchanged } from './decision.js';
import type { HistoryEntry } from './events.js';
import { shownHistory, withoutDiagnosis } from './history.js';
import type { ActorInput, UserInput } from './input.js';
import { mayOpen } from './proof.js';
import type { UserRecord } from './record.js';
import { type EnrollmentRequirement, requirementOf } from './requirement.js';
import { type MfaStatus, mfaStatus, statusBesideLock } from './status.js';
import { type DeviceSummary, summarize } from './summary.js';
import { type BrowserSummary, summarizeBrowser } from './trusted-browsers.js';

/** All that a page may show of a user. */
export type UserDescription = MfaStatus &
  EnrollmentRequirement & {
    readonly devices: readonly DeviceSummary[];
    /** The known browsers, the last used first. For a session whose proof stands, and an administrator; else empty. */
    readonly browsers: readonly BrowserSummary[];
    /** Of the set in force. */
    readonly recoveryCodesLeft: number;
    /** Of a set that was made and is not yet confirmed. */
    readonly recoveryCodesUnconfirmed: number;
    /** The proof stands, however old, and may open the application: never that of an unfinished recovery. */
    readonly signedIn: boolean;
    /**
     * The events that changed something, sign-ins left out; newest last. The durable trace: one line for each device and
     * kind, of bounded length.
     */
    readonly history: readonly HistoryEntry[];
  };

export interface DescribeUserDetails extends UserInput {
  /** From when on the application asks this user for MFA, by its own rules. Default: it does not. */
  readonly enrollByMs?: number | undefined;
}
export interface DescribeUserInput extends DescribeUserDetails, ActorInput, BrowserInput {}

/** From a known browser the status is the one beside a lock, which does not keep it out. */
export function decideDescribeUser(
  record: UserRecord,
  { browserToken, enrollByMs }: DescribeUserInput,
  context: Context,
): Decision<UserDescription> {
  const { actor, policy, nowMs } = context;
  const shown = record.devices.filter(({ device }) => device.status !== 'pending' || !hasEnded(device, nowMs, policy));
  const history = shownHistory(record.history);
  const isAdministrator = 'administrator' in actor;
  const proof = isAdministrator ? undefined : standingProof(actor.proof, record, context);
  const signedIn = proof !== undefined && mayOpen(proof);
  const here = findBrowser(record, browserToken, context);
  const browsers = isAdministrator || signedIn ? (record.browsers ?? []) : [];
  return unchanged(record, {
    ...(here === undefined ? mfaStatus(record, context) : statusBesideLock(record)),
    ...requirementOf(record, enrollByMs, nowMs),
    devices: shown.map(summarize),
    browsers: browsers
      .map((browser) => summarizeBrowser(browser, browser === here?.browser, record, context))
      .reverse(),
    recoveryCodesLeft: record.recovery?.unused.length ?? 0,
    recoveryCodesUnconfirmed: record.nextRecovery?.unused.length ?? 0,
    signedIn,
    // How far a wrong code was off is for an administrator: a guesser who knows the password must not see it.
    history: isAdministrator ? history : withoutDiagnosis(history),
  });
}
