// What an administrator sees and does: each function is handed `mfa.asAdministrator(name)`. Make sure first that it is one.
import type { DeviceSummary, MfaAdministration, SuspendDeviceResult, UnlockResult } from 'lockstep-mfa';

function minute(ms: number): string {
  return new Date(ms).toISOString().slice(0, 16);
}

function line(device: DeviceSummary): string {
  const head = `${device.name} (${device.serialNumber}): ${device.status}`;
  if (device.status === 'pending') return `${head} until ${minute(device.expiresAtMs)}`;
  const driftSeconds = device.driftSteps * device.parameters.periodSeconds;
  return `${head}, last used ${minute(device.lastUsedAtMs)}, clock ${driftSeconds >= 0 ? '+' : ''}${driftSeconds} s`;
}

export async function adminPage(mfa: MfaAdministration, userIds: readonly string[]): Promise<string> {
  const lines: string[] = [];
  for (const userId of userIds) {
    const user = await mfa.describeUser(userId);
    const until =
      user.status === 'locked' &&
      (user.lockedUntilMs === undefined ? ' until unlocked' : ` until ${minute(user.lockedUntilMs)}`);
    lines.push(
      `${userId}: ${user.status}${until || ''}, ${user.recoveryCodesLeft} recovery codes`,
      ...user.devices.map(line),
    );
    for (const { label = 'a browser', rememberedAtMs, trustedUntilMs } of user.browsers) {
      const trusted = trustedUntilMs === undefined ? '' : `, trusted until ${minute(trustedUntilMs)}`;
      lines.push(`  ${label}, remembered ${minute(rememberedAtMs)}${trusted}`);
    }
    for (const event of user.history) {
      if (event.type === 'sign-in-failed' && event.offsetSteps) lines.push(`  out of step by ${event.offsetSteps}`);
    }
  }
  return lines.join('\n');
}

export function unlock(mfa: MfaAdministration, userId: string): Promise<UnlockResult> {
  return mfa.unlock(userId);
}

export function lost(mfa: MfaAdministration, userId: string, serialNumber: string): Promise<SuspendDeviceResult> {
  return mfa.suspendDevice(userId, { serialNumber });
}

/**
 * For somebody who has lost everything, after the help desk made sure who they are: a known voice or face, or a call back to
 * a number on file. Never by what a caller says of themselves.
 *
 * @param expectMfa - the application's own flag: with it an account is reset whose record was lost
 * @returns what the help desk reads to the person, shown once and logged nowhere
 */
export async function reset(mfa: MfaAdministration, userId: string, expectMfa: boolean): Promise<string> {
  const answer = await mfa.resetUser(userId, { expectMfa });
  if (!answer.ok)
    return answer.reason === 'conflict' ? 'Try again.' : 'There is no MFA to reset: the password is enough.';
  return [
    `Type your password, and then this code: ${answer.resetCode}`,
    `It counts until ${minute(answer.expiresAtMs)} UTC, sets up one new device, and opens nothing else.`,
  ].join('\n');
}
