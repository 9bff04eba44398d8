import express, { type Express } from 'express';
import session from 'express-session';
import type { MfaService } from 'lockstep-mfa';
import { mfaRoutes } from './mfa-routes.js';

/** Looks a user up by name and password, with a slow hash, on a throttle of its own. */
export type CheckPassword = (
  name: unknown,
  password: unknown,
) => Promise<{ readonly id: string; readonly email: string } | undefined>;

export function createApp(mfa: MfaService, checkPassword: CheckPassword, sessionKey: string): Express {
  const app = express();
  app.use(express.json({ limit: '10kb' }));
  app.use(session({ secret: sessionKey, resave: false, saveUninitialized: false, cookie: { sameSite: 'strict' } }));

  app.post('/password', async (request, response) => {
    const user = await checkPassword(request.body.name, request.body.password);
    if (user === undefined) {
      response.sendStatus(401);
      return;
    }
    // A new session: what another one had proven is not this one's.
    await new Promise<void>((resolve, reject) => {
      request.session.regenerate((error) => (error ? reject(error) : resolve()));
    });
    request.session.userId = user.id;
    request.session.email = user.email;
    const { status } = await mfa.describeUser(user.id);
    response.json({ next: status === 'none' ? 'welcome' : 'code' });
  });

  app.use('/mfa', mfaRoutes(mfa));

  /** What MFA protects: in `none` the first factor is all there is. */
  app.get('/account', async ({ session }, response) => {
    if (session.userId === undefined) {
      response.sendStatus(401);
      return;
    }
    const { status } = await mfa.describeUser(session.userId);
    if (status !== 'none' && session.mfa === undefined) {
      response.sendStatus(403);
      return;
    }
    response.json({ email: session.email });
  });

  return app;
}
