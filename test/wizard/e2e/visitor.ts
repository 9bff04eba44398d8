import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';
import { watch } from './watch.js';

/** Against a hang only: no test is about speed. */
const PATIENCE_MS = 60_000;

/** Somebody with a browser of their own: cookies, clipboard, storage. Two visitors share nothing. */
export interface Visitor {
  readonly context: BrowserContext;
  readonly page: Page;
}

/**
 * Opens a browser window that is closed when the test ends. The test fails when a page did what no page may do.
 *
 * @see watch
 */
export async function visit(browser: Browser, origin: string, options: BrowserContextOptions = {}): Promise<Visitor> {
  const context = await browser.newContext({ baseURL: origin, viewport: { width: 1280, height: 900 }, ...options });
  context.setDefaultTimeout(PATIENCE_MS);
  const complaints = watch(context, origin);
  onTestFinished(async () => {
    await context.close();
    expect([...new Set(complaints)]).toEqual([]);
  });
  return { context, page: await context.newPage() };
}
