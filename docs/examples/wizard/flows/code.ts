import type { MfaProof } from 'lockstep-mfa';
import { hasPassed, home } from '../guard.js';
import { seeOther } from '../http.js';
import { codePage, recoveryCodePage } from '../pages/code.js';
import { problemOf } from '../pages/problem.js';
import { show } from '../show.js';
import { flash, type Handler, type MemberVisit } from '../visit.js';

/** Whoever is in already, by another tab perhaps, has nothing to do here. */
export const getCode: Handler<MemberVisit> = (visit) =>
  hasPassed(visit) ? home(visit) : show(visit, (frame) => codePage(frame));

export const postCode: Handler<MemberVisit> = async (visit) => {
  const { services, account, form, nowMs } = visit;
  const code = form.text('code');
  const answer = await services.mfa.signIn(account.id, { code, expectMfa: account.hasMfa });
  if (!answer.ok) {
    if (answer.reason === 'not-assigned') return home(visit);
    const problem = problemOf(answer, nowMs, ['code']);
    return show(visit, (frame) => codePage(frame, code, problem), problem);
  }
  completeSignIn(visit, answer.proof);
  return seeOther('/security');
};

export const getRecoveryCode: Handler<MemberVisit> = (visit) => show(visit, (frame) => recoveryCodePage(frame));

export const postRecoveryCode: Handler<MemberVisit> = async (visit) => {
  const { services, account, form, nowMs } = visit;
  const recoveryCode = form.text('recoveryCode');
  const answer = await services.mfa.signInWithRecoveryCode(account.id, { recoveryCode, expectMfa: account.hasMfa });
  if (!answer.ok) {
    const problem = problemOf(answer, nowMs);
    return show(visit, (frame) => recoveryCodePage(frame, recoveryCode, problem), problem);
  }
  completeSignIn(visit, answer.proof);
  flash(visit, 'warning', leftText(answer.recoveryCodesLeft));
  return seeOther('/security');
};

function leftText(left: number): string {
  return `That recovery code is used up: ${left} left. If your device is lost, remove it and set up a new one.`;
}

/** After a code or a recovery code. Our flag may be down where the process ended before it was raised. */
export function completeSignIn(visit: MemberVisit, proof: MfaProof): void {
  const { services, account } = visit;
  if (!account.hasMfa) services.accounts.setHasMfa(account.id, true);
  passSecondStep(visit, proof);
}

/** A new session id: it may more than the one before. The set-ups that this browser began stay its own. */
export function passSecondStep(visit: MemberVisit, proof: MfaProof): void {
  const { services, session, account, nowMs } = visit;
  const { setUps } = session;
  visit.session = services.sessions.begin(session, { accountId: account.id, proof, setUps }, nowMs);
}
