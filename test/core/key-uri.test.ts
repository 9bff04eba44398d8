import fc from 'fast-check';
import {
  formatKeyUri,
  formatSecret,
  type HotpSecret,
  type KeyUri,
  type KeyUriReason,
  type KeyUriWarning,
  type OtpParameters,
  type ParseKeyUriResult,
  parseKeyUri,
  parseSecret,
} from 'lockstep-mfa/core';
import { describe, expect, it } from 'vitest';
import { ALGORITHMS, anyText, counters, DIGITS, isCaught, secrets } from '../support/arbitraries.js';
import { secretOf, totpKeyUri } from '../support/key-uri.js';
import { thrown } from '../support/thrown.js';

const TEXT = 'GKYZBNDOUYNKRDFSBSAFQPO2GBBSDIAG';
const SECRET = parseSecret(TEXT);

type Parsed = Extract<ParseKeyUriResult, { ok: true }>;

function read(uri: string): Parsed {
  const parsed = parseKeyUri(uri);
  if (!parsed.ok) throw new Error(`${parsed.reason} at ${parsed.position}: ${uri}`);
  return parsed;
}

/** With the secret as text, for no two secrets are equal from outside. */
function plain(keyUri: KeyUri) {
  const { secret: _secret, hotpSecret: _hotpSecret, ...rest } = { secret: 0, hotpSecret: 0, ...keyUri };
  return { ...rest, secret: formatSecret(secretOf(keyUri)) };
}

