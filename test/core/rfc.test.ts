import { type Algorithm, counterAt, hotp, type Secret, secretFromBytes, totp } from 'lockstep-mfa/core';
import { describe, expect, it } from 'vitest';
import { prepareKey, truncatedHmac } from '../../src/core/hmac/hmac.js';
import { hmacOf, truncate } from '../support/reference.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('RFC 4226 appendix D', () => {
  const key = bytes('12345678901234567890');
  const secret = secretFromBytes(key);
  it.each([
    [0, 'cc93cf18508d94934c64b65d8ba7667fb7cde4b0', '4c93cf18', 1284755224, '755224'],
    [1, '75a48a19d4cbe100644e8ac1397eea747a2d33ab', '41397eea', 1094287082, '287082'],
    [2, '0bacb7fa082fef30782211938bc1c5e70416ff44', '82fef30', 137359152, '359152'],
    [3, '66c28227d03a2d5529262ff016a1e6ef76557ece', '66ef7655', 1726969429, '969429'],
    [4, 'a904c900a64b35909874b33e61c5938a8e15ed1c', '61c5938a', 1640338314, '338314'],
    [5, 'a37e783d7b7233c083d4f62926c7a25f238d0316', '33c083d4', 868254676, '254676'],
    [6, 'bc9cd28561042c83f219324d3c607256c03272ae', '7256c032', 1918287922, '287922'],
    [7, 'a4fb960c0bc06e1eabb804e5b397cdc4b45596fa', '4e5b397', 82162583, '162583'],
    [8, '1b3c89f65e6c9e883012052823443f048b4332db', '2823443f', 673399871, '399871'],
    [9, '1637409809a679dc698207310c8c7fc07290d9e5', '2679dc69', 645520489, '520489'],
  ])('counter %d', (counter, hmacHex, truncatedHex, truncated, code) => {
    expect(hmacOf('SHA1', key, counter).toString('hex')).toBe(hmacHex);
    expect(truncate(Buffer.from(hmacHex, 'hex'))).toBe(truncated);
    expect(truncated.toString(16)).toBe(truncatedHex);
    expect(truncatedHmac('SHA1')(prepareKey('SHA1', key), counter)).toBe(truncated);
    expect(hotp(secret, counter)).toBe(code);
  });

  it('cuts 6, 7 and 8 digits from the same number (R4)', () => {
    expect(hotp(secret, 0, { digits: 6 })).toBe('755224');
    expect(hotp(secret, 0, { digits: 7 })).toBe('4755224');
    expect(hotp(secret, 0, { digits: 8 })).toBe('84755224');
  });
});

describe('RFC 6238 appendix B', () => {
  /** As in the reference implementation: the key of each algorithm is as long as its hash. */
  const secrets: Record<Algorithm, Secret> = {
    SHA1: secretFromBytes(bytes('12345678901234567890')),
    SHA256: secretFromBytes(bytes('12345678901234567890123456789012')),
    SHA512: secretFromBytes(bytes('1234567890123456789012345678901234567890123456789012345678901234')),
  };
  it.each([
    [59, '0000000000000001', '94287082', '46119246', '90693936'],
    [1111111109, '00000000023523EC', '07081804', '68084774', '25091201'],
    [1111111111, '00000000023523ED', '14050471', '67062674', '99943326'],
    [1234567890, '000000000273EF07', '89005924', '91819424', '93441116'],
    [2000000000, '0000000003F940AA', '69279037', '90698825', '38618901'],
    [20000000000, '0000000027BC86AA', '65353130', '77737706', '47863826'],
  ])('%d s', (seconds, t, SHA1, SHA256, SHA512) => {
    const nowMs = seconds * 1000;
    const options = { nowMs, digits: 8 } as const;
    expect(counterAt({ nowMs }).toString(16).toUpperCase().padStart(16, '0')).toBe(t);
    expect(totp(secrets.SHA1, options)).toBe(SHA1);
    expect(totp(secrets.SHA256, { ...options, algorithm: 'SHA256' })).toBe(SHA256);
    expect(totp(secrets.SHA512, { ...options, algorithm: 'SHA512' })).toBe(SHA512);
  });
});
