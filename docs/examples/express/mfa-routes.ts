import { type Request, type RequestHandler, type Response, Router } from 'express';
import type { SessionData } from 'express-session';
import {
  type ActorInput,
  type BrowserTokenAnswer,
  type MfaProof,
  type MfaService,
  type Provisioning,
  parseEnrollmentHandle,
  parseProof,
  type Refusal,
  type TrustInput,
} from 'lockstep-mfa';
import { messageFor, preferredLocales } from 'lockstep-mfa/messages';
import { qrDataUrl } from 'lockstep-mfa/qr';
import { browserCookie, browserLabel, readBrowserToken } from '../browsers.js';
import { statusOf } from '../http-status.js';
import type { Account, Accounts } from './app.js';

declare module 'express-session' {
  interface SessionData {
    /** Set after the password. The account itself is read at each request. */
    accountId: string;
    // Read with parseEnrollmentHandle and parseProof: a session store gives back whatever JSON it holds.
    /** While this session sets up a device: its handle. */
    enrollment: unknown;
    /** Set after the code, the proof: this session has passed MFA. */
    mfa: unknown;
  }
}

/** In the language of the browser. The `reason` is for the program, the `message` for the person. */
function refuse(response: Response, refusal: Refusal, codes: 1 | 2 = 1): void {
  const locale = preferredLocales(response.req.get('Accept-Language'));
  const message = messageFor(refusal, { locale, nowMs: Date.now(), codes });
  response.status(statusOf(refusal)).json({ reason: refusal.reason, message });
}

function show(response: Response, { device, keyUri, setupKey }: Provisioning): void {
  response.set('Cache-Control', 'no-store').json({ device, qr: qrDataUrl(keyUri), setupKey });
}

/** Nothing here is for people who have not typed their password: or anybody could lock anybody. */
export function afterPassword(accounts: Accounts): RequestHandler {
  return async ({ session }, response, next) => {
    const account = session.accountId === undefined ? undefined : await accounts.find(session.accountId);
    if (account === undefined) {
      response.sendStatus(401);
      return;
    }
    response.locals['account'] = account;
    next();
  };
}

/** Behind {@link afterPassword}. */
export function accountOf({ locals }: Response): Account {
  return locals['account'];
}

/** What each call carries: the application's own flag, and the proof of this session. */
export function actorOf({ hasMfa }: Account, session: Partial<SessionData>): ActorInput {
  return { expectMfa: hasMfa, proof: parseProof(session.mfa) };
}

/** The browser of a request, and what its person asked for: two checkboxes, and anything but true is no. */
async function browserOf({ headers, body }: Request, { id }: Account): Promise<TrustInput> {
  return {
    browserToken: await readBrowserToken(headers.cookie, id),
    remember: body.remember === true,
    trust: body.trust === true,
    browserLabel: browserLabel(headers['user-agent']),
  };
}

/** The answer of a sign-in. */
export interface SignedIn extends BrowserTokenAnswer {
  readonly proof: MfaProof;
}

/**
 * What every sign-in does before its answer leaves: the proof into the session, the flag up where a process died before that,
 * and the cookie where there is a token. Where there is none, the browser keeps the one that it has.
 */
export function passing(
  accounts: Accounts,
): (request: Request, response: Response, account: Account, signedIn: SignedIn) => Promise<void> {
  return async ({ session }, response, account, { proof, browserToken }) => {
    const { id, hasMfa } = account;
    if (!hasMfa) await accounts.setHasMfa(id, true);
    session.mfa = proof;
    if (browserToken !== undefined) response.append('Set-Cookie', await browserCookie(browserToken, id));
  };
}