describe('writing', () => {
  it('leaves defaults out', () => {
    const parameters = { algorithm: 'SHA1', digits: 6, periodSeconds: 30 } as const;
    expect(formatKeyUri({ account: 'alice', secret: SECRET, parameters })).toBe(`otpauth://totp/alice?secret=${TEXT}`);
    expect(formatKeyUri({ account: 'alice', secret: SECRET, parameters: {} })).toBe(
      `otpauth://totp/alice?secret=${TEXT}`,
    );
  });

  it('writes what differs, in one order', () => {
    const parameters = { algorithm: 'SHA512', digits: 8, periodSeconds: 60 } as const;
    expect(formatKeyUri({ issuer: 'Acme', account: 'alice', secret: SECRET, parameters })).toBe(
      `otpauth://totp/Acme:alice?secret=${TEXT}&issuer=Acme&algorithm=SHA512&digits=8&period=60`,
    );
    expect(formatKeyUri({ account: 'alice', hotpSecret: SECRET, counter: 2 ** 53 - 1 })).toBe(
      `otpauth://hotp/alice?secret=${TEXT}&counter=9007199254740991`,
    );
  });

  it('encodes all but the unreserved characters (RFC 3986 §2.3)', () => {
    for (let code = 0; code < 128; code++) {
      const character = String.fromCharCode(code);
      if (character === ':' || character === ' ' || code < 32 || code === 127) continue;
      const encoded = /[A-Za-z0-9\-._~]/.test(character)
        ? character
        : `%${code.toString(16).toUpperCase().padStart(2, '0')}`;
      expect(formatKeyUri({ account: `a${character}`, secret: SECRET })).toBe(
        `otpauth://totp/a${encoded}?secret=${TEXT}`,
      );
    }
    expect(formatKeyUri({ account: 'é漢😀', secret: SECRET })).toContain('/%C3%A9%E6%BC%A2%F0%9F%98%80?');
  });

  it.each<[string, object]>([
    ['an empty account', { account: '' }],
    ['no account', { account: undefined }],
    ['a colon in the account', { account: 'a:b' }],
    ['an account of nothing that shows', { account: ' \u202e\n\udc00' }],
    ['a long account', { account: 'a'.repeat(257) }],
    ['a long issuer', { issuer: 'a'.repeat(257) }],
    ['names that no QR code holds', { issuer: '漢'.repeat(256), account: 'a' }],
    ['an image of another scheme', { image: 'javascript:alert(1)' }],
    ['an image with a space', { image: 'https://example.com/a b.png' }],
    ['a long image', { image: `https://example.com/${'a'.repeat(1024)}` }],
    ['an image of another type', { image: 7 }],
    ['a type that is not the secret’s', { type: 'hotp' }],
    ['a counter beside a secret', { counter: 0 }],
    ['both secrets', { hotpSecret: SECRET, counter: 0 }],
    ['an empty issuer', { issuer: '' }],
    ['a colon in the issuer', { issuer: 'a:' }],
    ['an issuer of another type', { issuer: 7 }],
    ['a period of 0', { parameters: { periodSeconds: 0 } }],
    ['a period of more than a day', { parameters: { periodSeconds: 86_401 } }],
    ['5 digits', { parameters: { digits: 5 } }],
    ['parameters of another type', { parameters: null }],
    ['base32 for the secret', { secret: TEXT }],
  ])('refuses %s', (_, wrong) => {
    const keyUri = { account: 'a', secret: SECRET, ...wrong } as KeyUri;
    expect(thrown(() => formatKeyUri(keyUri)).code).toBe('invalid-argument');
  });

  it.each<[string, object]>([
    ['a negative counter', { counter: -1 }],
    ['a counter past 2^53-1', { counter: 2 ** 53 }],
    ['no counter', {}],
    ['the type of the other', { counter: 0, type: 'totp' }],
    ['base32 for the secret', { counter: 0, hotpSecret: TEXT }],
  ])('refuses, of a device that counts, %s', (_, wrong) => {
    const keyUri = { account: 'a', hotpSecret: SECRET, ...wrong } as unknown as KeyUri;
    expect(thrown(() => formatKeyUri(keyUri)).code).toBe('invalid-argument');
  });

  it('cleans names: white space at the ends, controls, bidi marks, half surrogate pairs', () => {
    const uri = formatKeyUri({
      issuer: ' \tAc\u0000me\u200f ',
      account: '\u2066a\nli\ud83dce\u2069\u2028',
      secret: SECRET,
    });
    expect(uri).toBe(`otpauth://totp/Acme:alice?secret=${TEXT}&issuer=Acme`);
    const kept = { issuer: 'Bäcker\u200d👩‍🍳', account: 'نیم‌فاصله' };
    expect(read(formatKeyUri({ ...kept, secret: SECRET })).keyUri).toMatchObject(kept);
  });

  it('writes a colon of the account as %3A, behind an issuer alone', () => {
    expect(formatKeyUri({ issuer: 'Acme', account: 'CORP:alice', secret: SECRET })).toBe(
      `otpauth://totp/Acme:CORP%3Aalice?secret=${TEXT}&issuer=Acme`,
    );
    expect(thrown(() => formatKeyUri({ account: 'CORP:alice', secret: SECRET })).message).toContain(
      'without an issuer',
    );
  });

  it('writes an image', () => {
    const image = 'https://example.com/a.png?b=c&d=é';
    const uri = formatKeyUri({ account: 'a', image, secret: SECRET });
    expect(uri).toBe(`otpauth://totp/a?secret=${TEXT}&image=https%3A%2F%2Fexample.com%2Fa.png%3Fb%3Dc%26d%3D%C3%A9`);
    expect(read(uri).keyUri.image).toBe(image);
  });
});

