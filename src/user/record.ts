import {
  checkVersion,
  corrupt,
  counting,
  exactly,
  type Fields,
  hex,
  list,
  object,
  oneOf,
  optional,
  readStored,
  type Shape,
  text,
  variant,
  whole,
} from '../core/shape.js';
import { DEVICE, type Device } from '../device/device.js';
import { DETAILS, type HistoryEntry } from './events.js';
import { REVISIONS_KEPT } from './revisions.js';

/** A device of the device layer as it is, with what only the user layer knows. */
export interface UserDevice {
  readonly name: string;
  /** What the authenticator app shows below the issuer. */
  readonly account: string;
  readonly sealedSecret: string;
  readonly device: Device;
  /** SHA-256 of the enrollment handle's random part; absent for imported devices. */
  readonly enrollmentHash?: string;
  /** How a device was imported whose serial number the caller chose: remembered after its removal. */
  readonly chosenSerialNumber?: 'with-codes' | 'without-codes';
}

/** One per user, over every device and resynchronization. */
export interface Throttle {
  /** Wrong codes in a row. */
  readonly failures: number;
  /** Weighted failures, from which a sign-in takes one away. */
  readonly strikes: number;
  /** When the last failure was that locks for `waitMs`. */
  readonly failedAtMs?: number;
  readonly waitMs?: number;
  /** Until somebody lifts it: the strikes reached their limit. */
  readonly locked?: true;
}

/** The recovery codes as SHA-256, with a salt of the set. */
export interface RecoverySet {
  readonly salt: string;
  readonly unused: readonly string[];
  readonly used: readonly string[];
}

/**
 * What `requires` holds during a reset: a reader that does not know resets would end the recovery, and leave the code for
 * the next one.
 */
export const RESET_REQUIREMENT = 'reset';

/** The code of an administrator's reset, as SHA-256 with a salt. */
export interface Reset {
  readonly salt: string;
  readonly hash: string;
  /** The code counts before this time. */
  readonly untilMs: number;
  /** Somebody came with the code after its time, and the event was emitted. */
  readonly expired?: true;
}

/** A browser that the user asked to remember. Its tokens are 128 random bits, kept as the first 128 of a SHA-256. */
export interface KnownBrowser {
  readonly id: string;
  /** Of the newest token. */
  readonly hash: string;
  /** Of the token before, until the newest is shown: the answer that held the newest may have been lost. */
  readonly previousHash?: string;
  /** When the newest token was made: the last sign-in. */
  readonly madeAtMs: number;
  readonly rememberedAtMs: number;
  readonly label?: string;
  readonly strikes: number;
  readonly trust?: BrowserTrust;
}
export interface BrowserTrust {
  readonly fromMs: number;
  readonly untilMs: number;
  /** What voids proofs voids trust. */
  readonly generation: number;
}

/** The offset at which the last wrong code would have matched: tells a device out of step from a guess. */
export interface Suspicion {
  readonly serialNumber: string;
  readonly offset: number;
}

export interface RemovedSerialNumber {
  /** The first 128 bits of a SHA-256. */
  readonly hash: string;
  readonly imported: 'with-codes' | 'without-codes';
}

/** All that the server knows of one user's MFA: what stands in a row. */
export interface UserRecord {
  readonly version: 1;
  /** What a reader has to know before it may change the record. */
  readonly requires?: readonly string[];
  readonly devices: readonly UserDevice[];
  readonly throttle: Throttle;
  readonly recovery?: RecoverySet;
  /** A set that was made and not yet confirmed: the other one is in force. */
  readonly nextRecovery?: RecoverySet;
  /** Present from a recovery or a reset until its end. */
  readonly recovering?: true;
  readonly reset?: Reset;
  /** In the order of their last use. */
  readonly browsers?: readonly KnownBrowser[];
  /** Proofs of another generation count no more. */
  readonly generation: number;
  readonly suspected?: Suspicion;
  /** No import takes codes of before: the end of the newest counter that a removed device used. */
  readonly retiredUntilMs?: number;
  /** Serial numbers that the caller chose, of devices that were removed; the newest last. */
  readonly removedSerialNumbers?: readonly RemovedSerialNumber[];
  /** The beginnings of the row's revisions before its own, the newest last: by them a call finds its own writes again. */
  readonly revisions: readonly string[];
  /** Number of the last written event. */
  readonly seq: number;
  readonly history: readonly HistoryEntry[];
}

