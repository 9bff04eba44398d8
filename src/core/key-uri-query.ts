import { percentDecode } from './percent.js';
import { misspelt } from './spelling.js';

/** The parameters of a key URI that are read. */
export type KeyUriParameter = 'secret' | 'issuer' | 'algorithm' | 'digits' | 'period' | 'counter';

/** A parameter of another name that somebody, or another program, means as one of those that are read. It is not read. */
export interface SuspectParameter {
  /** As it is written. Never its value: behind `sercet` stands the secret. */
  readonly name: string;
  /** What it means elsewhere, so far as one can tell. */
  readonly meant: KeyUriParameter;
  /** Whether the name is almost that of `meant`; otherwise it is another program's name for it. */
  readonly misspelt: boolean;
  /** Index into the text. */
  readonly position: number;
}

/** A piece of the text that stands between two delimiters, still encoded. */
export interface Part {
  readonly raw: string;
  readonly position: number;
}

export interface Query {
  readonly known: ReadonlyMap<KeyUriParameter, Part>;
  readonly suspectParameters: readonly SuspectParameter[];
  readonly unknownParameters: readonly (readonly [name: string, value: string])[];
  readonly escapedAmpersand: boolean;
}

const KNOWN: readonly KeyUriParameter[] = ['secret', 'issuer', 'algorithm', 'digits', 'period', 'counter'];

/**
 * What other programs call the parameters that enter the code. `encoder=steam` is KeePassXC's, `key`, `step` and `size` are
 * KeeOtp's; with a `2step_` of privacyIDEA the phone adds a part to the secret.
 */
const ALIASES: Readonly<Record<string, KeyUriParameter>> = {
  key: 'secret',
  seed: 'secret',
  '2step_salt': 'secret',
  '2step_output': 'secret',
  '2step_difficulty': 'secret',
  alg: 'algorithm',
  algo: 'algorithm',
  hash: 'algorithm',
  digest: 'algorithm',
  hashalgorithm: 'algorithm',
  encoder: 'digits',
  size: 'digits',
  length: 'digits',
  step: 'period',
  steps: 'period',
  interval: 'period',
  timestep: 'period',
  timeperiod: 'period',
  epoch: 'period',
  t0: 'period',
  offset: 'period',
};

/**
 * Splits a query. Names are read in either case: QR codes in upper case alone are denser, so some are written that way.
 *
 * @param refuse - throws
 */
export function readQuery(
  { raw, position }: Part,
  type: 'totp' | 'hotp',
  refuse: (reason: 'malformed-encoding' | 'duplicate-parameter', position: number) => never,
): Query {
  const known = new Map<KeyUriParameter, Part>();
  const suspectParameters: SuspectParameter[] = [];
  const unknownParameters: (readonly [string, string])[] = [];
  let escapedAmpersand = false;
  const decode = (text: string, from: number): string =>
    percentDecode(text, (index) => refuse('malformed-encoding', from + index));

  let at = position;
  for (const pair of raw.split('&')) {
    const equals = pair.includes('=') ? pair.indexOf('=') : pair.length;
    let name = decode(pair.slice(0, equals), at);
    // The text went through an HTML escaper on its way here.
    if (name.startsWith('amp;')) {
      name = name.slice(4);
      escapedAmpersand = true;
    }
    const value = { raw: pair.slice(equals + 1), position: Math.min(at + equals + 1, at + pair.length) };
    const parameter = KNOWN.find((one) => one === name.toLowerCase());
    if (parameter !== undefined) {
      if (known.has(parameter)) refuse('duplicate-parameter', at);
      known.set(parameter, value);
    } else if (name !== '' || value.raw !== '') {
      const decoded = decode(value.raw, value.position);
      const suspect = suspectOf(name, type);
      if (suspect === undefined) unknownParameters.push([name, decoded]);
      else suspectParameters.push({ name, ...suspect, position: at });
    }
    at += pair.length + 1;
  }
  return { known, suspectParameters, unknownParameters, escapedAmpersand };
}

/** A period says nothing about codes of a counter, nor a counter about codes of a time. */
function suspectOf(
  name: string,
  type: 'totp' | 'hotp',
): { readonly meant: KeyUriParameter; readonly misspelt: boolean } | undefined {
  const lower = name.toLowerCase();
  const alias = Object.hasOwn(ALIASES, lower) ? ALIASES[lower] : undefined;
  const meant = alias ?? misspelt(lower, KNOWN);
  if (meant === undefined || meant === (type === 'totp' ? 'counter' : 'period')) return undefined;
  return { meant, misspelt: alias === undefined };
}
