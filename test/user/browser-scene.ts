import type { MfaServiceOptions, SignInInput, SignInResult } from 'lockstep-mfa';
import type { Context } from '../../src/user/context.js';
import { createPolicy } from '../../src/user/policy.js';
import type { KnownBrowser } from '../../src/user/record.js';
import { decideSignInWithTrustedBrowser } from '../../src/user/trusted-browsers.js';
import { type Enrolled, START_MS, seededRandom, USER, World, wrongCodes, yes } from '../service/world.js';

/** A user with a phone, who signs in from browsers. */
export class Scene extends World {
  phone!: Enrolled['phone'];
  serialNumber!: string;
  proof!: Enrolled['proof'];
  wrong!: string;

  static async ready(options: Partial<MfaServiceOptions> = {}): Promise<Scene> {
    const scene = new Scene(options);
    Object.assign(scene, await scene.enroll());
    [scene.wrong] = wrongCodes(1, scene.phone) as [string];
    return scene;
  }

  /** A right code that was not used before, typed now. A code counts once: wait a period between two. */
  right(input: Partial<SignInInput> = {}): Promise<SignInResult> {
    return this.mfa.signIn(USER, { ...input, code: this.phone.code() });
  }

  /** The same, in the next period. */
  later(input: Partial<SignInInput> = {}): Promise<SignInResult> {
    this.wait();
    return this.right(input);
  }

  /** So many wrong codes; the answers' outcomes are the caller's. */
  async guess(count: number, browserToken?: string): Promise<SignInResult[]> {
    const answers: SignInResult[] = [];
    for (let n = 0; n < count; n++) answers.push(await this.mfa.signIn(USER, { code: this.wrong, browserToken }));
    return answers;
  }

  /** The token of a browser that is remembered now. */
  async remember(input: Partial<SignInInput> = {}): Promise<string> {
    return yes(await this.later({ remember: true, ...input })).browserToken as string;
  }

  async browsers(): Promise<readonly KnownBrowser[]> {
    return (await this.record()).browsers ?? [];
  }

  /** The strikes of each known browser, in the order of their use. */
  async strikes(): Promise<readonly number[]> {
    return (await this.browsers()).map(({ strikes }) => strikes);
  }

  /** Whether the service knows this token: no lock keeps it out. Changes nothing. */
  async knows(browserToken: string | undefined): Promise<boolean> {
    const before = await this.store.get(USER);
    await this.tamper((record) => ({ ...record, throttle: { ...record.throttle, locked: true } }));
    const { status } = await this.mfa.describeUser(USER, { browserToken });
    const locked = await this.store.get(USER);
    await this.store.compareAndSet(USER, locked?.revision, before);
    return status !== 'locked';
  }

  /** The same of its trust. Changes nothing. */
  async trusts(browserToken: string | undefined): Promise<boolean> {
    const context = contextAt(this.nowMs);
    return decideSignInWithTrustedBrowser(await this.record(), { browserToken }, context).answer.ok;
  }

  /** The types of the events since the last time. */
  told(): string[] {
    return this.events.splice(0).map(({ type }) => type);
  }
}

/** One for all decisions: no two tokens are the same. */
const bytes = seededRandom(7);

/** What a decision is made in: by the user, by the first factor alone. */
export function contextAt(nowMs: number = START_MS, overrides: Partial<Context> = {}): Context {
  return {
    userId: USER,
    issuer: 'Acme',
    nowMs,
    policy: createPolicy(),
    actor: { proof: undefined },
    expectMfa: false,
    random: (_purpose, byteLength) => bytes(byteLength),
    ...overrides,
  };
}

/** Somebody at the desk. */
export const BY_ADMINISTRATOR = { actor: { administrator: 'Ada' } } as const;
