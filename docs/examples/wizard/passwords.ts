import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';

/** How much work a guess costs. */
export interface PasswordCost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

/** OWASP Password Storage Cheat Sheet: 32 MiB, three times. */
export const PASSWORD_COST: PasswordCost = { N: 2 ** 15, r: 8, p: 3 };

const SHORTEST = 8;
const LONGEST = 256;

/** Long enough to resist, short enough to hash; any characters (NIST SP 800-63B §5.1.1.2). */
export function isAcceptable(password: string): boolean {
  const { length } = [...password];
  return length >= SHORTEST && length <= LONGEST;
}

/** With its cost in front, so that a higher one can come later. */
export async function hashPassword(password: string, { N, r, p }: PasswordCost): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password, salt, { N, r, p });
  return ['scrypt', N, r, p, salt.toString('base64url'), key.toString('base64url')].join('$');
}

export async function isPassword(password: string, hash: string): Promise<boolean> {
  const [, N, r, p, salt = '', key = ''] = hash.split('$');
  const cost = { N: Number(N), r: Number(r), p: Number(p) };
  const derived = await derive(password, Buffer.from(salt, 'base64url'), cost);
  return timingSafeEqual(derived, Buffer.from(key, 'base64url'));
}

const KEY_BYTES = 32;

/** One spelling of what looks the same; no more of an overlong one than is needed to be wrong. */
function derive(password: string, salt: Buffer, cost: PasswordCost): Promise<Buffer> {
  const text = [...password.normalize('NFKC')].slice(0, LONGEST + 1).join('');
  const options: ScryptOptions = { ...cost, maxmem: 256 * cost.N * cost.r };
  return new Promise((resolve, reject) => {
    scrypt(text, salt, KEY_BYTES, options, (error, key) => (error === null ? resolve(key) : reject(error)));
  });
}
