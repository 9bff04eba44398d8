export * from './core/index.js';
export * from './device/index.js';
