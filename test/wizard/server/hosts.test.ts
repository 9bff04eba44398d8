import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { plaintextSealer } from 'lockstep-mfa';
import { afterEach, describe, expect, it } from 'vitest';
import { createWizard, type WebHandler } from '../../../docs/examples/wizard/application.js';
import { type Handle, openDatabase } from '../../../docs/examples/wizard/database.js';
import { nodeListener } from '../../../docs/examples/wizard/node-server.js';
import { CHEAP, hiddenFields, PASSWORD } from './person.js';

let database: Handle;
afterEach(() => database.close());

function wizard(): WebHandler {
  database = openDatabase();
  const assets = new Map([
    ['/assets/wizard.css', { type: 'text/css', body: 'body { color: black }' }],
    ['/assets/picture.png', { type: 'image/png', body: new Uint8Array([1, 2, 3]) }],
  ]);
  return createWizard({ database, sealer: plaintextSealer(), passwordCost: CHEAP, assets });
}

describe('the handler', () => {
  it('is called with a Request, on any host that has them, and minds that it came by TLS', async () => {
    const handler = wizard();
    const page = await handler(new Request('https://acme.example/register'));
    expect(page.status).toBe(200);
    expect(page.headers.get('strict-transport-security')).toMatch(/^max-age=\d{8}$/);
    const set = page.headers.get('set-cookie') as string;
    expect(set).toMatch(/; HttpOnly; SameSite=Strict; Secure$/);
    const fields = { ...hiddenFields(await page.text(), '/register'), name: 'alice', password: PASSWORD };
    const registered = await handler(
      new Request('https://acme.example/register', {
        method: 'POST',
        headers: {
          cookie: `a=b; ${set.split(';')[0]}`,
          origin: 'https://acme.example',
          'sec-fetch-site': 'same-origin',
        },
        body: new URLSearchParams(fields),
      }),
    );
    expect([registered.status, registered.headers.get('location')]).toEqual([303, '/security']);
  });

  it('runs inside Express', async () => {
    const app = express();
    app.get('/other', (_, response) => void response.send('another page'));
    app.use(nodeListener(wizard()));
    const server = app.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    expect(await (await fetch(`${origin}/other`)).text()).toBe('another page');
    const page = await fetch(`${origin}/register`);
    const cookie = page.headers.get('set-cookie')?.split(';')[0] as string;
    const fields = { ...hiddenFields(await page.text(), '/register'), name: 'alice', password: PASSWORD };
    const body = new URLSearchParams(fields);
    const registered = await fetch(`${origin}/register`, {
      method: 'POST',
      headers: { cookie },
      body,
      redirect: 'manual',
    });
    expect([registered.status, registered.headers.get('location')]).toEqual([303, '/security']);
    server.close();
  });

  it('minds that a proxy in front of it ends TLS', async () => {
    const server = createServer(nodeListener(wizard(), 'https')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const page = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/sign-in`);
    expect(page.headers.get('set-cookie')).toMatch(/; Secure$/);
    server.close();
  });

  it('gives style and scripts that a browser keeps, and asks for again', async () => {
    const handler = wizard();
    const first = await handler(new Request('http://acme.example/assets/wizard.css'));
    expect(await first.text()).toBe('body { color: black }');
    expect(first.headers.get('content-type')).toBe('text/css');
    expect(first.headers.get('cache-control')).toBe('public, no-cache');
    expect(first.headers.get('set-cookie')).toBeNull();
    const headers = { 'if-none-match': first.headers.get('etag') as string };
    const second = await handler(new Request('http://acme.example/assets/wizard.css', { headers }));
    expect([second.status, await second.text()]).toEqual([304, '']);
    const picture = await handler(new Request('http://acme.example/assets/picture.png'));
    expect([...new Uint8Array(await picture.arrayBuffer())]).toEqual([1, 2, 3]);
    expect(picture.headers.get('etag')).not.toBe(first.headers.get('etag'));
  });

  it('says of its own failure no more than that', async () => {
    database = openDatabase();
    const errors: unknown[] = [];
    const handler = createWizard({
      database,
      sealer: plaintextSealer(),
      passwordCost: CHEAP,
      onError: (error) => errors.push(error),
    });
    database.exec('DROP TABLE sessions');
    const cookie = `session=${'A'.repeat(43)}`;
    const reply = await handler(new Request('http://acme.example/security', { headers: { cookie } }));
    expect(reply.status).toBe(500);
    expect(await reply.text()).not.toMatch(/sessions|sqlite|\.ts/i);
    expect(errors).toHaveLength(1);
  });
});
