import type { MfaProof, Refusal } from 'lockstep-mfa';
import { confirmFirst } from '../guard.js';
import { HttpError, seeOther } from '../http.js';
import type { Manageable } from '../pages/clock-text.js';
import { devicePage, removePage } from '../pages/device.js';
import { type Problem, problemOf } from '../pages/problem.js';
import { show } from '../show.js';
import { flash, type Handler, type MemberVisit } from '../visit.js';

// What somebody does with a device that is set up. Each act goes to the service with this session's proof, and nobody's
// else; what is not this user's device is none.

export const getDevice: Handler<MemberVisit> = (visit) => showDevice(visit);

export const postRename: Handler<MemberVisit> = async (visit) => {
  const name = visit.form.text('name');
  const answer = await visit.services.mfa.renameDevice(visit.account.id, { ...named(visit), name });
  if (!answer.ok) return refuse(visit, answer, name);
  flash(visit, 'success', `The device is called “${answer.device.name}” now.`);
  return seeOther(pathOf(visit));
};

export const postSuspend: Handler<MemberVisit> = async (visit) => {
  const answer = await visit.services.mfa.suspendDevice(visit.account.id, named(visit));
  if (!answer.ok) return refuse(visit, answer);
  keepProof(visit, answer.proof);
  flash(visit, 'success', `“${answer.device.name}” is suspended.`);
  return seeOther(pathOf(visit));
};

export const postReinstate: Handler<MemberVisit> = async (visit) => {
  const answer = await visit.services.mfa.reinstateDevice(visit.account.id, named(visit));
  if (!answer.ok) return refuse(visit, answer);
  keepProof(visit, answer.proof);
  flash(visit, 'success', `“${answer.device.name}” signs you in again.`);
  return seeOther(pathOf(visit));
};

export const getRemove: Handler<MemberVisit> = (visit) => {
  const device = deviceOf(visit);
  return show(visit, (frame) => removePage(frame, device, isLast(visit)));
};

export const postRemove: Handler<MemberVisit> = async (visit) => {
  const { services, account, summary, nowMs } = visit;
  // Our flag is down before the last device goes: where the process ends between the two, MFA is up and the next sign-in raises
  // the flag. The other way round it would be up without MFA, and nobody would get in. Whoever has the password alone does not
  // lower it: `signedIn` was asked with the flag up and with this session's proof.
  const setFlag = (hasMfa: boolean): void => {
    if (summary.signedIn) services.accounts.setHasMfa(account.id, hasMfa);
  };
  setFlag(false);
  const answer = await services.mfa.removeDevice(account.id, named(visit));
  setFlag(answer.ok ? answer.status !== 'none' : account.hasMfa);
  if (!answer.ok) {
    if (answer.reason === 'mfa-required') return confirmFirst(visit, `${pathOf(visit)}/remove`);
    if (answer.reason === 'unknown-device') return gone(visit);
    const problem = problemOf(answer, nowMs);
    return show(visit, (frame) => removePage(frame, deviceOf(visit), isLast(visit), problem), problem);
  }
  keepProof(visit, answer.proof);
  flash(visit, 'success', 'The device is removed. Now delete its entry from your app.');
  return seeOther('/security');
};

function named({ session, serialNumber }: MemberVisit) {
  return { serialNumber, proof: session.proof };
}

/** What voids the proofs of the user's other sessions gives this one a new one. */
export function keepProof(visit: MemberVisit, proof: MfaProof | undefined): void {
  if (proof !== undefined) visit.session = visit.services.sessions.keep(visit.session, { proof });
}

function pathOf({ serialNumber }: MemberVisit): string {
  return `/devices/${serialNumber}`;
}

function manageable({ summary }: MemberVisit): readonly Manageable[] {
  return summary.devices.filter((device): device is Manageable => device.status !== 'pending');
}

/** @throws HttpError 404 */
function deviceOf(visit: MemberVisit): Manageable {
  const device = manageable(visit).find(({ serialNumber }) => serialNumber === visit.serialNumber);
  if (device === undefined) throw new HttpError(404);
  return device;
}

function isLast(visit: MemberVisit): boolean {
  return manageable(visit).length === 1;
}

function showDevice(visit: MemberVisit, name?: string, problem?: Problem): Response {
  const device = deviceOf(visit);
  const others = manageable(visit).filter((other) => other !== device && other.status === 'assigned');
  const it = { isOnly: others.length === 0, ...(name === undefined ? {} : { name }) };
  return show(visit, (frame) => devicePage(frame, device, it, problem), problem);
}

function refuse(visit: MemberVisit, refusal: Refusal, name?: string): Response {
  if (refusal.reason === 'mfa-required') return confirmFirst(visit, pathOf(visit));
  if (refusal.reason === 'unknown-device') return gone(visit);
  return showDevice(visit, name, problemOf(refusal, visit.nowMs));
}

/** Removed in another tab, or never this user's. */
function gone(visit: MemberVisit): Response {
  flash(visit, 'info', 'There is no such device any more.');
  return seeOther('/security');
}
