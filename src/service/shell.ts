import { checkText } from '../core/check.js';
import { formatSecret, parseSecret, type RandomBytes, type Refusal, type Secret, wipeSecret } from '../core/index.js';
import type { Policy } from '../device/index.js';
import { checkNow } from '../device/state.js';
import { isMfaError, MfaError } from '../errors.js';
import type { Context, Decision } from '../user/decision.js';
import { randomHex } from '../user/digest.js';
import type { MfaEvent } from '../user/events.js';
import { EMPTY_RECORD, parseRecord, type RecordV1, type UserDevice } from '../user/record.js';
import type { Clock, MfaStore, SealContext, Sealer, UserRecord } from './ports.js';

/** All that a decision needs from the world outside. */
export interface Ports {
  readonly issuer: string;
  readonly store: MfaStore;
  readonly sealer: Sealer;
  readonly policy: Policy;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly onEvent: (event: MfaEvent) => void | Promise<void>;
}

/** One call of the service. */
export interface Transaction<A> {
  readonly userId: string;
  /** The application knows that there is MFA: an absent row is an error, not a user without. */
  readonly expectMfa?: boolean | undefined;
  /** The devices whose secrets the decision needs. */
  readonly needs?: (record: RecordV1) => readonly UserDevice[];
  readonly decide: (record: RecordV1, context: Context) => Decision<A>;
  /** A secret that lies under an older key is reason enough to write. */
  readonly resealing?: boolean;
}

/** New decisions after a lost race, before the answer is `conflict`. */
const ATTEMPTS = 8;

/**
 * Read, decide, compare and set; on conflict read and **decide again**, because the other write may have used the code up.
 * Nothing is answered before it is stored, and what lost the race says nothing.
 */
export async function transact<A>(ports: Ports, transaction: Transaction<A>): Promise<A | Refusal<'conflict'>> {
  const { userId, decide, needs = () => [] } = transaction;
  checkText(userId, 'userId');
  const opened = new Map<string, Opened>();
  try {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      await jitter(attempt);
      const row = await read(ports.store, userId);
      if (row === undefined && transaction.expectMfa === true) {
        throw new MfaError('record-missing', 'the application expects MFA of this user, and the store has no record');
      }
      const record = row === undefined ? EMPTY_RECORD : parseRecord(row.record);
      const secrets = await openSecrets(ports, userId, needs(record), opened);
      const { answer, events, record: next } = decide(record, contextOf(ports, userId, secrets));
      const after = await resealed(ports, userId, next, opened);
      const nothingToStore = after === record || (next === record && transaction.resealing !== true);
      if (nothingToStore || (await write(ports, userId, row?.revision, after))) {
        await tell(ports, events);
        return answer;
      }
    }
    return { ok: false, reason: 'conflict' };
  } finally {
    for (const { secret } of opened.values()) wipeSecret(secret);
  }
}

/** Lets racing writers spread out. */
function jitter(attempt: number): Promise<void> | undefined {
  if (attempt === 0) return undefined;
  return new Promise((resolve) => setTimeout(resolve, Math.random() * 2 ** attempt));
}

function contextOf(ports: Ports, userId: string, secrets: ReadonlyMap<string, Secret>): Context {
  const { issuer, policy, random } = ports;
  const nowMs = ports.clock();
  checkNow(nowMs);
  return { userId, issuer, nowMs, policy, secrets, random };
}

// ── the store ──

interface Row {
  readonly revision: string;
  readonly record: unknown;
}

async function read(store: MfaStore, userId: string): Promise<Row | undefined> {
  const row = await storeCall(() => store.get(userId));
  if (row === undefined || row === null) return undefined;
  if (typeof row !== 'object' || typeof row.revision !== 'string') {
    throw new MfaError('store-failed', 'the store returned a row without a revision');
  }
  return row;
}

/**
 * Whether it was stored. A store that throws may have written all the same: the caller gets an error, and the next call
 * reads what became of it.
 */
