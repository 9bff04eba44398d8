import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { inspect } from 'node:util';
import { DynamoDB, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocument } from '@aws-sdk/lib-dynamodb';
import dynalite from 'dynalite';
import { createMfaService, type ListingStore, type MfaStore, plaintextSealer } from 'lockstep-mfa';
import { type DynamodbDocument, dynamodbStore, dynamodbTable } from 'lockstep-mfa/stores/dynamodb';
import { fixedClock, storeContract, virtualAuthenticator } from 'lockstep-mfa/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rejected, thrown } from '../support/thrown.js';

const server: Server = dynalite({ createTableMs: 0 });
let client: DynamoDB;
beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  client = new DynamoDB({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'test',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
});
afterAll(() => {
  client.destroy();
  server.close();
});

async function freshTable(): Promise<string> {
  const table = randomUUID();
  await client.createTable(dynamodbTable({ table }));
  // It answers before there is a table, as DynamoDB does.
  await waitUntilTableExists({ client, maxWaitTime: 60, minDelay: 0.01, maxDelay: 0.1 }, { TableName: table });
  return table;
}

const storeOn = (over: DynamoDB, table: string): ListingStore => dynamodbStore(DynamoDBDocument.from(over), { table });

/** Against dynalite, an implementation of DynamoDB's interface. */
describe('the DynamoDB store keeps the contract', () => {
  const checks = storeContract(async () => storeOn(client, await freshTable()));
  for (const { name, run } of checks) it(name, run);
});

