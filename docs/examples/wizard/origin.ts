import { HttpError } from './http.js';

/**
 * A form that another site sent is refused before it is read. Browsers say where a request comes from in headers that no
 * page can set; a program that sends neither has no session of somebody else's to abuse.
 *
 * @see OWASP Cross-Site Request Forgery Prevention Cheat Sheet
 * @throws HttpError 403
 */
export function checkOrigin({ headers }: Request, { host }: URL): void {
  const site = headers.get('sec-fetch-site');
  if (site !== null && site !== 'same-origin' && site !== 'none') throw new HttpError(403);
  const origin = headers.get('origin');
  // The host alone: behind a proxy that ends TLS the scheme is another.
  if (origin !== null && hostOf(origin) !== host) throw new HttpError(403);
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
