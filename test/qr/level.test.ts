import { qrPng } from 'lockstep-mfa/qr';
import { describe, expect, it } from 'vitest';
import { modulesOf, pictureOfPng, read, symbolOf } from './pictures.js';

/** Bytes that versions 1 to 40 hold at level M (ISO/IEC 18004 table 7). */
const BYTES_AT_M = [
  14, 26, 42, 62, 84, 106, 122, 152, 180, 213, 251, 287, 331, 362, 412, 450, 504, 560, 624, 666, 711, 779, 857, 911,
  997, 1059, 1125, 1190, 1264, 1370, 1452, 1538, 1628, 1722, 1809, 1911, 1989, 2099, 2213, 2331,
];
const versions = BYTES_AT_M.map((bytes, at) => [at + 1, bytes] as const);

function keyUriOf(bytes: number): string {
  return 'otpauth://totp/Acme:alice?secret=7YMWKCWCENMAMGYUZCNFEIWTKKAMI6ZY&issuer='.padEnd(bytes, 'A').slice(0, bytes);
}

function symbolFor(bytes: number): { version: number; level: string } {
  return symbolOf(modulesOf(pictureOfPng(qrPng(keyUriOf(bytes), { modulePixels: 4 })), 4));
}

describe('level M up to version 10', () => {
  it.each(versions.slice(0, 10))('version %i holds %i bytes', (version, bytes) => {
    expect(symbolFor(bytes)).toEqual({ version, level: 'M' });
  });

  it.each(versions.slice(0, 9))('and not a byte more: after version %i, %i bytes', (version, bytes) => {
    expect(symbolFor(bytes + 1)).toEqual({ version: version + 1, level: 'M' });
  });
});

describe('beyond, level L saves a version even where M is full', () => {
  it.each(versions.slice(10))('version %i at M, %i bytes', (versionAtM, bytes) => {
    const { version, level } = symbolFor(bytes);
    expect(level).toBe('L');
    expect(version).toBeLessThan(versionAtM);
  });

  it('from the first byte', () => {
    expect(symbolFor(214)).toEqual({ version: 9, level: 'L' });
  });
});

describe('the longest text', () => {
  it('fills version 40 at L', () => {
    expect(symbolFor(2953)).toEqual({ version: 40, level: 'L' });
    expect(read(pictureOfPng(qrPng(keyUriOf(2953), { modulePixels: 4 })))).toBe(keyUriOf(2953));
  });
});
