import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, relative } from 'node:path';
import { type Browser, chromium, firefox } from 'playwright-core';
import type { Report } from './suite.js';

const CHROMIUM = process.env['LOCKSTEP_CHROMIUM'] ?? '/usr/bin/chromium';
const FIREFOX = process.env['LOCKSTEP_FIREFOX'] ?? '/usr/bin/firefox-esr';

export async function runInChromium(project: string, suite: string): Promise<Report> {
  const args = ['--no-sandbox', '--disable-gpu'];
  return runIn(await chromium.launch({ executablePath: CHROMIUM, headless: true, args }), project, suite);
}

export async function runInFirefox(project: string, suite: string): Promise<Report> {
  const options = { executablePath: FIREFOX, channel: 'moz-firefox', headless: true };
  return runIn(await firefox.launch(options), project, suite);
}

/** Serves the installed files as they are; an import map finds them by the names of the package. */
async function runIn(browser: Browser, project: string, suite: string): Promise<Report> {
  const server = createServer(({ url = '/' }, response) => {
    const { pathname } = new URL(url, 'http://localhost');
    if (pathname === '/') {
      response.setHeader('content-type', 'text/html');
      response.end(pageFor(project, suite));
      return;
    }
    try {
      const file = readFileSync(join(project, pathname));
      response.setHeader('content-type', 'text/javascript');
      response.end(file);
    } catch {
      response.statusCode = 404;
      response.end();
    }
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  try {
    const page = await browser.newPage();
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(String(error)));
    const reported = new Promise<Report>((resolve, reject) => {
      page.on('console', (message) => {
        const [, report] = message.text().split('REPORT ');
        if (report !== undefined) resolve(JSON.parse(report));
      });
      setTimeout(() => reject(new Error(`no report within a minute: ${problems.join()}`)), 60_000).unref();
    });
    await page.goto(`http://localhost:${(server.address() as AddressInfo).port}/`);
    return await reported;
  } finally {
    await browser.close();
    server.close();
  }
}

function pageFor(project: string, suite: string): string {
  const root = 'node_modules/lockstep-mfa';
  const { exports } = JSON.parse(readFileSync(join(project, root, 'package.json'), 'utf8'));
  const imports = Object.fromEntries(
    Object.entries<{ readonly import?: { readonly default: string } }>(exports).flatMap(([subpath, targets]) =>
      targets.import === undefined
        ? []
        : [[subpath.replace('.', 'lockstep-mfa'), `/${join(root, targets.import.default)}`]],
    ),
  );
  return `<!doctype html><title>suite</title><script type="importmap">${JSON.stringify({ imports })}</script>
<script type="module" src="/${relative(project, suite)}"></script>`;
}
