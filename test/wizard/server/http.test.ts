import { once } from 'node:events';
import { request as rawRequest } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROUTES } from '../../../docs/examples/wizard/routes.js';
import { type House, hiddenFields, openHouse, PASSWORD, Person, textOf } from './person.js';

let house: House;
let person: Person;
beforeAll(async () => {
  house = await openHouse();
  person = new Person(house);
  await person.register('alice');
});
afterAll(async () => {
  await house.close();
  expect(house.errors).toEqual([]);
});

const SERIAL = '0123456789abcdef0123';
const pathsWith = (method: 'GET' | 'POST'): string[] =>
  Object.entries(ROUTES).flatMap(([path, methods]) =>
    methods[method] === undefined ? [] : [path.replace(':serialNumber', SERIAL)],
  );

describe('a form from elsewhere', () => {
  /** All that a form could change. */
  function state(): unknown {
    const tables = ['accounts', 'lockstep_mfa', 'sessions', 'messages', 'activity', 'recoveries', 'password_failures'];
    return tables.map((table) => house.database.prepare(`SELECT * FROM ${table}`).all());
  }

  const FIELDS = { name: 'bob', password: PASSWORD, code: '123456', code1: '123456', code2: '654321', account: 'x' };

  it.each(pathsWith('POST'))('is refused at %s', async (path) => {
    const tokens = await person.tokens();
    const foreign = await new Person(house).submit('/sign-in', { name: 'nobody', password: PASSWORD });
    const { csrf = '' } = hiddenFields(foreign.body, '/sign-in');
    const before = state();
    const { host } = new URL(house.origin);
    const sent: [string, Record<string, string>, Record<string, string>][] = [
      ['no token', {}, {}],
      ['an empty token', { csrf: '' }, {}],
      ['the token of another session', { csrf }, {}],
      ['a token that is longer', { csrf: `${tokens['csrf']}A` }, {}],
      ['another site', tokens, { 'sec-fetch-site': 'cross-site' }],
      ['another host of this site', tokens, { 'sec-fetch-site': 'same-site' }],
      ['another origin', tokens, { origin: 'http://example.com' }],
      ['another port', tokens, { origin: 'http://127.0.0.1:1' }],
      ['a host that begins like ours', tokens, { origin: `http://${host}.example.com` }],
      ['a page without origin', tokens, { origin: 'null' }],
    ];
    for (const [what, token, headers] of sent) {
      const body = new URLSearchParams({ ...FIELDS, ...token }).toString();
      const reply = await person.send('POST', path, body, headers);
      expect([what, reply.status, textOf(reply.body)]).toEqual([
        what,
        403,
        expect.stringContaining('This page is out of date'),
      ]);
    }
    expect(state()).toEqual(before);
    expect((await person.get('/security')).status).toBe(200);
  });

  it('is taken from our own pages, whatever the browser says of where it comes from', async () => {
    for (const headers of [
      {},
      { origin: house.origin, 'sec-fetch-site': 'same-origin' },
      { 'sec-fetch-site': 'none' },
    ]) {
      const body = new URLSearchParams({ ...(await person.tokens()), recoveryCode: 'wrong' }).toString();
      expect((await person.send('POST', '/sign-in/recovery-code', body, headers)).status).toBe(422);
    }
  });
});

describe('a body', () => {
  it.each([
    ['a field twice', 'name=a&name=b'],
    ['a field twice, escaped', 'name=a&n%61me=b'],
    ['a broken escape', 'name=%zz'],
    ['half an escape', 'name=%f'],
    ['text that is no UTF-8', 'name=%ff%fe'],
    ['half a surrogate', 'name=%ed%a0%80'],
    ['a field without a name', '=value'],
    ['a line', 'name=a\r\nb'],
    ['bytes that a browser escapes', 'name=é'],
  ])('that is malformed is refused: %s', async (_, body) => {
    const reply = await person.send('POST', '/sign-in', body);
    expect([reply.status, textOf(reply.body)]).toEqual([400, expect.stringContaining('This form could not be read')]);
  });

  it.each([
    'application/json',
    'multipart/form-data; boundary=x',
    'text/plain',
    '',
    'application/x-www-form-urlencoded2',
  ])('of another type is refused: %s', async (type) => {
    expect((await person.send('POST', '/sign-in', 'name=a', { 'content-type': type })).status).toBe(415);
  });

  it('of the right type may say its character set', async () => {
    const type = 'application/x-www-form-urlencoded; charset=UTF-8';
    expect((await person.send('POST', '/sign-in', 'name=a', { 'content-type': type })).status).toBe(403);
  });

  it('that says that it is too long is refused before it comes', async () => {
    const request = rawRequest(`${house.origin}/sign-in`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'content-length': '8193' },
    });
    request.on('error', () => {});
    request.flushHeaders();
    const [response] = await once(request, 'response');
    expect(response.statusCode).toBe(413);
    expect(response.headers.connection).toBe('close');
    request.destroy();
  });

  it('that does not say how long it is, is cut off where it gets too long', async () => {
    const request = rawRequest(`${house.origin}/sign-in`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'transfer-encoding': 'chunked' },
    });
    let failed = false;
    request.on('error', () => {
      failed = true;
    });
    let written = 0;
    const writing = setInterval(() => {
      if (failed || request.destroyed) return clearInterval(writing);
      written += 1024;
      request.write('a'.repeat(1024));
    }, 5);
    const [response] = await once(request, 'response');
    expect(response.statusCode).toBe(413);
    expect(response.headers.connection).toBe('close');
    response.resume();
    await once(request, 'close');
    clearInterval(writing);
    // Whoever goes on sending is hung up on.
    expect(written).toBeLessThan(1024 * 1024);
  });

  it('of 8 kB is read', async () => {
    const tokens = new URLSearchParams(await person.tokens()).toString();
    const body = `${tokens}&recoveryCode=`;
    const reply = await person.send('POST', '/sign-in/recovery-code', body.padEnd(8192, 'A'));
    expect(reply.status).toBe(422);
    expect((await person.send('POST', '/sign-in/recovery-code', body.padEnd(8193, 'A'))).status).toBe(413);
  });

  it('that is broken off harms nobody', async () => {
    const socket = connect(Number(new URL(house.origin).port), '127.0.0.1');
    await once(socket, 'connect');
    socket.write(
      'POST /sign-in HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 50\r\n\r\nname=a',
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
    socket.destroy();
    expect((await person.get('/security')).status).toBe(200);
  });
});

