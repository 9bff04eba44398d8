import {
  createMfaService,
  type EnrollmentHandle,
  formatKeyUri,
  type MfaAdministration,
  type MfaEvent,
  type MfaService,
  type MfaStore,
  type OtpParameters,
  plaintextSealer,
  type Sealer,
  type Secret,
  type TotpKeyUri,
} from 'lockstep-mfa';
import { memoryStore } from 'lockstep-mfa/stores/memory';
import { type FixedClock, fixedClock, type VirtualAuthenticator, virtualAuthenticator } from 'lockstep-mfa/testing';
import { seededRandom, yes } from '../service/world.js';
import { totpKeyUri } from '../support/key-uri.js';

export const USER = 'user-1';

export interface TestServerOptions {
  readonly store?: MfaStore;
  readonly sealer?: Sealer;
  readonly startMs?: number;
  readonly seed?: number;
}

export interface Begun {
  readonly keyUri: string;
  readonly enrollment: EnrollmentHandle;
  readonly serialNumber: string;
  readonly phone: VirtualAuthenticator;
}

/** A service at a fixed time, whose random bytes are the same in every run. */
export class TestServer {
  readonly clock: FixedClock;
  readonly store: MfaStore;
  readonly mfa: MfaService;
  readonly desk: MfaAdministration;
  readonly events: MfaEvent[] = [];

  constructor({ store = memoryStore(), sealer = plaintextSealer(), startMs, seed = 1 }: TestServerOptions = {}) {
    this.clock = fixedClock(startMs);
    this.store = store;
    this.mfa = createMfaService({
      issuer: 'Acme',
      store,
      sealer,
      clock: this.clock,
      random: seededRandom(seed),
      onEvent: (event) => {
        this.events.push(event);
      },
    });
    this.desk = this.mfa.asAdministrator('Ada');
  }

  /** Puts a record into the row, as it comes. */
  async put(record: unknown): Promise<void> {
    const row = await this.store.get(USER);
    await this.store.compareAndSet(USER, row?.revision, { revision: `put after ${row?.revision}`, record });
  }

  async record(): Promise<unknown> {
    return (await this.store.get(USER))?.record;
  }

  /** A device that the administrator began, and its app. */
  async begin(name: string, parameters: Partial<OtpParameters> = {}): Promise<Begun> {
    const created = yes(await this.desk.createDevice(USER, { name, account: 'alice', parameters }));
    const { keyUri, enrollment, device } = created;
    return { keyUri, enrollment, serialNumber: device.serialNumber, phone: this.scan(keyUri) };
  }

  /** A device that counts. Its next code is of the period after the one of the clock. */
  async enroll(name: string, parameters: Partial<OtpParameters> = {}): Promise<Begun> {
    const begun = await this.begin(name, parameters);
    yes(await this.desk.assignDevice(USER, { enrollment: begun.enrollment, codes: pairOf(begun.phone) }));
    return begun;
  }

  /** The app of a secret that exists already. */
  phoneOf(secret: Secret): VirtualAuthenticator {
    return this.scan(formatKeyUri({ account: 'alice', secret }));
  }

  scan(keyUri: string): VirtualAuthenticator {
    return virtualAuthenticator(keyUri, { clock: this.clock });
  }
}

/** The code that the screen shows so many periods later (+) or earlier (−), after the one before it. Moves no clock. */
export function pairOf(phone: VirtualAuthenticator, steps = 0): readonly [first: string, second: string] {
  return [phone.code({ steps: steps - 1 }), phone.code({ steps })];
}

export const readKeyUri: (text: string) => TotpKeyUri = totpKeyUri;
