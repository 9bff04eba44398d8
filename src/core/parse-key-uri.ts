import { isMfaError } from '../errors.js';
import { isImage, type KeyUri, LONGEST_KEY_URI } from './key-uri.js';
import { type KeyUriParameter, type Part, type Query, readQuery, type SuspectParameter } from './key-uri-query.js';
import { type Algorithm, DEFAULT_PARAMETERS, type Digits, MAX_PERIOD_SECONDS } from './parameters.js';
import { percentDecode } from './percent.js';
import { asHotpSecret, formatSecret, parseSecret, type Secret } from './secret.js';
import { cleanName, isShownName } from './shown-name.js';

/** The reading of a key URI, as {@link parseKeyUri} gives it. */
export type ParseKeyUriResult =
  | {
      readonly ok: true;
      readonly keyUri: KeyUri;
      /** The issuer that the label names, where it names one: `issuer` is that of the parameter where they differ. */
      readonly labelIssuer?: string;
      readonly warnings: readonly KeyUriWarning[];
      /** Each name behind `may-show-other-codes` and `misspelt-parameter`, in their order. */
      readonly suspectParameters: readonly SuspectParameter[];
      /** Parameters of which this library knows nothing (`color`, `icon` …), decoded, in their order. */
      readonly unknownParameters: readonly (readonly [name: string, value: string])[];
    }
  | {
      readonly ok: false;
      readonly reason: KeyUriReason;
      /** Index into the text at which it went wrong. */
      readonly position: number;
      /** The parameter that stands in place of a missing secret, where its name is almost `secret`. */
      readonly parameter?: string;
    };

export type KeyUriWarning =
  | 'may-show-other-codes' // a parameter that another program takes for one that enters the code: suspectParameters
  | 'misspelt-parameter' // almost the name of one: suspectParameters
  | 'issuer-mismatch' // label and parameter differ: the parameter counts, labelIssuer has the other
  | 'no-issuer'
  | 'unusual-name' // formatKeyUri writes it otherwise or not: controls, bidi marks, outer white space, colon, length
  | 'short-secret' // below the 16 bytes of RFC 4226 R6
  | 'non-canonical-secret' // its text changes when it is written again: padding, case, separators, leftover bits
  | 'unusual-algorithm' // read, but spelt otherwise than SHA1, SHA256 or SHA512: some apps refuse it
  | 'plus-for-space'
  | 'html-escaped-ampersand'
  | 'fragment-ignored'
  | 'unknown-parameter';

export type KeyUriReason =
  | 'not-a-key-uri'
  | 'google-export' // otpauth-migration: holds many accounts; scan the QR code that the site shows, or export otherwise
  | 'steam-codes' // steam: five letters and digits, made in a way of their own
  | 'too-long'
  | 'unsupported-type'
  | 'malformed-encoding'
  | 'duplicate-parameter'
  | 'missing-secret'
  | 'malformed-secret'
  | 'unsupported-algorithm'
  | 'unsupported-digits'
  | 'unsupported-period'
  | 'malformed-counter';

class Refused extends Error {
  readonly reason: KeyUriReason;
  readonly position: number;
  readonly parameter: string | undefined;
  constructor(reason: KeyUriReason, position: number, parameter?: string) {
    super(reason);
    this.reason = reason;
    this.position = position;
    this.parameter = parameter;
  }
}

