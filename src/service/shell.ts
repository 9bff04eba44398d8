import { checkText, invalid } from '../core/check.js';
import { formatSecret, parseSecret, type RandomBytes, type Refusal, type Secret, wipeSecret } from '../core/index.js';
import type { Policy } from '../device/index.js';
import { checkNow } from '../device/state.js';
import { isMfaError, MfaError } from '../errors.js';
import type { Circumstances, Context, Decision } from '../user/decision.js';
import { randomHex } from '../user/digest.js';
import type { MfaEvent } from '../user/events.js';
import { EMPTY_RECORD, parseRecord, type RecordV1, type UserDevice } from '../user/record.js';
import { hasMfa } from '../user/status.js';
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
  /** The application knows that there is MFA: a record without is an error. */
  readonly expectMfa?: boolean | undefined;
  /** The devices whose secrets the decision needs. */
  readonly needs?: (record: RecordV1, circumstances: Circumstances) => readonly UserDevice[];
  /** Asynchronous where it has a secret to seal, for somebody who may. */
  readonly decide: (record: RecordV1, context: Context) => Decision<A> | Promise<Decision<A>>;
}

/** New decisions after a lost race, before the answer is `conflict`. */
const ATTEMPTS = 8;

/** @param attempt - undefined where it lost the race */
async function untilStored<A>(attempt: () => Promise<A | undefined>): Promise<A | Refusal<'conflict'>> {
  for (let lost = 0; lost < ATTEMPTS; lost++) {
    await jitter(lost);
    const answer = await attempt();
    if (answer !== undefined) return answer;
  }
  return { ok: false, reason: 'conflict' };
}

/** Lets racing writers spread out. */
function jitter(lost: number): Promise<void> | undefined {
  if (lost === 0) return undefined;
  return new Promise((resolve) => setTimeout(resolve, Math.random() * 2 ** lost));
}

/**
 * Read, decide, compare and set; on conflict read and **decide again**, because the other write may have used the code up.
 * Nothing is answered before it is stored, and what lost the race says nothing.
 */
export async function transact<A>(ports: Ports, transaction: Transaction<A>): Promise<A | Refusal<'conflict'>> {
  const { userId, expectMfa = false, decide, needs = () => [] } = transaction;
  checkText(userId, 'userId');
  // A flag that a database keeps as 1 must not read as false.
  if (typeof expectMfa !== 'boolean') throw invalid('expectMfa must be true or false');
  const opened: OpenedSecrets = new Map();
  const attempt = async (): Promise<A | undefined> => {
    const row = await read(ports.store, userId);
    const record = row === undefined ? newRecord(ports.random) : parseRecord(row.record);
    if (expectMfa && !hasMfa(record)) {
      throw new MfaError('record-missing', 'the application expects MFA of this user, and the store knows of none');
    }
    const { issuer, policy, random } = ports;
    const nowMs = ports.clock();
    checkNow(nowMs);
    const known = await openSecrets(ports, userId, needs(record, { userId, policy, nowMs }), opened);
    const { answer, events, record: next } = await decide(record, { userId, issuer, nowMs, policy, random, ...known });
    if (next !== record) {
      const { record: after } = await resealed(ports, userId, next, opened);
      if (!(await write(ports, userId, row?.revision, after))) return undefined;
    }
    await tell(ports, events);
    return answer;
  };
  return untilStored(attempt).finally(() => wipe(opened));
}

/** Its generation is random: a proof of a record that was deleted, or lost, is none of the next. */
function newRecord(random: RandomBytes): RecordV1 {
  return { ...EMPTY_RECORD, generation: Number.parseInt(randomHex(random, 6), 16) };
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
  return untilStored(async () => {
    const row = await read(ports.store, userId);
    return row === undefined || (await write(ports, userId, row.revision, undefined)) ? { ok: true } : undefined;
  });
}

// ── the sealer ──

interface Opened {
  readonly secret: Secret;
  readonly stale: boolean;
}
/** By sealed text and what it was sealed for: a copy in another device's place is opened there, or is not. */
type OpenedSecrets = Map<string, Opened>;
interface Failed {
  readonly cause: unknown;
}

function sealContext(userId: string, { device }: UserDevice): SealContext {
  return { userId, serialNumber: device.serialNumber, parameters: device.parameters };
}

function wipe(opened: OpenedSecrets): void {
  for (const { secret } of opened.values()) wipeSecret(secret);
}

function keyOf({ sealedSecret, device }: UserDevice): string {
  return JSON.stringify([sealedSecret, device.serialNumber, device.parameters]);
}

/** One that does not open is left out: whoever cannot decide without it says so. */
async function openSecrets(
  { sealer }: Ports,
  userId: string,
  devices: readonly UserDevice[],
  opened: OpenedSecrets,
): Promise<Pick<Context, 'secrets' | 'unopened'>> {
  const secrets = new Map<string, Secret>();
  const unopened = new Map<string, unknown>();
  for (const entry of devices) {
    try {
      const key = keyOf(entry);
      const known = opened.get(key) ?? (await open(sealer, entry.sealedSecret, sealContext(userId, entry)));
      opened.set(key, known);
      secrets.set(entry.device.serialNumber, known.secret);
    } catch (cause) {
      unopened.set(entry.device.serialNumber, cause);
    }
  }
  return { secrets, unopened };
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
  opened: OpenedSecrets,
): Promise<{ readonly record: RecordV1; readonly failed?: Failed }> {
  if (![...opened.values()].some(({ stale }) => stale)) return { record };
  let { devices } = record;
  let failed: Failed | undefined;
  for (const entry of record.devices) {
    const known = opened.get(keyOf(entry));
    if (known?.stale !== true) continue;
    try {
      const sealedSecret = await seal(sealer, known.secret, sealContext(userId, entry));
      devices = devices.map((other) => (other === entry ? { ...entry, sealedSecret } : other));
    } catch (cause) {
      failed = { cause };
    }
  }
  const after = devices === record.devices ? record : { ...record, devices };
  return failed === undefined ? { record: after } : { record: after, failed };
}

/**
 * Seals anew all that lies under an older key, and changes nothing else.
 *
 * @throws MfaError `sealer-failed`: after what could be sealed was stored, where anything could not
 */
export async function resealUser(ports: Ports, userId: string): Promise<{ readonly ok: true } | Refusal<'conflict'>> {
  checkText(userId, 'userId');
  const opened: OpenedSecrets = new Map();
  const attempt = async (): Promise<{ readonly ok: true } | undefined> => {
    const row = await read(ports.store, userId);
    if (row === undefined) return { ok: true };
    const record = parseRecord(row.record);
    const { unopened } = await openSecrets(ports, userId, record.devices, opened);
    const [unopenedCause] = [...unopened.values()].map((cause): Failed => ({ cause }));
    const { record: after, failed = unopenedCause } = await resealed(ports, userId, record, opened);
    if (after !== record && !(await write(ports, userId, row.revision, after))) return undefined;
    // Whoever hears ok throws the old key away.
    if (failed === undefined) return { ok: true };
    throw new MfaError('sealer-failed', 'a secret of this user could not be sealed anew: see cause', failed);
  };
  return untilStored(attempt).finally(() => wipe(opened));
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
