/**
 * A form that another site sent is refused before it is read. Browsers say where a request comes from in headers that no
 * page can set; a program that sends neither has no session of somebody else's to abuse.
 *
 * @see OWASP Cross-Site Request Forgery Prevention Cheat Sheet
 */
export function isFromHere({ headers }: Request, { host }: URL): boolean {
  const site = headers.get('sec-fetch-site');
  if (site !== null && site !== 'same-origin' && site !== 'none') return false;
  const origin = headers.get('origin');
  // The host alone: behind a proxy that ends TLS the scheme is another.
  return origin === null || hostOf(origin) === host;
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
