export { type RedisCommand, type RedisStoreOptions, redisStore } from './redis.js';
