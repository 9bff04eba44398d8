import { type RequestHandler, type Response, Router } from 'express';
import type {} from 'express-session'; // for the types of request.session
import type { Enrollment, MfaProof, MfaService, Provisioning, Refusal } from 'lockstep-mfa';
import { qrDataUrl } from 'lockstep-mfa/qr';
import { message, statusOf } from '../messages.js';

declare module 'express-session' {
  interface SessionData {
    /** Set after the password. */
    userId: string;
    email: string;
    /** While this session sets up a device. */
    enrollment: Enrollment;
    /** Set after the code: this session has passed MFA. */
    mfa: MfaProof;
  }
}

function refuse(response: Response, refusal: Refusal): void {
  response.status(statusOf(refusal)).json({ reason: refusal.reason, message: message(refusal) });
}

function show(response: Response, { device, keyUri, typedKey }: Provisioning): void {
  response.set('Cache-Control', 'no-store').json({ device, qr: qrDataUrl(keyUri), typedKey });
}

/** Nothing here is for people who have not typed their password: or anybody could lock anybody. */
const afterPassword: RequestHandler = ({ session }, response, next) => {
  if (session.userId === undefined) response.sendStatus(401);
  else next();
};

export function mfaRoutes(mfa: MfaService): Router {
  const routes = Router().use(afterPassword);

  routes.get('/', async ({ session }, response) => {
    response.json(await mfa.describeUser(session.userId as string));
  });

  // ── set up a device ──

  routes.post('/devices', async ({ session, body }, response) => {
    const { userId, email, mfa: proof } = session;
    const created = await mfa.createDevice(userId as string, { name: body.name, account: email as string, proof });
    if (!created.ok) return refuse(response, created);
    session.enrollment = created.enrollment;
    show(response, created);
  });

  /** After a reload: the same QR code once more. */
  routes.get('/pending', async ({ session }, response) => {
    const { userId, enrollment, mfa: proof } = session;
    const shown = await mfa.showDevice(userId as string, { enrollment: enrollment as Enrollment, proof });
    if (!shown.ok) return refuse(response, shown);
    show(response, shown);
  });

  routes.post('/pending/assign', async ({ session, body }, response) => {
    const { userId, enrollment, mfa: proof } = session;
    const codes = [body.code1, body.code2] as const;
    const assigned = await mfa.assignDevice(userId as string, { enrollment: enrollment as Enrollment, codes, proof });
    if (!assigned.ok) return refuse(response, assigned);
    session.mfa = assigned.proof;
    response.json({ device: assigned.device });
  });

  // ── sign in ──

  routes.post('/sign-in', async ({ session, body }, response) => {
    const signedIn = await mfa.signIn(session.userId as string, { code: body.code });
    if (!signedIn.ok) return refuse(response, signedIn);
    session.mfa = signedIn.proof;
    response.json({ device: signedIn.device });
  });

  routes.post('/sign-in/recovery-code', async ({ session, body }, response) => {
    const { recoveryCode } = body;
    const signedIn = await mfa.signInWithRecoveryCode(session.userId as string, { recoveryCode });
    if (!signedIn.ok) return refuse(response, signedIn);
    session.mfa = signedIn.proof;
    response.json({ recoveryCodesLeft: signedIn.recoveryCodesLeft });
  });

  /** No proof: the next code signs in. */
  routes.post('/devices/:serialNumber/resynchronize', async ({ session, params, body }, response) => {
    const { serialNumber } = params;
    const codes = [body.code1, body.code2] as const;
    const synced = await mfa.resynchronizeDevice(session.userId as string, { serialNumber, codes });
    if (!synced.ok) return refuse(response, synced);
    response.json({ device: synced.device });
  });

  // ── with a recent proof ──

  routes.delete('/devices/:serialNumber', async ({ session, params }, response) => {
    const { serialNumber } = params;
    const deactivated = await mfa.deactivateDevice(session.userId as string, { serialNumber, proof: session.mfa });
    if (!deactivated.ok) return refuse(response, deactivated);
    if (deactivated.proof !== undefined) session.mfa = deactivated.proof;
    response.sendStatus(204);
  });

  routes.post('/recovery-codes', async ({ session }, response) => {
    const created = await mfa.createRecoveryCodes(session.userId as string, { proof: session.mfa });
    if (!created.ok) return refuse(response, created);
    if (created.proof !== undefined) session.mfa = created.proof;
    response.set('Cache-Control', 'no-store').json({ recoveryCodes: created.recoveryCodes });
  });

  return routes;
}
