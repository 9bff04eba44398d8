import { type RequestHandler, type Response, Router } from 'express';
import type { SessionData } from 'express-session';
import {
  type ActorInput,
  type MfaService,
  type Provisioning,
  parseEnrollmentHandle,
  parseProof,
  type Refusal,
} from 'lockstep-mfa';
import { qrDataUrl } from 'lockstep-mfa/qr';
import { message, statusOf } from '../messages.js';
import type { Account, Accounts } from './app.js';

declare module 'express-session' {
  interface SessionData {
    /** Set after the password. */
    account: Account;
    // Read with parseEnrollmentHandle and parseProof: a session store gives back whatever JSON it holds.
    /** While this session sets up a device: its handle. */
    enrollment: unknown;
    /** Set after the code, the proof: this session has passed MFA. */
    mfa: unknown;
  }
}

function refuse(response: Response, refusal: Refusal): void {
  response.status(statusOf(refusal)).json({ reason: refusal.reason, message: message(refusal) });
}

function show(response: Response, { device, keyUri, setupKey }: Provisioning): void {
  response.set('Cache-Control', 'no-store').json({ device, qr: qrDataUrl(keyUri), setupKey });
}

/** Nothing here is for people who have not typed their password: or anybody could lock anybody. */
const afterPassword: RequestHandler = ({ session }, response, next) => {
  if (session.account === undefined) response.sendStatus(401);
  else next();
};

/** Behind {@link afterPassword}. */
function accountOf({ account }: Partial<SessionData>): Account {
  return account as Account;
}

/** What each call carries: the application's own flag, and the proof of this session. */
export function actorOf(session: Partial<SessionData>): ActorInput {
  return { expectMfa: accountOf(session).hasMfa, proof: parseProof(session.mfa) };
}

export function mfaRoutes(mfa: MfaService, accounts: Accounts): Router {
  const routes = Router().use(afterPassword);

  /** The application's flag, in its database and in this session. */
  async function setHasMfa(session: Partial<SessionData>, hasMfa: boolean): Promise<void> {
    const account = accountOf(session);
    await accounts.setHasMfa(account.id, hasMfa);
    session.account = { ...account, hasMfa };
  }

  routes.get('/', async ({ session }, response) => {
    response.json(await mfa.describeUser(accountOf(session).id, actorOf(session)));
  });

  // ── set up a device ──

  routes.post('/devices', async ({ session, body }, response) => {
    const { id, email } = accountOf(session);
    const created = await mfa.createDevice(id, { name: body.name, account: email, ...actorOf(session) });
    if (!created.ok) return refuse(response, created);
    session.enrollment = created.enrollment;
    show(response, created);
  });

  /** After a reload: the same QR code once more. */
  routes.get('/pending', async ({ session }, response) => {
    const enrollment = parseEnrollmentHandle(session.enrollment);
    const shown = await mfa.showDevice(accountOf(session).id, { enrollment, ...actorOf(session) });
    if (!shown.ok) return refuse(response, shown);
    show(response, shown);
  });

  routes.post('/pending/assign', async ({ session, body }, response) => {
    const enrollment = parseEnrollmentHandle(session.enrollment);
    const codes = [body.code1, body.code2] as const;
    const assigned = await mfa.assignDevice(accountOf(session).id, { enrollment, codes, ...actorOf(session) });
    if (!assigned.ok) return refuse(response, assigned);
    await setHasMfa(session, true);
    session.mfa = assigned.proof;
    response.json({ device: assigned.device });
  });

  // ── sign in ──

  routes.post('/sign-in', async ({ session, body }, response) => {
    const { id, hasMfa } = accountOf(session);
    const signedIn = await mfa.signIn(id, { code: body.code, expectMfa: hasMfa });
    if (!signedIn.ok) return refuse(response, signedIn);
    if (!hasMfa) await setHasMfa(session, true); // it was not raised when the device was assigned: the process died
    session.mfa = signedIn.proof;
    response.json({ device: signedIn.device });
  });

  routes.post('/sign-in/recovery-code', async ({ session, body }, response) => {
    const { id, hasMfa } = accountOf(session);
    const signedIn = await mfa.signInWithRecoveryCode(id, { recoveryCode: body.recoveryCode, expectMfa: hasMfa });
    if (!signedIn.ok) return refuse(response, signedIn);
    if (!hasMfa) await setHasMfa(session, true);
    session.mfa = signedIn.proof;
    response.json({ recoveryCodesLeft: signedIn.recoveryCodesLeft });
  });

  /** No proof: the next code signs in. */
  routes.post('/devices/:serialNumber/resynchronize', async ({ session, params, body }, response) => {
    const { id, hasMfa } = accountOf(session);
    const codes = [body.code1, body.code2] as const;
    const input = { serialNumber: params.serialNumber, codes, expectMfa: hasMfa };
    const synced = await mfa.resynchronizeDevice(id, input);
    if (!synced.ok) return refuse(response, synced);
    response.json({ device: synced.device });
  });

  // ── with a recent proof ──

  routes.delete('/devices/:serialNumber', async ({ session, params }, response) => {
    const { serialNumber } = params;
    const removed = await mfa.removeDevice(accountOf(session).id, { serialNumber, ...actorOf(session) });
    if (!removed.ok) return refuse(response, removed);
    await setHasMfa(session, removed.status !== 'none');
    if (removed.proof !== undefined) session.mfa = removed.proof; // the one before is void
    response.sendStatus(204);
  });

  routes.post('/recovery-codes', async ({ session }, response) => {
    const created = await mfa.createRecoveryCodes(accountOf(session).id, actorOf(session));
    if (!created.ok) return refuse(response, created);
    if (created.proof !== undefined) session.mfa = created.proof;
    response.set('Cache-Control', 'no-store').json({ recoveryCodes: created.recoveryCodes });
  });

  return routes;
}
