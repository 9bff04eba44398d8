import { isMfaError } from '../errors.js';
import { checkNames, checkObject, checkText, checkWhole, invalid, MAX_COUNTER } from './check.js';
import {
  type Algorithm,
  completeParameters,
  DEFAULT_PARAMETERS,
  type Digits,
  MAX_PERIOD_SECONDS,
  type OtpParameters,
} from './parameters.js';
import { formatSecret, parseSecret, type Secret } from './secret.js';

/** The content of a QR code, as an authenticator app reads it. */
export interface KeyUri {
  readonly issuer?: string;
  readonly account: string;
  readonly secret: Secret;
  readonly parameters: OtpParameters;
  /** Present in `otpauth://hotp` only. */
  readonly counter?: number;
}

export type ParseKeyUriResult =
  | {
      readonly ok: true;
      readonly keyUri: KeyUri;
      readonly warnings: readonly KeyUriWarning[];
      /** Parameters of which this library knows nothing (`image`, `color` …), decoded, in their order. */
      readonly unknownParameters: readonly (readonly [name: string, value: string])[];
    }
  | {
      readonly ok: false;
      readonly reason: KeyUriReason;
      /** Index into the text at which it went wrong. */
      readonly position: number;
    };

export type KeyUriWarning =
  | 'issuer-mismatch' // label and parameter differ: the parameter counts
  | 'no-issuer'
  | 'short-secret' // below the 16 bytes of RFC 4226 R6
  | 'non-canonical-secret' // its text changes when it is written again: padding, case, separators, leftover bits
  | 'plus-for-space'
  | 'html-escaped-ampersand'
  | 'fragment-ignored'
  | 'unknown-parameter';

export type KeyUriReason =
  | 'not-a-key-uri'
  | 'unsupported-type'
  | 'malformed-encoding'
  | 'duplicate-parameter'
  | 'missing-secret'
  | 'malformed-secret'
  | 'unsupported-algorithm'
  | 'unsupported-digits'
  | 'unsupported-period'
  | 'malformed-counter';

// ── writing ──

/**
 * Writes `otpauth://totp/Issuer:account?secret=…&issuer=Issuer`, or `otpauth://hotp/…&counter=…` where there is a
 * counter. Parameters that have their default value are left out: some apps refuse them, and the QR code stays small.
 *
 * @param keyUri.issuer - any text without a colon: neither part of a label can hold one
 * @param keyUri.account - likewise, and without a space at its beginning, which readers drop
 * @throws MfaError `invalid-argument`, `wiped-secret`
 * @see Key Uri Format of google-authenticator; RFC 3986 §2
 * @example
 * import { formatKeyUri, parseSecret } from 'lockstep-mfa/core';
 *
 * const secret = parseSecret('JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP');
 * console.log(formatKeyUri({ issuer: 'Acme Co', account: 'alice', secret }));
 * // otpauth://totp/Acme%20Co:alice?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Acme%20Co
 */
export function formatKeyUri(
  keyUri: Omit<KeyUri, 'parameters'> & { readonly parameters?: Partial<OtpParameters> },
): string {
  checkObject(keyUri, 'keyUri');
  checkNames(keyUri, ['issuer', 'account', 'secret', 'parameters', 'counter']);
  const { issuer, account, counter } = keyUri;
  if (issuer !== undefined) checkName(issuer, 'issuer');
  checkName(account, 'account');
  if (account.startsWith(' ')) throw invalid('account must not begin with a space');
  const parameters = completeParameters(keyUri.parameters);
  if (counter !== undefined) checkWhole(counter, 'counter', 0, MAX_COUNTER);

  const label = issuer === undefined ? encode(account) : `${encode(issuer)}:${encode(account)}`;
  let query = `secret=${formatSecret(keyUri.secret)}`;
  if (issuer !== undefined) query += `&issuer=${encode(issuer)}`;
  if (parameters.algorithm !== DEFAULT_PARAMETERS.algorithm) query += `&algorithm=${parameters.algorithm}`;
  if (parameters.digits !== DEFAULT_PARAMETERS.digits) query += `&digits=${parameters.digits}`;
  if (parameters.periodSeconds !== DEFAULT_PARAMETERS.periodSeconds) query += `&period=${parameters.periodSeconds}`;
  if (counter !== undefined) query += `&counter=${counter}`;
  return `otpauth://${counter === undefined ? 'totp' : 'hotp'}/${label}?${query}`;
}

function checkName(name: unknown, what: string): asserts name is string {
  checkText(name, what);
  if (name.includes(':')) throw invalid(`${what} must not hold a colon: the label of a key URI has one, as separator`);
}

