// A small application with both factors: authenticator apps by the library, passkeys by @simplewebauthn/server.
// docs/passkeys.md lists what is left out here.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type EnrollmentHandle, type MfaAdministration, MfaError, type MfaService } from 'lockstep-mfa';
import { qrDataUrl } from 'lockstep-mfa/qr';
import type { WebHandler } from '../wizard/application.js';
import { isFromHere } from '../wizard/origin.js';
import { type Access, type Account, accessOf, type Passed } from './access.js';
import {
  authenticationOptions,
  type PasskeyStore,
  registrationOptions,
  type Site,
  verifyAuthentication,
  verifyRegistration,
} from './passkeys.js';

export interface Accounts {
  find(userId: string): Promise<Account>;
  checkPassword(name: unknown, password: unknown): Promise<Account | undefined>;
  /** Raises or lowers the flag for `expectMfa`. */
  setHasCodes(userId: string, hasCodes: boolean): Promise<void>;
}

export interface ApplicationOptions {
  readonly mfa: MfaService;
  readonly site: Site;
  readonly accounts: Accounts;
  readonly passkeys: PasskeyStore;
  /** Whether the person typed what was sent by mail and to the phone: all of the policy's `recoveryMethods`. */
  readonly isVerified: (account: Account, typed: Body) => Promise<boolean>;
  readonly clock?: () => number;
}

type Body = Readonly<Record<string, unknown>>;
type Answer = Readonly<Record<string, unknown>> & { readonly ok: boolean };

interface Session {
  readonly userId: string;
  passed: Passed;
  /** One at a time: the next one replaces it. */
  challenge?: { readonly value: string; readonly use: 'register' | 'sign in'; readonly endsAtMs: number } | undefined;
  enrollment?: EnrollmentHandle | undefined;
}

interface Visit {
  readonly session: Session;
  readonly account: Account;
  readonly access: Access;
  readonly body: Body;
  /** What the session's challenge was for this use. It is taken from the session before anything else is looked at. */
  readonly challenge: (use: 'register' | 'sign in') => string | undefined;
}

/** Stands in the library's events and history in place of an administrator's name. */
const BY_PASSKEY = 'the owner, by a passkey';
const CHALLENGE_LIFE_MS = 5 * 60_000;

const FILES = new Map([
  ['/', { type: 'text/html; charset=utf-8', text: readFileSync(new URL('page.html', import.meta.url)) }],
  ['/page.js', { type: 'text/javascript', text: readFileSync(new URL('page.js', import.meta.url)) }],
]);

const refuse = (reason: string): Answer => ({ ok: false, reason });

