import { seeOther } from '../http.js';
import { confirmPage } from '../pages/confirm.js';
import { problemOf } from '../pages/problem.js';
import { show } from '../show.js';
import type { Handler, MemberVisit } from '../visit.js';
import { completeSignIn } from './code.js';

export const getConfirm: Handler<MemberVisit> = (visit) =>
  visit.summary.status === 'none'
    ? seeOther(nextOf(visit))
    : show(visit, (frame) => confirmPage(frame, { next: nextOf(visit) }));

export const postConfirm: Handler<MemberVisit> = async (visit) => {
  const { services, account, form, nowMs } = visit;
  const next = nextOf(visit);
  const [code, recoveryCode] = [form.text('code'), form.text('recoveryCode')];
  const answer =
    recoveryCode === ''
      ? await services.mfa.signIn(account.id, { code, expectMfa: account.hasMfa })
      : await services.mfa.signInWithRecoveryCode(account.id, { recoveryCode, expectMfa: account.hasMfa });
  if (!answer.ok) {
    const problem = problemOf(answer, nowMs, ['code']);
    return show(visit, (frame) => confirmPage(frame, { next, code, recoveryCode }, problem), problem);
  }
  completeSignIn(visit, answer.proof);
  return seeOther(next);
};

/** A page of this application, whatever the address says. */
function nextOf({ url, services }: MemberVisit): string {
  const next = url.searchParams.get('next') ?? '';
  return services.isPage(next) ? next : '/security';
}