async function write(
  { store, random }: Ports,
  userId: string,
  expectedRevision: string | undefined,
  record: RecordV1 | undefined,
): Promise<boolean> {
  const next = record && { revision: randomHex(random, 16), record: record as unknown as UserRecord };
  const written: unknown = await storeCall(() => store.compareAndSet(userId, expectedRevision, next));
  if (written !== 'stored' && written !== 'conflict') {
    throw new MfaError('store-failed', "the store returned neither 'stored' nor 'conflict'");
  }
  return written === 'stored';
}

async function storeCall<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    if (isMfaError(cause)) throw cause;
    throw new MfaError('store-failed', 'the store failed: see cause', { cause });
  }
}

/** Removes the row of a user, whatever is in it. */
export async function removeUser(ports: Ports, userId: string): Promise<{ readonly ok: true } | Refusal<'conflict'>> {
  checkText(userId, 'userId');
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    await jitter(attempt);
    const row = await read(ports.store, userId);
    if (row === undefined || (await write(ports, userId, row.revision, undefined))) return { ok: true };
  }
  return { ok: false, reason: 'conflict' };
}

// ── the sealer ──

interface Opened {
  readonly secret: Secret;
  readonly stale: boolean;
}

function sealContext(userId: string, { device }: UserDevice): SealContext {
  return { userId, serialNumber: device.serialNumber, parameters: device.parameters };
}

/** One that does not open is left out; where none does, nothing can be decided. */
async function openSecrets(
  { sealer }: Ports,
  userId: string,
  devices: readonly UserDevice[],
  opened: Map<string, Opened>,
): Promise<ReadonlyMap<string, Secret>> {
  const secrets = new Map<string, Secret>();
  let failure: unknown;
  for (const entry of devices) {
    try {
      const known =
        opened.get(entry.sealedSecret) ?? (await open(sealer, entry.sealedSecret, sealContext(userId, entry)));
      opened.set(entry.sealedSecret, known);
      secrets.set(entry.device.serialNumber, known.secret);
    } catch (cause) {
      failure = cause;
    }
  }
  if (devices.length > 0 && secrets.size === 0) {
    throw new MfaError('sealer-failed', 'no secret of this user could be opened: see cause', { cause: failure });
  }
  return secrets;
}

async function open(sealer: Sealer, sealed: string, context: SealContext): Promise<Opened> {
  const { plain, stale } = await sealer.open(sealed, context);
  return { secret: parseSecret(plain), stale };
}

export async function seal(sealer: Sealer, secret: Secret, context: SealContext): Promise<string> {
  const plain = formatSecret(secret);
  let sealed: unknown;
  try {
    sealed = await sealer.seal(plain, context);
  } catch (cause) {
    throw new MfaError('sealer-failed', 'the secret could not be sealed: see cause', { cause });
  }
  if (typeof sealed !== 'string' || sealed === '') throw new MfaError('sealer-failed', 'the sealer returned no text');
  return sealed;
}

/** What was opened with an older key goes back under the first. Where that fails, the next write tries again. */
async function resealed(
  { sealer }: Ports,
  userId: string,
  record: RecordV1,
  opened: ReadonlyMap<string, Opened>,
): Promise<RecordV1> {
  let { devices } = record;
  for (const entry of record.devices) {
    const known = opened.get(entry.sealedSecret);
    if (known?.stale !== true) continue;
    const sealedSecret = await seal(sealer, known.secret, sealContext(userId, entry)).catch(() => entry.sealedSecret);
    devices = devices.map((other) => (other === entry ? { ...entry, sealedSecret } : other));
  }
  return devices === record.devices ? record : { ...record, devices };
}

// ── events ──

/** After the write, each at most once. A handler that fails must not hide the others' events. */
async function tell({ onEvent }: Ports, events: readonly MfaEvent[]): Promise<void> {
  let failed: { readonly cause: unknown } | undefined;
  for (const event of events) {
    try {
      await onEvent(event);
    } catch (cause) {
      failed ??= { cause };
    }
  }
  if (failed !== undefined) {
    throw new MfaError('event-failed', 'onEvent failed after the state was stored: see cause', failed);
  }
}
