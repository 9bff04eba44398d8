export { asyncSqliteStore, type SqliteQuery } from './async-sqlite.js';
export {
  type SqliteDatabase,
  type SqliteStatement,
  type SqliteStoreOptions,
  sqliteSchema,
  sqliteStore,
} from './sqlite.js';
