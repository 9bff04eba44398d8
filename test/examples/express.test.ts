import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Database from 'better-sqlite3';
import { aesGcmSealer, createMfaService } from 'lockstep-mfa';
import { sqliteSchema, sqliteStore } from 'lockstep-mfa/stores/sqlite';
import { fixedClock, virtualAuthenticator } from 'lockstep-mfa/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createApp } from '../../docs/examples/express/app.js';
import { pictureOfPng, read } from '../qr/pictures.js';
import { totpKeyUri } from '../support/key-uri.js';
import { CookieJar } from './cookie-jar.js';

const clock = fixedClock();
const database = new Database(':memory:');
database.exec(sqliteSchema());
const mfa = createMfaService({
  issuer: 'Acme',
  store: sqliteStore(database),
  sealer: aesGcmSealer({ keys: [crypto.getRandomValues(new Uint8Array(32))] }),
  clock,
});
const flags = new Map<string, boolean>();
/** Every write of a flag, and where the process dies instead of one. */
const written: [id: string, hasMfa: boolean][] = [];
let diesBeforeWrite: ((hasMfa: boolean) => boolean) | undefined;
const find = async (id: string) => ({
  id,
  email: `${id.replace('id-of-', '')}@example.com`,
  hasMfa: flags.get(id) ?? false,
});
const app = createApp(
  mfa,
  {
    async checkPassword(name, password) {
      return password === 'correct horse' ? find(`id-of-${name}`) : undefined;
    },
    find,
    async setHasMfa(id, hasMfa) {
      if (diesBeforeWrite?.(hasMfa) === true) throw new Error('the process ended here');
      written.push([id, hasMfa]);
      flags.set(id, hasMfa);
    },
  },
  'a key of the test',
);