export function mfaRoutes(mfa: MfaService, accounts: Accounts): Router {
  const routes = Router().use(afterPassword(accounts));
  const pass = passing(accounts);

  routes.get('/', async ({ session, headers }, response) => {
    const account = accountOf(response);
    const browserToken = await readBrowserToken(headers.cookie, account.id);
    response.json(await mfa.describeUser(account.id, { browserToken, ...actorOf(account, session) }));
  });

  // ── set up a device ──

  routes.post('/devices', async ({ session, body }, response) => {
    const account = accountOf(response);
    // With the device's name: apps that find the same issuer and account again overwrite the older entry.
    const shownAccount = `${account.email} (${body.name})`.slice(0, 256);
    const input = { name: body.name, account: shownAccount, ...actorOf(account, session) };
    const created = await mfa.createDevice(account.id, input);
    if (!created.ok) return refuse(response, created);
    session.enrollment = created.enrollment;
    show(response, created);
  });

  /** After a reload: the same QR code once more. */
  routes.get('/pending', async ({ session }, response) => {
    const account = accountOf(response);
    const enrollment = parseEnrollmentHandle(session.enrollment);
    const shown = await mfa.showDevice(account.id, { enrollment, ...actorOf(account, session) });
    if (!shown.ok) return refuse(response, shown);
    show(response, shown);
  });

  routes.post('/pending/assign', async ({ session, body }, response) => {
    const account = accountOf(response);
    const enrollment = parseEnrollmentHandle(session.enrollment);
    const codes = [body.code1, body.code2] as const;
    const assigned = await mfa.assignDevice(account.id, { enrollment, codes, ...actorOf(account, session) });
    if (!assigned.ok) return refuse(response, assigned, 2);
    await accounts.setHasMfa(account.id, true);
    session.mfa = assigned.proof;
    response.json({ device: assigned.device });
  });

  // ── sign in ──

  routes.post('/sign-in', async (request, response) => {
    const account = accountOf(response);
    const { code } = request.body;
    const input = { code, ...(await browserOf(request, account)), expectMfa: account.hasMfa };
    const signedIn = await mfa.signIn(account.id, input);
    if (!signedIn.ok) return refuse(response, signedIn);
    await pass(request, response, account, signedIn);
    response.json({ device: signedIn.device });
  });

  routes.post('/sign-in/recovery-code', async (request, response) => {
    const account = accountOf(response);
    const { recoveryCode } = request.body;
    const input = { recoveryCode, ...(await browserOf(request, account)), expectMfa: account.hasMfa };
    const signedIn = await mfa.signInWithRecoveryCode(account.id, input);
    if (!signedIn.ok) return refuse(response, signedIn);
    await pass(request, response, account, signedIn);
    response.json({ recoveryCodesLeft: signedIn.recoveryCodesLeft });
  });

  /** The code that the help desk read to the person. It opens nothing: next is POST /mfa/devices. */
  routes.post('/sign-in/reset-code', async ({ session, body }, response) => {
    const account = accountOf(response);
    const input = { resetCode: body.resetCode, expectMfa: account.hasMfa };
    const signedIn = await mfa.signInWithResetCode(account.id, input);
    if (!signedIn.ok) return refuse(response, signedIn);
    session.mfa = signedIn.proof;
    response.sendStatus(204);
  });

  /** No proof: the next code signs in. */
  routes.post('/devices/:serialNumber/resynchronize', async ({ params, body, headers }, response) => {
    const { id, hasMfa } = accountOf(response);
    const codes = [body.code1, body.code2] as const;
    const browserToken = await readBrowserToken(headers.cookie, id);
    const input = { serialNumber: params.serialNumber, codes, browserToken, expectMfa: hasMfa };
    const synced = await mfa.resynchronizeDevice(id, input);
    if (!synced.ok) return refuse(response, synced, 2);
    response.json({ device: synced.device });
  });

  // ── with a recent proof ──

  /**
   * The flag is lowered first, and set from the status after. Where the process dies in between, the flag is down: either MFA is
   * up, and the next sign-in raises the flag, or it is gone, and the user gets in. The other way round the account would be shut.
   */
  routes.delete('/devices/:serialNumber', async ({ session, params }, response) => {
    const account = accountOf(response);
    const { serialNumber } = params;
    const actor = actorOf(account, session);
    // Whoever has the password alone does not lower it, and nobody where the record is lost.
    const { signedIn } = await mfa.describeUser(account.id, actor);
    if (signedIn) await accounts.setHasMfa(account.id, false);
    const removed = await mfa.removeDevice(account.id, { serialNumber, proof: actor.proof });
    if (signedIn) await accounts.setHasMfa(account.id, removed.ok ? removed.status !== 'none' : account.hasMfa);
    if (!removed.ok) return refuse(response, removed);
    if (removed.proof !== undefined) session.mfa = removed.proof; // the one before is void
    response.sendStatus(204);
  });

  /** Shown once. The old ones work until one of these is typed back, so that a lost answer costs nobody their codes. */
  routes.post('/recovery-codes', async ({ session }, response) => {
    const account = accountOf(response);
    const created = await mfa.createRecoveryCodes(account.id, actorOf(account, session));
    if (!created.ok) return refuse(response, created);
    response.set('Cache-Control', 'no-store').json({ recoveryCodes: created.recoveryCodes });
  });

  /** With any one of the new ones, which stays unused. */
  routes.post('/recovery-codes/confirm', async ({ session, body }, response) => {
    const account = accountOf(response);
    const input = { recoveryCode: body.recoveryCode, ...actorOf(account, session) };
    const confirmed = await mfa.confirmRecoveryCodes(account.id, input);
    if (!confirmed.ok) return refuse(response, confirmed);
    if (confirmed.proof !== undefined) session.mfa = confirmed.proof; // the one before is void
    response.sendStatus(204);
  });

  /** Its sessions go on: a token is no proof. `all` forgets every one. */
  routes.delete('/browsers/:browserId', async ({ session, params }, response) => {
    const account = accountOf(response);
    const forgotten = await mfa.forgetBrowser(account.id, { ...params, ...actorOf(account, session) });
    if (!forgotten.ok) return refuse(response, forgotten);
    response.sendStatus(204);
  });

  return routes;
}
