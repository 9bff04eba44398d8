import type { RandomBytes } from '../core/index.js';
import { digest, randomHex } from './digest.js';
import type { RecoverySet } from './record.js';

/** Crockford's base32: no I, L, O or U to be misread. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const CHARACTERS = 24; // 120 bits

/**
 * New codes, and the set that remembers them as hashes.
 *
 * @see NIST SP 800-63B §5.1.2: look-up secrets
 */
export function makeRecoveryCodes(count: number, random: RandomBytes): { codes: string[]; recovery: RecoverySet } {
  const codes = Array.from({ length: count }, () => makeCode(random));
  const salt = randomHex(random, 16);
  return { codes, recovery: { salt, unused: codes.map((code) => hash(salt, code)), used: [] } };
}

function makeCode(random: RandomBytes): string {
  let code = '';
  for (const byte of random(CHARACTERS)) code += ALPHABET.charAt(byte & 31);
  return code.replace(/.{4}(?=.)/g, '$&-');
}

/** The code as it was shown, from what a person typed: any case and separators, O for 0, I and L for 1. */
export function parseRecoveryCode(typed: unknown): string | undefined {
  if (typeof typed !== 'string') return undefined;
  const bare = typed.replace(/[\s\p{Pd}\p{Cf}]/gu, '');
  if (!/^[0-9A-TV-Za-tv-z]{24}$/.test(bare)) return undefined;
  const upper = bare.toUpperCase().replaceAll('O', '0').replace(/[IL]/g, '1');
  return upper.replace(/.{4}(?=.)/g, '$&-');
}

/** The set with the code used up, or what is wrong with it. Every hash is compared. */
export function useRecoveryCode(recovery: RecoverySet, code: string): RecoverySet | 'code-reused' | 'code-mismatch' {
  const wanted = hash(recovery.salt, code);
  if (recovery.used.includes(wanted)) return 'code-reused';
  if (!recovery.unused.includes(wanted)) return 'code-mismatch';
  const unused = recovery.unused.filter((other) => other !== wanted);
  return { ...recovery, unused, used: [...recovery.used, wanted] };
}

function hash(salt: string, code: string): string {
  return digest('lockstep-mfa recovery code', salt, code);
}
