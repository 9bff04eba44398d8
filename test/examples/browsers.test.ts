import { type BrowserSummary, createMfaService, type MfaEvent, type MfaProof, plaintextSealer } from 'lockstep-mfa';
import { memoryStore } from 'lockstep-mfa/stores/memory';
import { fixedClock, type VirtualAuthenticator, virtualAuthenticator } from 'lockstep-mfa/testing';
import { describe, expect, it } from 'vitest';
import {
  browserCookie,
  browserLabel,
  cookieName,
  createHandler,
  readBrowserToken,
  type Session,
} from '../../docs/examples/browsers.js';
import { CookieJar } from './cookie-jar.js';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const FIREFOX = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0';

/** A tab has a session of its own: what a jar holds is the cookies of browsers alone. */
interface Tab extends Session {
  readonly id: string;
}

/** An application with its sessions in memory. */
class Application {
  readonly clock = fixedClock();
  readonly events: MfaEvent[] = [];
  readonly mfa = createMfaService({
    issuer: 'Acme',
    store: memoryStore(),
    sealer: plaintextSealer(),
    clock: this.clock,
    onEvent: (event) => void this.events.push(event),
  });
  readonly #sessions = new Map<string, Tab>();
  readonly #flags = new Map<string, boolean>();
  readonly #handle = createHandler(this.mfa, {
    find: async (request) => {
      const session = this.#sessions.get(request.headers.get('x-session') ?? '');
      return session && { ...session, hasMfa: this.#flags.get(session.userId) ?? false };
    },
    pass: async (session, proof) => {
      const tab = session as Tab;
      this.#sessions.set(tab.id, { ...tab, proof });
      this.#flags.set(tab.userId, true);
    },
  });

  /** A user with a phone. */
  async enroll(userId: string): Promise<VirtualAuthenticator> {
    const created = await this.mfa.createDevice(userId, { name: 'Phone', account: userId });
    if (!created.ok) throw new Error(created.reason);
    const phone = virtualAuthenticator(created.keyUri, { clock: this.clock });
    const assigned = await this.mfa.assignDevice(userId, { enrollment: created.enrollment, codes: phone.codes() });
    if (!assigned.ok) throw new Error(assigned.reason);
    this.#flags.set(userId, true);
    this.clock.advanceMs(30_000);
    return phone;
  }

  /** A tab, after the password. */
  tab(userId: string, jar: CookieJar = new CookieJar()) {
    const id = crypto.randomUUID();
    this.#sessions.set(id, { id, userId, hasMfa: false });
    const send = async (method: string, path: string, body?: object, headers: Record<string, string> = {}) => {
      const response = await this.#handle(
        new Request(`https://acme.example${path}`, {
          method,
          headers: {
            'x-session': id,
            cookie: jar.header(),
            'user-agent': FIREFOX,
            'content-type': 'application/json',
            ...headers,
          },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        }),
      );
      return response;
    };
    const post = async (path: string, body: object = {}) => {
      const response = await send('POST', path, body);
      jar.receive(response.headers);
      const text = await response.text();
      return { status: response.status, ...(text === '' ? {} : JSON.parse(text)) };
    };
    return {
      jar,
      send,
      post,
      begin: () => post('/mfa/begin'),
      async browsers(): Promise<readonly BrowserSummary[]> {
        const body = (await (await send('GET', '/mfa/browsers')).json()) as { browsers: readonly BrowserSummary[] };
        return body.browsers;
      },
      proof: () => this.#sessions.get(id)?.proof as MfaProof,
    };
  }
}

const IN = { status: 200, next: 'application' };

/** A user whose browser is remembered, and trusted where that is asked for. */
async function remembered(ask: { readonly remember?: boolean; readonly trust?: boolean }) {
  const application = new Application();
  const phone = await application.enroll('alice');
  const jar = new CookieJar();
  const tab = application.tab('alice', jar);
  expect(await tab.begin()).toEqual({ status: 200, next: 'code' });
  expect(await tab.post('/mfa/sign-in', { code: phone.code(), ...ask })).toEqual(IN);
  application.clock.advanceMs(30_000);
  return { application, phone, jar, tab };
}

