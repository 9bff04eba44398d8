import { invalid } from './check.js';

/** UTF-16 units. Two names of this length still fit into one QR code, unless they are written in a script of three bytes. */
export const LONGEST_SHOWN = 256;

/**
 * Controls, line separators, half surrogate pairs and the marks that turn the direction of writing: what they do to the
 * list of an app, or to a page that quotes the name, is none of the person's name.
 */
const UNSHOWABLE = /[\p{Cc}\p{Zl}\p{Zp}\p{Surrogate}\p{Bidi_Control}]/gu;

/** A name as an app shows it: without what cannot be shown, and trimmed. May be empty. */
export function cleanName(name: string): string {
  return name.replace(UNSHOWABLE, '').trim();
}

/**
 * Checks a name that an authenticator app will show, by the one rule that all ways in have.
 *
 * @param what - `issuer`, which holds no colon because apps split the label there, or `account`, whose colons are
 *   written `%3A` behind an issuer
 * @returns the name, cleaned
 * @throws MfaError `invalid-argument`
 */
export function shownName(name: unknown, what: 'issuer' | 'account'): string {
  const fault = typeof name === 'string' ? faultOf(cleanName(name), what) : 'must be a text that is not empty';
  if (fault !== undefined) throw invalid(`${what} ${fault}`);
  return cleanName(name as string);
}

/** Whether a name that was read would be written to the letter. */
export function isShownName(name: string, what: 'issuer' | 'account'): boolean {
  return name === cleanName(name) && faultOf(name, what) === undefined;
}

function faultOf(clean: string, what: 'issuer' | 'account'): string | undefined {
  if (clean === '') return 'must be a text that is not empty: white space and controls do not count';
  if (clean.length > LONGEST_SHOWN) return `must not be longer than ${LONGEST_SHOWN} characters`;
  if (what === 'issuer' && clean.includes(':')) return 'must not hold a colon: apps split the label there';
  return undefined;
}
