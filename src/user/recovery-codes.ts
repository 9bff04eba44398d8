import { LONGEST_TYPED } from '../core/typed-code.js';
import type { Context } from './context.js';
import { hash, toHex } from './hash.js';
import type { RecoverySet, UserRecord } from './record.js';

/** Crockford's base32: no I, L, O or U to be misread. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/** 24 characters of 5 bits. */
export const CODE_BYTES = 24;

/**
 * Makes new codes, and the set that keeps them as hashes.
 *
 * @see NIST SP 800-63B §5.1.2: look-up secrets
 */
export function makeRecoveryCodes({ policy, random }: Context): { codes: string[]; recovery: RecoverySet } {
  const count = policy.recoveryCodes;
  const bytes = random('recovery codes', count * CODE_BYTES);
  const codes = Array.from({ length: count }, (_, i) => codeOf(bytes.subarray(i * CODE_BYTES, (i + 1) * CODE_BYTES)));
  const salt = toHex(random('salt of recovery codes', 16));
  return { codes, recovery: { salt, unused: codes.map((code) => hashOf(salt, code)), used: [] } };
}

/** Writes a code of 120 bits, five of each byte. */
export function codeOf(bytes: Uint8Array): string {
  let code = '';
  for (const byte of bytes) code += ALPHABET.charAt(byte & 31);
  return code.replace(/.{4}(?=.)/g, '$&-');
}

/**
 * Reads a recovery code as a person typed it: any case and separators, O for 0, I and L for 1. Writes it as it was
 * shown.
 */
export function parseRecoveryCode(typed: unknown): string | undefined {
  if (typeof typed !== 'string' || typed.length > LONGEST_TYPED) return undefined;
  const bare = typed.replace(/[\s\p{Pd}\p{Cf}]/gu, '');
  if (!/^[0-9A-TV-Za-tv-z]{24}$/.test(bare)) return undefined;
  const upper = bare.toUpperCase().replaceAll('O', '0').replace(/[IL]/g, '1');
  return upper.replace(/.{4}(?=.)/g, '$&-');
}

/** Uses a code up: gives the next set, or the reason why not. Compares every hash. */
export function useRecoveryCode(
  set: RecoverySet,
  code: string,
): RecoverySet | 'recovery-code-reused' | 'recovery-code-mismatch' {
  const wanted = hashOf(set.salt, code);
  if (set.used.includes(wanted)) return 'recovery-code-reused';
  if (!set.unused.includes(wanted)) return 'recovery-code-mismatch';
  const unused = set.unused.filter((other) => other !== wanted);
  return { ...set, unused, used: [...set.used, wanted] };
}

export function isUnused(set: RecoverySet, code: string): boolean {
  return set.unused.includes(hashOf(set.salt, code));
}

/** The set in place of both: of the one in force and of the next. */
export function inForce(record: UserRecord, set: RecoverySet): UserRecord {
  const { nextRecovery: _, ...rest } = record;
  return { ...rest, recovery: set };
}

function hashOf(salt: string, code: string): string {
  return hash('lockstep-mfa recovery code', salt, code);
}