export function createApplication(options: ApplicationOptions): WebHandler {
  const { mfa, site, accounts, passkeys, isVerified, clock = Date.now } = options;
  const sessions = new Map<string, Session>();

  /** What anybody may ask for who has passed the password. */
  const routes: Readonly<Record<string, (visit: Visit) => Promise<Answer>>> = {
    '/state': async ({ access, account }) => ({
      ok: true,
      isOpen: access.isOpen,
      managesBy: access.managesBy,
      status: access.user.status,
      devices: access.user.devices.filter(({ status }) => status !== 'pending'),
      passkeys: (await passkeys.of(account.id)).map(({ id }) => id),
    }),

    '/code': async ({ session, account, body }) => {
      const signedIn = await mfa.signIn(account.id, { code: body['code'], expectMfa: account.hasCodes });
      if (!signedIn.ok) return signedIn;
      if (!account.hasCodes) await accounts.setHasCodes(account.id, true);
      session.passed = { ...session.passed, proof: signedIn.proof };
      return { ok: true };
    },

    '/passkey/options': async ({ session, account }) => {
      const known = await passkeys.of(account.id);
      // An empty list would ask for any passkey of this site, also one that was removed here.
      if (known.length === 0) return refuse('unknown-passkey');
      const asked = await authenticationOptions(site, known);
      session.challenge = { value: asked.challenge, use: 'sign in', endsAtMs: clock() + CHALLENGE_LIFE_MS };
      return { ok: true, asked };
    },

    '/passkey': async ({ session, account, body, challenge }) => {
      const expected = challenge('sign in');
      if (expected === undefined) return refuse('no-challenge');
      const id = await verifyAuthentication(site, expected, body['response'], await passkeys.of(account.id), passkeys);
      if (id === undefined) return refuse('passkey-refused');
      session.passed = { ...session.passed, passkey: { id, atMs: clock() } };
      return { ok: true };
    },
  };

  /** What changes factors. Each is asked for again right here: what was allowed a page ago may not be any more. */
  const managing: typeof routes = {
    '/passkey/new/options': async ({ session, account }) => {
      const asked = await registrationOptions(site, account, await passkeys.of(account.id));
      session.challenge = { value: asked.challenge, use: 'register', endsAtMs: clock() + CHALLENGE_LIFE_MS };
      return { ok: true, asked };
    },

    '/passkey/new': async ({ session, account, body, challenge }) => {
      const expected = challenge('register');
      if (expected === undefined) return refuse('no-challenge');
      const passkey = await verifyRegistration(site, expected, body['response']);
      if (passkey === undefined || !(await passkeys.add(account.id, passkey))) return refuse('passkey-refused');
      session.passed = { ...session.passed, passkey: { id: passkey.id, atMs: clock() } };
      return { ok: true };
    },

    '/passkey/remove': async ({ account, body }) =>
      (await passkeys.remove(account.id, String(body['id']))) ? { ok: true } : refuse('unknown-passkey'),

    '/device/new': async ({ session, account, access, body }) => {
      const input = { name: body['name'], account: account.name, expectMfa: account.hasCodes };
      const { proof } = session.passed;
      const created = await (deskOf(access)?.createDevice(account.id, input) ??
        mfa.createDevice(account.id, { ...input, proof }));
      if (!created.ok) return created;
      session.enrollment = created.enrollment;
      return { ok: true, keyUri: created.keyUri, picture: qrDataUrl(created.keyUri) };
    },

    '/device/assign': async ({ session, account, access, body }) => {
      if (session.enrollment === undefined) return refuse('unknown-device');
      const codes = [body['first'], body['second']] as const;
      const input = { enrollment: session.enrollment, codes, expectMfa: account.hasCodes };
      const { proof } = session.passed;
      const assigned = await (deskOf(access)?.assignDevice(account.id, input) ??
        mfa.assignDevice(account.id, { ...input, proof }));
      if (!assigned.ok) return assigned;
      await accounts.setHasCodes(account.id, true);
      if (assigned.proof !== undefined) session.passed = { ...session.passed, proof: assigned.proof };
      return { ok: true };
    },

    '/device/remove': async ({ session, account, access, body }) => {
      const input = { serialNumber: String(body['serialNumber']) };
      const { proof } = session.passed;
      // Lowered before, and set after from what is left. While a passkey is there the application goes on asking for it.
      await accounts.setHasCodes(account.id, false);
      const removed = await (deskOf(access)?.removeDevice(account.id, input) ??
        mfa.removeDevice(account.id, { ...input, proof }));
      const { status } = removed.ok ? removed : await mfa.describeUser(account.id);
      await accounts.setHasCodes(account.id, status !== 'none');
      if (!removed.ok) return removed;
      session.passed = { ...session.passed, proof: removed.proof };
      return { ok: true };
    },

    '/sign-out-everywhere': async ({ session, account, access }) => {
      const { proof } = session.passed;
      const revoked = await (deskOf(access)?.revokeProofs(account.id) ?? mfa.revokeProofs(account.id, { proof }));
      if (revoked.ok) session.passed = { ...session.passed, proof: revoked.proof };
      // `not-assigned`: there are only passkeys. The library sees no session that a passkey opened.
      else if (revoked.reason !== 'not-assigned') return revoked;
      endSessions(session);
      return { ok: true };
    },
  };

  /** The library's verbs want a proof, and a passkey is none: where a fresh passkey vouches, the application acts. */
  function deskOf({ managesBy }: Access): MfaAdministration | undefined {
    return managesBy === 'passkey' ? mfa.asAdministrator(BY_PASSKEY) : undefined;
  }

  function endSessions(except: Session): void {
    for (const [id, session] of sessions) {
      if (session.userId === except.userId && session !== except) sessions.delete(id);
    }
  }

  /** All is lost. It does not look at what is there first, since the record may be what was lost. */
  async function recover(session: Session, account: Account, typed: Body): Promise<Answer> {
    if (!(await isVerified(account, typed))) return refuse('not-verified');
    // With `expectMfa` also a user who had only passkeys is `recovering`, and not open to whoever knows the password.
    const recovered = await mfa.recoverAccount(account.id, { verified: ['email', 'phone'], expectMfa: true });
    if (!recovered.ok) return recovered;
    await accounts.setHasCodes(account.id, true);
    // The passkeys last: while recovering they open nothing.
    for (const { id } of await passkeys.of(account.id)) await passkeys.remove(account.id, id);
    endSessions(session);
    session.passed = { proof: recovered.proof };
    return { ok: true };
  }

  async function answer(path: string, session: Session, body: Body): Promise<Answer> {
    // Taken before anything is awaited: of two equal answers at once, one finds it.
    const { challenge: taken } = session;
    if (path === '/passkey' || path === '/passkey/new') session.challenge = undefined;
    const challenge: Visit['challenge'] = (use) =>
      taken?.use === use && clock() < taken.endsAtMs ? taken.value : undefined;

    const account = await accounts.find(session.userId);
    if (path === '/recover') return recover(session, account, body);
    const access = await accessOf(mfa, account, session.passed, await passkeys.of(account.id), clock());
    const visit = { session, account, access, body, challenge };
    if (routes[path] !== undefined) return routes[path](visit);
    if (managing[path] === undefined) return refuse('not-found');
    // The set-up of a device that ends a recovery; the library asks for the proof of that recovery.
    const isSetUp = path === '/device/new' || path === '/device/assign';
    const mayAsk = access.managesBy !== 'nothing' || (access.user.status === 'recovering' && isSetUp);
    return mayAsk ? managing[path](visit) : refuse('mfa-required');
  }

  async function signInByPassword({ name, password }: Body): Promise<Response> {
    const account = await accounts.checkPassword(name, password);
    if (account === undefined) return reply(refuse('wrong-password'));
    const id = randomBytes(32).toString('base64url');
    sessions.set(id, { userId: account.id, passed: {} });
    const response = reply({ ok: true });
    response.headers.set('set-cookie', `session=${id}; Path=/; HttpOnly; SameSite=Strict`);
    return response;
  }

  return async (request) => {
    const url = new URL(request.url);
    const file = request.method === 'GET' ? FILES.get(url.pathname) : undefined;
    if (file !== undefined) {
      const policy = "default-src 'self'; img-src data:; frame-ancestors 'none'";
      return new Response(file.text, { headers: { 'content-type': file.type, 'content-security-policy': policy } });
    }
    if (request.method !== 'POST' || !isFromHere(request, url)) return reply(refuse('not-found'));
    const body = (await request.json().catch(() => undefined)) as Body | undefined;
    if (typeof body !== 'object' || body === null) return reply(refuse('malformed-request'));
    if (url.pathname === '/password') return signInByPassword(body);
    const session = sessions.get(/(?:^|; )session=([\w-]+)/.exec(request.headers.get('cookie') ?? '')?.[1] ?? '');
    if (session === undefined) return reply(refuse('password-required'));
    return reply(await answer(url.pathname, session, body).catch(failed));
  };
}

/** `record-missing`, above all: the flag is up, but the library's record is lost. `/recover` leads out of it. */
function failed(error: unknown): Answer {
  if (!(error instanceof MfaError)) throw error;
  return refuse(error.code);
}

function reply(answer: Answer): Response {
  return Response.json(answer, { status: answer.ok ? 200 : 403, headers: { 'cache-control': 'no-store' } });
}
