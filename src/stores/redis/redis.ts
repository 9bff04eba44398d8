import { checkNames, checkObject, invalid } from '../../core/check.js';
import { MfaError } from '../../errors.js';
import type { ListedRow, ListingStore, StoredRow } from '../../service/ports.js';
import { driverFailed } from '../driver-error.js';
import { parseStoredRecord } from '../stored-record.js';

/** Sends one command, whose key is empty where it has none: `(parts) => client.sendCommand(parts)`, or `([name, ...rest]) => client.call(name, ...rest)`. */
export type RedisCommand = (parts: [name: string, ...rest: string[]], key: string) => Promise<unknown>;

export interface RedisStoreOptions {
  /** Before the user id in each key; ends with a colon. Default `lockstep-mfa:`. */
  readonly prefix?: string;
  /**
   * In a Cluster: one function for each primary, that sends a command to it alone. Listing goes through the keys of each
   * of them; without it `list` throws in a Cluster, where it would miss users.
   */
  readonly primaries?: readonly RedisCommand[];
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

/** The number of a node, and its own cursor. */
const FIRST_PAGE = '0:0';

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
export function redisStore(command: RedisCommand, options: RedisStoreOptions = {}): ListingStore {
  if (typeof command !== 'function') throw invalid('command must be a function');
  checkObject(options, 'options');
  checkNames(options, ['prefix', 'primaries']);
  const { prefix = 'lockstep-mfa:', primaries } = options;
  checkPrimaries(primaries);
  if (typeof prefix !== 'string' || !prefix.endsWith(':'))
    throw invalid('prefix must be a text that ends with a colon');
  const keyOf = (userId: string): string => prefix + escaped(userId);

  const through =
    (command: RedisCommand): RedisCommand =>
    async (parts, key) => {
      try {
        return await command(parts, key);
      } catch (thrown) {
        throw driverFailed('Redis', thrown);
      }
    };
  const send = through(command);
  const nodes = primaries?.map(through) ?? [send];
  const get = async (userId: string): Promise<StoredRow | undefined> => {
    const key = keyOf(userId);
    const reply = await send(['HMGET', key, 'revision', 'record'], key);
    if (!Array.isArray(reply) || reply.length !== 2) throw unexpected();
    const [revision, record] = reply.map(textOf);
    return revision === undefined || record === undefined ? undefined : { revision, record: parseStoredRecord(record) };
  };
  const pattern = `${prefix.replace(/[\\*?[\]^]/g, '\\$&')}*`;

  return {
    get,

    async compareAndSet(userId, expectedRevision, next) {
      const key = keyOf(userId);
      const expected = expectedRevision === undefined ? '' : `=${expectedRevision}`;
      const values = next === undefined ? [] : [next.revision, JSON.stringify(next.record)];
      const written = WRITTEN.get(await send(['EVAL', COMPARE_AND_SET, '1', key, expected, ...values], key));
      if (written === undefined) throw unexpected();
      return written;
    },

    // SCAN gives every key that is there all the time.
    async list({ cursor = FIRST_PAGE, limit }) {
      const [, number, scanned] = /^(\d+):(\d+)$/.exec(cursor) ?? [];
      const node = nodes[Number(number)];
      if (node === undefined || scanned === undefined) throw invalid('cursor must be one that list gave');
      if (primaries === undefined && cursor === FIRST_PAGE) await refuseCluster(send);
      const reply = await node(['SCAN', scanned, 'MATCH', pattern, 'COUNT', String(limit)], '');
      if (!Array.isArray(reply) || reply.length !== 2 || !Array.isArray(reply[1])) throw unexpected();
      const next = textOf(reply[0]);
      if (next === undefined) throw unexpected();
      const keys = reply[1].map(textOf);
      if (!keys.every((key) => key !== undefined)) throw unexpected();
      const userIds = keys.flatMap((key) => userIdOf(key, prefix));
      const rows = await Promise.all(
        userIds.map(async (userId): Promise<ListedRow[]> => {
          const row = await get(userId);
          return row === undefined ? [] : [{ userId, ...row }];
        }),
      );
      const following = next === '0' ? Number(number) + 1 : Number(number);
      return { rows: rows.flat(), cursor: following < nodes.length ? `${following}:${next}` : undefined };
    },
  };
}

/** Without colons: else the user `b:c` under the prefix `a:` would be the user `c` under `a:b:`. */
function escaped(userId: string): string {
  return userId.replaceAll('%', '%25').replaceAll(':', '%3A');
}

/** None for the keys of a longer prefix: in them a colon is left. */
function userIdOf(key: string, prefix: string): string[] {
  const rest = key.slice(prefix.length);
  return rest.includes(':') ? [] : [rest.replaceAll('%3A', ':').replaceAll('%25', '%')];
}

function checkPrimaries(primaries: unknown): void {
  if (primaries === undefined) return;
  if (!Array.isArray(primaries) || primaries.length === 0 || !primaries.every((send) => typeof send === 'function')) {
    throw invalid('primaries must be a list of functions, one for each primary');
  }
}

/** SCAN goes through the keys of one node: a report would miss the users of the others. */
async function refuseCluster(send: RedisCommand): Promise<void> {
  const info = textOf(await send(['INFO', 'cluster'], ''));
  if (info?.includes('cluster_enabled:1')) {
    throw new MfaError('store-failed', 'list in a Redis Cluster needs the option primaries');
  }
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
