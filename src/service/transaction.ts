import { checkText, invalid } from '../core/check.js';
import type { RandomBytes } from '../core/secret.js';
import { checkNow } from '../device/options.js';
import { MfaError } from '../errors.js';
import type { Actor, Context, Purpose } from '../user/context.js';
import type { Decision } from '../user/decision.js';
import { newRecord } from '../user/generation.js';
import { toHex } from '../user/hash.js';
import type { Policy } from '../user/policy.js';
import type { Refusal } from '../user/reasons.js';
import { parseRecord, type UserRecord } from '../user/record.js';
import type { Ask, Asking } from '../user/secrets.js';
import { hasMfa } from '../user/status.js';
import { type EventHandler, emit } from './emit.js';
import type { Clock, MfaStore, Sealer } from './ports.js';
import { readRow, writeRow } from './rows.js';
import { CallSecrets } from './secrets.js';

/** The options of the service, checked and completed. */
export interface Ports {
  readonly issuer: string;
  readonly store: MfaStore;
  readonly sealer: Sealer;
  readonly policy: Policy;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly onEvent: EventHandler;
}

/** One call of the service. */
export interface Call<A> {
  readonly userId: string;
  readonly actor: Actor;
  /** The application knows that there is MFA: a record without is an error. */
  readonly expectMfa?: boolean | undefined;
  readonly decide: (record: UserRecord, context: Context) => Decision<A> | Asking<Decision<A>>;
}

/** Decisions in all, while each loses its race, before the answer is `conflict`. */
const ATTEMPTS = 8;

/**
 * Repeats an attempt until it is stored.
 *
 * @param attempt - gives undefined where it lost the race
 */
export async function untilStored<A>(attempt: () => Promise<A | undefined>): Promise<A | Refusal<'conflict'>> {
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
 * Runs one call: read, decide, compare and set; on conflict read and **decide again**, because the other write may have
 * used the code up. Answers nothing before it is stored; a decision that lost the race is forgotten with its events.
 */
export async function transact<A>(ports: Ports, call: Call<A>): Promise<A | Refusal<'conflict'>> {
  const { userId, actor, expectMfa = false, decide } = call;
  checkText(userId, 'userId');
  // A flag that a database keeps as 1 must not read as false.
  if (typeof expectMfa !== 'boolean') throw invalid('expectMfa must be true or false');
  const { issuer, store, policy } = ports;
  const random = drawnOnce(ports.random);
  const secrets = new CallSecrets(ports.sealer, userId);

  const attempt = async (): Promise<A | undefined> => {
    const row = await readRow(store, userId);
    const record = row === undefined ? newRecord({ random }) : parseRecord(row.record);
    if (expectMfa && !hasMfa(record)) {
      throw new MfaError('record-missing', 'the application expects MFA of this user, and the store knows of none');
    }
    const nowMs = ports.clock();
    checkNow(nowMs);
    const decision = await settled(decide(record, { userId, issuer, nowMs, policy, actor, random }), secrets);
    if (decision.record !== record) {
      const { record: next } = await secrets.reseal(decision.record);
      if (!(await writeRow(store, userId, row?.revision, rowOf(next, ports)))) return undefined;
    }
    await emit(ports.onEvent, decision.events);
    return decision.answer;
  };
  return untilStored(attempt).finally(() => secrets.wipe());
}

/** Serves the secrets that a decision asks for, until it is made. */
async function settled<A>(decision: Decision<A> | Asking<Decision<A>>, secrets: CallSecrets): Promise<Decision<A>> {
  if ('record' in decision) return decision;
  let step = decision.next();
  while (step.done !== true) step = decision.next((await answerTo(step.value, secrets)) as never);
  return step.value;
}

function answerTo(ask: Ask, secrets: CallSecrets): Promise<unknown> {
  if ('open' in ask) return secrets.open(ask.open);
  const { seal: secret, ...context } = ask;
  return secrets.seal(secret, context);
}

/**
 * Draws once for each purpose: a call keeps its serial number, its handle and its codes, however many races it loses.
 */
function drawnOnce(random: RandomBytes): Context['random'] {
  const drawn = new Map<Purpose, Uint8Array>();
  return (purpose, byteLength) => {
    const bytes = drawn.get(purpose) ?? random(byteLength);
    drawn.set(purpose, bytes);
    return bytes;
  };
}

export function rowOf(
  record: UserRecord,
  { random }: Pick<Ports, 'random'>,
): { readonly revision: string; readonly record: UserRecord } {
  return { revision: toHex(random(16)), record };
}
