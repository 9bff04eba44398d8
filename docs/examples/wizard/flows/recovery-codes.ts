import { confirmFirst } from '../guard.js';
import { problemOf } from '../pages/problem.js';
import { explainRecoveryCodesPage, recoveryCodesPage } from '../pages/recovery-codes.js';
import { show } from '../show.js';
import type { Handler, MemberVisit } from '../visit.js';

export const getRecoveryCodes: Handler<MemberVisit> = (visit) =>
  show(visit, (frame) => explainRecoveryCodesPage(frame, visit.summary.recoveryCodesLeft));

/** The answer itself shows them, and no address does: nothing can be asked for a second time. */
export const postRecoveryCodes: Handler<MemberVisit> = async (visit) => {
  const { services, session, account, summary, nowMs } = visit;
  const left = summary.recoveryCodesLeft;
  const answer = await services.mfa.createRecoveryCodes(account.id, { proof: session.proof });
  if (!answer.ok) {
    if (answer.reason === 'mfa-required') return confirmFirst(visit, '/recovery-codes');
    const problem = problemOf(answer, nowMs);
    return show(visit, (frame) => explainRecoveryCodesPage(frame, left, problem), problem);
  }
  visit.session = services.sessions.keep(session, { proof: answer.proof ?? session.proof });
  return show(visit, () => recoveryCodesPage(answer.recoveryCodes, left > 0));
};
