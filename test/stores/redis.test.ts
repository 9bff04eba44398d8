import { inspect } from 'node:util';
import fc from 'fast-check';
import { createMfaService, type ListingStore, plaintextSealer } from 'lockstep-mfa';
import { type RedisCommand, type RedisStoreOptions, redisStore } from 'lockstep-mfa/stores/redis';
import { describe, expect, it } from 'vitest';
import { rejected, thrown } from '../support/thrown.js';

// What the script does is tested on a server: test/servers/. Here is what is sent, and what becomes of each reply.

const ROW = { revision: 'r1', record: { version: 1 } };
const SECRET = 'JBSWY3DPEHPK3PXP';

/** Answers so, and keeps what it was asked. */
function server(reply: unknown): { readonly command: RedisCommand; readonly asked: [string[], string][] } {
  const asked: [string[], string][] = [];
  return {
    asked,
    command: async (parts, key) => {
      asked.push([parts, key]);
      if (reply instanceof Error) throw reply;
      return reply;
    },
  };
}

describe('what is sent', () => {
  it.each<[string, string | undefined, typeof ROW | undefined, string[]]>([
    ['create', undefined, ROW, ['', 'r1', '{"version":1}']],
    ['replace', 'r0', ROW, ['=r0', 'r1', '{"version":1}']],
    ['replace the empty revision', '', ROW, ['=', 'r1', '{"version":1}']],
    ['remove', 'r0', undefined, ['=r0']],
    ['expect none', undefined, undefined, ['']],
  ])('%s: one command, on one key', async (_, expected, next, values) => {
    const { command, asked } = server(1);
    await redisStore(command).compareAndSet('alice', expected, next);
    expect(asked).toEqual([[['EVAL', expect.any(String), '1', 'lockstep-mfa:alice', ...values], 'lockstep-mfa:alice']]);
  });

  it('get: one command, on one key, with the prefix', async () => {
    const { command, asked } = server([null, null]);
    await redisStore(command, { prefix: 'acme:' }).get('{a}');
    expect(asked).toEqual([[['HMGET', 'acme:{a}', 'revision', 'record'], 'acme:{a}']]);
  });

  it.each([
    ['a', 'x:a'],
    ['b:c', 'x:b%3Ac'],
    ['%', 'x:%25'],
    ['%3A', 'x:%253A'],
    [':%:', 'x:%3A%25%3A'],
    ['é 😀', 'x:é 😀'],
  ])('the user %j has the key %s, to read and to write', async (userId, key) => {
    const { command, asked } = server(1);
    const store = redisStore(command, { prefix: 'x:' });
    await store.compareAndSet(userId, undefined, ROW);
    await store.get(userId).catch(() => undefined);
    expect(asked.map(([parts, named]) => [parts[0] === 'EVAL' ? parts[3] : parts[1], named])).toEqual([
      [key, key],
      [key, key],
    ]);
  });

  it('no two stores share a key, whatever their prefixes and users are', async () => {
    const part = fc.array(fc.constantFrom('a', 'b', ':', '%', '3A', '25', '{', '}'), { maxLength: 5 });
    const text = part.map((parts) => parts.join(''));
    const prefix = text.map((before) => `${before}:`);
    const keyOf = async (options: RedisStoreOptions, userId: string): Promise<string> => {
      const { command, asked } = server([null, null]);
      await redisStore(command, options).get(userId);
      return asked[0]?.[1] as string;
    };
    await fc.assert(
      fc.asyncProperty(prefix, text, prefix, text, async (one, user, another, other) => {
        fc.pre(one !== another || user !== other);
        expect(await keyOf({ prefix: one }, user)).not.toBe(await keyOf({ prefix: another }, other));
      }),
    );
    expect(await keyOf({ prefix: 'a:' }, 'b:c')).not.toBe(await keyOf({ prefix: 'a:b:' }, 'c'));
  });

  it('two stores over one server with the prefixes a: and a:b: keep their users apart', async () => {
    const keys = new Map<string, { revision: string; record: string }>();
    const command: RedisCommand = async ([name, ...rest]) => {
      if (name === 'HMGET') {
        const row = keys.get(rest[0] as string);
        return [row?.revision ?? null, row?.record ?? null];
      }
      const [, , key = '', , revision = '', record = ''] = rest;
      keys.set(key, { revision, record });
      return 1;
    };
    const short = redisStore(command, { prefix: 'a:' });
    const long = redisStore(command, { prefix: 'a:b:' });
    await short.compareAndSet('b:c', undefined, ROW);
    expect(await long.get('c')).toBeUndefined();
    await long.compareAndSet('c', undefined, { revision: 'r2', record: { version: 2 } });
    expect(await short.get('b:c')).toEqual(ROW);
  });
});

