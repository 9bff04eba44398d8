export { totp } from 'lockstep-mfa/dist/core.js';
export { memoryStore } from 'lockstep-mfa/dist/stores/memory.js';
