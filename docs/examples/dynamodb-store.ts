// A store that the library does not bring: Amazon DynamoDB, against the port. Its test is the contract.
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { MfaStore } from 'lockstep-mfa';

export function dynamoStore(client: DynamoDBDocumentClient, TableName: string): MfaStore {
  return {
    async get(userId) {
      const { Item } = await client.send(new GetCommand({ TableName, Key: { userId }, ConsistentRead: true }));
      return Item && { revision: Item['revision'], record: JSON.parse(Item['record']) };
    },

    async compareAndSet(userId, expectedRevision, next) {
      const where =
        expectedRevision === undefined
          ? { ConditionExpression: 'attribute_not_exists(userId)' }
          : {
              ConditionExpression: 'revision = :expected',
              ExpressionAttributeValues: { ':expected': expectedRevision },
            };
      try {
        if (next === undefined) await client.send(new DeleteCommand({ TableName, Key: { userId }, ...where }));
        else {
          const Item = { userId, revision: next.revision, record: JSON.stringify(next.record) };
          await client.send(new PutCommand({ TableName, Item, ...where }));
        }
        return 'stored';
      } catch (error) {
        // Also for a write of our own that landed: the SDK sends it again after a lost answer. The service reads the row then, and
        // finds its write in it.
        if (error instanceof ConditionalCheckFailedException) return 'conflict';
        throw error; // becomes `store-failed`, never a yes
      }
    },
  };
}
