import { isMfaError } from 'lockstep-mfa';
import type { Account } from './accounts.js';
import { HttpError, seeOther } from './http.js';
import { flash, type Handler, type MemberVisit, type Visit } from './visit.js';

// Who may see what. Each of these puts a check in front of a handler; the MFA service decides once more for itself.

/** The password was typed; the code need not be yet. */
export function afterPassword(handler: Handler<MemberVisit>): Handler {
  return async (visit) => {
    const member = await memberOf(visit);
    return member === undefined ? seeOther('/sign-in') : handler(member);
  };
}

/** Pages of the way in, for those who are not in: the others go to where they can go on. */
export function beforePassword(handler: Handler): Handler {
  return async (visit) => {
    const member = await memberOf(visit);
    return member === undefined ? handler(visit) : home(member);
  };
}

export function home(visit: MemberVisit): Response {
  if (hasPassed(visit)) return seeOther('/security');
  return seeOther(hasRecovered(visit) ? '/devices/new' : '/sign-in/code');
}

/** And the code, where there is MFA. */
export function signedIn(handler: Handler<MemberVisit>): Handler {
  return afterPassword((visit) => (hasPassed(visit) ? handler(visit) : home(visit)));
}

/** The way back in. It stands open, too, where the MFA of an account is lost from the store. */
export function recovering(handler: Handler<MemberVisit>): Handler {
  return async (visit) => {
    const member = await memberToRecover(visit);
    return member === undefined ? seeOther('/sign-in') : handler(member);
  };
}

/** Or the recovery, which leads to a new device and to nothing else. */
export function settingUp(handler: Handler<MemberVisit>): Handler {
  return afterPassword((visit) => (hasPassed(visit) || hasRecovered(visit) ? handler(visit) : home(visit)));
}

/** And that not long ago: asked before somebody fills in a form, and not after. */
export function recently(handler: Handler<MemberVisit>): Handler {
  return signedIn((visit) => withRecentCode(visit.url.pathname, handler)(visit));
}

/** @param page - where to go on after the code */
export function withRecentCode(page: string, handler: Handler<MemberVisit>): Handler<MemberVisit> {
  return (visit) => (isRecent(visit) ? handler(visit) : confirmFirst(visit, page));
}

/** With MFA always. */
export function administrator(handler: Handler<MemberVisit>): Handler {
  return signedIn((visit) => {
    if (!visit.account.isAdministrator) throw new HttpError(403);
    if (visit.summary.status === 'none') {
      flash(visit, 'warning', 'Administrators need an authenticator app: set one up first.');
      return seeOther('/security');
    }
    return handler(visit);
  });
}

export function hasPassed({ summary }: MemberVisit): boolean {
  return summary.status === 'none' || summary.signedIn;
}

/** In this session. Whether its proof still stands, the service decides when a device is set up. */
function hasRecovered({ summary, session }: MemberVisit): boolean {
  return summary.status === 'recovering' && session.proof?.method === 'recovery';
}

function isRecent({ summary, session, nowMs, services }: MemberVisit): boolean {
  if (summary.status === 'none') return true;
  return session.proof !== undefined && nowMs - session.proof.atMs < services.proofLifeMs;
}

/** To the page that asks for a code, and from there to `path`; where no code can be had, to the way of a lost device. */
export function confirmFirst(visit: MemberVisit, path: string): Response {
  const { summary } = visit;
  const canShowCode = summary.devices.some(({ status }) => status === 'assigned');
  if (!canShowCode && summary.recoveryCodesLeft + summary.recoveryCodesUnconfirmed === 0)
    return seeOther('/sign-in/recover');
  return seeOther(`/confirm?next=${encodeURIComponent(path)}`);
}

export async function memberOf(visit: Visit): Promise<MemberVisit | undefined> {
  const { session, services } = visit;
  const account = session.accountId === undefined ? undefined : services.accounts.find(session.accountId);
  if (account === undefined) return undefined;
  const { id, hasMfa } = account; // from the database at each request: no session keeps the flag
  const summary = await services.mfa.describeUser(id, { expectMfa: hasMfa, proof: session.proof });
  return Object.assign(visit, { account, summary });
}

/** Also one whose account had MFA of which the store knows nothing: to everything else that is an error. */
export async function memberToRecover(visit: Visit): Promise<MemberVisit | undefined> {
  try {
    return await memberOf(visit);
  } catch (error) {
    if (!isMfaError(error) || error.code !== 'record-missing') throw error;
  }
  const { session, services } = visit;
  const account = services.accounts.find(session.accountId as string) as Account;
  const summary = { ...(await services.mfa.describeUser(account.id)), status: 'required' } as const;
  return Object.assign(visit, { account, summary });
}