/**
 * Reads a key URI that a camera or a person brings: foreign text, hence a union and no throw. Tolerant about what is
 * only shown (label, issuer, image, unknown parameters), exact about what enters the code (secret, algorithm, digits,
 * period, counter): those are refused, never clamped or guessed, because a wrong guess gives well-formed codes that never
 * match. A parameter that another program takes for one of those has a warning of its own, `may-show-other-codes`.
 *
 * Its own codec: `URL` differs between runtimes, and removes line breaks inside the text.
 *
 * @param text - anything; no string is `not-a-key-uri`; over 4,296 characters, which no QR code holds, is `too-long`
 * @returns the parts, of the type `totp` or `hotp`, the `warnings`, and the parameters that this library does not know;
 *   or the `position` with the reason: `not-a-key-uri`, `google-export`, `steam-codes`, `too-long`, `unsupported-type`,
 *   `malformed-encoding`, `duplicate-parameter`, `missing-secret`, `malformed-secret`, `unsupported-algorithm`,
 *   `unsupported-digits`, `unsupported-period`, `malformed-counter`. `inspectKeyUri` explains each
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
    if (!(error instanceof Refused)) throw error;
    const { reason, position, parameter } = error;
    return { ok: false, reason, position, ...(parameter === undefined ? {} : { parameter }) };
  }
}

function read(text: string): ParseKeyUriResult {
  const beginning = text.slice(0, LONGEST_KEY_URI);
  const scheme = /^\s*otpauth:\/\//i.exec(beginning);
  if (scheme === null) throw new Refused(...otherScheme(beginning));
  if (text.length > LONGEST_KEY_URI) throw new Refused('too-long', LONGEST_KEY_URI);
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
  if (type === 'steam') throw new Refused('steam-codes', typeAt);
  if (type !== 'totp' && type !== 'hotp') throw new Refused('unsupported-type', typeAt);

  const label = { raw: text.slice(labelAt + 1, queryAt), position: labelAt + 1 };
  const query = readQuery({ raw: text.slice(queryAt + 1, end), position: queryAt + 1 }, type, refuse);
  const { known, escapedAmpersand } = query;
  if (escapedAmpersand) warnings.add('html-escaped-ampersand');

  const secret = readSecret(query, label, end, warnings);
  const shared = {
    algorithm: readAlgorithm(known.get('algorithm'), warnings),
    digits: readDigits(known.get('digits')),
  };
  const key =
    type === 'totp'
      ? ({ type, secret, parameters: { ...shared, periodSeconds: readPeriod(known.get('period')) } } as const)
      : ({
          type,
          hotpSecret: asHotpSecret(secret),
          parameters: shared,
          counter: readCounter(known.get('counter'), end),
        } as const);
  const { labelIssuer, ...names } = readNames(label, known.get('issuer'), warnings);
  const { image, unknownParameters } = imageOf(query.unknownParameters);

  const suspectParameters = [...query.suspectParameters, ...steamIssuer(names.issuer, labelIssuer, known)];
  if (suspectParameters.some(({ meant }) => meant !== 'issuer')) warnings.add('may-show-other-codes');
  if (suspectParameters.some(({ misspelt }) => misspelt)) warnings.add('misspelt-parameter');
  if (unknownParameters.length > 0) warnings.add('unknown-parameter');
  return {
    ok: true,
    keyUri: { ...key, ...names, ...image },
    ...(labelIssuer === undefined ? {} : { labelIssuer }),
    warnings: [...warnings],
    suspectParameters,
    unknownParameters,
  };
}

function refuse(reason: 'malformed-encoding' | 'duplicate-parameter', position: number): never {
  throw new Refused(reason, position);
}

function otherScheme(text: string): [KeyUriReason, number] {
  const start = Math.max(0, text.search(/\S/));
  if (/^\s*otpauth-migration:/i.test(text)) return ['google-export', start];
  if (/^\s*steam:/i.test(text)) return ['steam-codes', start];
  return ['not-a-key-uri', start];
}

function indexOr(text: string, delimiter: string, from: number, otherwise: number): number {
  const found = text.indexOf(delimiter, from);
  return found < 0 || found > otherwise ? otherwise : found;
}

function decode(part: Part): string {
  return percentDecode(part.raw, (index) => refuse('malformed-encoding', part.position + index));
}

// ── what enters the code ──

function readSecret(
  { known, suspectParameters }: Query,
  label: Part,
  end: number,
  warnings: Set<KeyUriWarning>,
): Secret {
  const part = known.get('secret');
  if (part === undefined || part.raw === '') {
    const almost = suspectParameters.find(({ meant }) => meant === 'secret');
    if (almost !== undefined) throw new Refused('missing-secret', almost.position, almost.name);
    // Snippets for chart services escape the question mark, and the whole query becomes part of the label.
    const escaped = label.raw.search(/%3Fsecret=/i);
    throw new Refused('missing-secret', part?.position ?? (escaped < 0 ? end : label.position + escaped));
  }
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
function readAlgorithm(part: Part | undefined, warnings: Set<KeyUriWarning>): Algorithm {
  if (part === undefined) return DEFAULT_PARAMETERS.algorithm;
  const written = decode(part);
  const match = /^(?:HMAC[-_]?)?SHA[-_]?(1|256|512)$/i.exec(written);
  if (match === null) throw new Refused('unsupported-algorithm', part.position);
  const algorithm = `SHA${match[1]}` as Algorithm;
  if (written !== algorithm) warnings.add('unusual-algorithm');
  return algorithm;
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

/** Some apps make Steam's codes where the issuer says so: five letters and digits, of the same secret. */
function steamIssuer(
  issuer: string | undefined,
  labelIssuer: string | undefined,
  known: ReadonlyMap<KeyUriParameter, Part>,
): readonly SuspectParameter[] {
  if (known.has('digits') || ![issuer, labelIssuer].some((name) => name?.toLowerCase() === 'steam')) return [];
  const position = known.get('issuer')?.position ?? 0;
  return [{ name: 'issuer', meant: 'digits', misspelt: false, position }];
}

