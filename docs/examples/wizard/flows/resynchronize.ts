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

function showForm(visit: MemberVisit, it: Resynchronizing, problem?: Problem, openedAtMs = visit.nowMs): Response {
  return show(visit, (frame) => resynchronizePage(frame, { ...it, openedAtMs }, problem), problem);
}

/** From here on the service may not know any more how late the codes were typed. */
const FORM_LIFE_MS = 15 * 60_000;

/** When the empty form was shown; undefined where that is too long ago. A refusal shows its codes again, and is no new form. */
function openedAt({ form, nowMs }: MemberVisit): number | undefined {
  const text = form.text('openedAtMs');
  const openedAtMs = /^\d{1,15}$/.test(text) ? Number(text) : 0;
  return openedAtMs <= nowMs && nowMs - openedAtMs < FORM_LIFE_MS ? openedAtMs : undefined;
}

const EXPIRED: Problem = {
  status: 422,
  text: 'This page was open for more than 15 minutes, so these codes are too old. Type two new codes.',
  fields: ['code1', 'code2'],
};

async function resynchronize(visit: MemberVisit, it: Resynchronizing, done: string): Promise<Response> {
  const { services, account, form, nowMs } = visit;
  const openedAtMs = openedAt(visit);
  if (openedAtMs === undefined) return showForm(visit, it, EXPIRED);
  const codes = [form.text('code1'), form.text('code2')] as const;
  const { serialNumber = '' } = it;
  // The service asks for a text; that there is no such device, it says itself.
  const named = serialNumber === '' ? 'none' : serialNumber;
  const answer = await services.mfa.resynchronizeDevice(account.id, {
    serialNumber: named,
    codes,
    expectMfa: account.hasMfa,
  });
  if (!answer.ok) {
    return showForm(visit, { ...it, codes }, problemOf(answer, nowMs, ['code1', 'code2']), openedAtMs);
  }
  flash(visit, 'success', `“${answer.device.name}” is in step again. Sign in with the next code.`);
  return seeOther(done);
}