describe('what is answered', () => {
  it.each([
    [1, 'stored'],
    [1n, 'stored'],
    ['1', 'stored'],
    [0, 'conflict'],
    [0n, 'conflict'],
    ['0', 'conflict'],
  ])('%o is %s', async (reply, written) => {
    expect(await redisStore(server(reply).command).compareAndSet('alice', undefined, ROW)).toBe(written);
  });

  it.each([null, undefined, true, false, 2, -1, '', 'OK', 'QUEUED', [], [1], {}, Number.NaN])(
    '%o is no answer to a write',
    async (reply) => {
      const write = redisStore(server(reply).command).compareAndSet('alice', undefined, ROW);
      expect((await rejected(write)).code).toBe('store-failed');
    },
  );

  it.each<[string, unknown, unknown]>([
    ['texts', ['r1', '{"version":1}'], ROW],
    ['bytes', [Buffer.from('r1'), new TextEncoder().encode('{"version":1}')], ROW],
    ['nothing', [null, null], undefined],
    ['undefined', [undefined, undefined], undefined],
    ['half a row', ['r1', null], undefined],
  ])('a row of %s', async (_, reply, row) => {
    expect(await redisStore(server(reply).command).get('alice')).toEqual(row);
  });

  it.each([null, undefined, 'QUEUED', 1, {}, [], ['r1'], ['r1', '{}', 'x'], [1, '{}'], ['r1', {}]])(
    '%o is no answer to a read',
    async (reply) => {
      expect((await rejected(redisStore(server(reply).command).get('alice'))).code).toBe('store-failed');
    },
  );

  it('a record that is no JSON is corrupt: the service says so, and does not show it', async () => {
    const store = redisStore(server(['r1', `{"sealedSecret":"${SECRET}`]).command);
    const mfa = createMfaService({ issuer: 'Acme', store, sealer: plaintextSealer() });
    const error = await rejected(mfa.describeUser('alice'));
    expect(error.code).toBe('corrupt-record');
    expect(inspect(error, { depth: 9 })).not.toContain(SECRET);
  });

  it('an error keeps its name and message alone: ioredis hangs the whole command on it', async () => {
    const failure = Object.assign(new Error('WRONGPASS invalid username-password pair or user is disabled.'), {
      name: 'ReplyError',
      command: { name: 'auth', args: ['app', SECRET] },
    });
    const store = redisStore(server(failure).command);
    for (const call of [store.get('alice'), store.compareAndSet('alice', undefined, ROW)]) {
      const error = await rejected(call);
      expect(error).toMatchObject({
        code: 'store-failed',
        cause: { name: 'ReplyError', message: failure.message },
      });
      expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(SECRET);
    }
  });
});

/** Some nodes with the keys of each, two at a time. */
function nodes(...keys: readonly (readonly string[])[]): {
  readonly commands: readonly RedisCommand[];
  readonly asked: string[][];
} {
  const asked: string[][] = [];
  const all = keys.flat();
  const commands = keys.map(
    (own): RedisCommand =>
      async ([name, ...rest]) => {
        asked.push([name, ...rest]);
        if (name === 'INFO') return `# Cluster\r\ncluster_enabled:${keys.length > 1 ? 1 : 0}\r\n`;
        if (name === 'HMGET') return all.includes(rest[0] as string) ? ['r1', '{"version":1}'] : [null, null];
        const from = Number(rest[0]);
        return [from + 2 < own.length ? String(from + 2) : '0', own.slice(from, from + 2)];
      },
  );
  return { commands, asked };
}

async function listed(store: ListingStore): Promise<string[]> {
  const userIds: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.list({ cursor, limit: 2 });
    userIds.push(...page.rows.map(({ userId }) => userId));
    cursor = page.cursor;
  } while (cursor !== undefined);
  return userIds;
}

