import { hasPassed } from './guard.js';
import { htmlResponse } from './http.js';
import { type Frame, layout, type Page, type Visitor } from './pages/layout.js';
import type { Problem } from './pages/problem.js';
import { csrfToken } from './sessions.js';
import type { MemberVisit, Visit } from './visit.js';

/** The frame of this visit's page; what was to be said on it is said, and forgotten. */
export function frameOf(visit: Visit | MemberVisit): Frame {
  const { session, services, request, nowMs } = visit;
  if (session.flash !== undefined && request.method !== 'HEAD') {
    visit.session = services.sessions.keep(session, { flash: undefined });
  }
  const frame = { nowMs, csrf: csrfToken(session), flash: session.flash };
  return 'account' in visit ? { ...frame, visitor: visitorOf(visit) } : frame;
}

function visitorOf(visit: MemberVisit): Visitor {
  const { name, isAdministrator } = visit.account;
  return { name, isAdministrator, isSignedIn: hasPassed(visit) };
}

/** A page, or with a problem the same page again with the status of a refusal. */
export function show(visit: Visit, make: (frame: Frame) => Page, problem?: Problem): Response {
  const frame = frameOf(visit);
  const page = make(frame);
  return htmlResponse(layout(frame, { ...page, isRefusal: problem !== undefined }), problem?.status ?? 200);
}
