import { formatKeyUri, generateSecret } from 'lockstep-mfa';
import { createDevice } from 'lockstep-mfa/device';
import { describe, expect, it } from 'vitest';
import { thrown } from '../support/thrown.js';

const misspelt = { period: 60 } as { periodSeconds?: number };

describe('parameters', () => {
  it('refuse a name that they do not have, where it would silently mean the default', () => {
    const create = () => createDevice({ serialNumber: 'a', nowMs: 1.7e12, parameters: misspelt });
    const format = () => formatKeyUri({ account: 'a', secret: generateSecret(), parameters: misspelt });
    for (const call of [create, format]) expect(thrown(call).code).toBe('invalid-argument');
  });

  it('take the defaults where they say nothing', () => {
    const { parameters } = createDevice({ serialNumber: 'a', nowMs: 1.7e12, parameters: { digits: 8 } });
    expect(parameters).toEqual({ algorithm: 'SHA1', digits: 8, periodSeconds: 30 });
  });
});
