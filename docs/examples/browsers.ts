// Browsers that an application remembers: one cookie per user, and the order of a sign-in. Handlers on Request and
// Response, behind your own first factor and sessions. docs/browsers.md says why each step is as it is.
import {
  type ActorInput,
  type MfaProof,
  type MfaService,
  type MfaStatus,
  parseProof,
  type Refusal,
} from 'lockstep-mfa';
import { messageFor } from 'lockstep-mfa/messages';
import { statusOf } from './http-status.js';

/** A session of this application, after the password. */
export interface Session {
  /** Never changes, and is never given to somebody else: no e-mail address. */
  readonly userId: string;
  /** The application's own flag, read from its database at each request. */
  readonly hasMfa: boolean;
  /** What `pass` kept. */
  readonly proof?: unknown;
}
export interface Sessions {
  /** Undefined: nobody has typed a password in this session. */
  find(request: Request): Promise<Session | undefined>;
  /** Keeps the proof in the session, and raises the flag where it is down, before the answer leaves. */
  pass(session: Session, proof: MfaProof): Promise<void>;
}

// ── the cookie ──

const YEAR_SECONDS = 31_536_000;

/**
 * One cookie per user, for people share browsers. A hash, because a user id may hold what no cookie name can; it hides
 * nothing from whoever sits at the browser.
 */
export async function cookieName(userId: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(userId));
  const hex = Array.from(new Uint8Array(digest, 0, 16), (byte) => byte.toString(16).padStart(2, '0'));
  return `__Host-mfa-${hex.join('')}`;
}

/** The token of this user, of the header `Cookie`. Undefined where there is none: hand it over all the same. */
export async function readBrowserToken(header: string | null | undefined, userId: string): Promise<string | undefined> {
  const begin = `${await cookieName(userId)}=`;
  const cookies = (header ?? '').split(';').map((cookie) => cookie.trim());
  return cookies.find((cookie) => cookie.startsWith(begin))?.slice(begin.length);
}

/**
 * The header `Set-Cookie` for a token. `__Host-` takes `Secure` and `Path=/`, and no `Domain`: so no other subdomain can
 * put its own token in the place of this one.
 */
export async function browserCookie(browserToken: string, userId: string): Promise<string> {
  const name = await cookieName(userId);
  return `${name}=${browserToken}; Path=/; Max-Age=${YEAR_SECONDS}; HttpOnly; Secure; SameSite=Lax`;
}

/** A name for the list of browsers. The header can be forged, so that nothing is decided by it. */
export function browserLabel(userAgent: string | null | undefined): string | undefined {
  const found = (names: readonly (readonly [RegExp, string])[]): string | undefined =>
    names.find(([pattern]) => pattern.test(userAgent ?? ''))?.[1];
  const browser = found(BROWSERS);
  const system = found(SYSTEMS);
  return browser === undefined || system === undefined ? (browser ?? system) : `${browser} on ${system}`;
}

// Most name others as well: the first that matches is the one.
const BROWSERS = [
  [/Edg/, 'Edge'],
  [/Firefox|FxiOS/, 'Firefox'],
  [/Chrome|CriOS/, 'Chrome'],
  [/Safari/, 'Safari'],
] as const;
const SYSTEMS = [
  [/Android/, 'Android'],
  [/iPhone|iPad/, 'iOS'],
  [/Windows/, 'Windows'],
  [/Mac OS X/, 'macOS'],
  [/Linux/, 'Linux'],
] as const;

// ── the pages ──

/** The page after the password. */
type Next = 'application' | 'welcome' | 'code' | 'locked' | 'recover';
const NEXT: Readonly<Record<MfaStatus['status'], Next>> = {
  none: 'welcome',
  required: 'code', // also from a known browser while others are locked out
  locked: 'locked', // the recovery code still works
  recovering: 'recover', // the code of the help desk, or e-mail and phone
};

