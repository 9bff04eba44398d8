import { home } from '../guard.js';
import { seeOther } from '../http.js';
import { type Problem, problemOf } from '../pages/problem.js';
import { recoverConfirmPage, recoverPage } from '../pages/recover.js';
import { show } from '../show.js';
import { flash, type Handler, type MemberVisit } from '../visit.js';
import { passSecondStep } from './code.js';

/** Both, so that neither a stolen mailbox nor a stolen phone number is enough. */
const METHODS = ['email', 'phone'] as const;

export const getRecover: Handler<MemberVisit> = (visit) => showRecover(visit);

export const postRecover: Handler<MemberVisit> = (visit) => {
  const { services, session, account, nowMs } = visit;
  if (visit.summary.status === 'none') return home(visit);
  const codes = services.recoveries.begin(account.id, session, nowMs);
  if (codes === undefined) {
    return showRecover(visit, {
      status: 429,
      text: 'Codes were sent several times. Wait an hour, then try again.',
      fields: [],
    });
  }
  for (const channel of METHODS) {
    const body = `${codes[channel]} is your code to recover your account at Acme. You did not ask for it? Then somebody knows your password: tell your administrator.`;
    services.mailbox.send(account.id, { atMs: nowMs, channel, subject: 'Recover your account', body });
  }
  return seeOther('/sign-in/recover/confirm');
};

export const getRecoverConfirm: Handler<MemberVisit> = (visit) => {
  const { services, session, account, nowMs } = visit;
  if (!services.recoveries.isOpen(account.id, session, nowMs)) return seeOther('/sign-in/recover');
  return show(visit, (frame) => recoverConfirmPage(frame));
};

export const postRecoverConfirm: Handler<MemberVisit> = async (visit) => {
  const { services, session, account, form, nowMs } = visit;
  const typed = { email: form.text('emailCode'), phone: form.text('phoneCode') };
  const checked = services.recoveries.check(account.id, session, typed, nowMs);
  if (checked === 'none') {
    flash(visit, 'warning', 'The codes count no more: they were too old, or there were too many tries.');
    return seeOther('/sign-in/recover');
  }
  const problem = checked === 'wrong' ? WRONG : await recover(visit);
  if (problem === undefined) return seeOther('/devices/new');
  return show(visit, (frame) => recoverConfirmPage(frame, typed.email, typed.phone, problem), problem);
};

/** Not which of the two: they are to be guessed together. */
const WRONG: Problem = {
  status: 422,
  text: 'These codes are not both right. Use those of the newest messages.',
  fields: ['emailCode', 'phoneCode'],
};

async function recover(visit: MemberVisit): Promise<Problem | undefined> {
  const { services, account, nowMs } = visit;
  const answer = await services.mfa.recoverAccount(account.id, { verified: METHODS, expectMfa: account.hasMfa });
  if (!answer.ok) return problemOf(answer, nowMs);
  passSecondStep(visit, answer.proof);
  flash(visit, 'warning', 'Your devices are suspended. Set up a new one now: the way back in is open for 15 minutes.');
  return undefined;
}

function showRecover(visit: MemberVisit, problem?: Problem): Response {
  const { email, phone } = visit.account;
  return show(visit, (frame) => recoverPage(frame, masked(email), masked(phone), problem), problem);
}

/** For somebody who knows the password alone. */
function masked(address: string): string {
  return address.replace(/^(.).*(?=@)/, '$1…').replace(/^\+.*(?=\d\d$)/, '+…');
}
