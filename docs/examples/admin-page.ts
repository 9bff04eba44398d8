// What an administrator sees and does.
import type { DeviceSummary, MfaService } from 'lockstep-mfa';

function minute(ms: number): string {
  return new Date(ms).toISOString().slice(0, 16);
}

function line(device: DeviceSummary): string {
  const head = `${device.name} (${device.serialNumber}): ${device.status}`;
  if (device.status === 'pending') return `${head} until ${minute(device.expiresAtMs)}`;
  const driftSeconds = device.driftSteps * device.parameters.periodSeconds;
  return `${head}, last used ${minute(device.lastUsedAtMs)}, clock ${driftSeconds >= 0 ? '+' : ''}${driftSeconds} s`;
}

export async function adminPage(mfa: MfaService, administrator: string, userIds: readonly string[]): Promise<string> {
  const lines: string[] = [];
  for (const userId of userIds) {
    const user = await mfa.describeUser(userId, { administrator });
    const until =
      user.status === 'locked' &&
      (user.lockedUntilMs === undefined ? ' until unlocked' : ` until ${minute(user.lockedUntilMs)}`);
    lines.push(
      `${userId}: ${user.status}${until || ''}, ${user.recoveryCodesLeft} recovery codes`,
      ...user.devices.map(line),
    );
    for (const event of user.history) {
      if (event.type === 'sign-in-failed' && event.offsetSteps) lines.push(`  out of step by ${event.offsetSteps}`);
    }
  }
  return lines.join('\n');
}

export function unlock(mfa: MfaService, userId: string, administrator: string): ReturnType<MfaService['unlock']> {
  return mfa.unlock(userId, { administrator });
}

export function lost(
  mfa: MfaService,
  userId: string,
  serialNumber: string,
  administrator: string,
): ReturnType<MfaService['suspendDevice']> {
  return mfa.suspendDevice(userId, { serialNumber, administrator });
}
