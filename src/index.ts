export * from './core/index.js';
export * from './device/index.js';
export * from './service/index.js';
