import { type Clock, createMfaService, createPolicy, isMfaError, type MfaEvent, type Sealer } from 'lockstep-mfa';
import { audienceOf, noticeFor } from 'lockstep-mfa/messages';
import { sqliteStore } from 'lockstep-mfa/stores/sqlite';
import { createAccounts } from './accounts.js';
import { createActivity } from './activity.js';
import type { Handle } from './database.js';
import { NO_FORM, readForm } from './form.js';
import { HttpError, htmlResponse, sessionCookie, setSessionCookie, withSecurityHeaders } from './http.js';
import { createMailbox } from './mailbox.js';
import { type Once, once } from './once.js';
import { isFromHere } from './origin.js';
import { errorPage, outOfDatePage, recordMissingPage } from './pages/error.js';
import { layout, type Page } from './pages/layout.js';
import { PASSWORD_COST, type PasswordCost } from './passwords.js';
import { isSame } from './random.js';
import { createRecoveries } from './recoveries.js';
import { findRoute, isPage, type Match } from './routes.js';
import { createSessions, csrfToken } from './sessions.js';
import type { Asset, Handler, Services, Visit } from './visit.js';

export interface WizardOptions {
  /** Of `openDatabase`. */
  readonly database: Handle;
  readonly sealer: Sealer;
  /** Style and scripts by path. The pages work without. */
  readonly assets?: ReadonlyMap<string, Asset>;
  /** Default `Date.now`. */
  readonly clock?: Clock;
  /** Default {@link PASSWORD_COST}. */
  readonly passwordCost?: PasswordCost;
  /** Is told what went wrong here. Default `console.error`. */
  readonly onError?: (error: unknown) => void;
}

export type WebHandler = (request: Request) => Promise<Response>;

/** The whole application as one function from a web-standard request to a response: for any server that has those. */
export function createWizard(options: WizardOptions): WebHandler {
  const { clock = Date.now, onError = console.error } = options;
  const services = furnish(options, onError);
  const answerOnce = once();

  return async (request) => {
    const url = new URL(request.url);
    const nowMs = clock();
    const respond = async (): Promise<Response> => {
      const response = await answer(request, url, nowMs, services, answerOnce);
      return request.method === 'HEAD' ? new Response(null, response) : response;
    };
    const response = await respond().catch((error: unknown) => {
      if (!(error instanceof HttpError)) onError(error);
      return errorResponse(error, nowMs);
    });
    return withSecurityHeaders(response, url);
  };
}

/** Which handler, and whether the request may reach it. */
async function answer(
  request: Request,
  url: URL,
  nowMs: number,
  services: Services,
  answerOnce: Once,
): Promise<Response> {
  const route = findRoute(url.pathname);
  if (route === undefined) throw new HttpError(404);
  const handler = handlerOf(request, route);
  const cookie = sessionCookie(request);
  const session = services.sessions.read(cookie, nowMs);
  const { serialNumber } = route;
  const visit: Visit = { services, request, url, nowMs, serialNumber, form: NO_FORM, session };

  const work = async (worked: Visit): Promise<Response> => {
    const response = await handler(worked);
    if (!route.methods.isBare && worked.session.id !== cookie) setSessionCookie(response, worked.session.id, url);
    return response;
  };
  if (request.method !== 'POST') return work(visit);

  if (!isFromHere(request, url)) return outOfDate(url, nowMs);
  const form = await readForm(request);
  if (!isSame(form.text('csrf'), csrfToken(session))) return outOfDate(url, nowMs);
  return answerOnce([session.id, url.pathname, url.search, form.body], () => work({ ...visit, form }));
}

/** @throws HttpError 405 */
function handlerOf({ method }: Request, { methods }: Match): Handler {
  const handler = method === 'POST' ? methods.POST : method === 'GET' || method === 'HEAD' ? methods.GET : undefined;
  if (handler !== undefined) return handler;
  const allow = [methods.GET && 'GET, HEAD', methods.POST && 'POST'].filter(Boolean).join(', ');
  throw new HttpError(405, { allow });
}

function outOfDate({ pathname }: URL, nowMs: number): Response {
  return plainPage(outOfDatePage(isPage(pathname) ? pathname : undefined), nowMs, 403);
}

function errorResponse(error: unknown, nowMs: number): Response {
  if (error instanceof HttpError) return plainPage(errorPage(error.status), nowMs, error.status, error.headers);
  if (isMfaError(error) && error.code === 'record-missing') return plainPage(recordMissingPage(), nowMs, 500);
  return plainPage(errorPage(500), nowMs, 500);
}

function plainPage(page: Page, nowMs: number, status: number, headers?: Readonly<Record<string, string>>): Response {
  return htmlResponse(layout({ nowMs }, { ...page, isRefusal: true }), status, headers);
}

function furnish(options: WizardOptions, onError: (error: unknown) => void): Services {
  const { database, sealer, assets = new Map(), clock = Date.now, passwordCost = PASSWORD_COST } = options;
  const activity = createActivity(database);
  const mailbox = createMailbox(database);
  const policy = createPolicy();

  /** The state is stored already: what fails here must not look as if the sign-in had failed. */
  const onEvent = (event: MfaEvent): void => {
    try {
      activity.note(event);
      if (!audienceOf(event.type).includes('mail')) return;
      const { subject, text } = noticeFor(event, { contact: 'the administrator of this demonstration' });
      mailbox.send(event.userId, { atMs: event.atMs, channel: 'email', subject, body: text });
    } catch (error) {
      onError(error);
    }
  };

  return {
    mfa: createMfaService({ issuer: 'Acme', store: sqliteStore(database), sealer, policy, clock, onEvent }),
    accounts: createAccounts(database, passwordCost),
    sessions: createSessions(database),
    mailbox,
    activity,
    recoveries: createRecoveries(database),
    proofLifeMs: policy.proofLifeMs,
    isPage,
    assets,
  };
}
