export { type PostgresClient, type PostgresStoreOptions, postgresSchema, postgresStore } from './postgres.js';
