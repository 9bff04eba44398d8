import type { BrowserContext, Response } from 'playwright-core';

/** What a browser reports for a status that a page answers with on purpose; the responses themselves are looked at. */
const STATUS_NOTE = 'Failed to load resource: the server responded with a status of';

/**
 * Notes all that no page may do: errors and warnings on the console (what the Content Security Policy stopped is one),
 * exceptions, requests to another host, and files that are not there.
 */
export function watch(context: BrowserContext, origin: string): readonly string[] {
  const complaints: string[] = [];
  const complain = (what: string): void => {
    complaints.push(what);
  };
  context.on('console', (message) => {
    const text = message.text();
    if (!['error', 'warning'].includes(message.type()) || text.startsWith(STATUS_NOTE)) return;
    complain(`console: ${text}`);
  });
  context.on('weberror', (error) => complain(`exception: ${error.error().message}`));
  context.on('request', (request) => {
    const { protocol, origin: asked } = new URL(request.url());
    if (asked !== origin && !['data:', 'blob:'].includes(protocol)) complain(`request to another host: ${asked}`);
  });
  context.on('response', (response) => {
    if (isFault(response)) complain(`status ${response.status()}: ${new URL(response.url()).pathname}`);
  });
  return complaints;
}

/** Pages refuse what people type, with a status of their own; a file is there, and a server does not fail. */
function isFault(response: Response): boolean {
  const isPage = response.request().isNavigationRequest();
  return response.status() >= (isPage ? 500 : 400);
}
