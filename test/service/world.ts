import {
  type Authority,
  createMfaService,
  type EnrollmentHandle,
  type MfaEvent,
  type MfaProof,
  type MfaService,
  type MfaServiceOptions,
  type MfaStore,
  type OtpParameters,
  plaintextSealer,
  type RandomBytes,
  type UserRecord,
} from 'lockstep-mfa';
import { memoryStore } from 'lockstep-mfa/stores/memory';
import { parseRecord, type RecordV1 } from '../../src/user/record.js';
import { Phone } from './phone.js';

export const USER = 'user-1';
/** The first millisecond of a 30-second period. */
export const START_MS = 1_700_000_040_000;
export const STEP_MS = 30_000;
export const MINUTE_MS = 60_000;
export const DAY_MS = 86_400_000;

export const NOBODY: Authority = { proof: undefined };
export const ADMINISTRATOR: Authority & { readonly administrator: string } = { administrator: 'Ada' };

/** A server with its store and its clock, and all that was told. */
export class World {
  nowMs: number = START_MS;
  readonly store: MfaStore;
  readonly events: MfaEvent[] = [];
  readonly mfa: MfaService;
  readonly #options: Partial<MfaServiceOptions>;
  /** One for all servers: revisions never repeat. */
  readonly #random = seededRandom();

  constructor(options: Partial<MfaServiceOptions> = {}) {
    this.#options = options;
    this.store = options.store ?? memoryStore();
    this.mfa = this.server();
  }

  /** Another process of the same application. */
  server(overrides: Partial<MfaServiceOptions> = {}): MfaService {
    return createMfaService({
      issuer: 'Acme',
      store: this.store,
      sealer: plaintextSealer(),
      random: this.#random,
      clock: () => this.nowMs,
      onEvent: (event) => {
        this.events.push(event);
      },
      ...this.#options,
      ...overrides,
    });
  }

  wait(ms: number = STEP_MS): void {
    this.nowMs += ms;
  }

  /** A pending device, scanned. */
  async begin(
    authority: Authority = NOBODY,
    { userId = USER, name = 'phone', parameters = {} }: BeginOptions = {},
  ): Promise<Begun> {
    const input = { name, account: 'alice@example.com', parameters, ...authority };
    const { keyUri, enrollment, device } = yes(await this.mfa.createDevice(userId, input));
    return { phone: Phone.scan(keyUri), enrollment, serialNumber: device.serialNumber };
  }

  /** An assigned device. The clock goes on by one period, so that the phone shows a code that was not used. */
  async enroll(authority: Authority = NOBODY, options: BeginOptions = {}): Promise<Enrolled> {
    const begun = await this.begin(authority, options);
    const { phone, enrollment } = begun;
    const codes = phone.pair(this.nowMs);
    const { proof } = yes(await this.mfa.assignDevice(options.userId ?? USER, { enrollment, codes, ...authority }));
    this.wait(phone.parameters.periodSeconds * 1000);
    return { ...begun, proof };
  }

  /** What stands in the row. */
  async record(userId: string = USER): Promise<RecordV1> {
    return parseRecord((await this.store.get(userId))?.record);
  }

  /** Somebody writes into the database. */
  async tamper(change: (record: RecordV1) => unknown, userId: string = USER): Promise<void> {
    const row = await this.store.get(userId);
    const record = change(parseRecord(row?.record)) as UserRecord;
    await this.store.compareAndSet(userId, row?.revision, { revision: `tampered ${row?.revision}`, record });
  }

  eventTypes(): string[] {
    return this.events.map(({ type }) => type);
  }
}

export interface BeginOptions {
  readonly userId?: string;
  readonly name?: string;
  readonly parameters?: Partial<OtpParameters>;
}
export interface Begun {
  readonly phone: Phone;
  readonly enrollment: EnrollmentHandle;
  readonly serialNumber: string;
}
export interface Enrolled extends Begun {
  readonly proof: MfaProof;
}

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
