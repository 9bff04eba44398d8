import { checkNames, checkObject, invalid } from '../../core/check.js';
import { MfaError } from '../../errors.js';
import type { ListingStore } from '../../service/ports.js';
import { driverFailed } from '../driver-error.js';
import { parseStoredRecord } from '../stored-record.js';

/** One row as plain values. */
interface Item {
  readonly userId: string;
  readonly revision: string;
  readonly record: string;
}
interface Key {
  readonly userId: string;
}
/** That of a write. */
export interface DynamodbCondition {
  readonly ConditionExpression: string;
  readonly ExpressionAttributeValues?: Record<string, string>;
}

/** The part of `DynamoDBDocument` of `@aws-sdk/lib-dynamodb` that the store uses. */
export interface DynamodbDocument {
  /** Reads one item. */
  get(input: { TableName: string; Key: { userId: string }; ConsistentRead: true }): Promise<object>;
  /** Writes one item, on a condition. */
  put(
    input: { TableName: string; Item: { userId: string; revision: string; record: string } } & DynamodbCondition,
  ): Promise<object>;
  /** Removes one item, on a condition. */
  delete(input: { TableName: string; Key: { userId: string } } & DynamodbCondition): Promise<object>;
  /** Reads the items of a part of the table. */
  scan(input: {
    TableName: string;
    ConsistentRead: true;
    Limit: number;
    ExclusiveStartKey?: { userId: string };
  }): Promise<object>;
}

export interface DynamodbStoreOptions {
  /** A name of the table, or its ARN. Default `lockstep-mfa`. */
  readonly table?: string;
}

/** What `createTable` of the SDK takes. */
export interface DynamodbTable {
  readonly TableName: string;
  readonly BillingMode: 'PAY_PER_REQUEST';
  readonly AttributeDefinitions: { readonly AttributeName: 'userId'; readonly AttributeType: 'S' }[];
  readonly KeySchema: { readonly AttributeName: 'userId'; readonly KeyType: 'HASH' }[];
}

/**
 * A store over the DynamoDB client that the application already has, in the table of {@link dynamodbTable}; each
 * compare-and-set is one conditional write of one item, and each read is consistent.
 *
 * - The SDK sends a write again whose answer was lost. It is then a conflict with itself, which the service finds in the row
 *   and answers: no code counts twice, and nobody is shut out.
 * - One region writes. In a global table with eventual consistency the last writer wins, so that a code counts once in
 *   each region; and a cache before the table (DAX) shows a code as unused.
 * - Set no TTL: an item that expired reads as a user without MFA.
 * - An item has at most 400 kB and a user id 2048 bytes in UTF-8; DynamoDB refuses what is longer.
 *
 * What the client throws becomes `store-failed`, with a cause that has its name, code and message and nothing else. The
 * write may have been done all the same; the service reads what became of it.
 *
 * @param client - `DynamoDBDocument.from(new DynamoDBClient())`
 * @throws MfaError `invalid-argument`
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ConditionExpressions.html
 * @example
 * import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
 * import { DynamoDBDocument } from '@aws-sdk/lib-dynamodb';
 * import { dynamodbStore } from 'lockstep-mfa/stores/dynamodb';
 *
 * const client = DynamoDBDocument.from(new DynamoDBClient({ region: 'eu-west-1' }));
 * const store = dynamodbStore(client, { table: 'mfa' });
 * console.log(typeof store.get); // 'function'
 */