// ── what is only shown ──

interface Names {
  readonly issuer?: string;
  readonly account: string;
  readonly labelIssuer?: string;
}

function readNames(label: Part, issuerPart: Part | undefined, warnings: Set<KeyUriWarning>): Names {
  const raw = splitNames(label, issuerPart, warnings);
  const issuer = cleanName(raw.issuer);
  const account = cleanName(raw.account);
  const labelIssuer = cleanName(raw.prefix);
  if (issuer === '') warnings.add('no-issuer');
  const canonical =
    isShownName(raw.account, 'account') &&
    (issuer === '' ? raw.issuer === '' && !account.includes(':') : isShownName(raw.issuer, 'issuer'));
  if (!canonical) warnings.add('unusual-name');
  return {
    ...(issuer === '' ? {} : { issuer }),
    account,
    ...(labelIssuer === '' ? {} : { labelIssuer }),
  };
}

interface RawNames {
  readonly issuer: string;
  readonly account: string;
  /** The issuer that the label names. */
  readonly prefix: string;
}

/**
 * The raw label is split before anything is decoded, at its first colon, or else at its first encoded one. An issuer
 * with a colon in it is known by the parameter that repeats it.
 */
function splitNames(label: Part, issuerPart: Part | undefined, warnings: Set<KeyUriWarning>): RawNames {
  const whole = decode(label);
  const parameter = issuerPart === undefined ? '' : decode(issuerPart);
  if (parameter !== '' && whole.startsWith(`${parameter}:`)) {
    return { issuer: parameter, account: trimSpaces(whole.slice(parameter.length + 1)), prefix: parameter };
  }
  const { prefix, account } = splitLabel(label);
  if (parameter === '' || prefix === '') return { issuer: parameter || prefix, account, prefix };
  if (parameter.replaceAll('+', ' ') === prefix.replaceAll('+', ' ')) {
    warnings.add('plus-for-space');
    return { issuer: parameter.replaceAll('+', ' '), account, prefix };
  }
  warnings.add('issuer-mismatch');
  return { issuer: parameter, account, prefix };
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

/** The format allows spaces here. */
function trimSpaces(account: string): string {
  return account.replace(/^ +/, '');
}

type Pairs = readonly (readonly [name: string, value: string])[];

/** The first `image` that could be written again; any other stays among the unknown. */
function imageOf(pairs: Pairs): { readonly image: { readonly image?: string }; readonly unknownParameters: Pairs } {
  const found = pairs.find(([name, value]) => name.toLowerCase() === 'image' && isImage(value));
  if (found === undefined) return { image: {}, unknownParameters: pairs };
  return { image: { image: found[1] }, unknownParameters: pairs.filter((pair) => pair !== found) };
}