describe('an address', () => {
  it.each([
    '/nowhere',
    '/security/',
    '/Security',
    '/devices/0123456789abcdef012',
    '/devices/0123456789ABCDEF0123',
    `/devices/${SERIAL}/nothing`,
    '/assets/../main.ts',
    '/assets/%2e%2e%2fmain.ts',
    '/assets/nothing.js',
    '/favicon.ico',
    '/__proto__',
  ])('that is none gets a page that says so: %s', async (path) => {
    const reply = await person.get(path);
    expect([reply.status, textOf(reply.body)]).toEqual([404, expect.stringContaining('There is no such page')]);
  });

  it.each(['http://example.com/', '*', '//'])('that no browser sends is refused: %s', async (path) => {
    const socket = connect(Number(new URL(house.origin).port), '127.0.0.1');
    socket.end(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`);
    let answer = '';
    for await (const chunk of socket) answer += chunk;
    expect(answer).toMatch(/^HTTP\/1\.1 40[04] /);
  });

  it('is used as the table of routes says', async () => {
    expect(await person.send('PUT', '/sign-in')).toMatchObject({ status: 405 });
    expect((await person.send('DELETE', '/sign-in')).headers.get('allow')).toBe('GET, HEAD, POST');
    expect((await person.get('/sign-out')).headers.get('allow')).toBe('POST');
    expect((await person.send('POST', '/security', '')).headers.get('allow')).toBe('GET, HEAD');
    expect((await person.send('OPTIONS', '/security')).status).toBe(405);
  });

  it.each(pathsWith('GET').filter((path) => !path.startsWith('/assets')))('answers HEAD as GET: %s', async (path) => {
    const head = await person.send('HEAD', path);
    const got = await person.get(path);
    expect([head.status, head.location, head.body]).toEqual([got.status, got.location, '']);
    expect(head.headers.get('content-type')).toBe(got.headers.get('content-type'));
  });

  it('asked by HEAD leaves what is to be said for the page', async () => {
    const other = new Person(house);
    await other.register('head');
    await other.send('HEAD', '/security');
    expect(textOf((await other.get('/security')).body)).toContain('You are registered.');
    expect(textOf((await other.get('/security')).body)).not.toContain('You are registered.');
  });
});

describe('every response', () => {
  it('keeps browsers from what they must not do, and caches from keeping it', async () => {
    const replies = [
      await person.get('/security'),
      await person.get('/'),
      await person.get('/nowhere'),
      await person.send('PUT', '/'),
      await person.send('POST', '/sign-in', ''),
      await person.send('POST', '/sign-in', 'name=%zz'),
      await person.get('/demonstration/authenticator'),
    ];
    for (const { headers } of replies) {
      expect(headers.get('content-security-policy')).toBe(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
      );
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('same-origin');
      expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
      expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
      expect(headers.get('permissions-policy')).toContain('camera=()');
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('strict-transport-security')).toBeNull();
      expect(headers.get('x-powered-by')).toBeNull();
    }
  });

  it('needs no inline style and no inline script', async () => {
    for (const path of ['/security', '/devices/new', '/sign-in/recovery-code', '/demonstration/mailbox']) {
      const { body } = await person.get(path);
      expect(body).not.toMatch(/ style=|<style| on[a-z]+=|<script(?! type="module" src=)/);
    }
  });
});
