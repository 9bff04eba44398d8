export {
  type SqliteDatabase,
  type SqliteStatement,
  type SqliteStoreOptions,
  sqliteSchema,
  sqliteStore,
} from './sqlite.js';
