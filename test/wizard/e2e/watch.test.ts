import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith } from '../../support/programs.js';
import { CHROMIUM, launchChromium } from './chromium.js';
import { watch } from './watch.js';

const POLICY = "default-src 'none'; script-src 'self'; connect-src *; img-src *";

/** Pages that do what no page may do. */
const FAULTS: Readonly<Record<string, string>> = {
  'an error on the console': "console.error('wrong')",
  'a warning on the console': "console.warn('odd')",
  'an exception': "setTimeout(() => { throw new Error('thrown') })",
  'a promise that nobody awaits': "Promise.reject(new Error('rejected'))",
  'an inline style': "document.body.setAttribute('style', 'color: red')",
  'an inline script': "document.body.append(Object.assign(document.createElement('script'), { text: '1' }))",
  'another host': "fetch('http://example.com/').catch(() => {})",
  'a picture of another host': "new Image().src = 'http://example.com/a.png'",
  'a missing file': "fetch('/missing').catch(() => {})",
};

function answer(path: string): { readonly status: number; readonly type: string; readonly body: string } {
  const fault = FAULTS[decodeURIComponent(path.slice('/script/'.length))];
  if (path.startsWith('/script/')) return { status: 200, type: 'text/javascript', body: fault ?? '' };
  if (path === '/missing') return { status: 404, type: 'text/plain', body: '' };
  const body = `<!doctype html><title>Page</title><body><script src="/script${path}"></script>`;
  return { status: path === '/refusal' ? 422 : 200, type: 'text/html', body };
}

describeWith([CHROMIUM], 'the watch over every page', () => {
  let browser: Browser;
  let server: Server;
  let origin: string;
  beforeAll(async () => {
    server = createServer((request, response) => {
      const { status, type, body } = answer(request.url ?? '');
      response.writeHead(status, { 'content-type': type, 'content-security-policy': POLICY }).end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser.close();
    server.close();
  });

  async function complaintsAt(path: string, many: number): Promise<readonly string[]> {
    const context = await browser.newContext();
    const complaints = watch(context, origin);
    const page = await context.newPage();
    await page.goto(origin + path);
    await expect.poll(() => complaints.length).toBeGreaterThanOrEqual(many);
    await context.close();
    return complaints;
  }

  it.each(Object.keys(FAULTS))('notices %s', async (fault) => {
    expect((await complaintsAt(`/${encodeURIComponent(fault)}`, 1)).length).toBeGreaterThan(0);
  });

  it('lets a page refuse what somebody typed', async () => {
    expect(await complaintsAt('/refusal', 0)).toEqual([]);
  });
});