describe('a round trip', () => {
  interface Codec {
    readonly format: typeof formatKeyUri;
    readonly parse: (uri: string) => ParseKeyUriResult;
  }
  const library: Codec = { format: formatKeyUri, parse: parseKeyUri };

  const parameters = (): fc.Arbitrary<OtpParameters> =>
    fc.record({
      algorithm: fc.constantFrom(...ALGORITHMS),
      digits: fc.constantFrom(...DIGITS),
      periodSeconds: fc.oneof(fc.constantFrom(30, 60, 1, 86_400), fc.integer({ min: 1, max: 86_400 })),
    });
  const names = (): fc.Arbitrary<Pick<KeyUri, 'issuer' | 'account' | 'image'>> =>
    fc.record(
      {
        issuer: anyText(),
        account: fc.oneof(anyText(), fc.string({ unit: fc.constantFrom(...'aZ: %?') })),
        image: anyText().map((text) => `https://example.com/${text}`),
      },
      { requiredKeys: ['account'] },
    );
  const keyUris = (): fc.Arbitrary<KeyUri> =>
    fc.oneof(
      fc
        .tuple(names(), secrets(), parameters())
        .map(([shown, secret, parameters]) => ({ type: 'totp', ...shown, secret, parameters }) as const),
      fc.tuple(names(), secrets(), parameters(), counters()).map(([shown, secret, { algorithm, digits }, counter]) => {
        const hotpSecret = secret as unknown as HotpSecret;
        return { type: 'hotp', ...shown, hotpSecret, parameters: { algorithm, digits }, counter } as const;
      }),
    );
  /** The documented rule, in other words. */
  const unshown: readonly (readonly [first: number, last: number])[] = [
    [0, 0x1f],
    [0x7f, 0x9f],
    [0x61c, 0x61c],
    [0x200e, 0x200f],
    [0x2028, 0x202e],
    [0x2066, 0x2069],
    [0xd800, 0xdfff],
  ];
  const isUnshown = (c: string): boolean =>
    unshown.some(([first, last]) => first <= c.codePointAt(0)! && c.codePointAt(0)! <= last);
  const shown = (name: string): string =>
    [...name]
      .filter((c) => !isUnshown(c))
      .join('')
      .trim();
  const expected = ({ issuer, account, ...keyUri }: KeyUri): KeyUri => ({
    ...keyUri,
    ...(issuer === undefined ? {} : { issuer: shown(issuer) }),
    account: shown(account),
  });
  const writable = ({ issuer, account, image }: KeyUri): boolean =>
    issuer !== '' &&
    !issuer?.includes(':') &&
    account !== '' &&
    (issuer !== undefined || !account.includes(':')) &&
    (image === undefined || !/[\s\p{C}]/u.test(image));

  const returns = ({ format, parse }: Codec) =>
    fc.property(keyUris(), (keyUri) => {
      if (!writable(expected(keyUri))) return thrown(() => format(keyUri)).code === 'invalid-argument';
      const uri = format(keyUri);
      const parsed = parse(uri);
      return (
        parsed.ok &&
        JSON.stringify(sorted(plain(parsed.keyUri))) === JSON.stringify(sorted(plain(expected(keyUri)))) &&
        !parsed.warnings.includes('unusual-name') &&
        parsed.unknownParameters.length === 0 &&
        !/[^!-~]/.test(uri)
      );
    });
  const sorted = (value: object): unknown[] => Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));

  it('returns every name, parameter, counter and secret, or is refused by the rule', () => {
    fc.assert(returns(library), { numRuns: 5000 });
  });

  it('brings no warning but those of a short secret and a missing issuer', () => {
    const names = anyText().filter((name) => {
      return shown(name) !== '' && !name.includes(':') && shown(name).toLowerCase() !== 'steam';
    });
    fc.assert(
      fc.property(names, names, secrets(), (issuer, account, secret) => {
        const expected = secret.byteLength < 16 ? ['short-secret'] : [];
        expect(read(formatKeyUri({ issuer, account, secret })).warnings).toEqual(expected);
        expect(read(formatKeyUri({ account, secret })).warnings).toEqual([...expected, 'no-issuer']);
      }),
    );
  });

  const writing = (change: (uri: string) => string): Codec => ({ ...library, format: (k) => change(formatKeyUri(k)) });
  const reading = (change: (uri: string) => string): Codec => ({ ...library, parse: (u) => parseKeyUri(change(u)) });
  it.each<[string, Codec]>([
    ['plus for space', writing((uri) => uri.replaceAll('%20', '+'))],
    ['unencoded ampersands', writing((uri) => uri.replaceAll('%26', '&'))],
    ['unencoded number signs', writing((uri) => uri.replaceAll('%23', '#'))],
    ['double encoding', writing((uri) => uri.replaceAll('%', '%25'))],
    ['a lost algorithm', writing((uri) => uri.replace(/&algorithm=[^&]*/, ''))],
    ['a lost period', writing((uri) => uri.replace(/&period=[^&]*/, ''))],
    ['a lost issuer', writing((uri) => uri.replace(/\/[^/:]*:/, '/').replace(/&issuer=[^&]*/, ''))],
    ['decoding before splitting', reading((uri) => decodeURIComponent(uri))],
    ['a counter in 32 bits', reading((uri) => uri.replace(/(?<=counter=)\d+/, (c) => `${Number(c) >>> 0}`))],
    ['a lost image', writing((uri) => uri.replace(/&image=[^&]*/, ''))],
    ['a lost sign of the account', writing((uri) => uri.replace(/%3A(?=[^?]*\?)/, ''))],
    ['names that are not cleaned', writing((uri) => uri.replace(/(?=\?)/, '%20'))],
  ])('would be caught with %s', (_, codec) => {
    expect(isCaught(returns(codec))).toBe(true);
  });
});

