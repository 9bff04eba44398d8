import { type RequestHandler, type Response, Router } from 'express';
import type { SessionData } from 'express-session';
import type { EnrollmentHandle, MfaProof, MfaService, Provisioning, Refusal } from 'lockstep-mfa';
import { qrDataUrl } from 'lockstep-mfa/qr';
import { message, statusOf } from '../messages.js';
import type { Account, Accounts } from './app.js';

declare module 'express-session' {
  interface SessionData {
    /** Set after the password. */
    account: Account;
    /** While this session sets up a device. */
    enrollment: EnrollmentHandle;
    /** Set after the code: this session has passed MFA. */
    mfa: MfaProof;
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

export function mfaRoutes(mfa: MfaService, accounts: Accounts): Router {
  const routes = Router().use(afterPassword);

  routes.get('/', async ({ session }, response) => {
    const { id, hasMfa } = accountOf(session);
    response.json(await mfa.describeUser(id, { expectMfa: hasMfa, proof: session.mfa }));
  });

  // ── set up a device ──

  routes.post('/devices', async ({ session, body }, response) => {
    const { id, email, hasMfa } = accountOf(session);
    const input = { name: body.name, account: email, proof: session.mfa, expectMfa: hasMfa };
    const created = await mfa.createDevice(id, input);
    if (!created.ok) return refuse(response, created);
    session.enrollment = created.enrollment;
    show(response, created);
  });

  /** After a reload: the same QR code once more. */
  routes.get('/pending', async ({ session }, response) => {
    const { enrollment, mfa: proof } = session;
    const shown = await mfa.showDevice(accountOf(session).id, { enrollment: enrollment as EnrollmentHandle, proof });
    if (!shown.ok) return refuse(response, shown);
    show(response, shown);
  });

  routes.post('/pending/assign', async ({ session, body }, response) => {
    const account = accountOf(session);
    const input = {
      enrollment: session.enrollment as EnrollmentHandle,
      codes: [body.code1, body.code2] as const,
      proof: session.mfa,
      expectMfa: account.hasMfa,
    };
    const assigned = await mfa.assignDevice(account.id, input);
    if (!assigned.ok) return refuse(response, assigned);
    await accounts.setHasMfa(account.id, true);
    session.account = { ...account, hasMfa: true };
    session.mfa = assigned.proof;
    response.json({ device: assigned.device });
  });

  // ── sign in ──

  routes.post('/sign-in', async ({ session, body }, response) => {
    const { id, hasMfa } = accountOf(session);
    const signedIn = await mfa.signIn(id, { code: body.code, expectMfa: hasMfa });
    if (!signedIn.ok) return refuse(response, signedIn);
    session.mfa = signedIn.proof;
    response.json({ device: signedIn.device });
  });

  routes.post('/sign-in/recovery-code', async ({ session, body }, response) => {
    const { recoveryCode } = body;
    const signedIn = await mfa.signInWithRecoveryCode(accountOf(session).id, { recoveryCode });
    if (!signedIn.ok) return refuse(response, signedIn);
    session.mfa = signedIn.proof;
    response.json({ recoveryCodesLeft: signedIn.recoveryCodesLeft });
  });

  /** No proof: the next code signs in. */
  routes.post('/devices/:serialNumber/resynchronize', async ({ session, params, body }, response) => {
    const { serialNumber } = params;
    const codes = [body.code1, body.code2] as const;
    const synced = await mfa.resynchronizeDevice(accountOf(session).id, { serialNumber, codes });
    if (!synced.ok) return refuse(response, synced);
    response.json({ device: synced.device });
  });

  // ── with a recent proof ──

  routes.delete('/devices/:serialNumber', async ({ session, params }, response) => {
    const { serialNumber } = params;
    const account = accountOf(session);
    const removed = await mfa.removeDevice(account.id, { serialNumber, proof: session.mfa });
    if (!removed.ok) return refuse(response, removed);
    if (removed.proof !== undefined) session.mfa = removed.proof;
    const { status } = await mfa.describeUser(account.id);
    if (status === 'none') {
      await accounts.setHasMfa(account.id, false);
      session.account = { ...account, hasMfa: false };
    }
    response.sendStatus(204);
  });

  routes.post('/recovery-codes', async ({ session }, response) => {
    const created = await mfa.createRecoveryCodes(accountOf(session).id, { proof: session.mfa });
    if (!created.ok) return refuse(response, created);
    if (created.proof !== undefined) session.mfa = created.proof;
    response.set('Cache-Control', 'no-store').json({ recoveryCodes: created.recoveryCodes });
  });

  return routes;
}
