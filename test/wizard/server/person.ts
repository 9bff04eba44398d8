import { randomBytes } from 'node:crypto';
import { aesGcmSealer } from 'lockstep-mfa';
import { type FixedClock, fixedClock, type VirtualAuthenticator, virtualAuthenticator } from 'lockstep-mfa/testing';
import { createAccounts } from '../../../docs/examples/wizard/accounts.js';
import { createWizard } from '../../../docs/examples/wizard/application.js';
import { type Handle, openDatabase } from '../../../docs/examples/wizard/database.js';
import { listen, type RunningServer } from '../../../docs/examples/wizard/node-server.js';
import type { PasswordCost } from '../../../docs/examples/wizard/passwords.js';
import { pictureOfPng, read } from '../../qr/pictures.js';

/** Real scrypt, at a cost that suits tests. */
export const CHEAP: PasswordCost = { N: 16, r: 8, p: 1 };
export const PASSWORD = 'correct horse battery';

/** The application on a port of its own, with a clock that stands until it is moved. */
export interface House extends RunningServer {
  readonly clock: FixedClock;
  readonly database: Handle;
  readonly administratorPassword: string | undefined;
  readonly errors: readonly unknown[];
}

const KEY = randomBytes(32);

export async function openHouse(file?: string, clock: FixedClock = fixedClock()): Promise<House> {
  const database = openDatabase(file);
  const administratorPassword = await createAccounts(database, CHEAP).seedAdministrator();
  const errors: unknown[] = [];
  const handler = createWizard({
    database,
    sealer: aesGcmSealer({ keys: [KEY] }),
    clock,
    passwordCost: CHEAP,
    onError: (error) => errors.push(error),
  });
  const server = await listen(handler, 0);
  const close = async (): Promise<void> => {
    await server.close();
    database.close();
  };
  return { ...server, close, clock, database, administratorPassword, errors };
}

export interface Reply {
  readonly status: number;
  /** Where a redirect leads. */
  readonly location: string | undefined;
  readonly headers: Headers;
  readonly body: string;
}

export type Fields = Readonly<Record<string, string>>;

/** A browser without JavaScript: it keeps a cookie, follows no redirect by itself, and sends forms that it has seen. */
export class Person {
  readonly house: House;
  cookie = '';

  constructor(house: House, cookie = '') {
    this.house = house;
    this.cookie = cookie;
  }

  async send(method: string, path: string, body?: string, headers: Fields = {}): Promise<Reply> {
    const response = await fetch(this.house.origin + path, {
      method,
      redirect: 'manual',
      headers: {
        ...(this.cookie === '' ? {} : { cookie: this.cookie }),
        ...(body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body }),
    });
    const [set] = response.headers.getSetCookie();
    if (set !== undefined) this.cookie = set.split(';')[0] as string;
    const location = response.headers.get('location') ?? undefined;
    return { status: response.status, location, headers: response.headers, body: await response.text() };
  }

  get(path: string): Promise<Reply> {
    return this.send('GET', path);
  }

  /** Opens the page, and sends its form for `action` with these fields; nothing else than its hidden ones is added. */
  async submit(page: string, fields: Fields, action: string = page.split('?')[0] as string): Promise<Reply> {
    const { body } = await this.get(page);
    return this.post(action, { ...hiddenFields(body, action), ...fields }, page);
  }

  post(action: string, fields: Fields, page: string = action): Promise<Reply> {
    const query = page.includes('?') && !action.includes('?') ? `?${page.split('?')[1]}` : '';
    return this.send('POST', action + query, new URLSearchParams(fields).toString());
  }

  /** What a form of this session holds, for requests that no page would send. */
  async tokens(): Promise<Record<string, string>> {
    const { body } = await this.get('/sign-in/recovery-code');
    return hiddenFields(body, '/sign-in/recovery-code');
  }

