export { type SqliteDatabase, type SqliteStoreOptions, sqliteSchema, sqliteStore } from './sqlite.js';
