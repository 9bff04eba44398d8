export {
  migratePostgres,
  type PostgresClient,
  type PostgresStoreOptions,
  postgresSchema,
  postgresStore,
} from './postgres.js';