let server: Server;
let origin: string;
beforeAll(async () => {
  server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

type Reply = {
  readonly status: number;
  readonly body: {
    readonly qr?: string;
    readonly device?: { readonly serialNumber: string };
    readonly devices?: readonly { readonly serialNumber: string }[];
    readonly browsers?: readonly { readonly browserId: string }[];
    readonly recoveryCodes?: string[];
    readonly message?: string;
  };
};
/** A session: it keeps its cookie, and the jar of its browser those of the browser. */
function browser(jar = new CookieJar()) {
  let cookie = '';
  const send = async (method: string, path: string, body?: unknown): Promise<Reply> => {
    const response = await fetch(origin + path, {
      method,
      headers: { 'content-type': 'application/json', cookie: `${cookie}; ${jar.header()}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const [session, others] = splitCookies(response.headers.getSetCookie());
    cookie = session ?? cookie;
    jar.receive(others);
    const text = await response.text();
    return { status: response.status, body: text.startsWith('{') ? JSON.parse(text) : {} };
  };
  return Object.assign(send, { cookie: () => cookie });
}

function splitCookies(set: readonly string[]): readonly [session: string | undefined, others: Headers] {
  const session = set.find((header) => header.startsWith('connect.sid='));
  const others = set.filter((header) => header !== session).map((header): [string, string] => ['set-cookie', header]);
  return [session?.split(';')[0], new Headers(others)];
}

function scan(dataUrl = ''): string {
  return read(pictureOfPng(Buffer.from(dataUrl.split(',')[1] as string, 'base64'))) as string;
}

const password = { name: 'alice', password: 'correct horse' };

describe('the Express application of the docs', () => {
  const alice = browser();
  let phone: ReturnType<typeof virtualAuthenticator>;
  let serialNumber: string;
  let recoveryCodes: string[];

  it('keeps everybody out who has not typed the password', async () => {
    expect((await alice('GET', '/mfa')).status).toBe(401);
    expect((await alice('POST', '/password', { ...password, password: 'wrong' })).status).toBe(401);
    expect((await alice('POST', '/mfa/sign-in', { code: '123456' })).status).toBe(401);
  });

  it('sets up a device: scan, two codes, assigned', async () => {
    expect((await alice('POST', '/password', password)).body).toEqual({ next: 'welcome' });
    const created = await alice('POST', '/mfa/devices', { name: 'Phone' });
    expect(created.status).toBe(200);
    const keyUri = scan(created.body.qr);
    expect(totpKeyUri(keyUri).account).toBe('alice@example.com (Phone)');
    phone = virtualAuthenticator(keyUri, { clock, offsetMs: -60_000 });

    const wrong = await alice('POST', '/mfa/pending/assign', { code1: phone.code(), code2: phone.code() });
    expect(wrong).toMatchObject({ status: 422, body: { reason: 'codes-identical' } });
    const again = await alice('GET', '/mfa/pending');
    expect(scan(again.body.qr)).toBe(keyUri);

    const [code1, code2] = phone.codes();
    const assigned = await alice('POST', '/mfa/pending/assign', { code1, code2 });
    expect(assigned).toMatchObject({ status: 200, body: { device: { name: 'Phone', driftSteps: -2 } } });
    serialNumber = assigned.body.device?.serialNumber as string;
    const made = await alice('POST', '/mfa/recovery-codes');
    recoveryCodes = made.body.recoveryCodes as string[];
    expect(recoveryCodes).toHaveLength(10);
    const [recoveryCode] = recoveryCodes;
    expect((await alice('GET', '/mfa')).body).toMatchObject({ recoveryCodesLeft: 0, recoveryCodesUnconfirmed: 10 });
    expect((await alice('POST', '/mfa/recovery-codes/confirm', { recoveryCode: 'wrong' })).status).toBe(422);
    expect((await alice('POST', '/mfa/recovery-codes/confirm', { recoveryCode })).status).toBe(204);
    expect((await alice('GET', '/mfa')).body).toMatchObject({
      recoveryCodesLeft: 10,
      recoveryCodesUnconfirmed: 0,
      signedIn: true,
    });
  });

  it('asks another session for a code, and takes each one once', async () => {
    const other = browser();
    expect((await other('POST', '/password', password)).body).toEqual({ next: 'code' });
    expect((await other('GET', '/account')).status).toBe(403);
    clock.advanceMs(30_000);
    const code = phone.code();
    expect((await other('POST', '/mfa/sign-in', { code })).status).toBe(200);
    expect((await other('GET', '/account')).body).toEqual({ email: 'alice@example.com' });

    const thief = browser();
    await thief('POST', '/password', password);
    expect((await thief('POST', '/mfa/sign-in', { code })).body).toMatchObject({ reason: 'code-reused' });
    expect((await thief('DELETE', `/mfa/devices/${serialNumber}`)).body).toMatchObject({ reason: 'mfa-required' });
    expect((await thief('POST', '/mfa/devices', { name: 'Mine', administrator: 'me' })).body).toMatchObject({
      reason: 'mfa-required',
    });
    expect((await thief('GET', '/account')).status).toBe(403);
  });

  it('brings a phone back into step, and signs in with the next code', async () => {
    const other = browser();
    await other('POST', '/password', password);
    phone.offsetMs = 20 * 60_000;
    const [code1, code2] = phone.codes();
    const synced = await other('POST', `/mfa/devices/${serialNumber}/resynchronize`, { code1, code2 });
    expect(synced.status).toBe(200);
    expect((await other('GET', '/account')).status).toBe(403);
    clock.advanceMs(30_000);
    expect((await other('POST', '/mfa/sign-in', { code: phone.code() })).status).toBe(200);
  });

  it('locks a guesser out, not the owner with a recovery code', async () => {
    const guesser = browser();
    await guesser('POST', '/password', password);
    const code = phone.wrongCode();
    const answers = [];
    for (let i = 0; i < 6; i++) answers.push(await guesser('POST', '/mfa/sign-in', { code }));
    expect(answers.map(({ status }) => status)).toEqual([422, 422, 422, 422, 422, 429]);
    expect(answers[3]?.body.message).toBe('That code is not right. Wait for the next one and try again.');
    expect(answers[4]?.body.message).toMatch(
      /^That code is not right\. There were too many wrong codes\. Try again in \d+ seconds?\.$/,
    );
    expect(answers[5]?.body.message).toMatch(/^Too many wrong codes\. Try again in \d+ seconds?\.$/);

    const owner = browser();
    await owner('POST', '/password', password);
    const [recoveryCode] = recoveryCodes;
    const signedIn = await owner('POST', '/mfa/sign-in/recovery-code', { recoveryCode });
    expect(signedIn.body).toEqual({ recoveryCodesLeft: 9 });
    expect(flags.get('id-of-alice')).toBe(true);
    expect((await owner('DELETE', `/mfa/devices/${serialNumber}`)).status).toBe(204);
    expect(flags.get('id-of-alice')).toBe(false);
    expect((await owner('GET', '/mfa')).body).toMatchObject({ status: 'none', devices: [] });
    expect((await owner('GET', '/account')).status).toBe(200);
  });
});

describe('the browsers of the Express application', () => {
  /** A user with a phone, and a browser that is remembered, or trusted. */
  async function signedIn(name: string, ask: object) {
    const owner = browser();
    await owner('POST', '/password', { ...password, name });
    const created = await owner('POST', '/mfa/devices', { name: 'Phone' });
    const phone = virtualAuthenticator(scan(created.body.qr), { clock });
    const [code1, code2] = phone.codes();
    expect((await owner('POST', '/mfa/pending/assign', { code1, code2 })).status).toBe(200);
    clock.advanceMs(30_000);
    const jar = new CookieJar();
    const session = browser(jar);
    await session('POST', '/password', { ...password, name });
    expect((await session('POST', '/mfa/sign-in', { code: phone.code(), ...ask })).status).toBe(200);
    clock.advanceMs(30_000);
    return { phone, jar, session };
  }

  it('have a cookie where the box was ticked, and none elsewhere', async () => {
    expect((await signedIn('alba', { remember: true })).jar.received).toEqual([
      expect.stringMatching(/^__Host-mfa-\w{32}=\w{48}; Path=\/; Max-Age=31536000; HttpOnly; Secure; SameSite=Lax$/),
    ]);
    expect((await signedIn('boris', { remember: 'on' })).jar.received).toEqual([]);
  });

  it('that are trusted sign in after the password, and change nothing', async () => {
    const { jar } = await signedIn('celia', { trust: true });
    const again = browser(jar);
    expect((await again('POST', '/password', { ...password, name: 'celia' })).body).toEqual({ next: 'account' });
    expect((await again('GET', '/account')).status).toBe(200);
    expect(jar.received).toHaveLength(2);
    expect((await again('POST', '/mfa/devices', { name: 'Mine' })).body).toMatchObject({ reason: 'mfa-required' });
    const other = browser();
    expect((await other('POST', '/password', { ...password, name: 'celia' })).body).toEqual({ next: 'code' });
  });

  it('that are known sign in, and resynchronize, while codes are locked for others', async () => {
    const { phone, jar } = await signedIn('darja', { remember: true });
    const guesser = browser();
    await guesser('POST', '/password', { ...password, name: 'darja' });
    const [code1, code2] = phone.codes(); // half a minute passes, and would end the lock
    for (let i = 0; i < 5; i++) await guesser('POST', '/mfa/sign-in', { code: phone.wrongCode() });
    expect((await guesser('GET', '/mfa')).body).toMatchObject({ status: 'locked' });
    const owner = browser(jar);
    await owner('POST', '/password', { ...password, name: 'darja' });
    const { body } = await owner('GET', '/mfa');
    expect(body).toMatchObject({ status: 'required', browsers: [] });
    const path = `/mfa/devices/${body.devices?.[0]?.serialNumber}/resynchronize`;
    expect((await guesser('POST', path, { code1, code2 })).status).toBe(429);
    expect((await owner('POST', path, { code1, code2 })).status).toBe(200);
    clock.advanceMs(30_000);
    expect((await owner('POST', '/mfa/sign-in', { code: phone.code() })).status).toBe(200);
  });

  it('are listed, and forgotten one by one', async () => {
    const { session } = await signedIn('ernst', { trust: true });
    const { body } = await session('GET', '/mfa');
    expect(body.browsers).toMatchObject([{ current: true, trustedUntilMs: expect.any(Number) }]);
    expect((await session('DELETE', '/mfa/browsers/unknown')).status).toBe(404);
    expect((await session('DELETE', `/mfa/browsers/${body.browsers?.[0]?.browserId}`)).status).toBe(204);
    expect((await session('GET', '/mfa')).body).toMatchObject({ signedIn: true, browsers: [] });
  });

  it('are remembered with a recovery code, too', async () => {
    const { session } = await signedIn('fanni', {});
    const [recoveryCode] = (await session('POST', '/mfa/recovery-codes')).body.recoveryCodes as string[];
    const jar = new CookieJar();
    const other = browser(jar);
    await other('POST', '/password', { ...password, name: 'fanni' });
    const body = { recoveryCode, remember: true };
    expect((await other('POST', '/mfa/sign-in/recovery-code', body)).status).toBe(200);
    expect(jar.names).toHaveLength(1);
  });

  it('raise the flag where a crash left it down', async () => {
    const { jar } = await signedIn('georg', { trust: true });
    flags.set('id-of-georg', false);
    expect((await browser(jar)('POST', '/password', { ...password, name: 'georg' })).body).toEqual({ next: 'account' });
    expect(flags.get('id-of-georg')).toBe(true);
  });
});

describe('a reset by the help desk', () => {
  it('leads with the password and the code to one new device, and to nothing else', async () => {
    const owner = browser();
    await owner('POST', '/password', { ...password, name: 'helga' });
    const created = await owner('POST', '/mfa/devices', { name: 'Lost' });
    const [code1, code2] = virtualAuthenticator(scan(created.body.qr), { clock }).codes();
    await owner('POST', '/mfa/pending/assign', { code1, code2 });

    const reset = await mfa.asAdministrator('help desk').resetUser('id-of-helga', { expectMfa: true });
    if (!reset.ok) throw new Error(reset.reason);
    const { resetCode } = reset;
    expect((await owner('GET', '/account')).status).toBe(403);
    expect((await browser()('POST', '/mfa/sign-in/reset-code', { resetCode })).status).toBe(401);
    const back = browser();
    expect((await back('POST', '/password', { ...password, name: 'helga' })).body).toEqual({ next: 'recover' });
    expect((await back('POST', '/mfa/devices', { name: 'Mine' })).status).toBe(403);
    const wrong = await back('POST', '/mfa/sign-in/reset-code', { resetCode: resetCode.replace(/\w/g, '2') });
    expect(wrong.body).toMatchObject({ reason: 'reset-code-mismatch' });
    expect((await back('POST', '/mfa/sign-in/reset-code', { resetCode: resetCode.toLowerCase() })).status).toBe(204);
    expect((await back('GET', '/account')).status).toBe(403);

    const begun = await back('POST', '/mfa/devices', { name: 'New' });
    const [new1, new2] = virtualAuthenticator(scan(begun.body.qr), { clock }).codes();
    expect((await back('POST', '/mfa/pending/assign', { code1: new1, code2: new2 })).status).toBe(200);
    expect((await back('GET', '/account')).status).toBe(200);
    expect((await back('POST', '/mfa/sign-in/reset-code', { resetCode })).body).toMatchObject({ reason: 'no-reset' });
    expect((await back('DELETE', `/mfa/devices/${created.body.device?.serialNumber}`)).status).toBe(204);
    expect((await back('GET', '/mfa')).body).toMatchObject({ status: 'required', devices: [{ name: 'New' }] });
    expect(flags.get('id-of-helga')).toBe(true);
  });
});

describe('the flag of the application', () => {
  async function enrolled(name: string) {
    const owner = browser();
    await owner('POST', '/password', { ...password, name });
    const phones = [];
    for (const device of ['Phone', 'Tablet']) {
      const created = await owner('POST', '/mfa/devices', { name: device });
      const phone = virtualAuthenticator(scan(created.body.qr), { clock });
      const [code1, code2] = phone.codes();
      const { body } = await owner('POST', '/mfa/pending/assign', { code1, code2 });
      phones.push({ phone, serialNumber: body.device?.serialNumber as string });
    }
    return { owner, phones };
  }

  it('stays up while a device is left, and goes down with the last one', async () => {
    const { owner, phones } = await enrolled('erin');
    for (const [i, { serialNumber }] of phones.entries()) {
      expect(flags.get('id-of-erin')).toBe(true);
      expect((await owner('DELETE', `/mfa/devices/${serialNumber}`)).status).toBe(204);
      expect(flags.get('id-of-erin')).toBe(i === 0);
    }
  });

  it('is read anew by every session: none is shut out after a removal, and none let in after an enrollment', async () => {
    const { owner, phones } = await enrolled('heidi');
    clock.advanceMs(30_000);
    const [second, third] = [browser(), browser()];
    for (const [i, session] of [second, third].entries()) {
      await session('POST', '/password', { ...password, name: 'heidi' });
      const code = phones[i]?.phone.code();
      expect((await session('POST', '/mfa/sign-in', { code })).status).toBe(200);
    }
    for (const { serialNumber } of phones) await owner('DELETE', `/mfa/devices/${serialNumber}`);
    for (const session of [second, third]) {
      expect(await session('GET', '/account')).toMatchObject({ status: 200, body: { email: 'heidi@example.com' } });
      expect((await session('GET', '/mfa')).body).toMatchObject({ status: 'none' });
    }
    const created = await second('POST', '/mfa/devices', { name: 'New' });
    const [code1, code2] = virtualAuthenticator(scan(created.body.qr), { clock }).codes();
    expect((await second('POST', '/mfa/pending/assign', { code1, code2 })).status).toBe(200);
    expect((await third('GET', '/account')).status).toBe(403);
  });

  /** Removes all devices, and the process dies before the write of the flag that is named. */
  async function removedAndDied(name: string, dies: (hasMfa: boolean) => boolean) {
    const { owner, phones } = await enrolled(name);
    const [first, last] = phones.map(({ serialNumber }) => serialNumber);
    expect((await owner('DELETE', `/mfa/devices/${first}`)).status).toBe(204);
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    diesBeforeWrite = dies;
    expect((await owner('DELETE', `/mfa/devices/${last}`)).status).toBe(500);
    diesBeforeWrite = undefined;
    log.mockRestore();
    return { owner, phone: phones[1]?.phone as ReturnType<typeof virtualAuthenticator> };
  }

  it('is down where the process dies after the removal was stored: the user gets back in', async () => {
    let writes = 0;
    await removedAndDied('ivan', () => ++writes === 2);
    expect(flags.get('id-of-ivan')).toBe(false);
    const back = browser();
    expect((await back('POST', '/password', { ...password, name: 'ivan' })).body).toEqual({ next: 'welcome' });
    expect((await back('GET', '/account')).status).toBe(200);
    const created = await back('POST', '/mfa/devices', { name: 'New' });
    const [code1, code2] = virtualAuthenticator(scan(created.body.qr), { clock }).codes();
    expect((await back('POST', '/mfa/pending/assign', { code1, code2 })).status).toBe(200);
    expect(flags.get('id-of-ivan')).toBe(true);
  });

  it('is down where the process dies before the removal: MFA stays up, and the next sign-in raises the flag', async () => {
    const remove = vi.spyOn(mfa, 'removeDevice');
    const { phone } = await removedAndDied('judy', () => {
      remove.mockRejectedValueOnce(new Error('the process ended here'));
      return false;
    });
    remove.mockRestore();
    expect(flags.get('id-of-judy')).toBe(false);
    const back = browser();
    expect((await back('POST', '/password', { ...password, name: 'judy' })).body).toEqual({ next: 'code' });
    expect((await back('GET', '/account')).status).toBe(403);
    expect((await back('POST', '/mfa/devices', { name: 'Mine' })).status).toBe(403);
    clock.advanceMs(30_000);
    expect((await back('POST', '/mfa/sign-in', { code: phone.code() })).status).toBe(200);
    expect(flags.get('id-of-judy')).toBe(true);
    expect((await back('GET', '/account')).status).toBe(200);
  });

  it('is raised before an enrollment is answered, and is down where the process dies before that: MFA is up', async () => {
    const owner = browser();
    await owner('POST', '/password', { ...password, name: 'ken' });
    const created = await owner('POST', '/mfa/devices', { name: 'Phone' });
    const phone = virtualAuthenticator(scan(created.body.qr), { clock });
    const [code1, code2] = phone.codes();
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    diesBeforeWrite = () => true;
    expect((await owner('POST', '/mfa/pending/assign', { code1, code2 })).status).toBe(500);
    diesBeforeWrite = undefined;
    log.mockRestore();
    const back = browser();
    expect((await back('POST', '/password', { ...password, name: 'ken' })).body).toEqual({ next: 'code' });
    clock.advanceMs(30_000);
    expect((await back('POST', '/mfa/sign-in', { code: phone.code() })).status).toBe(200);
    expect(flags.get('id-of-ken')).toBe(true);
  });

  it('is not touched by whoever has the password alone, and is up again after a refused removal', async () => {
    const { owner, phones } = await enrolled('laura');
    const path = `/mfa/devices/${phones[0]?.serialNumber}`;
    written.length = 0;
    const thief = browser();
    await thief('POST', '/password', { ...password, name: 'laura' });
    expect((await thief('DELETE', path)).body).toMatchObject({ reason: 'mfa-required' });
    expect(written).toEqual([]);
    expect((await owner('DELETE', '/mfa/devices/unknown')).status).toBe(404);
    clock.advanceMs(15 * 60_000);
    expect((await owner('DELETE', path)).body).toMatchObject({ reason: 'mfa-required' });
    expect(flags.get('id-of-laura')).toBe(true);
  });

  it('does not shut an account for good: a recovery with the flag leads back in where the row is lost', async () => {
    await enrolled('mallory');
    database.prepare('DELETE FROM lockstep_mfa WHERE user_id = ?').run('id-of-mallory');
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    const owner = browser();
    expect((await owner('POST', '/password', { ...password, name: 'mallory' })).status).toBe(500);
    log.mockRestore();
    const verified = ['email', 'phone'];
    expect(await mfa.recoverAccount('id-of-mallory', { verified })).toMatchObject({ reason: 'not-assigned' });
    const recovered = await mfa.recoverAccount('id-of-mallory', { verified, expectMfa: true });
    expect(recovered).toMatchObject({ ok: true, proof: { method: 'recovery' } });
    expect((await owner('POST', '/password', { ...password, name: 'mallory' })).body).toEqual({ next: 'recover' });
    expect((await owner('GET', '/account')).status).toBe(403);
    expect((await owner('POST', '/mfa/devices', { name: 'Mine' })).body).toMatchObject({ reason: 'mfa-required' });
  });

  it.each([
    ['a code', 'frank'],
    ['a recovery code', 'grace'],
  ])('is raised by a sign-in with %s where a crash left it down', async (way, name) => {
    const { owner, phones } = await enrolled(name);
    const [recoveryCode] = (await owner('POST', '/mfa/recovery-codes')).body.recoveryCodes as string[];
    clock.advanceMs(30_000);
    flags.set(`id-of-${name}`, false);
    const other = browser();
    await other('POST', '/password', { ...password, name });
    const signedIn =
      way === 'a code'
        ? await other('POST', '/mfa/sign-in', { code: phones[0]?.phone.code() })
        : await other('POST', '/mfa/sign-in/recovery-code', { recoveryCode });
    expect(signedIn.status).toBe(200);
    expect(flags.get(`id-of-${name}`)).toBe(true);
  });
});

describe('recovery codes', () => {
  async function signedIn(name: string) {
    const owner = browser();
    await owner('POST', '/password', { ...password, name });
    const created = await owner('POST', '/mfa/devices', { name: 'Phone' });
    const [code1, code2] = virtualAuthenticator(scan(created.body.qr), { clock }).codes();
    await owner('POST', '/mfa/pending/assign', { code1, code2 });
    return owner;
  }
  async function newCode(owner: ReturnType<typeof browser>): Promise<string> {
    return (await owner('POST', '/mfa/recovery-codes')).body.recoveryCodes?.[0] as string;
  }
  async function statusOfSignIn(name: string, recoveryCode: string): Promise<number> {
    const other = browser();
    await other('POST', '/password', { ...password, name });
    return (await other('POST', '/mfa/sign-in/recovery-code', { recoveryCode })).status;
  }

  it('that are old work until one of the new ones is typed back', async () => {
    const owner = await signedIn('nina');
    const old = await newCode(owner);
    await owner('POST', '/mfa/recovery-codes/confirm', { recoveryCode: old });
    await newCode(owner);
    const newest = await newCode(owner);
    expect((await owner('GET', '/mfa')).body).toMatchObject({ recoveryCodesLeft: 10, recoveryCodesUnconfirmed: 10 });
    expect((await owner('POST', '/mfa/recovery-codes/confirm', { recoveryCode: newest })).status).toBe(204);
    expect(await statusOfSignIn('nina', old)).toBe(422);
    expect(await statusOfSignIn('nina', newest)).toBe(200);
  });

  it('are neither made nor confirmed by whoever has the password alone', async () => {
    const owner = await signedIn('oscar');
    const recoveryCode = await newCode(owner);
    const thief = browser();
    await thief('POST', '/password', { ...password, name: 'oscar' });
    for (const path of ['/mfa/recovery-codes', '/mfa/recovery-codes/confirm']) {
      expect(await thief('POST', path, { recoveryCode }), path).toMatchObject({
        status: 403,
        body: { reason: 'mfa-required' },
      });
    }
    expect((await owner('GET', '/mfa')).body).toMatchObject({ recoveryCodesLeft: 0, recoveryCodesUnconfirmed: 10 });
  });

  it.each([
    ['application/x-www-form-urlencoded', 'recoveryCode=x'],
    ['multipart/form-data; boundary=x', '--x--'],
    ['text/plain', '{"recoveryCode":"x"}'],
    ['text/plain; application/json', '{"recoveryCode":"x"}'],
    ['application/jsonp', '{}'],
    [undefined, undefined],
  ])('are not touched by a form of another subdomain, which has the cookie: %s', async (type, body) => {
    const owner = await signedIn('peggy');
    const recoveryCode = await newCode(owner);
    await owner('POST', '/mfa/recovery-codes/confirm', { recoveryCode });
    const before = database.prepare('SELECT * FROM lockstep_mfa WHERE user_id = ?').get('id-of-peggy');
    const post = (path: string) =>
      fetch(origin + path, {
        method: 'POST',
        headers: { cookie: owner.cookie(), ...(type === undefined ? {} : { 'content-type': type }) },
        ...(body === undefined ? {} : { body }),
      });
    for (const path of ['/mfa/recovery-codes', '/mfa/recovery-codes/confirm', '/mfa/devices', '/password']) {
      expect((await post(path)).status, path).toBe(415);
    }
    expect(database.prepare('SELECT * FROM lockstep_mfa WHERE user_id = ?').get('id-of-peggy')).toEqual(before);
    expect((await owner('GET', '/account')).status).toBe(200);
    await owner('DELETE', `/mfa/devices/${(await owner('GET', '/mfa')).body.devices?.[0]?.serialNumber}`);
  });
});

describe('what must not get in', () => {
  async function enrolled(name: string) {
    const owner = browser();
    await owner('POST', '/password', { ...password, name });
    const created = await owner('POST', '/mfa/devices', { name: 'Phone' });
    const phone = virtualAuthenticator(scan(created.body.qr), { clock });
    const [code1, code2] = phone.codes();
    await owner('POST', '/mfa/pending/assign', { code1, code2 });
    clock.advanceMs(30_000);
    return { owner, phone };
  }

  it('a session whose proof is void since the owner recovered', async () => {
    const { owner } = await enrolled('bob');
    expect((await owner('GET', '/account')).status).toBe(200);
    await mfa.recoverAccount('id-of-bob', { verified: ['email', 'phone'] });
    expect((await owner('GET', '/account')).status).toBe(403);
    expect((await owner('POST', '/mfa/devices', { name: 'Mine' })).body).toMatchObject({ reason: 'mfa-required' });
    expect((await owner('POST', '/password', { ...password, name: 'bob' })).body).toEqual({ next: 'recover' });
    expect((await owner('GET', '/account')).status).toBe(403);
  });

  it('a body that names an administrator, a proof or the flag', async () => {
    const { owner, phone } = await enrolled('dave');
    const serialNumber = (await owner('GET', '/mfa')).body.devices?.[0]?.serialNumber;
    const thief = browser();
    await thief('POST', '/password', { ...password, name: 'dave' });
    const proof = { userId: 'id-of-dave', atMs: clock(), method: 'code', generation: 0 };
    const claims = { administrator: 'me', proof, expectMfa: false };
    for (const [method, path] of [
      ['POST', '/mfa/devices'],
      ['DELETE', `/mfa/devices/${serialNumber}`],
      ['POST', '/mfa/recovery-codes'],
    ] as const) {
      const answer = await thief(method, path, { name: 'Mine', ...claims });
      expect(answer, path).toMatchObject({ status: 403, body: { reason: 'mfa-required' } });
    }
    expect((await thief('GET', '/account')).status).toBe(403);
    expect((await thief('POST', '/mfa/sign-in', { code: phone.code(), ...claims })).status).toBe(200);
  });

  it('a password, where the row of a user with MFA was lost', async () => {
    await enrolled('carol');
    database.exec('DELETE FROM lockstep_mfa');
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    const thief = browser();
    expect((await thief('POST', '/password', { ...password, name: 'carol' })).status).toBe(500);
    expect((await thief('GET', '/account')).status).toBe(500);
    expect((await thief('POST', '/mfa/devices', { name: 'Mine' })).status).toBe(500);
    expect(log.mock.calls.flat()).toContainEqual(expect.objectContaining({ code: 'record-missing' }));
    log.mockRestore();
  });

  it.each(['', '{', '[]', 'null', '"text"'])('a body that is none, without a stack trace: %j', async (body) => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${origin}/password`, { method: 'POST', headers, ...(body === '' ? {} : { body }) });
    expect([400, 401]).toContain(response.status);
    expect(await response.text()).not.toMatch(/at .*\.(ts|js):/);
    log.mockRestore();
  });
});
