export { type MysqlClient, type MysqlStoreOptions, migrateMysql, mysqlSchema, mysqlStore } from './mysql.js';