  async register(name: string, password: string = PASSWORD): Promise<Reply> {
    return this.submit('/register', { name, password });
  }

  /** In a browser that was closed meanwhile. */
  async signIn(name: string, password: string = PASSWORD): Promise<Reply> {
    this.cookie = '';
    return this.submit('/sign-in', { name, password });
  }

  /** Through steps 1 and 2 of the wizard; the clock moves by a code. */
  async setUpDevice(name = 'Phone', offsetMs = 0): Promise<VirtualAuthenticator> {
    expectRedirect(await this.submit('/devices/new', { name }), '/devices/assign');
    const phone = this.scan((await this.get('/devices/assign')).body, offsetMs);
    const [code1, code2] = phone.codes();
    const reply = await this.submit('/devices/assign', { code1, code2 });
    if (reply.status !== 303) throw new Error(`not assigned: ${reply.status} ${textOf(reply.body)}`);
    this.house.clock.advanceMs(30_000);
    return phone;
  }

  scan(body: string, offsetMs = 0): VirtualAuthenticator {
    return virtualAuthenticator(keyUriOf(body), { clock: this.house.clock, offsetMs });
  }

  async passCode(phone: VirtualAuthenticator): Promise<Reply> {
    const reply = await this.submit('/sign-in/code', { code: phone.code() });
    this.house.clock.advanceMs(30_000);
    return reply;
  }

  /** Makes new ones and types the first of them back. */
  async recoveryCodes(): Promise<string[]> {
    const codes = await this.unconfirmedRecoveryCodes();
    expectRedirect(await this.submit('/recovery-codes/confirm', { recoveryCode: codes[0] as string }), '/security');
    return codes;
  }

  async unconfirmedRecoveryCodes(): Promise<string[]> {
    return recoveryCodesOf((await this.submit('/recovery-codes', {})).body);
  }
}

/** Somebody registered, with a device and a session that has passed MFA. */
export async function withDevice(house: House, name: string): Promise<{ person: Person; phone: VirtualAuthenticator }> {
  const person = new Person(house);
  await person.register(name);
  return { person, phone: await person.setUpDevice() };
}

export function recoveryCodesOf(body: string): string[] {
  return [...body.matchAll(/<li><code>([^<]+)<\/code>/g)].map(([, code]) => code as string);
}

/** Scans the picture of the page, as a phone does. */
export function keyUriOf(body: string): string {
  const source = /<img data-qr src="data:image\/png;base64,([^"]+)"/.exec(body)?.[1];
  if (source === undefined) throw new Error(`no QR code: ${textOf(body)}`);
  return read(pictureOfPng(Buffer.from(source, 'base64'))) ?? '';
}

/** The hidden inputs of the form of this action. */
export function hiddenFields(body: string, action: string): Record<string, string> {
  const forms = [...body.matchAll(/<form [^>]*action="([^"]*)"[^>]*>([\s\S]*?)<\/form>/g)];
  const form = forms.find(([, found]) => unescaped(found as string).split('?')[0] === action);
  if (form === undefined) throw new Error(`no form for ${action}: ${textOf(body)}`);
  const inputs = [...(form[2] as string).matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)];
  return Object.fromEntries(inputs.map(([, name, value]) => [name, unescaped(value as string)]));
}

/** What somebody reads: without the invisible isolates round names. */
export function textOf(body: string): string {
  return unescaped(
    body
      .replace(/[\u2068\u2069]/g, '')
      .replace(/[\s\S]*<main/, '<main')
      .replace(/<\/?(?:a|b|code|span|strong|time)\b[^>]*>/g, '')
      .replace(/<[^>]*>/g, ' ')
      .replace(/\s+/g, ' '),
  ).trim();
}

function unescaped(text: string): string {
  return text.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
}

function expectRedirect({ status, location, body }: Reply, path: string): void {
  if (status !== 303 || location !== path) throw new Error(`${status} ${location ?? ''}: ${textOf(body)}`);
}