/** Passes requests on, and cuts the connection once the write is done, before its answer: each write once. */
async function cuttingProxy(): Promise<{
  readonly proxy: Server;
  readonly cuts: () => number;
  readonly origin: string;
}> {
  const { port: target } = server.address() as AddressInfo;
  const written = new Set<string>();
  const proxy = createServer(async (request, response) => {
    const body = await text(request);
    const { host: _host, connection: _connection, ...headers } = request.headers as Record<string, string>;
    const answer = await fetch(`http://127.0.0.1:${target}/`, { method: 'POST', headers, body });
    const isWrite = /PutItem|DeleteItem/.test(headers['x-amz-target'] ?? '');
    if (isWrite && !written.has(body)) {
      written.add(body);
      request.socket.destroy();
      return;
    }
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  return { proxy, cuts: () => written.size, origin: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` };
}

describe('the DynamoDB store, where the answer to every write is lost and the SDK sends the write again,', () => {
  it('has a conflict with its own write, which the service finds: nobody is shut out, and no code counts twice', async () => {
    const { proxy, cuts, origin } = await cuttingProxy();
    const cut = new DynamoDB({
      endpoint: origin,
      region: 'test',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    });
    const table = await freshTable();
    const store = storeOn(cut, table);
    const conflicts: string[] = [];
    const watched: MfaStore = {
      get: store.get,
      async compareAndSet(...write) {
        const answer = await store.compareAndSet(...write);
        conflicts.push(answer);
        return answer;
      },
    };
    const clock = fixedClock();
    const events: string[] = [];
    const mfa = createMfaService({
      issuer: 'Acme',
      store: watched,
      sealer: plaintextSealer(),
      clock,
      onEvent: ({ type }) => void events.push(type),
    });
    const created = await mfa.createDevice('alice', { name: 'Phone', account: 'alice' });
    if (!created.ok) throw new Error(created.reason);
    const phone = virtualAuthenticator(created.keyUri, { clock });
    const { enrollment, device } = created;
    const assigned = await mfa.assignDevice('alice', { enrollment, codes: phone.codes() });
    if (!assigned.ok) throw new Error(assigned.reason);
    const made = await mfa.createRecoveryCodes('alice', { proof: assigned.proof });
    if (!made.ok) throw new Error(made.reason);
    const [recoveryCode] = made.recoveryCodes;
    const confirmed = await mfa.confirmRecoveryCodes('alice', { recoveryCode, proof: assigned.proof });
    expect(confirmed).toMatchObject({ ok: true, proof: { method: 'enrollment' } });
    clock.advanceMs(30_000);
    const code = phone.code();
    const signedIn = await mfa.signIn('alice', { code });
    if (!signedIn.ok) throw new Error(signedIn.reason);
    expect(await mfa.signIn('alice', { code })).toMatchObject({ reason: 'code-reused' });
    const { proof } = signedIn;
    expect(await mfa.describeUser('alice', { proof })).toMatchObject({
      devices: [{ serialNumber: device.serialNumber }],
      recoveryCodesLeft: 10,
      signedIn: true,
    });
    expect(await mfa.removeDevice('alice', { serialNumber: device.serialNumber, proof })).toMatchObject({
      ok: true,
      status: 'none',
    });
    expect(await mfa.deleteUser('alice')).toEqual({ ok: true });
    expect(await store.get('alice')).toBeUndefined();

    expect(events).toEqual([
      'device-created',
      'device-assigned',
      'recovery-codes-created',
      'recovery-codes-confirmed',
      'signed-in',
      'code-reused',
      'device-removed',
      'user-deleted',
    ]);
    // Every one of the writes landed, and was answered as a conflict.
    expect(conflicts).toEqual(Array(events.length).fill('conflict'));
    expect(cuts()).toBe(events.length);
    cut.destroy();
    proxy.close();
    proxy.closeAllConnections();
  });
});

const ROW = { revision: 'r1', record: { version: 1 } };
const SECRET = 'JBSWY3DPEHPK3PXP';

/** A client that answers so, or fails so, and keeps what it was asked. */
function answering(answer: unknown): { readonly client: DynamodbDocument; readonly asked: unknown[] } {
  const asked: unknown[] = [];
  const method = async (input: object): Promise<object> => {
    asked.push(input);
    if (answer instanceof Error) throw answer;
    return answer as object;
  };
  return { asked, client: { get: method, put: method, delete: method, scan: method } };
}

const CALLS: readonly (readonly [string, (store: ListingStore) => Promise<unknown>])[] = [
  ['get', (store) => store.get('alice')],
  ['create', (store) => store.compareAndSet('alice', undefined, ROW)],
  ['replace', (store) => store.compareAndSet('alice', 'r0', ROW)],
  ['remove', (store) => store.compareAndSet('alice', 'r0', undefined)],
  ['expect none', (store) => store.compareAndSet('alice', undefined, undefined)],
  ['list', (store) => store.list({ limit: 10 })],
];

describe('what the DynamoDB store sends', () => {
  it('reads consistently, and writes on a condition', async () => {
    const { client, asked } = answering({ Items: [] });
    const store = dynamodbStore(client);
    for (const [, call] of CALLS) await call(store);
    await store.list({ cursor: 'alice', limit: 10 });
    const table = { TableName: 'lockstep-mfa' };
    const Key = { userId: 'alice' };
    const Item = { userId: 'alice', revision: 'r1', record: '{"version":1}' };
    const where = { ConditionExpression: 'revision = :expected', ExpressionAttributeValues: { ':expected': 'r0' } };
    expect(asked).toEqual([
      { ...table, Key, ConsistentRead: true },
      { ...table, Item, ConditionExpression: 'attribute_not_exists(userId)' },
      { ...table, Item, ...where },
      { ...table, Key, ...where },
      { ...table, Key, ConsistentRead: true },
      { ...table, ConsistentRead: true, Limit: 10 },
      { ...table, ConsistentRead: true, Limit: 10, ExclusiveStartKey: Key },
    ]);
  });
});

describe('a client of DynamoDB that fails', () => {
  it.each(CALLS)('%s: the cause has its name and message, and nothing else', async (_, call) => {
    const failure = Object.assign(new Error('rate exceeded'), {
      name: 'ThrottlingException',
      $metadata: { requestId: SECRET },
      Item: { record: SECRET },
    });
    const error = await rejected(call(dynamodbStore(answering(failure).client)));
    expect(error).toMatchObject({
      code: 'store-failed',
      cause: { name: 'ThrottlingException', message: 'rate exceeded' },
    });
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(SECRET);
  });

  it.each([undefined, null, 1, 'Item', { Item: 1 }, { Item: { userId: 'alice', revision: 'r1' } }, { Item: null }])(
    'answers %j: no item',
    async (answer) => {
      const store = dynamodbStore(answering(answer).client);
      expect((await rejected(store.get('alice'))).code).toBe('store-failed');
      expect((await rejected(store.list({ limit: 1 }))).code).toBe('store-failed');
    },
  );
});

describe('bad input of the DynamoDB store', () => {
  const { client: good } = answering({});
  it.each([undefined, null, 1, 'client', {}, { ...good, scan: undefined }, { ...good, get: 1 }])(
    '%o is no client',
    (bad) => {
      expect(thrown(() => dynamodbStore(bad as DynamodbDocument)).code).toBe('invalid-argument');
    },
  );

  it.each([null, 1, 'mfa', { table: '' }, { table: 1 }, { tabel: 'mfa' }])('%j are no options', (bad) => {
    expect(thrown(() => dynamodbStore(good, bad as never)).code).toBe('invalid-argument');
    expect(thrown(() => dynamodbTable(bad as never)).code).toBe('invalid-argument');
  });
});

describe('on dynalite', () => {
  it('an item beyond 400 kB and an id beyond 2048 bytes are refused, not cut', async () => {
    const store = storeOn(client, await freshTable());
    const large = { revision: 'r1', record: { text: 'a'.repeat(400 * 1024) } };
    expect(await rejected(store.compareAndSet('alice', undefined, large))).toMatchObject({ code: 'store-failed' });
    expect(await store.get('alice')).toBeUndefined();
    const longId = 'a'.repeat(2049);
    expect(await rejected(store.compareAndSet(longId, undefined, ROW))).toMatchObject({ code: 'store-failed' });
  });
});
