// Users who signed in with another library go on with the app that they have.
import { isMfaError, type MatchResult, type MfaService, parseSecret, verifyTotp } from 'lockstep-mfa';

/** Both ways begin at the table that is there. */
export interface Row {
  readonly id: string;
  /** Base32, or null where the user has no MFA. */
  readonly totpSecret: string | null;
}

/** Into the service, which then has the devices, the throttle and the recovery codes. Run it again as often as you like. */
export async function migrate(mfa: MfaService, users: AsyncIterable<Row>): Promise<Record<string, string>> {
  const migration = mfa.asAdministrator('migration 2026-01'); // stands in the history of each device
  const report: Record<string, string> = {};
  for await (const { id, totpSecret } of users) {
    if (totpSecret === null) continue;
    try {
      const imported = await migration.importDevice(id, {
        name: 'Authenticator app',
        serialNumber: `otplib:${id}`, // the same on a second run, which then finds it `already-assigned`
        secret: parseSecret(totpSecret),
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