/** RFC 3986 §2.3: all but the unreserved. `encodeURIComponent` leaves five of the reserved characters. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

// ── reading ──

class Refused extends Error {
  readonly reason: KeyUriReason;
  readonly position: number;
  constructor(reason: KeyUriReason, position: number) {
    super(reason);
    this.reason = reason;
    this.position = position;
  }
}

/** A piece of the text that stands between two delimiters, still encoded. */
interface Part {
  readonly raw: string;
  readonly position: number;
}

/**
 * Reads a key URI that a camera or a person brings: foreign text, hence a union and no throw. Tolerant about what is
 * only shown (label, issuer, unknown parameters), exact about what enters the code (secret, algorithm, digits, period,
 * counter): those are refused, never clamped or guessed, because a wrong guess gives well-formed codes that never
 * match.
 *
 * Its own codec: `URL` differs between runtimes, and removes line breaks inside the text.
 *
 * @param text - anything; no string is `not-a-key-uri`
 * @returns the parts, the `warnings`, and the parameters that this library does not know; or the `position` with the
 *   reason: `not-a-key-uri`, `unsupported-type`, `malformed-encoding`, `duplicate-parameter`, `missing-secret`,
 *   `malformed-secret`, `unsupported-algorithm`, `unsupported-digits`, `unsupported-period`, `malformed-counter`
 * @see Key Uri Format of google-authenticator; RFC 3986 §2
 * @example
 * import { parseKeyUri } from 'lockstep-mfa/core';
 *
 * const parsed = parseKeyUri('otpauth://totp/Acme:alice?secret=JBSWY3DPEHPK3PXP&issuer=Acme');
 * if (parsed.ok) console.log(parsed.keyUri.account, parsed.warnings); // 'alice' [ 'short-secret' ]
 * else console.log(parsed.reason, parsed.position);
 */
export function parseKeyUri(text: unknown): ParseKeyUriResult {
  if (typeof text !== 'string') return { ok: false, reason: 'not-a-key-uri', position: 0 };
  try {
    return read(text);
  } catch (error) {
    if (error instanceof Refused) return { ok: false, reason: error.reason, position: error.position };
    throw error;
  }
}

function read(text: string): ParseKeyUriResult {
  const start = text.search(/\S/);
  const scheme = /^\s*otpauth:\/\//i.exec(text);
  if (scheme === null) throw new Refused('not-a-key-uri', Math.max(0, start));
  const warnings = new Set<KeyUriWarning>();

  let end = text.trimEnd().length;
  const fragment = text.indexOf('#');
  if (fragment >= 0) {
    end = fragment;
    warnings.add('fragment-ignored');
  }
  const typeAt = scheme[0].length;
  const queryAt = indexOr(text, '?', typeAt, end);
  const labelAt = indexOr(text, '/', typeAt, queryAt);
  const type = text.slice(typeAt, labelAt).toLowerCase();
  if (type !== 'totp' && type !== 'hotp') throw new Refused('unsupported-type', typeAt);

  const label = { raw: text.slice(labelAt + 1, queryAt), position: labelAt + 1 };
  const { known, unknownParameters } = readQuery(text, queryAt + 1, end, warnings);
  if (unknownParameters.length > 0) warnings.add('unknown-parameter');

  const secretPart = known.get('secret');
  if (secretPart === undefined || secretPart.raw === '') {
    // Snippets for chart services escape the question mark, and the whole query becomes part of the label.
    const escaped = label.raw.search(/%3Fsecret=/i);
    throw new Refused('missing-secret', secretPart?.position ?? (escaped < 0 ? end : label.position + escaped));
  }
  const secret = readSecret(secretPart, warnings);
  const parameters: OtpParameters = {
    algorithm: readAlgorithm(known.get('algorithm')),
    digits: readDigits(known.get('digits')),
    periodSeconds: readPeriod(known.get('period')),
  };
  const counter = type === 'hotp' ? readCounter(known.get('counter'), end) : undefined;
  const { issuer, account } = readNames(label, known.get('issuer'), warnings);

  const keyUri = {
    ...(issuer === undefined ? {} : { issuer }),
    account,
    secret,
    parameters,
    ...(counter === undefined ? {} : { counter }),
  };
  return { ok: true, keyUri, warnings: [...warnings], unknownParameters };
}

function indexOr(text: string, delimiter: string, from: number, otherwise: number): number {
  const found = text.indexOf(delimiter, from);
  return found < 0 || found > otherwise ? otherwise : found;
}

const KNOWN = ['secret', 'issuer', 'algorithm', 'digits', 'period', 'counter'];

