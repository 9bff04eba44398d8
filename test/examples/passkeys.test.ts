import type { Browser, CDPSession, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import type { Account } from '../../docs/examples/passkeys/access.js';
import { createApplication } from '../../docs/examples/passkeys/application.js';
import { memoryPasskeys, type PasskeyStore } from '../../docs/examples/passkeys/passkeys.js';
import type { WebHandler } from '../../docs/examples/wizard/application.js';
import { listen, type RunningServer } from '../../docs/examples/wizard/node-server.js';
import { MINUTE_MS, pairOf, World, wrongCodes, yes } from '../service/world.js';
import { describeWith } from '../support/programs.js';
import { CHROMIUM, launchChromium } from '../wizard/e2e/chromium.js';

const ALICE = 'id-of-alice';
/** Against a hang only. */
const PATIENCE_MS = 60_000;

type Answer = { readonly ok: boolean; readonly reason?: string; readonly [key: string]: unknown };

/** A page of the example, in a browser whose authenticator is virtual: it signs as soon as it is asked. */
class Visitor {
  readonly page: Page;
  readonly #devtools: CDPSession;
  readonly #authenticatorId: string;

  constructor(page: Page, devtools: CDPSession, authenticatorId: string) {
    this.page = page;
    this.#devtools = devtools;
    this.#authenticatorId = authenticatorId;
  }

  async open(): Promise<void> {
    await this.page.goto('/');
    await this.#settled();
  }

  /** Passes the password in a new session. @returns the part of the page that is shown then */
  async begin(): Promise<string> {
    await this.page.context().clearCookies();
    await this.open();
    await this.page.getByLabel('Name', { exact: true }).fill('alice');
    await this.page.getByLabel('Password').fill('correct horse');
    expect(await this.click('Sign in')).toBe('Done');
    return this.shown();
  }

  /** @returns what the page says after it */
  async click(name: string): Promise<string> {
    await this.page.evaluate(`document.querySelector('[role=status]').textContent = 'Loading'`);
    await this.page.getByRole('button', { name, exact: true }).click();
    return this.#settled();
  }

  async #settled(): Promise<string> {
    const status = this.page.getByRole('status').filter({ hasNotText: 'Loading' });
    return (await status.textContent()) ?? '';
  }

  /** The first part of the page that can be seen. */
  shown(): Promise<string> {
    return this.page.evaluate(`document.querySelector('[data-page]:not([hidden])').dataset.page`);
  }

  post(path: string, body: object = {}): Promise<Answer> {
    return this.page.evaluate(
      ([path, body]) =>
        fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body }).then(
          (response) => response.json() as Promise<Answer>,
        ),
      [path, JSON.stringify(body)] as const,
    );
  }

  /** What the authenticator answers to these options. */
  get(asked: unknown): Promise<unknown> {
    return this.#ceremony('get', 'parseRequestOptionsFromJSON', asked);
  }

  create(asked: unknown): Promise<unknown> {
    return this.#ceremony('create', 'parseCreationOptionsFromJSON', asked);
  }

  #ceremony(verb: string, parse: string, asked: unknown): Promise<unknown> {
    const publicKey = `PublicKeyCredential.${parse}(${JSON.stringify(asked)})`;
    return this.page.evaluate(
      `navigator.credentials.${verb}({ publicKey: ${publicKey} }).then((made) => made.toJSON())`,
    );
  }

  /** An answer to a new challenge of this session, not yet sent. */
  async answer(): Promise<unknown> {
    return this.get((await this.post('/passkey/options'))['asked']);
  }

  async signInByPasskey(): Promise<Answer> {
    return this.post('/passkey', { response: await this.answer() });
  }

  /** Whether the right PIN or finger is given from now on. */
  async verify(isUserVerified: boolean): Promise<void> {
    await this.#devtools.send('WebAuthn.setUserVerified', { authenticatorId: this.#authenticatorId, isUserVerified });
  }

  /** Copies the passkeys of another authenticator, private keys and counters. */
  async takeOver(other: Visitor): Promise<void> {
    const from = { authenticatorId: other.#authenticatorId };
    const { credentials } = await other.#devtools.send('WebAuthn.getCredentials', from);
    for (const credential of credentials) {
      await this.#devtools.send('WebAuthn.addCredential', { authenticatorId: this.#authenticatorId, credential });
    }
  }
}