/** Somebody who knows the password keeps codes locked. */
async function lock({ application, phone }: { application: Application; phone: VirtualAuthenticator }): Promise<void> {
  const thief = application.tab('alice');
  for (let i = 0; i < 5; i++) await thief.post('/mfa/sign-in', { code: phone.wrongCode() });
  expect(await thief.begin()).toEqual({ status: 200, next: 'locked' });
}

describe('the cookie of a browser', () => {
  it('is of one host, for HTTPS alone, out of reach of scripts, and for a year', async () => {
    const { jar } = await remembered({ remember: true });
    expect(jar.received).toEqual([
      expect.stringMatching(
        /^__Host-mfa-[0-9a-f]{32}=[0-9a-f]{48}; Path=\/; Max-Age=31536000; HttpOnly; Secure; SameSite=Lax$/,
      ),
    ]);
  });

  it('would be dropped by a browser, and here, without what __Host- asks for', () => {
    for (const cookie of [
      '__Host-a=1; Path=/',
      '__Host-a=1; Secure; Path=/a',
      '__Host-a=1; Secure; Path=/; Domain=b',
    ]) {
      expect(() => new CookieJar().receive(new Headers({ 'set-cookie': cookie }))).toThrow('drops');
    }
    expect(() => new CookieJar().receive(new Headers({ 'set-cookie': 'a b=1' }))).toThrow('called');
  });

  it('is one for each user, whatever their ids hold', async () => {
    const ids = ['alice', 'bob', 'a=b; c', '用户', ' alice'];
    const names = await Promise.all(ids.map(cookieName));
    expect(new Set(names).size).toBe(ids.length);
    for (const [i, id] of ids.entries()) {
      const jar = new CookieJar();
      jar.receive(new Headers({ 'set-cookie': await browserCookie('f'.repeat(32), id) }));
      expect(jar.names).toEqual([names[i]]);
      expect(await readBrowserToken(`x=1; ${jar.header()}; y=2`, id)).toBe('f'.repeat(32));
      expect(await readBrowserToken(jar.header(), 'somebody else')).toBeUndefined();
    }
    expect(await readBrowserToken(null, 'alice')).toBeUndefined();
  });

  it('of two people at one computer stay apart', async () => {
    const { application, jar } = await remembered({ trust: true });
    const other = await application.enroll('bob');
    const tab = application.tab('bob', jar);
    expect(await tab.begin()).toEqual({ status: 200, next: 'code' });
    expect(await tab.post('/mfa/sign-in', { code: other.code(), trust: true })).toEqual(IN);
    expect(jar.names).toHaveLength(2);
    expect(await application.tab('bob', jar).begin()).toEqual(IN);
    expect(await application.tab('alice', jar).begin()).toEqual(IN);
  });

  it.each([{}, { remember: false }, { remember: 'on', trust: 'on' }, { trust: 1 }])(
    'is not set where it was not asked for: %o',
    async (ask) => {
      const { jar } = await remembered(ask as object);
      expect(jar.received).toEqual([]);
    },
  );

  it('has a name for the list', () => {
    const mac = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)';
    expect(browserLabel(FIREFOX)).toBe('Firefox on Windows');
    expect(browserLabel(`${mac} Version/18.0 Safari/605.1.15`)).toBe('Safari on macOS');
    expect(browserLabel(`${mac} Chrome/140.0.0.0 Safari/537.36`)).toBe('Chrome on macOS');
    expect(browserLabel('curl/8')).toBeUndefined();
    expect(browserLabel('Linux')).toBe('Linux');
    expect(browserLabel(null)).toBeUndefined();
  });
});

