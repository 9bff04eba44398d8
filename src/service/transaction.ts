import { checkText, invalid } from '../core/check.js';
import type { RandomBytes } from '../core/secret.js';
import { checkNow } from '../device/options.js';
import { MfaError } from '../errors.js';
import type { Actor, Context, Purpose } from '../user/context.js';
import type { Decision } from '../user/decision.js';
import { newRecord } from '../user/generation.js';
import type { Policy } from '../user/policy.js';
import type { Refusal } from '../user/reasons.js';
import type { UserRecord } from '../user/record.js';
import type { Ask, Asking } from '../user/secrets.js';
import { hasMfa } from '../user/status.js';
import { type EventPorts, emit } from './emit.js';
import type { Clock, Sealer } from './ports.js';
import type { Rows } from './rows.js';
import { CallSecrets } from './secrets.js';
import { settle } from './settle.js';

/** All that a decision needs from the world outside. */
export interface Ports extends EventPorts {
  readonly issuer: string;
  readonly rows: Rows;
  readonly sealer: Sealer;
  readonly policy: Policy;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly newRevision: () => Uint8Array;
}

/** One call of the service. */
export interface Call<A> {
  readonly userId: string;
  readonly actor: Actor;
  /** The application knows that there is MFA: a record without is an error. */
  readonly expectMfa?: boolean | undefined;
  /** With `expectMfa` it works without a record, too: the way out of an account that is shut. */
  readonly reopens?: boolean;
  readonly decide: (record: UserRecord, context: Context) => Decision<A> | Asking<Decision<A>>;
}

const LONGEST_ID_BYTES = 1000;

/** What every store can hold, so that none cuts it and makes two users one. */
export function checkUserId(userId: unknown): asserts userId is string {
  checkText(userId, 'userId');
  if (userId.includes('\0')) throw invalid('userId must not hold a NUL character');
  // No UTF-16 unit takes more than three bytes.
  const isLong = userId.length > LONGEST_ID_BYTES / 3 && new TextEncoder().encode(userId).length > LONGEST_ID_BYTES;
  if (isLong) throw invalid(`userId must not be longer than ${LONGEST_ID_BYTES} bytes of UTF-8`);
}

/** Reads, decides, seals what was made, writes, and emits: nothing is answered before it is stored. */
export async function transact<A>(ports: Ports, call: Call<A>): Promise<A | Refusal<'conflict'>> {
  const { userId, actor, expectMfa = false, reopens = false, decide } = call;
  checkUserId(userId);
  // A flag that a database keeps as 1 must not read as false.
  if (typeof expectMfa !== 'boolean') throw invalid('expectMfa must be true or false');
  const { issuer, policy } = ports;
  const drawn = new Map<Purpose, Uint8Array>();
  const random = drawnOnce(ports.random, drawn);
  const secrets = new CallSecrets(ports.sealer, userId, ports.deadline);

  const attempt = settle(ports.rows, userId, ports.newRevision, async (stored) => {
    const record = stored ?? newRecord({ random });
    if (expectMfa && !reopens && !hasMfa(record)) {
      throw new MfaError('record-missing', 'the application expects MFA of this user, and the store knows of none');
    }
    const nowMs = ports.clock();
    checkNow(nowMs);
    const context = { userId, issuer, nowMs, policy, actor, expectMfa, random };
    const decision = await made(decide(record, context), secrets);
    const finish = async (): Promise<A> => {
      await emit(ports, decision.events);
      return decision.answer;
    };
    if (decision.record === record) return { next: undefined, finish };
    return { next: (await secrets.reseal(decision.record)).record, finish };
  });
  return attempt.finally(() => {
    secrets.wipe();
    for (const bytes of drawn.values()) bytes.fill(0);
  });
}

/** Serves what a decision asks for, until it is made. */
async function made<A>(decision: Decision<A> | Asking<Decision<A>>, secrets: CallSecrets): Promise<Decision<A>> {
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
function drawnOnce(random: RandomBytes, drawn: Map<Purpose, Uint8Array>): Context['random'] {
  return (purpose, byteLength) => {
    const bytes = drawn.get(purpose) ?? Uint8Array.from(random(byteLength));
    drawn.set(purpose, bytes);
    return bytes;
  };
}