describeWith([CHROMIUM], 'passkeys/, in Chromium', () => {
  let server: RunningServer;
  /** A false page: passkeys of the domain sign there, because its name differs in the port alone. */
  let otherServer: RunningServer;
  let browser: Browser;
  let handler: WebHandler;
  let world: World;
  let account: Account;
  let passkeys: PasskeyStore;
  let refusals: string[];
  const originOf = (running: RunningServer): string => running.origin.replace('127.0.0.1', 'localhost');

  beforeAll(async () => {
    const page: WebHandler = async () => new Response('<!doctype html>', { headers: { 'content-type': 'text/html' } });
    [server, otherServer, browser] = await Promise.all([
      listen((request) => handler(request), 0),
      listen(page, 0),
      launchChromium(),
    ]);
  });
  afterAll(async () => {
    await browser?.close();
    await Promise.all([server?.close(), otherServer?.close()]);
  });
  beforeEach(() => {
    world = new World();
    account = { id: ALICE, name: 'alice', hasCodes: false };
    passkeys = memoryPasskeys();
    refusals = [];
    const spy = vi.spyOn(console, 'info').mockImplementation((line) => void refusals.push(line));
    onTestFinished(() => spy.mockRestore());
    handler = createApplication({
      mfa: world.mfa,
      site: { name: 'Acme', rpId: 'localhost', origin: originOf(server) },
      passkeys,
      clock: world.clock,
      isVerified: async (_, typed) => typed['mail'] === 'right' && typed['phone'] === 'right',
      accounts: {
        find: async () => account,
        checkPassword: async (name, password) =>
          name === 'alice' && password === 'correct horse' ? account : undefined,
        async setHasCodes(_, hasCodes) {
          account = { ...account, hasCodes };
        },
      },
    });
  });

  /** Somebody with a browser and an authenticator of their own. */
  async function visit(): Promise<Visitor> {
    const context = await browser.newContext({ baseURL: originOf(server) });
    context.setDefaultTimeout(PATIENCE_MS);
    const exceptions: string[] = [];
    context.on('weberror', (error) => exceptions.push(error.error().message));
    onTestFinished(async () => {
      await context.close();
      expect(exceptions).toEqual([]);
    });
    const page = await context.newPage();
    const devtools = await context.newCDPSession(page);
    await devtools.send('WebAuthn.enable');
    const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
      },
    });
    return new Visitor(page, devtools, authenticatorId);
  }

  /** Alice has passed the password, and added a passkey. */
  async function withPasskey(): Promise<Visitor> {
    const alice = await visit();
    expect(await alice.begin()).toBe('application');
    expect(await alice.click('Add a passkey')).toBe('Done');
    return alice;
  }

  /** And an authenticator app. */
  async function withBoth(): Promise<{ alice: Visitor; phone: ReturnType<World['scan']> }> {
    const alice = await withPasskey();
    return { alice, phone: await addApp(alice) };
  }

  async function addApp(visitor: Visitor, name = 'Phone'): Promise<ReturnType<World['scan']>> {
    await visitor.page.getByLabel('Name of the device').fill(name);
    expect(await visitor.click('Add an app')).toBe('Done');
    const keyUri = await visitor.page.getByRole('link').getAttribute('href');
    const phone = world.scan(keyUri ?? '');
    const [first, second] = pairOf(phone);
    await visitor.page.getByLabel('First code').fill(first);
    await visitor.page.getByLabel('Next code').fill(second);
    expect(await visitor.click('Confirm the app')).toBe('Done');
    world.wait();
    return phone;
  }

  it('asks for the passkey where no app is there, and for either of both', async () => {
    const { alice, phone } = await withBoth();
    expect(account.hasCodes).toBe(true);
    expect(await alice.begin()).toBe('factor');
    expect(await alice.click('Use a passkey')).toBe('Done');
    expect(await alice.shown()).toBe('application');
    expect(await alice.begin()).toBe('factor');
    await alice.page.getByLabel('Code', { exact: true }).fill(phone.code());
    expect(await alice.click('Use the code')).toBe('Done');
    expect(await alice.shown()).toBe('application');
    // A fresh code manages passkeys as well.
    expect(await alice.click('Remove Passkey')).toBe('Done');
    expect(await alice.begin()).toBe('factor');
    expect(await alice.click('Use a passkey')).toBe('unknown-passkey');
  });

  it('is not set up by whoever knows the password alone, while a passkey is all there is', async () => {
    const thief = await visit();
    await thief.begin();
    // Begun while there was no MFA at all.
    const begun = await thief.post('/device/new', { name: 'mine' });
    const registration = await thief.post('/passkey/new/options');
    const response = await thief.create(registration['asked']);
    const alice = await withPasskey();
    const [first, second] = pairOf(world.scan(String(begun['keyUri'])));
    expect(await thief.post('/device/assign', { first, second })).toEqual({ ok: false, reason: 'mfa-required' });
    expect(await thief.post('/passkey/new', { response })).toEqual({ ok: false, reason: 'mfa-required' });
    for (const path of ['/device/new', '/passkey/new/options', '/passkey/remove', '/sign-out-everywhere']) {
      expect(await thief.post(path, { name: 'mine' })).toEqual({ ok: false, reason: 'mfa-required' });
    }
    expect(await thief.post('/state')).toMatchObject({ isOpen: false, managesBy: 'nothing', status: 'none' });
    expect(await alice.post('/state')).toMatchObject({ isOpen: true, managesBy: 'passkey', status: 'none' });
    // The library alone cannot know: for it there is no MFA yet.
    expect(await world.mfa.createDevice(ALICE, { name: 'mine', account: 'alice' })).toMatchObject({ ok: true });
  });

  it('lets a fresh passkey remove a lost phone, and goes on asking for the passkey', async () => {
    const { alice } = await withBoth();
    expect(await alice.begin()).toBe('factor');
    await alice.click('Use a passkey');
    world.wait(5 * MINUTE_MS);
    expect(await alice.click('Remove Phone')).toBe('mfa-required');
    expect(await alice.shown()).toBe('application');
    expect(await alice.signInByPasskey()).toEqual({ ok: true });
    expect(await alice.click('Remove Phone')).toBe('Done');
    expect(world.events.at(-1)).toMatchObject({ type: 'device-removed', administrator: 'the owner, by a passkey' });
    expect(account.hasCodes).toBe(false);
    expect(await world.mfa.describeUser(ALICE)).toMatchObject({ status: 'none' });
    expect(await alice.begin()).toBe('factor');
    await alice.click('Use a passkey');
    expect(await alice.click('Remove Passkey')).toBe('Done');
    expect(await alice.begin()).toBe('application');
  });

  it('is not managed by the proof of an app that is gone, while a passkey is there', async () => {
    const { alice, phone } = await withBoth();
    await alice.begin();
    await alice.page.getByLabel('Code', { exact: true }).fill(phone.code());
    await alice.click('Use the code');
    expect(await alice.click('Remove Phone')).toBe('Done');
    expect(await alice.post('/state')).toMatchObject({ isOpen: true, managesBy: 'nothing', status: 'none' });
  });

  it('signs out everywhere else: those of codes, and those of passkeys', async () => {
    const { alice, phone } = await withBoth();
    const byCode = await visit();
    await byCode.begin();
    expect(await byCode.post('/code', { code: phone.code() })).toEqual({ ok: true });
    world.wait();
    const { proof } = yes(await world.mfa.signIn(ALICE, { code: phone.code() }));
    const byPasskey = await visit();
    await byPasskey.takeOver(alice);
    await byPasskey.begin();
    expect(await byPasskey.click('Use a passkey')).toBe('Done');
    expect(await byPasskey.click('Sign out everywhere else')).toBe('Done');
    expect(await byPasskey.post('/state')).toMatchObject({ isOpen: true });
    for (const other of [alice, byCode])
      expect(await other.post('/state')).toMatchObject({ reason: 'password-required' });
    expect(await world.mfa.describeUser(ALICE, { proof })).toMatchObject({ signedIn: false });
    expect(world.events.at(-1)).toMatchObject({ type: 'proofs-revoked' });
  });

  it('ends the sessions that a removed passkey opened', async () => {
    const { alice, phone } = await withBoth();
    const byCode = await visit();
    await byCode.begin();
    await byCode.post('/code', { code: phone.code() });
    await byCode.open();
    expect(await alice.post('/state')).toMatchObject({ isOpen: true, managesBy: 'passkey' });
    expect(await byCode.click('Remove Passkey')).toBe('Done');
    expect(await alice.post('/state')).toMatchObject({ isOpen: false, managesBy: 'nothing' });
    expect(await byCode.post('/state')).toMatchObject({ isOpen: true, managesBy: 'proof' });
  });

  it('lets the passkey in while codes are locked', async () => {
    const { alice, phone } = await withBoth();
    await alice.begin();
    for (const code of wrongCodes(5, phone)) await alice.post('/code', { code });
    expect(await alice.post('/code', { code: phone.code() })).toMatchObject({ reason: 'locked' });
    expect(await alice.signInByPasskey()).toEqual({ ok: true });
    expect(await alice.post('/state')).toMatchObject({ isOpen: true, status: 'locked' });
  });

  it('counts an answer once, in the session that was asked, for what it was asked, for five minutes', async () => {
    const alice = await withPasskey();
    const response = await alice.answer();
    const twice = await Promise.all([alice.post('/passkey', { response }), alice.post('/passkey', { response })]);
    expect(twice.filter(({ ok }) => ok)).toHaveLength(1);
    expect(twice).toContainEqual({ ok: false, reason: 'no-challenge' });

    const other = await visit();
    await other.begin();
    await other.post('/passkey/options');
    const unused = await alice.answer();
    expect(await other.post('/passkey', { response: unused })).toMatchObject({ reason: 'passkey-refused' });
    expect(refusals.at(-1)).toContain('challenge');
    expect(await other.post('/state')).toMatchObject({ isOpen: false });

    const late = await alice.answer();
    world.wait(5 * MINUTE_MS);
    expect(await alice.post('/passkey', { response: late })).toMatchObject({ reason: 'no-challenge' });
    expect(await alice.signInByPasskey()).toEqual({ ok: true });

    const { asked } = await alice.post('/passkey/new/options');
    const forAnother = await alice.get({ ...(asked as object), rpId: 'localhost', extensions: undefined });
    expect(await alice.post('/passkey', { response: forAnother })).toMatchObject({ reason: 'no-challenge' });
  });

  it('refuses what was signed without PIN or finger, at another origin, or by another passkey', async () => {
    const alice = await withPasskey();
    await alice.begin();
    await alice.verify(false);
    expect(await alice.click('Use a passkey')).toBe('NotAllowedError');
    // A browser that was made to ask for less.
    const { asked } = await alice.post('/passkey/options');
    const unverified = await alice.get({ ...(asked as object), userVerification: 'discouraged' });
    expect(await alice.post('/passkey', { response: unverified })).toMatchObject({ reason: 'passkey-refused' });
    expect(refusals.at(-1)).toContain('verification');
    await alice.verify(true);

    const { asked: askedNext } = await alice.post('/passkey/options');
    await alice.page.goto(originOf(otherServer));
    const phished = await alice.get(askedNext);
    await alice.open();
    expect(await alice.post('/passkey', { response: phished })).toMatchObject({ reason: 'passkey-refused' });
    expect(refusals.at(-1)).toContain('origin');

    const [passkey] = await passkeys.of(ALICE);
    expect(await passkeys.add('id-of-bob', passkey!)).toBe(false);
    const response = await alice.answer();
    await passkeys.remove(ALICE, passkey!.id);
    await passkeys.add('id-of-bob', passkey!);
    expect(await alice.post('/passkey', { response })).toMatchObject({ reason: 'passkey-refused' });
    expect(await alice.post('/passkey/options')).toMatchObject({ reason: 'unknown-passkey' });
  });

  it('refuses what is no answer', async () => {
    const alice = await withPasskey();
    await alice.begin();
    const [passkey] = await passkeys.of(ALICE);
    for (const response of [null, 'text', {}, { id: 'another' }, { id: passkey?.id }]) {
      await alice.post('/passkey/options');
      expect(await alice.post('/passkey', { response })).toMatchObject({ reason: 'passkey-refused' });
    }
    expect(await alice.post('/state')).toMatchObject({ isOpen: false });
  });

  it('refuses a copy whose counter is behind', async () => {
    const alice = await withPasskey();
    const copy = await visit();
    await copy.takeOver(alice);
    expect(await alice.signInByPasskey()).toEqual({ ok: true });
    await copy.begin();
    expect(await copy.signInByPasskey()).toMatchObject({ reason: 'passkey-refused' });
    expect(refusals.at(-1)).toContain('counter');
    expect(await alice.signInByPasskey()).toEqual({ ok: true });
  });

  it.each(['both', 'a passkey alone'])('recovers who has lost everything: %s', async (had) => {
    const { alice } = had === 'both' ? await withBoth() : { alice: await withPasskey() };
    const [passkey] = await passkeys.of(ALICE);
    const owner = await visit();
    const thief = await visit();
    for (const visitor of [owner, thief]) expect(await visitor.begin()).toBe('factor');
    expect(await owner.post('/recover', { mail: 'right' })).toEqual({ ok: false, reason: 'not-verified' });
    expect(await alice.post('/state')).toMatchObject({ isOpen: true });
    expect(await owner.post('/recover', { mail: 'right', phone: 'right' })).toEqual({ ok: true });
    expect(account.hasCodes).toBe(true);
    expect(await passkeys.of(ALICE)).toEqual([]);
    for (const other of [alice, thief])
      expect(await other.post('/state')).toMatchObject({ reason: 'password-required' });
    // The password alone opens and sets up nothing, nor does a passkey whose row is still there.
    await thief.begin();
    expect(await thief.shown()).toBe('factor');
    for (const path of ['/device/new', '/device/remove']) {
      expect(await thief.post(path, { name: 'mine' })).toMatchObject({ reason: 'mfa-required' });
    }
    await passkeys.add(ALICE, passkey!);
    await alice.begin();
    await alice.signInByPasskey();
    expect(await alice.post('/state')).toMatchObject({ isOpen: false, managesBy: 'nothing', status: 'recovering' });
    await passkeys.remove(ALICE, passkey!.id);
    // The session of the recovery sets up one app, and no passkey before it.
    expect(await owner.post('/passkey/new/options')).toMatchObject({ reason: 'mfa-required' });
    await owner.open();
    await addApp(owner, 'New phone');
    expect(await owner.shown()).toBe('application');
    expect(await owner.click('Add a passkey')).toBe('Done');
  });

  it('shows nothing when the record is lost, and recovers', async () => {
    const { alice } = await withBoth();
    yes(await world.mfa.deleteUser(ALICE));
    expect(await alice.post('/state')).toEqual({ ok: false, reason: 'record-missing' });
    expect(await alice.post('/recover', { mail: 'right', phone: 'right' })).toEqual({ ok: true });
    await alice.open();
    await addApp(alice);
    expect(await alice.post('/state')).toMatchObject({ isOpen: true, managesBy: 'proof' });
  });
});