describe('reading any text', () => {
  it('gives a key URI or a reason with a position inside the text', () => {
    const piece = fc.oneof(
      anyText(),
      fc.constantFrom('otpauth://', 'totp/', 'hotp/', '?', '&', '=', '#', '%', '%3A', ':', '/', 'secret=', TEXT),
      fc.constantFrom('&issuer=', '&counter=0', '&digits=8', '&period=60', '&algorithm=SHA256', 'amp;', '+', ' '),
    );
    const texts = fc.oneof(
      fc.array(piece).map((pieces) => pieces.join('')),
      fc.array(piece).map((pieces) => `otpauth://totp/${pieces.join('')}?secret=${TEXT}`),
      fc.array(piece).map((pieces) => `otpauth://totp/a?secret=${TEXT}&${pieces.join('')}`),
    );
    let parsed = 0;
    fc.assert(
      fc.property(texts, (text) => {
        const result = parseKeyUri(text);
        if (result.ok) {
          parsed++;
          expect(secretOf(result.keyUri).byteLength).toBeGreaterThan(0);
        } else {
          expect(result.position).toBeGreaterThanOrEqual(0);
          expect(result.position).toBeLessThanOrEqual(text.length);
        }
      }),
      { numRuns: 3000 },
    );
    expect(parsed).toBeGreaterThan(100);
  });
});

