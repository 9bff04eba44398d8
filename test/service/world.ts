import {
  createMfaService,
  type EnrollmentHandle,
  formatKeyUri,
  type MfaAdministration,
  type MfaEvent,
  type MfaProof,
  type MfaService,
  type MfaServiceOptions,
  type MfaStore,
  type OtpParameters,
  plaintextSealer,
  type RandomBytes,
  type Secret,
  type TotpKeyUri,
} from 'lockstep-mfa';
import { memoryStore } from 'lockstep-mfa/stores/memory';
import { type FixedClock, fixedClock, type VirtualAuthenticator, virtualAuthenticator } from 'lockstep-mfa/testing';
import { parseRecord, type UserRecord } from '../../src/user/record.js';
import { totpKeyUri } from '../support/key-uri.js';

export const USER = 'user-1';
export const ADMINISTRATOR = 'Ada';
/** The first millisecond of a 30-second period. */
export const START_MS = 1_700_000_040_000;
export const STEP_MS = 30_000;
export const MINUTE_MS = 60_000;
export const DAY_MS = 86_400_000;

/** A server with its store and its clock, and every event that it emitted. */
export class World {
  readonly clock: FixedClock = fixedClock(START_MS);
  readonly store: MfaStore;
  readonly events: MfaEvent[] = [];
  readonly mfa: MfaService;
  /** The same service, used by the administrator Ada. */
  readonly desk: MfaAdministration;
  readonly #options: Partial<MfaServiceOptions>;
  /** One for all servers: revisions never repeat. */
  readonly #random = seededRandom();

  constructor(options: Partial<MfaServiceOptions> = {}) {
    this.#options = options;
    this.store = options.store ?? memoryStore();
    this.mfa = this.server();
    this.desk = this.mfa.asAdministrator(ADMINISTRATOR);
  }

  get nowMs(): number {
    return this.clock();
  }

  set nowMs(nowMs) {
    this.clock.advanceMs(nowMs - this.clock());
  }

  /** Another process of the same application. */
  server(overrides: Partial<MfaServiceOptions> = {}): MfaService {
    return createMfaService({
      issuer: 'Acme',
      store: this.store,
      sealer: plaintextSealer(),
      random: this.#random,
      clock: this.clock,
      onEvent: (event) => {
        this.events.push(event);
      },
      ...this.#options,
      ...overrides,
    });
  }

  wait(ms: number = STEP_MS): void {
    this.clock.advanceMs(ms);
  }

  /** A phone that shows the server's time. */
  scan(keyUri: string): VirtualAuthenticator {
    return virtualAuthenticator(keyUri, { clock: this.clock });
  }

  /** The same of a secret that exists already, such as that of a hardware token. */
  phoneOf(secret: Secret, parameters: Partial<OtpParameters> = {}): VirtualAuthenticator {
    return this.scan(formatKeyUri({ account: 'alice', secret, parameters }));
  }

  /** A pending device, scanned. */
  async begin({ userId = USER, name = 'phone', parameters = {}, by }: BeginOptions = {}): Promise<Begun> {
    const input = { name, account: 'alice@example.com', parameters };
    const answer =
      by === 'administrator'
        ? await this.desk.createDevice(userId, input)
        : await this.mfa.createDevice(userId, { ...input, proof: by });
    const { keyUri, enrollment, device } = yes(answer);
    return { phone: this.scan(keyUri), keyUri, enrollment, serialNumber: device.serialNumber };
  }

