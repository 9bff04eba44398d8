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
    /** Set after the password. The account itself is read at each request. */
    accountId: string;
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

export function mfaRoutes(mfa: MfaService, accounts: Accounts): Router {
  const routes = Router().use(afterPassword(accounts));

  /** After every sign-in, before the answer leaves: the process may have died before the flag was raised. */
  async function raiseFlag({ id, hasMfa }: Account): Promise<void> {
    if (!hasMfa) await accounts.setHasMfa(id, true);
  }

  routes.get('/', async ({ session }, response) => {
    const account = accountOf(response);
    response.json(await mfa.describeUser(account.id, actorOf(account, session)));
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
    if (!assigned.ok) return refuse(response, assigned);
    await accounts.setHasMfa(account.id, true);
    session.mfa = assigned.proof;
    response.json({ device: assigned.device });
  });

  // ── sign in ──

  routes.post('/sign-in', async ({ session, body }, response) => {
    const account = accountOf(response);
    const signedIn = await mfa.signIn(account.id, { code: body.code, expectMfa: account.hasMfa });
    if (!signedIn.ok) return refuse(response, signedIn);
    await raiseFlag(account);
    session.mfa = signedIn.proof;
    response.json({ device: signedIn.device });
  });

  routes.post('/sign-in/recovery-code', async ({ session, body }, response) => {
    const account = accountOf(response);
    const input = { recoveryCode: body.recoveryCode, expectMfa: account.hasMfa };
    const signedIn = await mfa.signInWithRecoveryCode(account.id, input);
    if (!signedIn.ok) return refuse(response, signedIn);
    await raiseFlag(account);
    session.mfa = signedIn.proof;
    response.json({ recoveryCodesLeft: signedIn.recoveryCodesLeft });
  });

  /** No proof: the next code signs in. */
  routes.post('/devices/:serialNumber/resynchronize', async ({ params, body }, response) => {
    const { id, hasMfa } = accountOf(response);
    const codes = [body.code1, body.code2] as const;
    const input = { serialNumber: params.serialNumber, codes, expectMfa: hasMfa };
    const synced = await mfa.resynchronizeDevice(id, input);
    if (!synced.ok) return refuse(response, synced);
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

  return routes;
}