describe('a known browser', () => {
  it('is let try a code while others are locked out, and sets no lock by its own wrong ones', async () => {
    const { application, phone, jar } = await remembered({ remember: true });
    await lock({ application, phone });
    const owner = application.tab('alice', jar);
    expect(await owner.begin()).toEqual({ status: 200, next: 'code' });
    for (let i = 0; i < 6; i++) {
      expect(await owner.post('/mfa/sign-in', { code: phone.wrongCode() })).toMatchObject({ reason: 'code-mismatch' });
    }
    expect(await owner.post('/mfa/sign-in', { code: phone.code() })).toEqual(IN);
    expect(jar.received).toHaveLength(2);
    expect(await application.tab('alice').post('/mfa/sign-in', { code: phone.code() })).toMatchObject({
      status: 429,
      reason: 'locked',
    });
  });

  it('is forgotten after twenty wrong codes, and falls under the lock of all', async () => {
    const { application, phone, jar } = await remembered({ remember: true });
    await lock({ application, phone });
    const owner = application.tab('alice', jar);
    for (let i = 0; i < 20; i++) await owner.post('/mfa/sign-in', { code: phone.wrongCode() });
    expect(application.events.slice(-2)).toMatchObject([
      { type: 'guessing-suspected' },
      { type: 'browser-forgotten', label: 'Firefox on Windows', cause: 'wrong-codes' },
    ]);
    expect(await owner.begin()).toEqual({ status: 200, next: 'locked' });
  });

  it('gets a token with a recovery code as well', async () => {
    const { application, tab } = await remembered({});
    const made = await application.mfa.createRecoveryCodes('alice', { proof: tab.proof() });
    if (!made.ok) throw new Error(made.reason);
    const other = application.tab('alice');
    const body = { recoveryCode: made.recoveryCodes[0], remember: true };
    expect(await other.post('/mfa/sign-in/recovery-code', body)).toEqual({ status: 200, recoveryCodesLeft: 9 });
    expect(other.jar.names).toHaveLength(1);
    expect(await other.post('/mfa/sign-in/recovery-code', body)).toMatchObject({ reason: 'recovery-code-reused' });
  });
});

describe('a trusted browser', () => {
  it('opens the application without a code for 30 days, and gets its next token each time', async () => {
    const { application, jar } = await remembered({ trust: true });
    for (let day = 0; day < 29; day++) {
      application.clock.advanceMs(DAY_MS);
      expect(await application.tab('alice', jar).begin()).toEqual(IN);
    }
    expect(new Set(jar.received).size).toBe(30);
    application.clock.advanceMs(DAY_MS);
    expect(await application.tab('alice', jar).begin()).toEqual({ status: 200, next: 'code' });
  });

  it('opens it while others are locked out, and manages nothing', async () => {
    const { application, phone, jar } = await remembered({ trust: true });
    await lock({ application, phone });
    const tab = application.tab('alice', jar);
    expect(await tab.begin()).toEqual(IN);
    expect(tab.proof()).toMatchObject({ method: 'trusted-browser' });
    const browserId = (await tab.browsers())[0]?.browserId;
    expect(await tab.post('/mfa/browsers/forget', { browserId })).toMatchObject({
      status: 403,
      reason: 'mfa-required',
    });
  });

  it('of which two tabs sign in at once is let in twice, and gets one token', async () => {
    const { application, jar } = await remembered({ trust: true });
    const tabs = [application.tab('alice', jar.copy()), application.tab('alice', jar.copy())] as const;
    expect(await tabs[0].begin()).toEqual(IN);
    expect(await tabs[1].begin()).toEqual(IN);
    expect(tabs.map(({ jar: { received } }) => received.length)).toEqual([1, 0]);
  });

  it('whose answer was lost is let in within a minute; later its cookie may be a copy, and it types a code', async () => {
    const { application, phone, jar } = await remembered({ trust: true });
    const before = jar.copy();
    expect(await application.tab('alice', jar).begin()).toEqual(IN);
    expect(await application.tab('alice', before.copy()).begin()).toEqual(IN);

    application.clock.advanceMs(MINUTE_MS);
    const restored = application.tab('alice', before);
    expect(await restored.begin()).toEqual({ status: 200, next: 'code' });
    expect(application.events.at(-1)).toMatchObject({ type: 'browser-forgotten', cause: 'token-reused' });
    // Nor is the one with the newest token trusted any more: nobody knows which of them is the owner's.
    expect(await application.tab('alice', jar).begin()).toEqual({ status: 200, next: 'code' });
    // It is known still: the lock of others does not keep it out.
    await lock({ application, phone });
    expect(await restored.post('/mfa/sign-in', { code: phone.code(), trust: true })).toEqual(IN);
    application.clock.advanceMs(MINUTE_MS);
    expect(await application.tab('alice', before).begin()).toEqual(IN);
  });

  it('is void with the proofs, also in the session that voided them, and stays known', async () => {
    const { application, phone, jar } = await remembered({ trust: true });
    const trusted = application.tab('alice', jar);
    await trusted.begin();
    expect(await trusted.browsers()).toMatchObject([{ current: true, trustedUntilMs: expect.any(Number) }]);
    expect(await application.mfa.asAdministrator('Ada').unlock('alice')).toEqual({ ok: true });
    expect((await trusted.send('GET', '/mfa/browsers')).status).toBe(403);
    expect(await application.tab('alice', jar).begin()).toEqual({ status: 200, next: 'code' });
    const again = application.tab('alice', jar);
    expect(await again.post('/mfa/sign-in', { code: phone.code() })).toEqual(IN);
    expect((await again.browsers())[0]).not.toHaveProperty('trustedUntilMs');
  });

  it('is trusted by nobody without the password, nor by the cookie of somebody else', async () => {
    const { application, jar } = await remembered({ trust: true });
    await application.enroll('bob');
    const token = jar.header().split('=')[1] as string;
    const stolen = new CookieJar();
    stolen.receive(new Headers({ 'set-cookie': await browserCookie(token, 'bob') }));
    expect(await application.tab('bob', stolen).begin()).toEqual({ status: 200, next: 'code' });
    const noSession = await application.tab('alice', jar).send('POST', '/mfa/begin', {}, { 'x-session': 'none' });
    expect(noSession.status).toBe(401);
  });
});

