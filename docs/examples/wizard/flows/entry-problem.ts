import type { Refusal } from 'lockstep-mfa';
import { type Problem, problemOf } from '../pages/problem.js';
import type { MemberVisit } from '../visit.js';

/** Why codes were refused. A lock that this very failure began is said at once, and not to the right code after it. */
export async function entryProblem(
  { services, account, nowMs }: MemberVisit,
  refusal: Refusal,
  codes: readonly string[],
): Promise<Problem> {
  const problem = problemOf(refusal, nowMs, codes);
  if (refusal.reason !== 'code-mismatch') return problem;
  const now = await services.mfa.describeUser(account.id, { expectMfa: account.hasMfa });
  return now.status === 'locked' ? { ...problem, lockedUntilMs: now.lockedUntilMs } : problem;
}