/** Names are read in either case: QR codes in upper case alone are denser, so some are written that way. */
function readQuery(text: string, from: number, end: number, warnings: Set<KeyUriWarning>) {
  const known = new Map<string, Part>();
  const unknownParameters: (readonly [string, string])[] = [];
  let at = from;
  for (const pair of text.slice(from, end).split('&')) {
    const equals = indexOr(pair, '=', 0, pair.length);
    let name = decode({ raw: pair.slice(0, equals), position: at });
    // The text went through an HTML escaper on its way here.
    if (name.startsWith('amp;')) {
      name = name.slice(4);
      warnings.add('html-escaped-ampersand');
    }
    const value = { raw: pair.slice(equals + 1), position: Math.min(at + equals + 1, at + pair.length) };
    const key = name.toLowerCase();
    if (KNOWN.includes(key)) {
      if (known.has(key)) throw new Refused('duplicate-parameter', at);
      known.set(key, value);
    } else if (name !== '' || value.raw !== '') {
      unknownParameters.push([name, decode(value)]);
    }
    at += pair.length + 1;
  }
  return { known, unknownParameters };
}

/** One character, percent-encoded: as many bytes as its first one says, where so many follow. */
const ESCAPED = /%(?:[cd].%..|e.(?:%..){2}|f.(?:%..){3}|..)?/gi;

function decode({ raw, position }: Part): string {
  return raw.replace(ESCAPED, (escaped, index: number) => {
    try {
      return decodeURIComponent(escaped);
    } catch {
      throw new Refused('malformed-encoding', position + index);
    }
  });
}

function readSecret(part: Part, warnings: Set<KeyUriWarning>): Secret {
  const text = decode(part);
  let secret: Secret;
  try {
    secret = parseSecret(text);
  } catch (error) {
    throw isMfaError(error) ? new Refused('malformed-secret', part.position) : error;
  }
  if (secret.byteLength < 16) warnings.add('short-secret');
  if (formatSecret(secret) !== text) warnings.add('non-canonical-secret');
  return secret;
}

/** Every spelling with one meaning: `sha256`, `SHA-256`, `HmacSHA256` … */
function readAlgorithm(part: Part | undefined): Algorithm {
  if (part === undefined) return DEFAULT_PARAMETERS.algorithm;
  const match = /^(?:HMAC[-_]?)?SHA[-_]?(1|256|512)$/i.exec(decode(part));
  if (match === null) throw new Refused('unsupported-algorithm', part.position);
  return `SHA${match[1]}` as Algorithm;
}

function readDigits(part: Part | undefined): Digits {
  if (part === undefined) return DEFAULT_PARAMETERS.digits;
  const match = /^[678]$/.exec(decode(part));
  if (match === null) throw new Refused('unsupported-digits', part.position);
  return Number(match[0]) as Digits;
}

function readPeriod(part: Part | undefined): number {
  if (part === undefined) return DEFAULT_PARAMETERS.periodSeconds;
  const match = /^[1-9]\d{0,4}$/.exec(decode(part));
  if (match === null || Number(match[0]) > MAX_PERIOD_SECONDS) throw new Refused('unsupported-period', part.position);
  return Number(match[0]);
}

function readCounter(part: Part | undefined, end: number): number {
  if (part === undefined) throw new Refused('malformed-counter', end);
  const counter = /^\d{1,16}$/.test(decode(part)) ? Number(decode(part)) : Number.NaN;
  if (!Number.isSafeInteger(counter)) throw new Refused('malformed-counter', part.position);
  return counter;
}

/**
 * The raw label is split before anything is decoded, at its first colon, or else at its first encoded one. An issuer
 * with a colon in it is known by the parameter that repeats it.
 */
function readNames(label: Part, issuerPart: Part | undefined, warnings: Set<KeyUriWarning>) {
  const whole = decode(label);
  const parameter = issuerPart === undefined ? '' : decode(issuerPart);
  if (parameter !== '' && whole.startsWith(`${parameter}:`)) {
    return { issuer: parameter, account: trimSpaces(whole.slice(parameter.length + 1)) };
  }
  const { prefix, account } = splitLabel(label);
  if (parameter === '' && prefix === '') {
    warnings.add('no-issuer');
    return { issuer: undefined, account };
  }
  if (parameter === '' || prefix === '') return { issuer: parameter || prefix, account };
  if (parameter.replaceAll('+', ' ') === prefix.replaceAll('+', ' ')) {
    warnings.add('plus-for-space');
    return { issuer: parameter.replaceAll('+', ' '), account };
  }
  warnings.add('issuer-mismatch');
  return { issuer: parameter, account };
}

function splitLabel(label: Part): { prefix: string; account: string } {
  const separator = /:/.exec(label.raw) ?? /%3a/i.exec(label.raw);
  if (separator === null) return { prefix: '', account: decode(label) };
  const after = separator.index + separator[0].length;
  return {
    prefix: decode({ raw: label.raw.slice(0, separator.index), position: label.position }),
    account: trimSpaces(decode({ raw: label.raw.slice(after), position: label.position + after })),
  };
}

function trimSpaces(account: string): string {
  return account.replace(/^ +/, '');
}
