import { seeOther } from '../http.js';
import type { Problem } from '../pages/problem.js';
import { signInPage } from '../pages/sign-in.js';
import { show } from '../show.js';
import type { Handler } from '../visit.js';

export const getSignIn: Handler = (visit) => show(visit, (frame) => signInPage(frame));

export const postSignIn: Handler = async (visit) => {
  const { services, form, nowMs } = visit;
  const name = form.text('name');
  const answer = await services.accounts.checkPassword(name, form.text('password'), nowMs);
  if (!answer.ok) {
    const problem = problemOf(answer.lockedUntilMs);
    return show(visit, (frame) => signInPage(frame, name, problem), problem);
  }
  visit.session = services.sessions.begin(visit.session, { accountId: answer.account.id }, nowMs);
  return seeOther('/');
};

/** The same whether there is such a name or not. */
function problemOf(lockedUntilMs: number | undefined): Problem {
  return lockedUntilMs === undefined
    ? { status: 422, text: 'Name or password is not right. Check both and try again.', fields: ['name', 'password'] }
    : { status: 429, text: 'Too many wrong passwords for this name. Wait, then try again.', fields: [], lockedUntilMs };
}

export const postSignOut: Handler = (visit) => {
  const { sessions } = visit.services;
  sessions.end(visit.session);
  visit.session = sessions.begin(visit.session, { flash: { kind: 'info', text: 'You have signed out.' } }, visit.nowMs);
  return seeOther('/sign-in');
};
