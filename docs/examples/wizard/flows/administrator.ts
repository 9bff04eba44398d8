import { isMfaError } from 'lockstep-mfa';
import type { Account } from '../accounts.js';
import { seeOther } from '../http.js';
import { administratorPage, type User } from '../pages/administrator.js';
import { type Problem, problemOf } from '../pages/problem.js';
import { show } from '../show.js';
import { flash, type Handler, type MemberVisit } from '../visit.js';

export const getUsers: Handler<MemberVisit> = (visit) => showUsers(visit);

/** In the name of the administrator who is signed in; the form says only whom. */
export const postUnlock: Handler<MemberVisit> = async (visit) => {
  const { services, account: administrator, form, nowMs } = visit;
  const account = services.accounts.find(form.text('account'));
  if (account === undefined)
    return showUsers(visit, { status: 404, text: 'There is no such user any more.', fields: [] });
  const answer = await services.mfa.asAdministrator(administrator.name).unlock(account.id);
  if (!answer.ok) return showUsers(visit, problemOf(answer, nowMs));
  flash(
    visit,
    'success',
    `${account.name} is unlocked. Half of the count stays, so that a guesser does not begin anew.`,
  );
  return seeOther('/administrator');
};

async function showUsers(visit: MemberVisit, problem?: Problem): Promise<Response> {
  const users = await Promise.all(visit.services.accounts.list().map((account) => describe(visit, account)));
  return show(visit, (frame) => administratorPage(frame, users, problem), problem);
}

async function describe({ services, account: administrator }: MemberVisit, account: Account): Promise<User> {
  try {
    const mfa = services.mfa.asAdministrator(administrator.name);
    return { account, summary: await mfa.describeUser(account.id, { expectMfa: account.hasMfa }) };
  } catch (error) {
    if (isMfaError(error) && error.code === 'record-missing') return { account };
    throw error;
  }
}
