// Users who signed in with another library go on with the app that they have.
import { isMfaError, type MfaService, parseSecret } from 'lockstep-mfa';

export async function migrate(
  mfa: MfaService,
  users: AsyncIterable<{ readonly id: string; readonly totpSecret: string | null }>,
): Promise<Record<string, string>> {
  const report: Record<string, string> = {};
  for await (const { id, totpSecret } of users) {
    if (totpSecret === null) continue;
    try {
      const imported = await mfa.importDevice(id, {
        name: 'Authenticator app',
        serialNumber: `otplib:${id}`, // the same on a second run, which then finds it `already-assigned`
        secret: parseSecret(totpSecret),
        administrator: 'migration 2026-01',
      });
      report[id] = imported.ok ? 'imported' : imported.reason;
    } catch (error) {
      if (!isMfaError(error) || error.code !== 'malformed-secret') throw error;
      report[id] = error.message;
    }
  }
  return report;
}
