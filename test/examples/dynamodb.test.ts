import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CreateTableCommand, DynamoDBClient, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import dynalite from 'dynalite';
import { storeContract } from 'lockstep-mfa/testing';
import { afterAll, beforeAll, describe, it } from 'vitest';
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

/** Against dynalite, an implementation of DynamoDB's interface. */
describe('the DynamoDB store of the examples keeps the contract', () => {
  const checks = storeContract(async () => {
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
    return dynamoStore(DynamoDBDocumentClient.from(client), TableName);
  });
  for (const { name, run } of checks) it(name, run);
});
