// Users who signed in with another library go on with the app that they have.
import { isMfaError, type MatchResult, type MfaService, parseSecret, verifyTotp } from 'lockstep-mfa';

/** Both ways begin at the table that is there. */
export interface Row {
  readonly id: string;
  /** Base32, or null where the user has no MFA. */
  readonly totpSecret: string | null;
  /** Where the old system kept it: the counter of the newest code that it accepted (the time step). */
  readonly lastCounter?: number | null;
  /** Where the old system kept it: how many periods the phone's clock is ahead (+) or behind (−). */
  readonly driftSteps?: number | null;
}

/**
 * Into the service, which then has the devices, the throttle and the recovery codes. Run it again as often as you like: a
 * serial number that is made of the old row is found again, `already-assigned` or, where the owner has removed a stolen phone,
 * `removed`. With one that is drawn at random the second run would bring the stolen phone back.
 *
 * Without `lastCounter` codes of this very moment do not count, for they may have been used at the old system.
 */
export async function migrate(mfa: MfaService, users: AsyncIterable<Row>): Promise<Record<string, string>> {
  const migration = mfa.asAdministrator('migration 2026-01'); // stands in the history of each device
  const report: Record<string, string> = {};
  for await (const { id, totpSecret, lastCounter, driftSteps } of users) {
    if (totpSecret === null) continue;
    try {
      const imported = await migration.importDevice(id, {
        name: 'Authenticator app',
        serialNumber: `otplib:${id}`,
        secret: parseSecret(totpSecret),
        lastCounter: lastCounter ?? undefined,
        driftSteps: driftSteps ?? undefined,
      });
      report[id] = imported.ok ? 'imported' : imported.reason;
    } catch (error) {
      if (!isMfaError(error) || error.code !== 'malformed-secret') throw error;
      report[id] = error.message;
    }
  }
  return report;
}

/**
 * Or without the service, in the place of `authenticator.check(token, totpSecret)`. It answers which counter matched: store
 * that in a new column, as `one-column.ts` shows, for without `lastCounter` a code counts again and again.
 */
export function check(token: unknown, totpSecret: string, lastCounter: number, nowMs: number): MatchResult {
  return verifyTotp(parseSecret(totpSecret), token, { nowMs, lastCounter });
}
