import { checkNames, checkObject, invalid } from '../../core/check.js';
import { MfaError } from '../../errors.js';
import type { MfaStore } from '../../service/ports.js';
import { driverFailed } from '../driver-error.js';
import { parseStoredRecord } from '../stored-record.js';

/** Sends one command: `(parts) => client.sendCommand(parts)`, or `([name, ...rest]) => client.call(name, ...rest)`. */
export type RedisCommand = (parts: [name: string, ...rest: string[]], key: string) => Promise<unknown>;

export interface RedisStoreOptions {
  /** Before the user id in each key; ends with a colon. Default `lockstep-mfa:`. */
  readonly prefix?: string;
}

/**
 * One key a user, a hash of revision and record: compared and set in one step, on the one slot that the key is in. The
 * expected revision stands behind a `=`, so that none is not the empty one; no new row means: remove.
 */
const COMPARE_AND_SET = `
local revision = redis.call('HGET', KEYS[1], 'revision')
if (revision and '=' .. revision or '') ~= ARGV[1] then return 0 end
if #ARGV == 1 then redis.call('DEL', KEYS[1])
else redis.call('HSET', KEYS[1], 'revision', ARGV[2], 'record', ARGV[3]) end
return 1`;

/** The forms in which clients can be set up to give a number. */
const WRITTEN: ReadonlyMap<unknown, 'stored' | 'conflict'> = new Map<unknown, 'stored' | 'conflict'>([
  [1, 'stored'],
  [1n, 'stored'],
  ['1', 'stored'],
  [0, 'conflict'],
  [0n, 'conflict'],
  ['0', 'conflict'],
]);

/**
 * A store over the Redis client that the application already has (node-redis, ioredis, also a Cluster).
 *
 * Redis answers before it has written to disk unless its settings say otherwise: with `appendonly yes` and
 * `appendfsync always` what was answered survives a crash of the server; with `everysec` about a second of it is lost, and
 * with it the newest floor, so that a code of that second could count once more. A replica that is promoted lacks what
 * had not reached it: send `WAIT` after **each** command, reads included, for after a write without its confirmation the
 * service reads whether it has landed. Read from the primary. And `maxmemory-policy` must be `noeviction`: an evicted row
 * reads as a user without MFA, unless the application says `expectMfa`.
 *
 * What the client throws becomes `store-failed`, with a cause that has its name, code and message and nothing else. The
 * write may have been done all the same; the service reads what became of it. A client that sends a command again
 * after a cut connection (ioredis does) may get a conflict with its own write, which the service finds and answers.
 *
 * @param command - sends one command; `key` is for clients of a Cluster that ask for it
 * @throws MfaError `invalid-argument`
 * @see https://redis.io/docs/latest/operate/oss_and_stack/management/persistence/
 * @example
 * import { redisStore } from 'lockstep-mfa/stores/redis';
 *
 * const client = { sendCommand: async (parts: string[]): Promise<unknown> => (parts[0] === 'HMGET' ? [null, null] : 1) };
 * const store = redisStore((parts) => client.sendCommand(parts));
 * console.log(await store.get('user-1')); // undefined
 */
export function redisStore(command: RedisCommand, options: RedisStoreOptions = {}): MfaStore {
  if (typeof command !== 'function') throw invalid('command must be a function');
  checkObject(options, 'options');
  checkNames(options, ['prefix']);
  const { prefix = 'lockstep-mfa:' } = options;
  if (typeof prefix !== 'string' || !prefix.endsWith(':'))
    throw invalid('prefix must be a text that ends with a colon');
  const keyOf = (userId: string): string => prefix + escaped(userId);

  const send: RedisCommand = async (parts, key) => {
    try {
      return await command(parts, key);
    } catch (thrown) {
      throw driverFailed('Redis', thrown);
    }
  };

  return {
    async get(userId) {
      const key = keyOf(userId);
      const reply = await send(['HMGET', key, 'revision', 'record'], key);
      if (!Array.isArray(reply) || reply.length !== 2) throw unexpected();
      const [revision, record] = reply.map(textOf);
      return revision === undefined || record === undefined
        ? undefined
        : { revision, record: parseStoredRecord(record) };
    },

    async compareAndSet(userId, expectedRevision, next) {
      const key = keyOf(userId);
      const expected = expectedRevision === undefined ? '' : `=${expectedRevision}`;
      const values = next === undefined ? [] : [next.revision, JSON.stringify(next.record)];
      const written = WRITTEN.get(await send(['EVAL', COMPARE_AND_SET, '1', key, expected, ...values], key));
      if (written === undefined) throw unexpected();
      return written;
    },
  };
}

/** Without colons: else the user `b:c` under the prefix `a:` would be the user `c` under `a:b:`. */
function escaped(userId: string): string {
  return userId.replaceAll('%', '%25').replaceAll(':', '%3A');
}

/** Clients can be set up to answer in bytes. */
function textOf(value: unknown): string | undefined {
  if (value === null || value === undefined) return undefined;
  if (typeof value === 'string') return value;
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  throw unexpected();
}

function unexpected(): MfaError {
  return new MfaError('store-failed', 'Redis answered something else than the command promises');
}
