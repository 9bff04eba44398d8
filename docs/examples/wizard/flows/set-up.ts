import type { Refusal } from 'lockstep-mfa';
import { confirmFirst } from '../guard.js';
import { HttpError, seeOther } from '../http.js';
import { type Problem, problemOf } from '../pages/problem.js';
import { assignPage, expiredPage, namePage } from '../pages/set-up.js';
import type { SetUp } from '../sessions.js';
import { show } from '../show.js';
import { flash, type Handler, type MemberVisit } from '../visit.js';

// Steps 1 and 2 of 3. The enrollment handle stays in the session: nobody else can see the secret, or plant one.

/** As many as the service keeps. */
const MOST_SET_UPS = 3;

export const getName: Handler<MemberVisit> = (visit) => show(visit, (frame) => namePage(frame));

export const postName: Handler<MemberVisit> = async (visit) => {
  const { services, session, account, form, nowMs } = visit;
  const name = form.text('name');
  const input = { name, account: accountInApp(visit, name), proof: session.proof, expectMfa: account.hasMfa };
  const answer = await services.mfa.createDevice(account.id, input);
  if (!answer.ok) {
    if (answer.reason === 'mfa-required') return confirmFirst(visit, '/devices/new');
    const problem = problemOf(answer, nowMs);
    return show(visit, (frame) => namePage(frame, name, problem), problem);
  }
  const { serialNumber } = answer.device;
  const setUps = [...setUpsNow(visit), { serialNumber, enrollment: answer.enrollment }].slice(-MOST_SET_UPS);
  visit.session = services.sessions.keep(session, { setUps });
  return seeOther('/devices/assign');
};

/**
 * Apps that find the same issuer and account again overwrite the older entry: a second device's has its name, too. The
 * service takes 256 characters.
 */
function accountInApp({ account, summary }: MemberVisit, name: string): string {
  return summary.devices.length === 0 ? account.email : `${account.email} (${name})`.slice(0, 256);
}

/** The same secret again, as often as the page is loaded. */
export const getAssign: Handler<MemberVisit> = (visit) => showSetUp(visit, visit.session.setUps?.at(-1));

export const postAssign: Handler<MemberVisit> = async (visit) => {
  const { services, session, account, form, nowMs, summary } = visit;
  const setUp = setUpOfForm(visit);
  if (setUp === undefined) return isAssigned(visit) ? seeOther('/security') : nothingBegun(visit);
  const codes = [form.text('code1'), form.text('code2')] as const;
  const { enrollment } = setUp;
  const input = { enrollment, codes, proof: session.proof, expectMfa: account.hasMfa };
  const answer = await services.mfa.assignDevice(account.id, input);
  if (!answer.ok) {
    if (hasEnded(answer)) return refuseEnded(visit, setUp, answer);
    return showSetUp(visit, setUp, codes, problemOf(answer, nowMs, ['code1', 'code2']));
  }
  services.accounts.setHasMfa(account.id, true);
  visit.session = services.sessions.keep(session, { proof: answer.proof, setUps: setUpsWithout(visit, setUp) });
  flash(visit, 'success', `“${answer.device.name}” is set up. Sign in with its codes from now on.`);
  return seeOther(summary.recoveryCodesLeft === 0 ? '/recovery-codes' : '/security');
};

export const postCancel: Handler<MemberVisit> = async (visit) => {
  const { services, session, account } = visit;
  const setUp = setUpOfForm(visit);
  if (setUp !== undefined) {
    // Whatever it answers, this session is done with it.
    await services.mfa.cancelDevice(account.id, { enrollment: setUp.enrollment });
    visit.session = services.sessions.keep(session, { setUps: setUpsWithout(visit, setUp) });
    flash(visit, 'info', 'The set-up was cancelled. Delete its entry from your app, if there is one.');
  }
  return seeOther('/security');
};

/** Two tabs may set up two devices: each form says which is its own, among those that this session began. */
function setUpOfForm({ session, form }: MemberVisit): SetUp | undefined {
  return session.setUps?.find(({ serialNumber }) => serialNumber === form.text('device'));
}

/** By another tab, which was a moment ahead with the same codes: what was wanted is so. */
function isAssigned({ summary, form }: MemberVisit): boolean {
  return summary.devices.some(
    ({ serialNumber, status }) => status === 'assigned' && serialNumber === form.text('device'),
  );
}

/** Another tab may have begun or ended one, while this request waited for the service. */
function setUpsNow({ services, session, nowMs }: MemberVisit): readonly SetUp[] {
  return services.sessions.read(session.id, nowMs).setUps ?? [];
}

function setUpsWithout(visit: MemberVisit, gone: SetUp): readonly SetUp[] {
  return setUpsNow(visit).filter(({ serialNumber }) => serialNumber !== gone.serialNumber);
}

async function showSetUp(
  visit: MemberVisit,
  setUp: SetUp | undefined,
  codes: readonly [string, string] = ['', ''],
  problem?: Problem,
): Promise<Response> {
  if (setUp === undefined) return nothingBegun(visit);
  const { services, session, account } = visit;
  const { enrollment } = setUp;
  const shown = await services.mfa.showDevice(account.id, { enrollment, proof: session.proof });
  if (!shown.ok) {
    if (shown.reason === 'conflict') throw new HttpError(503);
    return refuseEnded(visit, setUp, shown);
  }
  return show(visit, (frame) => assignPage(frame, shown, codes, problem), problem);
}

type Ended = Refusal<'already-assigned' | 'unknown-device' | 'enrollment-expired' | 'mfa-required'>;

function hasEnded(refusal: Refusal): refusal is Ended {
  return ['already-assigned', 'unknown-device', 'enrollment-expired', 'mfa-required'].includes(refusal.reason);
}

function refuseEnded(visit: MemberVisit, setUp: SetUp, refusal: Ended): Response {
  if (refusal.reason === 'mfa-required') return confirmFirst(visit, '/devices/assign');
  const { sessions } = visit.services;
  visit.session = sessions.keep(visit.session, { setUps: setUpsWithout(visit, setUp) });
  // Sent twice, or with the browser's back button: what was wanted is so.
  if (refusal.reason === 'already-assigned') return seeOther('/security');
  if (refusal.reason === 'unknown-device') return nothingBegun(visit);
  const problem = problemOf(refusal, visit.nowMs);
  return show(visit, (frame) => expiredPage(frame, problem), problem);
}

function nothingBegun(visit: MemberVisit): Response {
  flash(visit, 'info', 'That set-up is not going on here any more. Begin anew.');
  return seeOther('/devices/new');
}
