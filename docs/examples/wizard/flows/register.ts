import { parseAccountName } from '../accounts.js';
import { seeOther } from '../http.js';
import type { Problem } from '../pages/problem.js';
import { registerPage } from '../pages/register.js';
import { isAcceptable } from '../passwords.js';
import { show } from '../show.js';
import { flash, type Handler, type Visit } from '../visit.js';

export const getRegister: Handler = (visit) => show(visit, registerPage);

/** Whether a name is taken cannot be hidden here: an application with real e-mail would answer by a message to it. */
export const postRegister: Handler = async (visit) => {
  const { services, form, nowMs } = visit;
  const name = parseAccountName(form.text('name'));
  if (name === undefined)
    return refuse(visit, 422, 'name', 'A name has 1 to 32 of: a to z, digits, dot, hyphen, underscore.');
  if (!isAcceptable(form.text('password'))) {
    return refuse(visit, 422, 'password', 'A password has at least 8 characters, and at most 256.');
  }
  const account = await services.accounts.register(name, form.text('password'));
  if (account === undefined) return refuse(visit, 409, 'name', 'This name is taken. Choose another.');
  visit.session = services.sessions.begin(visit.session, { accountId: account.id }, nowMs);
  flash(visit, 'success', 'You are registered. Now protect your account with an authenticator app.');
  return seeOther('/security');
};

function refuse(visit: Visit, status: number, field: string, text: string): Response {
  const problem: Problem = { status, text, fields: [field] };
  return show(visit, (frame) => registerPage(frame, visit.form.text('name'), problem), problem);
}
