export {
  type DynamodbCondition,
  type DynamodbDocument,
  type DynamodbStoreOptions,
  type DynamodbTable,
  dynamodbStore,
  dynamodbTable,
} from './dynamodb.js';