/** Each reason that there is, what it is answered to, and where: at the bar. */
const REFUSED: Readonly<Record<KeyUriReason, readonly string[]>> = {
  'not-a-key-uri': ['|', ' |x', '|https://example.com/', '|otpauth:/totp/a', '|steamed://x', '|{"secret":1}'],
  'google-export': [' \n|otpauth-migration://offline?data=', '|OTPAUTH-MIGRATION:x'],
  'steam-codes': [`|steam://${TEXT}`, ' |Steam:x', 'otpauth://|steam/a?secret=X', 'otpauth://|STEAM/'],
  'too-long': [`${`otpauth://totp/a?secret=${TEXT}&x=`.padEnd(4296, 'a')}|a`, `${'otpauth://'.padEnd(4296, '%')}|%`],
  'unsupported-type': ['otpauth://|yaotp/a?secret=X', 'otpauth://|', 'otpauth://|totpx/a', 'otpauth://|#totp/a'],
  'malformed-encoding': [
    `otpauth://totp/|%?secret=${TEXT}`,
    `otpauth://totp/%41|%4?secret=${TEXT}`,
    `otpauth://totp/a%20%C3%A9%E6%BC%A2%F0%9F%98%80|%E9?secret=${TEXT}`,
    `otpauth://totp/%41|%C3%41?secret=${TEXT}`,
    `otpauth://totp/|%ED%A0%80?secret=${TEXT}`,
    `otpauth://totp/a?secret=${TEXT}&issuer=%41|%zz`,
    `otpauth://totp/a?secret=|%4`,
    `otpauth://totp/a?a%20|%C0%80=1&secret=${TEXT}`,
    `otpauth://totp/a?secret=${TEXT}&image=|%FF`,
    `otpauth://totp/a?secret=${TEXT}&algorithm=SHA|%`,
  ],
  'duplicate-parameter': [
    `otpauth://totp/a?secret=${TEXT}&|secret=${TEXT}`,
    `otpauth://totp/a?issuer=A&secret=${TEXT}&|ISSUER=A`,
    `otpauth://totp/a?digits=6&|amp;digits=6&secret=${TEXT}`,
  ],
  'missing-secret': [
    'otpauth://totp/a|',
    'otpauth://totp/a?|',
    'otpauth://totp/a?issuer=A|\n',
    'otpauth://totp/a?secret=|&issuer=A',
    'otpauth://totp/a?issuer=A&secret|',
    `otpauth://totp/a|%3fsecret=${TEXT}`,
    `otpauth://totp/a|#?secret=${TEXT}`,
  ],
  'malformed-secret': [
    `otpauth://totp/a?secret=|${TEXT}1`,
    `otpauth://totp/a?secret=|${TEXT}A`,
    'otpauth://totp/a?secret=|%20',
    `otpauth://totp/a?secret=|${TEXT}=${TEXT}`,
  ],
  'unsupported-algorithm': [
    `otpauth://totp/a?secret=${TEXT}&algorithm=|`,
    `otpauth://totp/a?secret=${TEXT}&algorithm|`,
    `otpauth://totp/a?secret=${TEXT}&algorithm=|SHA224`,
    `otpauth://totp/a?secret=${TEXT}&algorithm=|ſha1`,
    `otpauth://totp/a?secret=${TEXT}&algorithm=|SHA1%20`,
  ],
  'unsupported-digits': ['', '5', '9', '06', '6.0', '６', '6,8', '-6', '1e1'].map(
    (digits) => `otpauth://totp/a?secret=${TEXT}&digits=|${digits}`,
  ),
  'unsupported-period': ['', '0', '030', '86401', '100000', '30s', '-30', '3e1', '0x1e', '٣٠'].map(
    (period) => `otpauth://totp/a?secret=${TEXT}&period=|${period}`,
  ),
  'malformed-counter': [
    `otpauth://hotp/a?secret=${TEXT}|`,
    ...[
      '',
      '-1',
      '1.5',
      '1e3',
      '9007199254740992',
      '9007199254740993',
      '99999999999999999',
      '00000000000000001',
      '0x1',
    ].map((counter) => `otpauth://hotp/a?secret=${TEXT}&counter=|${counter}`),
  ],
};

describe('refuses', () => {
  for (const [reason, texts] of Object.entries(REFUSED)) {
    it.each(texts)(`${reason}: %s`, (marked) => {
      expect(parseKeyUri(marked.replace('|', ''))).toEqual({ ok: false, reason, position: marked.indexOf('|') });
    });
  }

  it.each([
    ['sercet', `otpauth://totp/a?issuer=A&|sercet=${TEXT}`],
    ['Secert', `otpauth://totp/a?|Secert=${TEXT}`],
    ['key', `otpauth://totp/a?|key=${TEXT}&step=30&size=6`],
    ['secrets', `otpauth://totp/a?secret=&|secrets=${TEXT}`],
  ])('a secret under another name, with the name %s and without the value', (parameter, marked) => {
    const answer = parseKeyUri(marked.replace('|', ''));
    expect(answer).toEqual({ ok: false, reason: 'missing-secret', position: marked.indexOf('|'), parameter });
  });

  it.each([undefined, null, 7, {}, [], new String(`otpauth://totp/a?secret=${TEXT}`)])(
    'what is no text: %s',
    (value) => {
      expect(parseKeyUri(value)).toEqual({ ok: false, reason: 'not-a-key-uri', position: 0 });
    },
  );
});

/** Each warning that there is, and what brings it alone. */
const WARNED: Readonly<Record<KeyUriWarning, readonly string[]>> = {
  'issuer-mismatch': [`otpauth://totp/Acme:a?secret=${TEXT}&issuer=Other`],
  'no-issuer': [`otpauth://totp/a?secret=${TEXT}`, `otpauth://totp/:a?secret=${TEXT}`],
  'short-secret': ['otpauth://totp/A:a?secret=GKYZBNDO', 'otpauth://totp/A:a?secret=GKYZBNDOUYNKRDFSBSAFQPO2'],
  'non-canonical-secret': [
    `otpauth://totp/A:a?secret=${TEXT}=`,
    `otpauth://totp/A:a?secret=${TEXT.toLowerCase()}`,
    `otpauth://totp/A:a?secret=${TEXT.replace('B', 'B%20')}`,
    'otpauth://totp/A:a?secret=FHX7ZP4AP7GZFYA4SPLKX5EIOX',
  ],
  'plus-for-space': [
    `otpauth://totp/A+B:a?secret=${TEXT}&issuer=A%20B`,
    `otpauth://totp/A%20B:a?secret=${TEXT}&issuer=A+B`,
  ],
  'html-escaped-ampersand': [`otpauth://totp/A:a?secret=${TEXT}&amp;issuer=A&amp;digits=6`],
  'fragment-ignored': [`otpauth://totp/A:a?secret=${TEXT}#&secret=X&digits=9`, `otpauth://totp/A:a?secret=${TEXT}#`],
  'may-show-other-codes': [
    `otpauth://totp/A:a?secret=${TEXT}&encoder=steam`,
    `otpauth://totp/A:a?secret=${TEXT}&ALGO=SHA256`,
    `otpauth://totp/A:a?secret=${TEXT}&2step_output=20`,
    `otpauth://totp/Steam:a?secret=${TEXT}`,
    `otpauth://totp/a?secret=${TEXT}&issuer=steam`,
  ],
  'misspelt-parameter': [`otpauth://totp/A:a?secret=${TEXT}&isuer=B`],
  'unusual-name': [
    `otpauth://totp/A:a%20?secret=${TEXT}`,
    `otpauth://totp/%09A:a?secret=${TEXT}`,
    `otpauth://totp/A:a%E2%80%AEb?secret=${TEXT}`,
    `otpauth://totp/A:?secret=${TEXT}`,
    `otpauth://totp/A:${'a'.repeat(257)}?secret=${TEXT}`,
    `otpauth://totp/A%3AB:a?secret=${TEXT}`,
    `otpauth://totp/a?secret=${TEXT}&issuer=B%3AC`,
  ],
  'unusual-algorithm': ['sha1', 'SHA-256', 'HmacSHA512'].map(
    (algorithm) => `otpauth://totp/A:a?secret=${TEXT}&algorithm=${algorithm}`,
  ),
  'unknown-parameter': [
    `otpauth://totp/A:a?secret=${TEXT}&image=x`,
    `otpauth://totp/A:a?secret=${TEXT}&color=red`,
    `otpauth://totp/A:a?secret=${TEXT}&=x`,
  ],
};

describe('warns of', () => {
  for (const [warning, texts] of Object.entries(WARNED)) {
    it.each(texts)(`${warning}: %s`, (uri) => {
      expect(read(uri).warnings).toEqual([warning]);
    });
  }

  it('nothing, and of each thing once', () => {
    expect(read(`otpauth://totp/A:a?secret=${TEXT}&issuer=A&&`).warnings).toEqual([]);
    expect(read(`otpauth://totp/A:a?secret=${TEXT}&x=1&y=2&x=3`).warnings).toEqual(['unknown-parameter']);
  });
});

describe('reads', () => {
  it.each<[string, string, Partial<Pick<KeyUri, 'issuer' | 'account' | 'image'>>]>([
    [
      'scheme, type and names in upper case',
      `OTPAUTH://TOTP/A:b?SECRET=${TEXT}&ISSUER=A`,
      { issuer: 'A', account: 'b' },
    ],
    [
      'the parameter before the label',
      `otpauth://totp/Old:b?secret=${TEXT}&issuer=New`,
      { issuer: 'New', account: 'b' },
    ],
    ['the issuer of the parameter alone', `otpauth://totp/b?secret=${TEXT}&issuer=A`, { issuer: 'A', account: 'b' }],
    ['the issuer of the label alone', `otpauth://totp/A:b?secret=${TEXT}&issuer=`, { issuer: 'A', account: 'b' }],
    ['an account with a colon', `otpauth://totp/A:b:c?secret=${TEXT}`, { issuer: 'A', account: 'b:c' }],
    ['a literal colon before an encoded one', `otpauth://totp/A%3AB:c?secret=${TEXT}`, { issuer: 'A:B', account: 'c' }],
    ['an issuer that begins as another', `otpauth://totp/AB:c?secret=${TEXT}&issuer=A`, { issuer: 'A', account: 'c' }],
    ['slashes in the label', `otpauth://totp/A/B:c/d?secret=${TEXT}`, { issuer: 'A/B', account: 'c/d' }],
    ['unencoded names', `otpauth://totp/Bäcker 漢:j ö?secret=${TEXT}`, { issuer: 'Bäcker 漢', account: 'j ö' }],
    ['a question mark in the query', `otpauth://totp/a?secret=${TEXT}&issuer=A?`, { issuer: 'A?', account: 'a' }],
    ['an equals sign in a value', `otpauth://totp/a?secret=${TEXT}&issuer=A=B`, { issuer: 'A=B', account: 'a' }],
    ['a slash in the query alone', `otpauth://totp?secret=${TEXT}&issuer=A/B`, { issuer: 'A/B', account: '' }],
    ['spaces around the account', `otpauth://totp/A:%20%20b%20?secret=${TEXT}`, { issuer: 'A', account: 'b' }],
    ['an issuer that shows nothing', `otpauth://totp/a?secret=${TEXT}&issuer=%20%E2%80%8F`, { account: 'a' }],
    [
      'the picture, once',
      `otpauth://totp/A:a?secret=${TEXT}&image=x&Image=https%3A%2F%2Fa.example%2Fb&image=https%3A%2F%2Fc`,
      { image: 'https://a.example/b' },
    ],
    ['plus as itself', `otpauth://totp/A+B:c+d?secret=${TEXT}&issuer=A+B`, { issuer: 'A+B', account: 'c+d' }],
  ])('%s', (_, uri, names) => {
    expect(read(uri).keyUri).toMatchObject(names);
  });

  it('the longest period, the last counter, 7 digits', () => {
    const uri = `otpauth://hotp/a?secret=${TEXT}&period=86400&digits=7&counter=9007199254740991`;
    expect(plain(read(uri).keyUri)).toEqual({
      type: 'hotp',
      account: 'a',
      secret: TEXT,
      parameters: { algorithm: 'SHA1', digits: 7 },
      counter: 2 ** 53 - 1,
    });
    expect(totpKeyUri(uri.replace('hotp', 'totp')).parameters.periodSeconds).toBe(86_400);
  });

  it('a counter only where the type counts', () => {
    expect(read(`otpauth://totp/a?secret=${TEXT}&counter=5`).keyUri).not.toHaveProperty('counter');
    expect(read(`otpauth://hotp/a?secret=${TEXT}&counter=%35`).keyUri).toMatchObject({ counter: 5 });
  });

  it('the issuer of the label, beside that of the parameter', () => {
    expect(read(`otpauth://totp/Old:b?secret=${TEXT}&issuer=New`).labelIssuer).toBe('Old');
    expect(read(`otpauth://totp/Old%20:b?secret=${TEXT}`).labelIssuer).toBe('Old');
    expect(read(`otpauth://totp/b?secret=${TEXT}&issuer=New`)).not.toHaveProperty('labelIssuer');
  });

  it('what may show other codes by its name, and never by its value', () => {
    const { suspectParameters, unknownParameters, warnings } = read(
      `otpauth://totp/A:b?secret=${TEXT}&Algo=SHA256&step=60&sercet=${TEXT}&color=red&counter=3&conter=4`,
    );
    const at = (name: string): number => `otpauth://totp/A:b?secret=${TEXT}&Algo=SHA256&step=60&sercet`.indexOf(name);
    expect(suspectParameters).toEqual([
      { name: 'Algo', meant: 'algorithm', misspelt: false, position: at('Algo') },
      { name: 'step', meant: 'period', misspelt: false, position: at('step') },
      { name: 'sercet', meant: 'secret', misspelt: true, position: at('sercet') },
    ]);
    expect(unknownParameters).toEqual([
      ['color', 'red'],
      ['conter', '4'],
    ]);
    expect(warnings).toEqual(['may-show-other-codes', 'misspelt-parameter', 'unknown-parameter']);
    const hotp = read(`otpauth://hotp/A:b?secret=${TEXT}&counter=3&step=60&conter=4&encoder=steam`);
    expect(hotp.suspectParameters.map(({ name }) => name)).toEqual(['conter', 'encoder']);
    expect(read(`otpauth://totp/Steam:b?secret=${TEXT}&digits=6`).warnings).toEqual([]);
    expect(read(`otpauth://totp/Steam:b?secret=${TEXT}&issuer=Valve`).suspectParameters).toEqual([
      { name: 'issuer', meant: 'digits', misspelt: false, position: expect.any(Number) },
    ]);
  });

  it('names of the object prototype as unknown parameters', () => {
    const { unknownParameters } = read(`otpauth://totp/a?__proto__=1&constructor=2&secret=${TEXT}&toString`);
    expect(unknownParameters).toEqual([
      ['__proto__', '1'],
      ['constructor', '2'],
      ['toString', ''],
    ]);
  });
});
