import type { Refusal } from 'lockstep-mfa';
import { confirmFirst } from '../guard.js';
import { seeOther } from '../http.js';
import { problemOf } from '../pages/problem.js';
import { confirmRecoveryCodesPage, explainRecoveryCodesPage, recoveryCodesPage } from '../pages/recovery-codes.js';
import { show } from '../show.js';
import { flash, type Handler, type MemberVisit } from '../visit.js';
import { keepProof } from './devices.js';

// New codes come into force when the person types one of them back. Until then the old ones work, so that a lost answer, a
// reload or the back button costs nobody their codes: it makes another set, not in force either.

export const getRecoveryCodes: Handler<MemberVisit> = (visit) =>
  show(visit, (frame) => explainRecoveryCodesPage(frame, visit.summary));

export const postRecoveryCodes: Handler<MemberVisit> = async (visit) => {
  const { services, session, account, summary, nowMs } = visit;
  const answer = await services.mfa.createRecoveryCodes(account.id, { proof: session.proof });
  if (!answer.ok) {
    if (answer.reason === 'mfa-required') return confirmFirst(visit, '/recovery-codes');
    const problem = problemOf(answer, nowMs);
    return show(visit, (frame) => explainRecoveryCodesPage(frame, summary, problem), problem);
  }
  const { recoveryCodes } = answer;
  return show(visit, (frame) => recoveryCodesPage(frame, recoveryCodes, summary.recoveryCodesLeft));
};

/** The codes themselves nobody can show any more. */
export const getConfirmRecoveryCodes: Handler<MemberVisit> = (visit) => {
  const { recoveryCodesLeft, recoveryCodesUnconfirmed } = visit.summary;
  if (recoveryCodesUnconfirmed === 0) return seeOther('/recovery-codes');
  return show(visit, (frame) => confirmRecoveryCodesPage(frame, recoveryCodesLeft));
};

export const postConfirmRecoveryCodes: Handler<MemberVisit> = async (visit) => {
  const { services, session, account, form } = visit;
  const recoveryCode = form.text('recoveryCode');
  const answer = await services.mfa.confirmRecoveryCodes(account.id, { recoveryCode, proof: session.proof });
  if (!answer.ok) return refuse(visit, answer, recoveryCode);
  keepProof(visit, answer.proof);
  flash(visit, 'success', 'Your recovery codes are confirmed. Older ones do not work any more.');
  return seeOther('/security');
};

function refuse(visit: MemberVisit, refusal: Refusal, recoveryCode: string): Response {
  if (refusal.reason === 'mfa-required') return confirmFirst(visit, '/recovery-codes/confirm');
  if (refusal.reason === 'no-recovery-codes') {
    flash(visit, 'warning', 'These codes are void. Make new ones.');
    return seeOther('/recovery-codes');
  }
  const problem = problemOf(refusal, visit.nowMs);
  const { recoveryCodesLeft } = visit.summary;
  return show(visit, (frame) => confirmRecoveryCodesPage(frame, recoveryCodesLeft, recoveryCode, problem), problem);
}
