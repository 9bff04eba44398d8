import { parseKeyUri } from 'lockstep-mfa/core';
import { expect, it, vi } from 'vitest';

// A fault of the library's own, in place of a text that is no base32.
vi.mock('../../src/core/base32.js', () => ({
  decodeBase32: () => {
    throw new RangeError('a fault');
  },
}));

it('a fault inside is thrown, and never answered as a malformed key URI', () => {
  expect(() => parseKeyUri('otpauth://totp/a?secret=GKYZBNDOUYNKRDFSBSAFQPO2GBBSDIAG')).toThrow(RangeError);
});
