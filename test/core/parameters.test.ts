import { formatKeyUri, generateSecret } from 'lockstep-mfa';
import { createDevice } from 'lockstep-mfa/device';
import { describe, expect, it } from 'vitest';

const misspelt = { period: 60 } as { periodSeconds?: number };

describe('parameters', () => {
  it('refuse a name that they do not have, where it would silently mean the default', () => {
    const refused = expect.objectContaining({ code: 'invalid-argument' });
    expect(() => createDevice({ serialNumber: 'a', nowMs: 1.7e12, parameters: misspelt })).toThrow(refused);
    expect(() => formatKeyUri({ account: 'a', secret: generateSecret(), parameters: misspelt })).toThrow(refused);
  });

  it('take the defaults where they say nothing', () => {
    const { parameters } = createDevice({ serialNumber: 'a', nowMs: 1.7e12, parameters: { digits: 8 } });
    expect(parameters).toEqual({ algorithm: 'SHA1', digits: 8, periodSeconds: 30 });
  });
});
