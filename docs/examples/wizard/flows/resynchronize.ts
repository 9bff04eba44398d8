import { seeOther } from '../http.js';
import { type Problem, problemOf } from '../pages/problem.js';
import { type Resynchronizing, resynchronizePage } from '../pages/resynchronize.js';
import { show } from '../show.js';
import { flash, type Handler, type MemberVisit } from '../visit.js';

// Two ways to one act: on the way in, where the device is chosen, and from the page of a device.

export const getResynchronizeAtSignIn: Handler<MemberVisit> = (visit) => showForm(visit, atSignIn(visit));

/** Signs nobody in: somebody may have noted codes. The next one does. */
export const postResynchronizeAtSignIn: Handler<MemberVisit> = (visit) =>
  resynchronize(visit, { ...atSignIn(visit), serialNumber: visit.form.text('serialNumber') }, '/sign-in/code');

export const getResynchronizeDevice: Handler<MemberVisit> = (visit) => showForm(visit, ofDevice(visit));

export const postResynchronizeDevice: Handler<MemberVisit> = (visit) =>
  resynchronize(visit, ofDevice(visit), devicePath(visit));

function atSignIn({ summary }: MemberVisit): Resynchronizing {
  const devices = summary.devices.filter(({ status }) => status === 'assigned');
  return { action: '/sign-in/resynchronize', back: '/sign-in/code', devices };
}

function ofDevice(visit: MemberVisit): Resynchronizing {
  const { summary, serialNumber } = visit;
  const devices = summary.devices.filter(
    (device) => device.serialNumber === serialNumber && device.status === 'assigned',
  );
  return { action: `${devicePath(visit)}/resynchronize`, back: devicePath(visit), devices, serialNumber };
}

function devicePath({ serialNumber }: MemberVisit): string {
  return `/devices/${serialNumber}`;
}

function showForm(visit: MemberVisit, it: Resynchronizing, problem?: Problem): Response {
  return show(visit, (frame) => resynchronizePage(frame, it, problem), problem);
}

async function resynchronize(visit: MemberVisit, it: Resynchronizing, done: string): Promise<Response> {
  const { services, account, form, nowMs } = visit;
  const codes = [form.text('code1'), form.text('code2')] as const;
  const { serialNumber = '' } = it;
  // The service asks for a text; that there is no such device, it says itself.
  const named = serialNumber === '' ? 'none' : serialNumber;
  const answer = await services.mfa.resynchronizeDevice(account.id, { serialNumber: named, codes });
  if (!answer.ok) {
    return showForm(visit, { ...it, codes }, problemOf(answer, nowMs, ['code1', 'code2']));
  }
  flash(visit, 'success', `“${answer.device.name}” is in step again. Sign in with the next code.`);
  return seeOther(done);
}
