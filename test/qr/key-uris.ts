const SECRET = '7YMWKCWCENMAMGYUZCNFEIWTKKAMI6ZY';

/** Encoded here and not by the library, so that issuers may hold what it refuses. */
export function keyUriWith(issuer: string): string {
  const encoded = encodeURIComponent(issuer);
  return `otpauth://totp/${encoded}:alice%40example.com?secret=${SECRET}&issuer=${encoded}`;
}

/** RFC 3986 §2.2, and what no URI may hold bare. */
const RESERVED = [...":/?#[]@!$&'()*+,;=", ...'%"<>\\^`{|} '];

const LETTERS = 'The quick brown fox jumps over the lazy dog ';

export const KEY_URIS: readonly (readonly [what: string, keyUri: string])[] = [
  ...Array.from(
    { length: 100 },
    (_, at) => [`an issuer of ${at + 1}`, keyUriWith(LETTERS.repeat(3).slice(0, at + 1))] as const,
  ),
  ...RESERVED.map((character) => [`an issuer with ${character}`, keyUriWith(`A${character}B`)] as const),
  ['every reserved character', keyUriWith(RESERVED.join(''))],
  ['emoji', keyUriWith('🔐 Acme 👩‍👩‍👧‍👦 🇨🇭')],
  ['letters of many scripts', keyUriWith('Ünïcödé Ωμέγα Жизнь 日本語 한국어 עברית')],
  ['upper case alone', `OTPAUTH://TOTP/ACME:ALICE?SECRET=${SECRET}&ISSUER=ACME`],
  ['parameters', `${keyUriWith('Acme')}&algorithm=SHA512&digits=8&period=60`],
];
