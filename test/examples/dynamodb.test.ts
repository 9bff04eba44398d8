import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { CreateTableCommand, DynamoDBClient, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import dynalite from 'dynalite';
import { createMfaService, type MfaStore, plaintextSealer } from 'lockstep-mfa';
import { fixedClock, storeContract, virtualAuthenticator } from 'lockstep-mfa/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamoStore } from '../../docs/examples/dynamodb-store.js';

const server: Server = dynalite({ createTableMs: 0 });
let client: DynamoDBClient;
beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  client = new DynamoDBClient({
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
  const TableName = randomUUID();
  const key = { AttributeName: 'userId' } as const;
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ ...key, AttributeType: 'S' }],
      KeySchema: [{ ...key, KeyType: 'HASH' }],
    }),
  );
  // It answers before there is a table, as DynamoDB does.
  await waitUntilTableExists({ client, maxWaitTime: 60, minDelay: 0.01, maxDelay: 0.1 }, { TableName });
  return TableName;
}

/** Against dynalite, an implementation of DynamoDB's interface. */
describe('the DynamoDB store of the examples keeps the contract', () => {
  const checks = storeContract(async () => dynamoStore(DynamoDBDocumentClient.from(client), await freshTable()));
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
    const cut = new DynamoDBClient({
      endpoint: origin,
      region: 'test',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    });
    const table = await freshTable();
    const store = dynamoStore(DynamoDBDocumentClient.from(cut), table);
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
