import { execFileSync, spawn } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installBeside } from './install-beside.js';

const ENV = { ...process.env, NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production', VITEST: '' };

// It installs and builds for minutes: by hand, with LOCKSTEP_SLOW=1.
describe.skipIf(!process.env['LOCKSTEP_SLOW'])('Next.js', () => {
  let project = '';
  let next = '';

  beforeAll(() => {
    project = installBeside('test/consumers/next');
    next = join(project, 'node_modules/next/dist/bin/next');
    execFileSync(process.execPath, [next, 'build'], { cwd: project, env: ENV, stdio: 'pipe' });
  }, 600_000);

  afterAll(() => rmSync(project, { recursive: true, force: true }), 600_000);

  it('gives the browser no hash function for what only counts intervals', () => {
    const folder = join(project, '.next/static/chunks');
    const scripts = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.js'));
    const texts = scripts.map((file) => readFileSync(join(folder, file), 'utf8'));
    expect(texts.some((text) => text.includes('interval of'))).toBe(true);
    expect(texts.filter((text) => text.includes('1518500249'))).toEqual([]);
  });

  it('serves a page with a QR code, and a code from the edge runtime', async () => {
    const port = await freePort();
    const server = spawn(process.execPath, [next, 'start', '-p', String(port)], { cwd: project, env: ENV });
    try {
      await expect
        .poll(
          () =>
            fetch(`http://localhost:${port}/`).then(
              ({ ok }) => ok,
              () => false,
            ),
          { timeout: 60_000 },
        )
        .toBe(true);
      const page = await (await fetch(`http://localhost:${port}/`)).text();
      expect(page).toContain('data:image/png;base64,');
      expect(page).toContain('1700000010000');
      expect(await (await fetch(`http://localhost:${port}/api/codes`)).json()).toEqual({ code: '94287082' });
    } finally {
      server.kill();
    }
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, listening));
  const { port } = server.address() as { readonly port: number };
  await new Promise((closed) => server.close(closed));
  return port;
}