/** Record of a user without a stored row. */
export const EMPTY_RECORD: UserRecord = {
  version: 1,
  devices: [],
  throttle: { failures: 0, strikes: 0 },
  generation: 0,
  seq: 0,
  history: [],
  revisions: [],
};

/** The fields of a line of every type. */
interface AnyLine extends Pick<HistoryEntry, 'userId' | 'atMs' | 'seq' | 'count' | 'firstAtMs'> {
  readonly type: string;
}
const LINE: Fields<AnyLine> = {
  type: text,
  userId: text,
  atMs: counting,
  seq: counting,
  count: optional(counting),
  firstAtMs: optional(counting),
};
const LINES: Readonly<Record<string, Shape<AnyLine>>> = Object.fromEntries(
  Object.entries(DETAILS).map(([type, details]) => [type, object({ ...LINE, ...details } as Fields<AnyLine>)]),
);
/** Tied to its type by `DETAILS`. A later version may have written lines of types that this one does not know. */
const HISTORY_ENTRY = variant('type', LINES, object(LINE)) as Shape<unknown> as Shape<HistoryEntry>;

const RECOVERY_SET = object<RecoverySet>({ salt: hex(32), unused: list(hex(64)), used: list(hex(64)) });

const RECORD: Shape<UserRecord> = object<UserRecord>({
  version: exactly(1),
  requires: optional(list(text)),
  devices: list(
    object<UserDevice>({
      name: text,
      account: text,
      sealedSecret: text,
      device: DEVICE,
      enrollmentHash: optional(hex(64)),
      chosenSerialNumber: optional(oneOf({ 'with-codes': true, 'without-codes': true })),
    }),
  ),
  throttle: object<Throttle>({
    failures: counting,
    strikes: counting,
    failedAtMs: optional(counting),
    waitMs: optional(counting),
    locked: optional(exactly(true)),
  }),
  recovery: optional(RECOVERY_SET),
  nextRecovery: optional(RECOVERY_SET),
  recovering: optional(exactly(true)),
  reset: optional(object<Reset>({ salt: hex(32), hash: hex(64), untilMs: counting, expired: optional(exactly(true)) })),
  browsers: optional(
    list(
      object<KnownBrowser>({
        id: hex(16),
        hash: hex(32),
        previousHash: optional(hex(32)),
        madeAtMs: counting,
        rememberedAtMs: counting,
        label: optional(text),
        strikes: counting,
        trust: optional(object<BrowserTrust>({ fromMs: counting, untilMs: counting, generation: counting })),
      }),
    ),
  ),
  generation: counting,
  suspected: optional(
    object<Suspicion>({ serialNumber: text, offset: whole(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER) }),
  ),
  retiredUntilMs: optional(counting),
  removedSerialNumbers: optional(
    list(
      object<RemovedSerialNumber>({ hash: hex(32), imported: oneOf({ 'with-codes': true, 'without-codes': true }) }),
    ),
  ),
  revisions: list(text, REVISIONS_KEPT),
  seq: counting,
  history: list(HISTORY_ENTRY),
});

/**
 * Reads a stored record: each field is checked, and a missing or wrong one is refused. Fields and types of events that
 * this version does not know are kept.
 *
 * Version 1 will be read by every later version of this library; a record of a later version than this library knows is
 * refused, not guessed at.
 *
 * @throws MfaError `corrupt-record` with the field's name, `unsupported-record-version`
 */
export function parseRecord(json: unknown): UserRecord {
  const { devices } = Object(json) as { readonly devices?: unknown };
  if (Array.isArray(devices)) for (const entry of devices) checkVersion(Object(entry).device, 'device');
  const record = readStored(json, RECORD, 'record', [RESET_REQUIREMENT]);
  const serialNumbers = new Set(record.devices.map(({ device }) => device.serialNumber));
  if (serialNumbers.size < record.devices.length) throw corrupt('record', '.devices: two have one serialNumber');
  return record;
}
