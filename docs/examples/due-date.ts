// MFA by a date: who has to set it up, by when, and what they may do until then. The rules are the application's.
import type { MfaProof, MfaService } from 'lockstep-mfa';

export interface Account {
  readonly id: string;
  readonly role: 'member' | 'administrator';
  /** The first sign-in after MFA was announced; undefined until then. */
  readonly announcedAtMs?: number;
}

const DAY_MS = 86_400_000;

/** Administrators have a week from their first sign-in, members until a fixed day. */
export function enrollBy({ role, announcedAtMs }: Account, membersByMs: number): number | undefined {
  if (role === 'member') return membersByMs;
  return announcedAtMs === undefined ? undefined : announcedAtMs + 7 * DAY_MS;
}

/**
 * What a session sees after the first factor: `application`, with a notice until `dueAtMs` where there is one; `code` first;
 * or nothing but the `set-up`. While recovering it is the set-up, too: the recovery's proof leads through it.
 */
export type Next =
  | { readonly page: 'application'; readonly dueAtMs?: number }
  | { readonly page: 'code' }
  | { readonly page: 'set-up' };

export async function afterFirstFactor(
  mfa: MfaService,
  account: Account,
  proof: MfaProof | undefined,
  membersByMs: number,
): Promise<Next> {
  const enrollByMs = enrollBy(account, membersByMs);
  const user = await mfa.describeUser(account.id, { proof, enrollByMs });
  if (user.status === 'recovering') return { page: 'set-up' };
  if (user.status !== 'none' && !user.signedIn) return { page: 'code' };
  if (user.requirement === 'overdue' && user.status === 'none') return { page: 'set-up' };
  return user.requirement === 'due' ? { page: 'application', dueAtMs: user.dueAtMs } : { page: 'application' };
}
