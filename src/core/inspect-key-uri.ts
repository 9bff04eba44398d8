import { type AppCompatibility, appCompatibility } from './app-compatibility.js';
import type { KeyUriSpelling } from './app-reports.js';
import { type KeyUriReason, type KeyUriWarning, type ParseKeyUriResult, parseKeyUri } from './parse-key-uri.js';

/** A warning of {@link inspectKeyUri}, and what it means. */
export interface KeyUriExplanation {
  readonly warning: KeyUriWarning;
  /** In English, for whoever looks into a key URI: not for the person who enrolls. */
  readonly text: string;
}

/** What {@link parseKeyUri} reads, explained. */
export type KeyUriInspection =
  | (Extract<ParseKeyUriResult, { ok: true }> & {
      readonly explanations: readonly KeyUriExplanation[];
      /** What each known app makes of it. */
      readonly apps: readonly AppCompatibility[];
    })
  | (Extract<ParseKeyUriResult, { ok: false }> & {
      /** What the reason means, and where to go, in English. */
      readonly text: string;
    });

/** The warnings, in words. */
const WARNINGS: Readonly<Record<KeyUriWarning, string>> = {
  'may-show-other-codes':
    'Some programs compute other codes for a parameter that is not read here. Ask whoever made the key URI which codes they expect.',
  'misspelt-parameter': 'The name of a parameter is almost a known one. It is not read: the default is used.',
  'issuer-mismatch': 'Label and parameter name different issuers. The parameter counts; labelIssuer has the other.',
  'no-issuer': 'Nobody is named as issuer: in an app, entries without one are hard to tell apart.',
  'unusual-name':
    'A name is empty or longer than 256 characters, or has white space at its ends, controls, marks that turn the direction of writing, or a colon where apps split.',
  'short-secret': 'The secret is shorter than the 128 bits that RFC 4226 asks for.',
  'non-canonical-secret':
    'The secret is not written as upper-case base32 without padding and separators. Some apps refuse that.',
  'unusual-algorithm': 'The algorithm is not written SHA1, SHA256 or SHA512. Some apps refuse that.',
  'plus-for-space': 'A space is written as plus, as in a form. Most apps show the plus.',
  'html-escaped-ampersand': 'Its ampersands went through an HTML escaper. Some apps lose the parameters behind them.',
  'fragment-ignored': 'What follows the number sign is ignored. If it belongs to a name, it has to be written %23.',
  'unknown-parameter': 'A parameter is unknown, and so is whether it matters. Most only change the look.',
};

/** The reasons, in words. */
const REASONS: Readonly<Record<KeyUriReason, string>> = {
  'not-a-key-uri': 'It does not begin with otpauth://.',
  'google-export':
    'It is an export of Google Authenticator, which holds several accounts. Scan the QR code that the site shows, or set up anew there.',
  'steam-codes':
    "Steam's codes are five letters and digits, made in a way of their own. Use Steam's own app, or one that has Steam's codes.",
  'too-long': 'It is longer than 4,296 characters. No QR code holds that many.',
  'unsupported-type': 'The type behind otpauth:// is neither totp nor hotp.',
  'malformed-encoding': 'A percent sign does not begin an escape of UTF-8. A percent sign itself is written %25.',
  'duplicate-parameter': 'A parameter stands there twice, and nobody can tell which one counts.',
  'missing-secret': 'There is no secret. Perhaps its name is misspelt, or the question mark before it is escaped.',
  'malformed-secret':
    'The secret is not base32, which has the letters A to Z and the digits 2 to 7, or a character of it was lost.',
  'unsupported-algorithm': 'The algorithm is none of SHA1, SHA256 and SHA512.',
  'unsupported-digits': 'Codes have 6, 7 or 8 digits.',
  'unsupported-period': 'A period has 1 to 86,400 whole seconds.',
  'malformed-counter': 'A hotp key URI needs a counter, a whole number from 0 to 2^53-1.',
};

/**
 * Reads a key URI as `parseKeyUri` does, and explains it: the values, each warning in words, which apps would show wrong
 * codes or refuse it, or the reason of a refusal with its position. For support, for tests, and for whoever writes key URIs;
 * a program that only enrolls needs `parseKeyUri`, which is smaller.
 *
 * @param text - anything
 * @returns what `parseKeyUri` returns, with `explanations` and `apps`; or the reason with its `text`: `not-a-key-uri`,
 *   `google-export`, `steam-codes`, `too-long`, `unsupported-type`, `malformed-encoding`, `duplicate-parameter`,
 *   `missing-secret`, `malformed-secret`, `unsupported-algorithm`, `unsupported-digits`, `unsupported-period`,
 *   `malformed-counter`. No text holds anything of the key URI
 * @see Key Uri Format of google-authenticator
 * @example
 * import { inspectKeyUri } from 'lockstep-mfa/core';
 *
 * const read = inspectKeyUri('otpauth://totp/Acme:alice?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Acme&period=60');
 * if (!read.ok) throw new Error(`${read.text} Position ${read.position}`);
 * const wrong = read.apps.filter(({ verdict }) => verdict === 'wrong-codes');
 * console.log(wrong.some(({ app }) => app === 'Google Authenticator')); // true
 */
export function inspectKeyUri(text: unknown): KeyUriInspection {
  const parsed = parseKeyUri(text);
  if (!parsed.ok) return { ...parsed, text: REASONS[parsed.reason] };
  const { type, parameters } = parsed.keyUri;
  const explanations = parsed.warnings.map((warning) => ({ warning, text: WARNINGS[warning] }));
  const apps = appCompatibility({ ...parameters, type, spelling: spellingOf(text as string, parsed.warnings) });
  return { ...parsed, explanations, apps };
}

function spellingOf(text: string, warnings: readonly KeyUriWarning[]): KeyUriSpelling[] {
  const spelling: KeyUriSpelling[] = [];
  if (warnings.includes('unusual-algorithm')) spelling.push('algorithm-spelling');
  if (/[?&;]secret=[^&#]*(?:=|%3d)/i.test(text)) spelling.push('padded-secret');
  return spelling;
}
