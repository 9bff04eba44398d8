// Who has MFA, as CSV; and everything sealed anew under a new key. Both go through all users in bounded memory.
import type { MfaService } from 'lockstep-mfa';

/** A line of CSV for each user (RFC 4180). One who is given twice stands there twice: sort by user, and keep the last. */
export async function* csvReport(mfa: MfaService): AsyncGenerator<string> {
  yield csv(['user', 'status', 'devices', 'recovery codes left', 'last used', 'error']);
  for await (const line of mfa.users()) {
    if (line.status === 'unreadable') {
      yield csv([line.userId, line.status, '', '', '', line.error.code]);
    } else {
      const { userId, status, devices, recoveryCodesLeft, lastUsedAtMs } = line;
      const lastUsed = lastUsedAtMs === undefined ? '' : new Date(lastUsedAtMs).toISOString();
      yield csv([userId, status, String(devices), String(recoveryCodesLeft), lastUsed, '']);
    }
  }
}

function csv(fields: readonly string[]): string {
  // A spreadsheet would run a field that begins with one of these as a formula.
  const safe = fields.map((field) => (/^[=+\-@\t\r]/.test(field) ? `'${field}` : field));
  return `${safe.map((field) => (/[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field)).join(',')}\r\n`;
}

export interface Resealed {
  readonly done: number;
  /** Delete the old key only where this is empty. */
  readonly failed: readonly { readonly userId: string; readonly code: string }[];
}

/** Seals every user's secrets under the newest key. Stop it and run it again as you like: what is done stays done. */
export async function resealEverybody(mfa: MfaService): Promise<Resealed> {
  let done = 0;
  const failed: { userId: string; code: string }[] = [];
  for await (const { userId } of mfa.users()) {
    try {
      const answer = await mfa.reseal(userId);
      if (answer.ok) done++;
      else failed.push({ userId, code: answer.reason });
    } catch (error) {
      failed.push({ userId, code: String((error as { readonly code?: unknown }).code) });
    }
  }
  return { done, failed };
}