  /** An assigned device. The clock goes on by one period, so that the phone shows a code that was not used. */
  async enroll(options: BeginOptions & { readonly by: 'administrator' }): Promise<Begun>;
  async enroll(options?: BeginOptions & { readonly by?: MfaProof | undefined }): Promise<Enrolled>;
  async enroll(options: BeginOptions = {}): Promise<Begun & { readonly proof?: MfaProof }> {
    const begun = await this.begin(options);
    const { userId = USER, by } = options;
    const input = { enrollment: begun.enrollment, codes: pairOf(begun.phone) };
    const answer =
      by === 'administrator'
        ? await this.desk.assignDevice(userId, input)
        : await this.mfa.assignDevice(userId, { ...input, proof: by });
    const { proof } = yes(answer);
    this.wait(keyOf(begun.keyUri).parameters.periodSeconds * 1000);
    return proof === undefined ? begun : { ...begun, proof };
  }

  /** What stands in the row. */
  async record(userId: string = USER): Promise<UserRecord> {
    return parseRecord((await this.store.get(userId))?.record);
  }

  /** Somebody writes into the database. */
  async tamper(change: (record: UserRecord) => unknown, userId: string = USER): Promise<void> {
    const row = await this.store.get(userId);
    const record = change(parseRecord(row?.record)) as UserRecord;
    await this.store.compareAndSet(userId, row?.revision, { revision: `tampered ${row?.revision}`, record });
  }

  eventTypes(): string[] {
    return this.events.map(({ type }) => type);
  }
}

export interface BeginOptions {
  /** Who does it: an administrator, or the session of this proof. Default: the user as known by the first factor alone. */
  readonly by?: 'administrator' | MfaProof | undefined;
  readonly userId?: string;
  readonly name?: string;
  readonly parameters?: Partial<OtpParameters>;
}
export interface Begun {
  readonly phone: VirtualAuthenticator;
  readonly keyUri: string;
  readonly enrollment: EnrollmentHandle;
  readonly serialNumber: string;
}
export interface Enrolled extends Begun {
  readonly proof: MfaProof;
}

/** The code that the phone shows `steps` periods later (+) or earlier (−), after the one before it. Moves no clock. */
export function pairOf(phone: VirtualAuthenticator, steps = 0): readonly [first: string, second: string] {
  return [phone.code({ steps: steps - 1 }), phone.code({ steps })];
}

/** Farther than any range that is searched with the default policy. */
const SEARCHED = 250;

/** By count, and three codes in a row of each phone: the same scene is set again for each of a thousand tests. */
const found = new Map<string, readonly string[]>();

/** So many codes that are wrong for all of these phones, wherever the server looks. */
export function wrongCodes(count: number, ...phones: readonly VirtualAuthenticator[]): string[] {
  const key = [count, ...phones.flatMap((phone) => [-1, 0, 1].map((steps) => phone.code({ steps })))].join();
  const wrong = found.get(key) ?? findWrongCodes(count, phones);
  found.set(key, wrong);
  return [...wrong];
}

function findWrongCodes(count: number, phones: readonly VirtualAuthenticator[]): string[] {
  const right = new Set<string>();
  for (const phone of phones) {
    for (let steps = -SEARCHED; steps <= SEARCHED; steps++) right.add(phone.code({ steps }));
  }
  const wrong: string[] = [];
  for (let guess = 0; wrong.length < count; guess++) {
    const code = String(guess).padStart(6, '0');
    if (!right.has(code)) wrong.push(code);
  }
  return wrong;
}

/** What a key URI says. */
export const keyOf: (keyUri: string) => TotpKeyUri = totpKeyUri;

/** The answer, which has to be yes. */
export function yes<A extends { readonly ok: boolean }>(answer: A): Extract<A, { readonly ok: true }> {
  if (!answer.ok) throw new Error(`refused: ${outcome(answer)}`);
  return answer as Extract<A, { readonly ok: true }>;
}

/** `ok`, or the reason. */
export function outcome(answer: { readonly ok: boolean; readonly reason?: string }): string {
  return answer.ok ? 'ok' : String(answer.reason);
}

/** xorshift32: a run that fails can be run again. */
export function seededRandom(seed = 1): RandomBytes {
  let state = seed;
  return (byteLength) =>
    Uint8Array.from({ length: byteLength }, () => {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      return state;
    });
}
