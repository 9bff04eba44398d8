export * from './core/index.js';
export * from './service/index.js';