/** Each request is JSON, so that no form of another page can send one. */
export function createHandler(mfa: MfaService, sessions: Sessions): (request: Request) => Promise<Response> {
  return async (request) => {
    const session = await sessions.find(request);
    if (session === undefined) return new Response(null, { status: 401 });
    const body = await bodyOf(request);
    if (body === undefined) return new Response(null, { status: 415 });
    const { userId, hasMfa } = session;
    const browserToken = await readBrowserToken(request.headers.get('cookie'), userId);
    const actor: ActorInput = { expectMfa: hasMfa, proof: parseProof(session.proof) };
    // Two checkboxes, not ticked. Anything but true is no.
    const remember = body['remember'] === true;
    const trust = body['trust'] === true;
    const browser = { browserToken, remember, browserLabel: browserLabel(request.headers.get('user-agent')) };

    /** Sets the cookie where the answer holds a token. Where it holds none, the browser keeps the one that it has. */
    const pass = async (signedIn: Passed, shown: object): Promise<Response> => {
      await sessions.pass(session, signedIn.proof);
      const response = Response.json(shown);
      if (signedIn.browserToken !== undefined) {
        response.headers.set('set-cookie', await browserCookie(signedIn.browserToken, userId));
      }
      return response;
    };

    switch (`${request.method} ${new URL(request.url).pathname}`) {
      // At once after the password, before any page asks for a code.
      case 'POST /mfa/begin': {
        const signedIn = await mfa.signInWithTrustedBrowser(userId, { browserToken, expectMfa: hasMfa });
        if (signedIn.ok) return pass(signedIn, { next: 'application' satisfies Next });
        const { status } = await mfa.describeUser(userId, { browserToken, ...actor });
        return Response.json({ next: NEXT[status] });
      }
      case 'POST /mfa/sign-in': {
        const signedIn = await mfa.signIn(userId, { code: body['code'], ...browser, trust, expectMfa: hasMfa });
        return signedIn.ok ? pass(signedIn, { next: 'application' satisfies Next }) : refuse(signedIn);
      }
      case 'POST /mfa/sign-in/recovery-code': {
        const input = { recoveryCode: body['recoveryCode'], ...browser, expectMfa: hasMfa };
        const signedIn = await mfa.signInWithRecoveryCode(userId, input);
        return signedIn.ok ? pass(signedIn, { recoveryCodesLeft: signedIn.recoveryCodesLeft }) : refuse(signedIn);
      }
      case 'GET /mfa/browsers': {
        const { browsers, signedIn } = await mfa.describeUser(userId, { browserToken, ...actor });
        return signedIn ? Response.json({ browsers }) : new Response(null, { status: 403 });
      }
      // 403 with `mfa-required`: ask for a code first, as for every change. A trusted browser's sign-in is none.
      case 'POST /mfa/browsers/forget': {
        const browserId = String(body['browserId'] || 'none');
        const forgotten = await mfa.forgetBrowser(userId, { browserId, ...actor });
        return forgotten.ok ? new Response(null, { status: 204 }) : refuse(forgotten);
      }
      default:
        return new Response(null, { status: 404 });
    }
  };
}

interface Passed {
  readonly proof: MfaProof;
  readonly browserToken?: string;
}

function refuse(refusal: Refusal): Response {
  const { reason } = refusal;
  return Response.json({ reason, message: messageFor(refusal, { nowMs: Date.now() }) }, { status: statusOf(refusal) });
}

/** Undefined: it is no JSON object. */
async function bodyOf(request: Request): Promise<Readonly<Record<string, unknown>> | undefined> {
  if (request.method === 'GET') return {};
  const [type = ''] = (request.headers.get('content-type') ?? '').split(';');
  if (type.trim().toLowerCase() !== 'application/json') return undefined;
  const body: unknown = await request.json().catch(() => undefined);
  return typeof body === 'object' && body !== null ? (body as Readonly<Record<string, unknown>>) : undefined;
}
