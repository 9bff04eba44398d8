import type { Html } from './html.js';

/** The answer is an error page of this status. */
export class HttpError extends Error {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, headers: Readonly<Record<string, string>> = {}) {
    super(`HTTP status ${status}`);
    this.status = status;
    this.headers = headers;
  }
}

/** After a POST: the browser gets the page by GET, so that a reload sends nothing twice. */
export function seeOther(path: string): Response {
  return new Response(null, { status: 303, headers: { location: path } });
}

export function htmlResponse(document: Html, status = 200, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(document.toString(), {
    status,
    headers: { 'content-type': 'text/html; charset=utf-8', ...headers },
  });
}

const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=()',
};

/** On every response, whatever made it. Pages hold secrets: no cache keeps them, unless the response says otherwise. */
export function withSecurityHeaders(response: Response, { protocol }: URL): Response {
  const { headers } = response;
  for (const [name, value] of Object.entries(HEADERS)) headers.set(name, value);
  if (!headers.has('cache-control')) headers.set('cache-control', 'no-store');
  if (protocol === 'https:') headers.set('strict-transport-security', 'max-age=63072000');
  return response;
}

const COOKIE = 'session';

export function sessionCookie(request: Request): string | undefined {
  const pairs = (request.headers.get('cookie') ?? '').split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${COOKIE}=`))?.slice(COOKIE.length + 1);
}

export function setSessionCookie({ headers }: Response, id: string, { protocol }: URL): void {
  const secure = protocol === 'https:' ? '; Secure' : '';
  headers.append('set-cookie', `${COOKIE}=${id}; Path=/; HttpOnly; SameSite=Strict${secure}`);
}