describe('the page of browsers', () => {
  it('lists them, the last used first, and forgets one or all after a code', async () => {
    const { application, phone, jar } = await remembered({ trust: true });
    const laptop = application.tab('alice');
    expect(await laptop.post('/mfa/sign-in', { code: phone.code(), remember: true })).toEqual(IN);
    const listed = await laptop.browsers();
    expect(listed).toMatchObject([
      { label: 'Firefox on Windows', current: true },
      { label: 'Firefox on Windows', current: false, trustedUntilMs: expect.any(Number) },
    ]);
    for (const browserId of [undefined, '', 'none', {}]) {
      const answer = await laptop.post('/mfa/browsers/forget', { browserId });
      expect(answer).toMatchObject({ status: 404, reason: 'unknown-browser' });
    }
    expect(await laptop.post('/mfa/browsers/forget', { browserId: listed[1]?.browserId })).toEqual({ status: 204 });
    expect(await application.tab('alice', jar).begin()).toEqual({ status: 200, next: 'code' });
    expect(await laptop.browsers()).toHaveLength(1);
    expect(await laptop.post('/mfa/browsers/forget', { browserId: 'all' })).toEqual({ status: 204 });
    expect(await laptop.browsers()).toEqual([]);
  });

  it('shows nothing to whoever has the password alone', async () => {
    const { application } = await remembered({ trust: true });
    expect((await application.tab('alice').send('GET', '/mfa/browsers')).status).toBe(403);
  });
});

describe('the handler', () => {
  it('takes JSON alone, and knows its paths', async () => {
    const { tab } = await remembered({});
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await tab.send('POST', '/mfa/begin', {}, type)).status).toBe(415);
    expect((await tab.send('POST', '/mfa/begin')).status).toBe(415);
    expect((await tab.send('GET', '/mfa/nothing')).status).toBe(404);
  });

  it('says whether MFA is set up, or being recovered', async () => {
    const application = new Application();
    expect(await application.tab('carol').begin()).toEqual({ status: 200, next: 'welcome' });
    await application.enroll('carol');
    await application.mfa.asAdministrator('Ada').resetUser('carol');
    expect(await application.tab('carol').begin()).toEqual({ status: 200, next: 'recover' });
  });
});
