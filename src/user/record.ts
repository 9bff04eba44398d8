import { type Device, parseDevice } from '../device/index.js';
import { MfaError } from '../errors.js';
import { DETAIL_FIELDS, type EventType, type HistoryEntry } from './events.js';

/** Wraps a device of the device layer as it is; adds what only the user layer knows. */
export interface UserDevice {
  readonly name: string;
  /** What the authenticator app shows below the issuer. */
  readonly account: string;
  readonly sealedSecret: string;
  readonly device: Device;
  /** SHA-256 of the enrollment handle's random part; absent for imported devices. */
  readonly enrollmentHash?: string;
}

/** One per user, over every device and resynchronization. */
export interface Throttle {
  /** In a row. */
  readonly failures: number;
  readonly strikes: number;
  /** Absent: not waiting. */
  readonly waitUntilMs?: number;
}

/** SHA-256 of the codes, with a salt of the set. */
export interface RecoverySet {
  readonly salt: string;
  readonly unused: readonly string[];
  readonly used: readonly string[];
}

/** All that the server knows of one user's MFA: what stands in a row. */
export interface RecordV1 {
  readonly version: 1;
  readonly devices: readonly UserDevice[];
  readonly throttle: Throttle;
  readonly recovery?: RecoverySet;
  /** Present from a recovery until a device is assigned. */
  readonly recovering?: true;
  /** Proofs of another generation count no more. */
  readonly generation: number;
  /** Where the last wrong code would have matched: tells a device out of step from a guess. */
  readonly suspected?: { readonly serialNumber: string; readonly offset: number };
  /** Number of the last written event. */
  readonly seq: number;
  readonly history: readonly HistoryEntry[];
}

/** Of a user whom nobody has heard of. */
export const EMPTY_RECORD: RecordV1 = {
  version: 1,
  devices: [],
  throttle: { failures: 0, strikes: 0 },
  generation: 0,
  seq: 0,
  history: [],
};

/**
 * Reads a stored record. Every field is checked; a missing, wrong or unknown one is refused, and nothing is half read.
 *
 * Version 1 will be read by every later version of this library; a record of a later version than this library knows is
 * refused, not guessed at.
 *
 * @throws MfaError `corrupt-record` with the field's name, `unsupported-record-version`
 */
export function parseRecord(json: unknown): RecordV1 {
  // Before anything else: a later version has other fields.
  const version = (json as { readonly version?: unknown } | null | undefined)?.version;
  if (isWhole(version) && version > 1) {
    throw new MfaError('unsupported-record-version', 'this record was written by a later version of the library');
  }
  const record = fields(json, 'record', [
    'version',
    'devices',
    'throttle',
    'recovery?',
    'recovering?',
    'generation',
    'suspected?',
    'seq',
    'history',
  ]);
  if (version !== 1) throw corrupt('version');
  checkDevices(list(record['devices'], 'devices'));
  checkThrottle(record['throttle']);
  if (record['recovery'] !== undefined) checkRecovery(record['recovery']);
  if (record['recovering'] !== undefined && record['recovering'] !== true) throw corrupt('recovering');
  whole(record['generation'], 'generation');
  if (record['suspected'] !== undefined) checkSuspected(record['suspected']);
  whole(record['seq'], 'seq');
  for (const line of list(record['history'], 'history')) checkLine(line);
  return json as RecordV1;
}

function checkDevices(devices: readonly unknown[]): void {
  const serialNumbers = new Set<string>();
  for (const value of devices) {
    const entry = fields(value, 'device', ['name', 'account', 'sealedSecret', 'device', 'enrollmentHash?']);
    text(entry['name'], 'name');
    text(entry['account'], 'account');
    text(entry['sealedSecret'], 'sealedSecret');
    if (entry['enrollmentHash'] !== undefined) hex(entry['enrollmentHash'], 64, 'enrollmentHash');
    const { serialNumber } = parseDevice(entry['device']);
    if (serialNumbers.has(serialNumber)) throw corrupt('two devices of one serial number');
    serialNumbers.add(serialNumber);
  }
}