describe('list', () => {
  it('goes through the keys of the prefix, and reads each row', async () => {
    const { commands, asked } = nodes(['x:a', 'x:b%3Ac', 'x:%25', 'x:%253A', 'x:é 😀']);
    const [command] = commands as [RedisCommand];
    expect(await listed(redisStore(command, { prefix: 'x:' }))).toEqual(['a', 'b:c', '%', '%3A', 'é 😀']);
    expect(asked.filter(([name]) => name !== 'HMGET')).toEqual([
      ['INFO', 'cluster'],
      ['SCAN', '0', 'MATCH', 'x:*', 'COUNT', '2'],
      ['SCAN', '2', 'MATCH', 'x:*', 'COUNT', '2'],
      ['SCAN', '4', 'MATCH', 'x:*', 'COUNT', '2'],
    ]);
  });

  it('takes the prefix to the letter, and leaves the keys of a longer prefix to the other store', async () => {
    const { commands, asked } = nodes(['a*[b]?\\^:user', 'a*[b]?\\^:longer:user']);
    const [command] = commands as [RedisCommand];
    expect(await listed(redisStore(command, { prefix: 'a*[b]?\\^:' }))).toEqual(['user']);
    expect(asked[1]).toEqual(['SCAN', '0', 'MATCH', 'a\\*\\[b\\]\\?\\\\\\^:*', 'COUNT', '2']);
  });

  it('passes over a row that was removed meanwhile', async () => {
    const { commands } = nodes(['x:here', 'x:gone']);
    const command: RedisCommand = async (parts, key) =>
      parts[0] === 'HMGET' && parts[1] === 'x:gone' ? [null, null] : commands[0]?.(parts, key);
    expect(await listed(redisStore(command, { prefix: 'x:' }))).toEqual(['here']);
  });

  it('throws in a Cluster, where it would miss users; with its primaries it goes through all of them', async () => {
    const { commands } = nodes(['x:a', 'x:b', 'x:c'], [], ['x:d']);
    const [command] = commands as [RedisCommand];
    expect(await rejected(listed(redisStore(command, { prefix: 'x:' })))).toMatchObject({
      code: 'store-failed',
      message: 'list in a Redis Cluster needs the option primaries',
    });
    expect(await listed(redisStore(command, { prefix: 'x:', primaries: commands }))).toEqual(['a', 'b', 'c', 'd']);
  });

  it.each([null, 1, 'QUEUED', [], ['0'], ['0', 'keys'], [null, []], ['0', [{}]], ['0', [null]]])(
    '%j is no answer to SCAN',
    async (reply) => {
      const command: RedisCommand = async ([name]) => (name === 'INFO' ? 'cluster_enabled:0' : reply);
      expect((await rejected(listed(redisStore(command)))).code).toBe('store-failed');
    },
  );

  it.each(['', '0', '9:0', '-1:0', '0:x', 'a:b', '0:0:0'])('%j is no cursor', async (cursor) => {
    const [command] = nodes([]).commands as [RedisCommand];
    const error = await rejected(redisStore(command).list({ cursor, limit: 2 }));
    expect(error).toMatchObject({ code: 'invalid-argument', message: 'cursor must be one that list gave' });
  });

  it.each([null, [], {}, [1], ['a'], [undefined]])('%j are no primaries', (primaries) => {
    const [command] = nodes([]).commands as [RedisCommand];
    expect(thrown(() => redisStore(command, { primaries: primaries as never }))).toMatchObject({
      code: 'invalid-argument',
      message: expect.stringContaining('primaries must be a list of functions'),
    });
  });
});

describe('bad input', () => {
  const { command } = server(1);
  const NO_OBJECTS: readonly unknown[] = [null, Number.NaN, 0, 1n, true, '', 'text', Symbol('bad'), () => 1];

  it.each([undefined, null, 0, true, 'text', {}, [], { sendCommand: () => 1 }])('%o is no command', (bad) => {
    expect(thrown(() => redisStore(bad as RedisCommand)).code).toBe('invalid-argument');
  });

  it.each(NO_OBJECTS)('%o are no options', (bad) => {
    expect(thrown(() => redisStore(command, bad as RedisStoreOptions)).code).toBe('invalid-argument');
  });

  it.each([null, Number.NaN, 0, 1n, true, Symbol('bad'), () => 'a:', {}, ['a:'], '', 'a', ':a', 'a: '])(
    '%o is no prefix',
    (prefix) => {
      const error = thrown(() => redisStore(command, { prefix } as unknown as RedisStoreOptions));
      expect(error).toMatchObject({
        code: 'invalid-argument',
        message: expect.stringContaining('prefix must be a text that ends with a colon'),
      });
    },
  );
});
