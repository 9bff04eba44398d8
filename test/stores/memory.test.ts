import { memoryStore } from 'lockstep-mfa/stores/memory';
import { storeContract } from 'lockstep-mfa/testing';
import { describe, it } from 'vitest';

describe('the memory store', () => {
  for (const { name, run } of storeContract(memoryStore)) it(name, run);
});