function checkThrottle(value: unknown): void {
  const throttle = fields(value, 'throttle', ['failures', 'strikes', 'waitUntilMs?']);
  whole(throttle['failures'], 'failures');
  whole(throttle['strikes'], 'strikes');
  if (throttle['waitUntilMs'] !== undefined) whole(throttle['waitUntilMs'], 'waitUntilMs');
}

function checkRecovery(value: unknown): void {
  const recovery = fields(value, 'recovery', ['salt', 'unused', 'used']);
  hex(recovery['salt'], 32, 'salt');
  for (const hash of list(recovery['unused'], 'unused')) hex(hash, 64, 'unused');
  for (const hash of list(recovery['used'], 'used')) hex(hash, 64, 'used');
}

function checkSuspected(value: unknown): void {
  const suspected = fields(value, 'suspected', ['serialNumber', 'offset']);
  text(suspected['serialNumber'], 'suspected');
  steps(suspected['offset'], 'suspected');
}

interface Line {
  readonly details: readonly (readonly [name: string, kind: string])[];
  readonly names: readonly string[];
}

/** Made once for each type: a record may have 32 lines, and is read at every sign-in. */
const LINES = new Map<EventType, Line>();

function lineOf(type: EventType): Line {
  const known = LINES.get(type);
  if (known !== undefined) return known;
  const details = Object.entries(DETAIL_FIELDS[type]);
  const names = details.map(([name, kind]) => (kind.endsWith('?') ? `${name}?` : name));
  const line = { details, names: ['type', 'userId', 'atMs', 'seq', 'count?', 'firstAtMs?', ...names] };
  LINES.set(type, line);
  return line;
}

function checkLine(value: unknown): void {
  const type = (value as { readonly type?: unknown } | null | undefined)?.type;
  if (typeof type !== 'string' || !Object.hasOwn(DETAIL_FIELDS, type)) throw corrupt('history');
  const { details, names } = lineOf(type as EventType);
  const line = fields(value, 'history', names);
  text(line['userId'], 'history');
  for (const name of ['atMs', 'seq', 'count', 'firstAtMs']) {
    if (line[name] !== undefined) whole(line[name], 'history');
  }
  for (const [name, kind] of details) {
    const detail = line[name];
    if (detail === undefined) continue;
    if (kind === 'texts') for (const item of list(detail, 'history')) text(item, 'history');
    else if (kind.startsWith('text')) text(detail, 'history');
    else if (kind.startsWith('whole')) whole(detail, 'history');
    else steps(detail, 'history');
  }
}

/** An object with just these fields; a name with `?` may be absent. */
function fields(value: unknown, what: string, names: readonly string[]): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw corrupt(what);
  let known = 0;
  for (const name of names) {
    const optional = name.endsWith('?');
    if (Object.hasOwn(value, optional ? name.slice(0, -1) : name)) known++;
    else if (!optional) throw corrupt(`${what}: ${name} is missing`);
  }
  if (Object.keys(value).length !== known) throw corrupt(`${what}: it has a field too many`);
  return value as Readonly<Record<string, unknown>>;
}

function list(value: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(value)) throw corrupt(what);
  return value;
}

function text(value: unknown, what: string): void {
  if (typeof value !== 'string' || value === '') throw corrupt(what);
}

function hex(value: unknown, length: number, what: string): void {
  if (typeof value !== 'string' || value.length !== length || !/^[0-9a-f]+$/.test(value)) throw corrupt(what);
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function whole(value: unknown, what: string): void {
  if (!isWhole(value)) throw corrupt(what);
}

function steps(value: unknown, what: string): void {
  if (!Number.isSafeInteger(value)) throw corrupt(what);
}

function corrupt(what: string): MfaError {
  return new MfaError('corrupt-record', `corrupt record: ${what}`);
}
