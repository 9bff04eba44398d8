import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import session from 'express-session';
import type { MfaService, MfaStatus } from 'lockstep-mfa';
import { readBrowserToken } from '../browsers.js';
import { accountOf, actorOf, afterPassword, mfaRoutes, passing } from './mfa-routes.js';

/** What this application has of its own. */
export interface Accounts {
  /** By name and password: with a slow hash, on a throttle of its own. */
  checkPassword(name: unknown, password: unknown): Promise<Account | undefined>;
  /** By id, from the database at each request: a flag in a session would be out of date in the other sessions. */
  find(id: string): Promise<Account | undefined>;
  /** The application's own flag, so that a lost row never reads as a user without MFA. */
  setHasMfa(id: string, hasMfa: boolean): Promise<void>;
}
export interface Account {
  readonly id: string;
  readonly email: string;
  readonly hasMfa: boolean;
}

/** The page after the password. `recover`: set up a device with the proof of the recovery or reset: nothing else leads in. */
const NEXT: Readonly<Record<MfaStatus['status'], 'welcome' | 'code' | 'recover'>> = {
  none: 'welcome',
  required: 'code',
  locked: 'code', // or a recovery code, which is never locked
  recovering: 'recover',
};

/**
 * Only JSON changes something. A page of another subdomain, for which `SameSite` does nothing, can send a form with this
 * browser's cookie, but no form is JSON, and a script of that page has to ask first (CORS), which is refused.
 */
const onlyJson: RequestHandler = ({ method, headers }, response, next) => {
  const [type = ''] = (headers['content-type'] ?? '').split(';');
  if (method === 'POST' && type.trim().toLowerCase() !== 'application/json') response.sendStatus(415);
  else next();
};

export function createApp(mfa: MfaService, accounts: Accounts, sessionKey: string): Express {
  const app = express();
  const pass = passing(accounts);
  const cookie = { httpOnly: true, sameSite: 'strict', secure: 'auto' } as const;
  app.use(onlyJson);
  app.use(session({ secret: sessionKey, resave: false, saveUninitialized: false, cookie }));
  app.use(express.json({ limit: '10kb' }));
  app.use((request, _, next) => {
    request.body ??= {}; // no body
    next();
  });

  app.post('/password', async (request, response) => {
    const account = await accounts.checkPassword(request.body.name, request.body.password);
    if (account === undefined) {
      response.sendStatus(401);
      return;
    }
    // A new session: what another one had proven is not this one's.
    await new Promise<void>((resolve, reject) => {
      request.session.regenerate((error) => (error ? reject(error) : resolve()));
    });
    request.session.accountId = account.id;
    const browserToken = await readBrowserToken(request.headers.cookie, account.id);
    const input = { browserToken, expectMfa: account.hasMfa };
    const trusted = await mfa.signInWithTrustedBrowser(account.id, input);
    if (trusted.ok) {
      await pass(request, response, account, trusted);
      response.json({ next: 'account' });
      return;
    }
    const { status } = await mfa.describeUser(account.id, input);
    response.json({ next: NEXT[status] });
  });

  app.use('/mfa', mfaRoutes(mfa, accounts));

  /** What MFA protects: without MFA the password is all there is; with it, this session has to have passed it. */
  app.get('/account', afterPassword(accounts), async ({ session }, response) => {
    const account = accountOf(response);
    const { status, signedIn } = await mfa.describeUser(account.id, actorOf(account, session));
    if (status !== 'none' && !signedIn) {
      response.sendStatus(403);
      return;
    }
    response.json({ email: account.email });
  });

  /** No stack for strangers: an MfaError names its code, and the log has the rest. */
  const failed: ErrorRequestHandler = (error, _request, response, _next) => {
    console.error(error);
    const status = Number.isInteger(error?.status) ? error.status : 500;
    response.status(status).json({ error: status === 500 ? 'internal' : 'malformed' });
  };
  app.use(failed);

  return app;
}