export function dynamodbStore(client: DynamodbDocument, options: DynamodbStoreOptions = {}): ListingStore {
  checkObject(client, 'client');
  const methods = client as unknown as Readonly<Record<string, unknown>>;
  for (const name of ['get', 'put', 'delete', 'scan']) {
    if (typeof methods[name] !== 'function') {
      throw invalid(`client must have the method ${name}, as DynamoDBDocument of @aws-sdk/lib-dynamodb has`);
    }
  }
  const TableName = tableOf(options);

  const asked = async (call: () => Promise<unknown>): Promise<Readonly<Record<string, unknown>>> => {
    try {
      const answer = await call();
      if (typeof answer !== 'object' || answer === null) throw unexpected();
      return answer as Readonly<Record<string, unknown>>;
    } catch (thrown) {
      throw failed(thrown);
    }
  };
  const read = async (userId: string): Promise<Item | undefined> => {
    const { Item } = await asked(() => client.get({ TableName, Key: { userId }, ConsistentRead: true }));
    return Item === undefined ? undefined : itemOf(Item);
  };

  return {
    async get(userId) {
      const item = await read(userId);
      return item && { revision: item.revision, record: parseStoredRecord(item.record) };
    },

    async compareAndSet(userId, expectedRevision, next) {
      if (next === undefined && expectedRevision === undefined) {
        return (await read(userId)) === undefined ? 'stored' : 'conflict';
      }
      const where: DynamodbCondition =
        expectedRevision === undefined
          ? { ConditionExpression: 'attribute_not_exists(userId)' }
          : {
              ConditionExpression: 'revision = :expected',
              ExpressionAttributeValues: { ':expected': expectedRevision },
            };
      try {
        if (next === undefined) await client.delete({ TableName, Key: { userId }, ...where });
        else {
          const Item = { userId, revision: next.revision, record: JSON.stringify(next.record) };
          await client.put({ TableName, Item, ...where });
        }
        return 'stored';
      } catch (thrown) {
        // Also of a write of its own that landed, and was sent again.
        if (Object(thrown).name === 'ConditionalCheckFailedException') return 'conflict';
        throw failed(thrown);
      }
    },

    // The order is that of the hashes of the ids, and does not move.
    async list({ cursor, limit }) {
      const from = cursor === undefined ? {} : { ExclusiveStartKey: { userId: cursor } };
      const page = await asked(() => client.scan({ TableName, ConsistentRead: true, Limit: limit, ...from }));
      const { Items, LastEvaluatedKey } = page as { readonly Items?: unknown; readonly LastEvaluatedKey?: Key };
      if (!Array.isArray(Items)) throw unexpected();
      const rows = Items.map(itemOf).map(({ userId, revision, record }) => {
        return { userId, revision, record: parseStoredRecord(record) };
      });
      return { rows, cursor: LastEvaluatedKey?.userId };
    },
  };
}

/**
 * The input of `createTable`, which makes the table: one text as its key, paid by the request. For another way to pay, or
 * for point-in-time recovery, take its `AttributeDefinitions` and `KeySchema`.
 *
 * @throws MfaError `invalid-argument`
 * @example
 * import { dynamodbTable } from 'lockstep-mfa/stores/dynamodb';
 *
 * console.log(dynamodbTable({ table: 'mfa' }).KeySchema); // [ { AttributeName: 'userId', KeyType: 'HASH' } ]
 */
export function dynamodbTable(options: DynamodbStoreOptions = {}): DynamodbTable {
  return {
    TableName: tableOf(options),
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'userId', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'userId', KeyType: 'HASH' }],
  };
}

function tableOf(options: DynamodbStoreOptions): string {
  checkObject(options, 'options');
  checkNames(options, ['table']);
  const { table = 'lockstep-mfa' } = options;
  if (typeof table !== 'string' || table === '') throw invalid('table must be the name of a table, or its ARN');
  return table;
}

function itemOf(item: unknown): Item {
  const { userId, revision, record } = Object(item) as Partial<Record<keyof Item, unknown>>;
  if (typeof userId !== 'string' || typeof revision !== 'string' || typeof record !== 'string') throw unexpected();
  return { userId, revision, record };
}

function unexpected(): MfaError {
  return new MfaError('store-failed', 'DynamoDB or its client answered with something else than items of this table');
}

function failed(thrown: unknown): MfaError {
  return thrown instanceof MfaError ? thrown : driverFailed('DynamoDB', thrown);
}
