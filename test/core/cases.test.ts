import {
  type Algorithm,
  counterAt,
  formatKeyUri,
  formatSecret,
  formatSetupKey,
  generateSecret,
  hotp,
  type KeyUriReason,
  matchCode,
  type OtpParameters,
  parseKeyUri,
  parseSecret,
  type Secret,
  secretFromBytes,
  totp,
  verifyTotp,
} from 'lockstep-mfa/core';
import { afterEach, describe, expect, vi } from 'vitest';
import { itCase, itMissesNoCase } from '../support/cases.js';
import { totpKeyUri } from '../support/key-uri.js';
import { thrown } from '../support/thrown.js';

// What went wrong elsewhere, at the layer of secrets, codes and key URIs. The cases tell times in seconds.

/** Cases of these groups to which this layer has no answer. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  i01: 'a question to the built package',
  i04: 'a question to the built package',
  i05: 'a question to the built package',
  i06: 'no HMAC can be handed in',
  i08: 'a question to the reading of other systems’ records',
  j02: 'diagnosed where a device is assigned',
  j03: 'diagnosed where a device is assigned',
  j04: 'data about apps, no code',
};

const SECRET_TEXT = 'GKYZBNDOUYNKRDFSBSAFQPO2GBBSDIAG';
const SECRET = parseSecret(SECRET_TEXT);

interface Names {
  readonly issuer: string;
  readonly account: string;
}
interface Build extends Names {
  readonly secret: string;
}

function build({ secret, issuer, account }: Build): string {
  return formatKeyUri({ issuer, account, secret: parseSecret(secret) });
}

function read(uri: string) {
  const parsed = parseKeyUri(uri);
  if (!parsed.ok) throw new Error(`refused: ${parsed.reason}`);
  return parsed;
}

function names(uri: string): Partial<Names> {
  const { issuer, account } = read(uri).keyUri;
  return { ...(issuer !== undefined && { issuer }), account };
}

function refusal(uri: string): KeyUriReason {
  const parsed = parseKeyUri(uri);
  if (parsed.ok) throw new Error(`read: ${uri}`);
  return parsed.reason;
}

const keyHex = (secret: Secret): string => {
  const base32 = formatSecret(secret);
  const bits = [...base32]
    .map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0'))
    .join('');
  return Buffer.from(bits.match(/.{8}/g)!.map((byte) => Number.parseInt(byte, 2))).toString('hex');
};
const codeAt = (secret: Secret, seconds: number, parameters: Partial<OtpParameters> = {}): string =>
  totp(secret, { nowMs: seconds * 1000, ...parameters });
const counterOf = (seconds: number): number => counterAt({ nowMs: seconds * 1000 });

describe('a: key URIs', () => {
  itCase<Build, { uri: string; mustNotContain: string }>(
    'a01',
    'a space in the issuer is %20',
    (input, { uri, mustNotContain }) => {
      expect(build(input)).toBe(uri);
      expect(build(input)).not.toContain(mustNotContain);
    },
  );

  itCase<Build, { labelRaw: string }>('a02', 'both halves of the label go through one encoder', (input, expected) => {
    expect(build(input).slice('otpauth://totp/'.length).split('?')[0]).toBe(expected.labelRaw);
  });

  itCase<{ uri: string }, Names>('a04', 'an issuer with a colon is known by its parameter', ({ uri }, expected) => {
    expect(names(uri)).toEqual(expected);
    // No label can be written with it.
    expect(read(uri).warnings).toEqual(['unusual-name']);
  });

  itCase<{ uris: string[] }, { each: Names }>('a05', 'an encoded colon separates, too', ({ uris }, { each }) => {
    for (const uri of uris) expect(names(uri)).toEqual(each);
  });

  itCase<Build, unknown>('a06', 'a colon is refused in the issuer, and written %3A in the account', (input) => {
    expect(thrown(() => build(input)).code).toBe('invalid-argument');
    expect(names(build({ ...input, issuer: 'Git', account: 'a:b' }))).toEqual({ issuer: 'Git', account: 'a:b' });
  });

  itCase<{ uri: string }, Names>('a08', 'plus for space is no other issuer', ({ uri }, { issuer, account }) => {
    expect(names(uri)).toEqual({ issuer, account });
    expect(read(uri).warnings).toEqual(['plus-for-space']);
  });

  itCase<{ uris: string[] }, { each: { account: string; code_at_1700000000: string } }>(
    'a10',
    'an empty account is read and never written',
    ({ uris }, { each }) => {
      for (const uri of uris) {
        const { account, secret } = totpKeyUri(uri);
        expect(account).toBe(each.account);
        expect(codeAt(secret, 1700000000)).toBe(each.code_at_1700000000);
        expect(read(uri).warnings).toContain('unusual-name');
      }
      expect(thrown(() => formatKeyUri({ account: '', secret: SECRET })).code).toBe('invalid-argument');
    },
  );

  itCase<{ uris: string[] }, unknown>('a11', 'a broken percent escape is refused, with its place', ({ uris }) => {
    for (const uri of uris) {
      expect(parseKeyUri(uri)).toEqual({ ok: false, reason: 'malformed-encoding', position: uri.lastIndexOf('%') });
    }
  });

  itCase<Build, unknown>('a13', 'half a surrogate pair is taken out, and is no name alone', (input) => {
    expect(build(input)).not.toMatch(/%EF%BF%BD|%ED/);
    expect(read(build(input)).warnings).toEqual([]);
    expect(thrown(() => build({ ...input, issuer: 'Team', account: '\ude00' })).code).toBe('invalid-argument');
  });

  itCase<Build, { uri: string }>('a14', 'reserved characters are written and read', (input, { uri }) => {
    expect(build(input)).toBe(uri);
    expect(names(uri)).toEqual({ issuer: input.issuer, account: input.account });
  });

  itCase<Build & { algorithm: string }, { never: string }>(
    'a15',
    'the WebCrypto spelling of an algorithm never gets in',
    ({ algorithm, issuer, account }, { never }) => {
      const build = (algorithm: Algorithm) =>
        formatKeyUri({ issuer, account, secret: SECRET, parameters: { algorithm } });
      expect(thrown(() => build(algorithm as Algorithm)).code).toBe('invalid-argument');
      expect(build('SHA1')).not.toMatch(/algorithm|SHA-1/);
      expect(build('SHA512')).toMatch(/&algorithm=SHA512$/);
      expect(never).toBe('SHA-1');
    },
  );

  itCase<Build & { algorithm: string }, { algorithmParam: string }>(
    'a16',
    'an algorithm is written in upper case only',
    ({ algorithm, issuer, account }, { algorithmParam }) => {
      const build = (algorithm: Algorithm) =>
        formatKeyUri({ issuer, account, secret: SECRET, parameters: { algorithm } });
      expect(thrown(() => build(algorithm as Algorithm)).code).toBe('invalid-argument');
      expect(build('SHA256')).toContain(`&algorithm=${algorithmParam}`);
    },
  );

  const withAlgorithm = (value: string): string =>
    `otpauth://totp/A:b?secret=${SECRET_TEXT}&algorithm=${encodeURIComponent(value)}`;

  itCase<{ algorithmValues: string[] }, { each: string }>(
    'a17',
    'every spelling with one meaning is read',
    ({ algorithmValues }, { each }) => {
      for (const value of algorithmValues) {
        expect(read(withAlgorithm(value)).keyUri.parameters.algorithm, value).toBe(each);
      }
    },
  );

  itCase<{ algorithmValues: string[] }, unknown>('a18', 'an unknown algorithm is refused', ({ algorithmValues }) => {
    for (const value of algorithmValues) expect(refusal(withAlgorithm(value)), value).toBe('unsupported-algorithm');
  });

  itCase<{ uri: string }, Names & { extraKept: string[] }>(
    'a22',
    'unknown parameters are handed back',
    ({ uri }, { issuer, account, extraKept }) => {
      expect(names(uri)).toEqual({ issuer, account });
      const { unknownParameters, warnings, keyUri } = read(uri);
      expect(['image', ...unknownParameters.map(([name]) => name)]).toEqual(extraKept);
      expect(keyUri.image).toBe('https://example.com/a.png');
      expect(warnings).toEqual(extraKept.length > 1 ? ['unknown-parameter'] : []);
    },
  );

  itCase<
    { uris: { missing: string; zero: string } },
    { zero: { counter: number; firstCode: string; secondCode: string } }
  >('a24', 'hotp has a counter, and 0 is one', ({ uris }, { zero }) => {
    expect(refusal(uris.missing)).toBe('malformed-counter');
    const { keyUri } = read(uris.zero);
    if (keyUri.type !== 'hotp') throw new Error('a time, not a counter');
    const { counter, hotpSecret } = keyUri;
    expect(counter).toBe(zero.counter);
    expect(hotp(hotpSecret, counter)).toBe(zero.firstCode);
    expect(hotp(hotpSecret, counter + 1)).toBe(zero.secondCode);
  });

  itCase<{ uri: string }, Names>('a26', 'an HTML escaper on the way is noticed', ({ uri }, { issuer, account }) => {
    expect(names(uri)).toEqual({ issuer, account });
    expect(formatSecret(totpKeyUri(uri).secret)).toBe(SECRET_TEXT);
    expect(read(uri).warnings).toEqual(['html-escaped-ampersand']);
  });

  itCase<{ uri: string }, unknown>('a27', 'an encoded question mark is pointed at', ({ uri }) => {
    expect(parseKeyUri(uri)).toEqual({ ok: false, reason: 'missing-secret', position: uri.indexOf('%3F') });
  });

  itCase<{ uri: string }, Names>(
    'a28',
    'outer white space is read and never written',
    ({ uri }, { issuer, account }) => {
      expect(names(uri)).toEqual({ issuer, account });
      expect(build({ issuer, account, secret: SECRET_TEXT })).not.toMatch(/\s/);
    },
  );

  itCase<{ uris: string[] }, unknown>('a29', 'no secret is invented', ({ uris }) => {
    for (const uri of uris) expect(refusal(uri)).toBe('missing-secret');
  });

  itCase<{ secretBytesHex: string } & Names, { secretParam: string; mustNotContain: string[] }>(
    'a30',
    'secrets are written without padding',
    ({ secretBytesHex, issuer, account }, { secretParam, mustNotContain }) => {
      const uri = formatKeyUri({ issuer, account, secret: secretFromBytes(Buffer.from(secretBytesHex, 'hex')) });
      const value = /[?&]secret=([^&]*)/.exec(uri)![1]!;
      expect(value).toBe(secretParam);
      for (const padding of mustNotContain) expect(value).not.toContain(padding);
    },
  );

  itCase<Build, { uri: string }>('a31', 'the issuer stands in label and parameter', (input, { uri }) => {
    expect(build(input)).toBe(uri);
  });
});

describe('b: secrets', () => {
  itCase<{ secret: string; time: number }, { keyHex: string; code: string; sameCodeAs: string }>(
    'b01',
    'leftover bits are no key byte',
    ({ secret, time }, expected) => {
      expect(keyHex(parseSecret(secret))).toBe(expected.keyHex);
      expect(codeAt(parseSecret(secret), time)).toBe(expected.code);
      expect(codeAt(parseSecret(expected.sameCodeAs), time)).toBe(expected.code);
      expect(read(`otpauth://totp/A:b?secret=${secret}`).warnings).toContain('non-canonical-secret');
    },
  );

  itCase<{ time: number; secrets: Record<string, string> }, { codesByLength: Record<string, string> }>(
    'b03',
    'every possible length gives its code',
    ({ secrets, time }, { codesByLength }) => {
      const codes = Object.entries(secrets).map(([length, text]) => [length, codeAt(parseSecret(text), time)]);
      expect(Object.fromEntries(codes)).toEqual(codesByLength);
    },
  );

  itCase<{ secrets: string[] }, unknown>('b04', 'an impossible length is refused', ({ secrets }) => {
    for (const text of secrets) {
      const { code, message } = thrown(() => parseSecret(text));
      expect([code, message], text).toEqual(['malformed-secret', expect.stringContaining('impossible length')]);
    }
  });

  itCase<{ secrets: string[] }, { each: { keyHex: string; code_at_1700000000: string } }>(
    'b05',
    'secrets are read as people are shown them',
    ({ secrets }, { each }) => {
      for (const text of secrets) {
        expect(keyHex(parseSecret(text)), text).toBe(each.keyHex);
        expect(codeAt(parseSecret(text), 1700000000)).toBe(each.code_at_1700000000);
      }
    },
  );

  itCase<{ secrets: string[] }, { first4: string; last: string }>(
    'b06',
    'any number of = at the end adds nothing',
    ({ secrets }, { first4, last }) => {
      expect(secrets.map((text) => keyHex(parseSecret(text)))).toEqual([first4, first4, first4, first4, last]);
      expect(thrown(() => parseSecret('5YVZ=SKA')).code).toBe('malformed-secret');
    },
  );

  itCase<{ secrets: string[] }, unknown>('b08', 'what is no base32 never becomes a secret', ({ secrets }) => {
    for (const text of secrets) expect(thrown(() => parseSecret(text)).code, text).toBe('malformed-secret');
  });

  itCase<
    { secret: string; time: number },
    { code: string; wrongIfAsciiBytes: string; wrongUriSecretIfEncodedAgain: string }
  >('b09', 'the key is the decoded bytes', ({ secret, time }, { code, ...wrong }) => {
    expect(codeAt(parseSecret(secret), time)).toBe(code);
    expect(formatSecret(parseSecret(secret))).toBe(secret);
    const ascii = secretFromBytes(new TextEncoder().encode(secret));
    expect(codeAt(ascii, time)).toBe(wrong.wrongIfAsciiBytes);
    expect(formatSecret(ascii)).toBe(wrong.wrongUriSecretIfEncodedAgain);
  });

  itCase<{ secretBytesHex: string }, { manualEntry: string }>(
    'b10',
    'the setup key is the secret of the key URI',
    ({ secretBytesHex }, { manualEntry }) => {
      const secret = secretFromBytes(Buffer.from(secretBytesHex, 'hex'));
      expect(formatSetupKey(secret)).toBe(manualEntry);
      expect(formatKeyUri({ account: 'a', secret })).toContain(`secret=${manualEntry.replaceAll(' ', '')}`);
      expect(formatSecret(parseSecret(formatSetupKey(secret)))).toBe(formatSecret(secret));
    },
  );

  itCase<{ secret: string }, { keyHex: string; canonical: string }>(
    'b11',
    'what is shown is the canonical text',
    ({ secret }, expected) => {
      expect(keyHex(parseSecret(secret))).toBe(expected.keyHex);
      expect(formatSecret(parseSecret(secret))).toBe(expected.canonical);
      expect(codeAt(parseSecret(secret), 1700000000)).toBe(codeAt(parseSecret(expected.canonical), 1700000000));
      expect(read(`otpauth://totp/A:b?secret=${secret}`).warnings).toContain('non-canonical-secret');
    },
  );

  itCase<{ secrets: string[] }, { each: { keyHex: string } }>(
    'b13',
    'invisible characters carry nothing',
    ({ secrets }, { each }) => {
      for (const text of secrets) expect(keyHex(parseSecret(text))).toBe(each.keyHex);
    },
  );

  itCase<{ secret: string; time: number; code: string }, unknown>(
    'b14',
    'short secrets of older systems go on working',
    ({ secret, time, code }) => {
      expect(matchCode(parseSecret(secret), code, { counter: counterOf(time) }).ok).toBe(true);
      expect(parseSecret(secret).byteLength).toBeLessThan(16);
      expect(read(`otpauth://totp/A:b?issuer=A&secret=${secret}`).warnings).toEqual(['short-secret']);
    },
  );

  itCase<unknown, { bytes: number; base32Length: number; matches: string }>(
    'b15',
    'new secrets are 20 random bytes, encoded once',
    (_, { bytes, base32Length, matches }) => {
      const secret = generateSecret();
      expect(secret.byteLength).toBe(bytes);
      expect(formatSecret(secret)).toHaveLength(base32Length);
      expect(formatSecret(secret)).toMatch(new RegExp(matches));
      const given = Uint8Array.from({ length: bytes }, (_, i) => 255 - i);
      expect(keyHex(generateSecret({ random: () => given }))).toBe(Buffer.from(given).toString('hex'));
    },
  );

  itCase<{ time: number; sha1_65bytes: string; sha512_129bytes: string }, { sha1: string; sha512: string }>(
    'b16',
    'keys longer than a block are hashed first',
    ({ time, sha1_65bytes, sha512_129bytes }, { sha1, sha512 }) => {
      expect(codeAt(parseSecret(sha1_65bytes), time)).toBe(sha1);
      expect(codeAt(parseSecret(sha512_129bytes), time, { algorithm: 'SHA512' })).toBe(sha512);
    },
  );
});

interface Verify {
  readonly secret: string;
  readonly time: number;
  readonly codes: readonly unknown[];
}

/** The answer of {@link matchCode} in a word. */
function answer(secret: string, code: unknown, seconds: number, behind = 1, ahead = 1): string {
  const result = matchCode(parseSecret(secret), code, { counter: counterOf(seconds), window: { behind, ahead } });
  return result.ok ? 'ok' : result.reason;
}

describe('c: typed codes', () => {
  itCase<Verify, unknown>('c02', 'a code without its leading zero is malformed', ({ secret, time, codes }) => {
    for (const code of codes) expect(answer(secret, code, time)).toBe('malformed-code');
  });

  itCase<Verify & { code: unknown; config: { digits: unknown; period: unknown } }, unknown>(
    'c03',
    'a number is no code, and an option of another type is named',
    ({ secret, time, code, config }) => {
      expect(answer(secret, code, time)).toBe('malformed-code');
      const digits = config.digits as 6;
      const periodSeconds = config.period as number;
      expect(thrown(() => matchCode(SECRET, '028523', { counter: 1, digits })).message).toMatch(/^digits must/);
      expect(thrown(() => totp(SECRET, { nowMs: time * 1000, periodSeconds })).message).toMatch(/^periodSeconds must/);
    },
  );

  itCase<Verify, unknown>('c04', 'a code is read as the app shows it', ({ secret, time, codes }) => {
    for (const code of codes) expect(answer(secret, code, time), JSON.stringify(code)).toBe('ok');
  });

  itCase<Verify, unknown>(
    'c06',
    'superscripts, circled digits and letters are no digits',
    ({ secret, time, codes }) => {
      for (const code of codes) expect(answer(secret, code, time), JSON.stringify(code)).toBe('malformed-code');
    },
  );

  itCase<Verify & { window: number }, unknown>(
    'c07',
    'one digit or none is malformed, however wide the window',
    ({ secret, time, codes, window }) => {
      for (const code of codes) expect(answer(secret, code, time, window, window)).toBe('malformed-code');
    },
  );

  itCase<Verify, unknown>('c08', 'a code of another length is an answer, no error', ({ secret, time, codes }) => {
    for (const code of codes) expect(answer(secret, code, time)).toBe('malformed-code');
  });

  itCase<{ secret: string; counters: number[] }, { codes: string[] }>(
    'c10',
    'counters of 128 and more are bytes, not text',
    ({ secret, counters }, { codes }) => {
      expect(counters.map((counter) => hotp(parseSecret(secret), counter))).toEqual(codes);
    },
  );
});

describe('d: time', () => {
  itCase<{ secret: string; timeSecondsGiven: number }, { rightCodeForSeconds: string; wrongCode: string }>(
    'd01',
    'the unit stands in the name, another unit is told, and another name is no time',
    ({ secret, timeSecondsGiven: ms }, { rightCodeForSeconds, wrongCode }) => {
      expect(totp(parseSecret(secret), { nowMs: ms })).toBe(rightCodeForSeconds);
      // The wrong code is that of so many seconds: of this counter.
      expect(hotp(parseSecret(secret), Math.floor(ms / 30))).toBe(wrongCode);
      expect(thrown(() => totp(parseSecret(secret), { nowMs: ms * 1000 })).message).toContain('microseconds');
      expect(thrown(() => totp(parseSecret(secret), { nowMs: ms / 1000 })).message).toContain('seconds');
      const misnamed = { nowSeconds: ms } as unknown as { nowMs: number };
      expect(thrown(() => totp(parseSecret(secret), misnamed)).code).toBe('invalid-argument');
    },
  );

  itCase<{ secret: string; time: number; code: string }, unknown>(
    'd04',
    'the window ends at counter 0',
    ({ secret, time, code }) => {
      expect(matchCode(parseSecret(secret), code, { counter: counterOf(time) })).toEqual({ ok: true, counter: 0 });
      expect(thrown(() => counterOf(-1)).code).toBe('invalid-argument');
    },
  );

  itCase<
    { secret: string; times: number[] },
    { codes: string[]; rfcVector: { key: string; t: number; digits: 8; code: string } }
  >('d05', 'after 2038, and past counter 2^32', ({ secret, times }, { codes, rfcVector: { key, t, digits, code } }) => {
    expect(times.map((seconds) => codeAt(parseSecret(secret), seconds))).toEqual(codes);
    expect(codeAt(secretFromBytes(new TextEncoder().encode(key)), t, { digits })).toBe(code);
  });

  itCase<
    {
      secret: string;
      serverTime: number;
      config: { pastSteps: number; futureSteps: number };
      codesAtOffset: Record<string, string>;
    },
    { valid: Record<string, boolean> }
  >('d06', 'a window is counted in counters, each way', ({ secret, serverTime, config, codesAtOffset }, { valid }) => {
    const answers = Object.entries(codesAtOffset).map(([offset, code]) => [
      offset,
      answer(secret, code, serverTime, config.pastSteps, config.futureSteps) === 'ok',
    ]);
    expect(Object.fromEntries(answers)).toEqual(valid);
  });

  itCase<{ secret: string; code: string; serverTimes: number[] }, { defaultPast1: boolean[] }>(
    'd07',
    'the default window absorbs one period of typing',
    ({ secret, code, serverTimes }, { defaultPast1 }) => {
      const answers = serverTimes.map(
        (seconds) => matchCode(parseSecret(secret), code, { counter: counterOf(seconds) }).ok,
      );
      expect(answers).toEqual(defaultPast1);
    },
  );

  itCase<
    { secret: string; serverTime: number; code: string; config: { pastSteps: number; futureSteps: number } },
    { valid: boolean }
  >('d08', 'codes of the future can be refused alone', ({ secret, serverTime, code, config }, { valid }) => {
    expect(answer(secret, code, serverTime, config.pastSteps, config.futureSteps) === 'ok').toBe(valid);
    expect(answer(secret, code, serverTime, config.pastSteps, 1)).toBe('ok');
  });

  itCase<
    { enrolled: { period: number; algorithm: Algorithm; digits: 8 }; time: number; code: string },
    { codeUnderDefaults: string }
  >('d10', 'one parameters value serves making and matching', ({ enrolled, time, code }, { codeUnderDefaults }) => {
    const parameters = { algorithm: enrolled.algorithm, digits: enrolled.digits, periodSeconds: enrolled.period };
    const { periodSeconds, ...making } = parameters;
    const nowMs = time * 1000;
    const counter = counterAt({ nowMs, periodSeconds });
    expect(codeAt(SECRET, time, parameters)).toBe(code);
    expect(matchCode(SECRET, code, { counter, ...making })).toEqual({ ok: true, counter });
    expect(verifyTotp(SECRET, code, { nowMs, ...parameters })).toEqual({ ok: true, counter });
    expect(codeAt(SECRET, time)).toBe(codeUnderDefaults);
  });

  itCase<{ secret: string; calls: { time: number; code: string }[] }, { valid: boolean[] }>(
    'd12',
    'a server clock set back makes no used code valid again',
    ({ secret, calls }, { valid }) => {
      let last: { lastCounter?: number } = {};
      const answers = calls.map(({ time, code }) => {
        const result = matchCode(parseSecret(secret), code, { counter: counterOf(time), ...last });
        if (result.ok) last = { lastCounter: result.counter };
        else expect(result.reason).toBe('code-reused');
        return result.ok;
      });
      expect(answers).toEqual(valid);
    },
  );
});

describe('i: runtimes', () => {
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.resetModules();
  });

  itCase('i09', 'no TextEncoder, atob or WebCrypto is needed to compute', async () => {
    for (const name of ['TextEncoder', 'TextDecoder', 'atob', 'btoa', 'crypto', 'Buffer'])
      vi.stubGlobal(name, undefined);
    vi.resetModules();
    const core = await import('lockstep-mfa/core');
    const secret = core.parseSecret(SECRET_TEXT);
    expect(core.totp(secret, { nowMs: 1_700_000_000_000 })).toBe('580559');
    expect(core.matchCode(secret, '580559', { counter: 56_666_666 })).toEqual({ ok: true, counter: 56_666_666 });
  });

  itCase('i10', 'no URL is needed to read and write key URIs', () => {
    vi.stubGlobal('URL', undefined);
    vi.stubGlobal('URLSearchParams', undefined);
    const uri = formatKeyUri({ issuer: 'A B', account: 'c', secret: SECRET });
    expect(names(uri)).toEqual({ issuer: 'A B', account: 'c' });
    expect(refusal(uri.replace('otpauth', 'otp\nauth')), 'line breaks inside are not removed').toBe('not-a-key-uri');
    expect(refusal(`${uri}&algorithm=SHA\n256`)).toBe('unsupported-algorithm');
  });
});

describe('j: what apps cannot do', () => {
  itCase('j06', 'hotp is written only for a counter that the caller gave', () => {
    expect(formatKeyUri({ account: 'a', secret: SECRET })).toMatch(/^otpauth:\/\/totp\//);
    expect(formatKeyUri({ account: 'a', hotpSecret: SECRET, counter: 0 })).toMatch(/^otpauth:\/\/hotp\/.*&counter=0$/);
  });
});

itMissesNoCase('abcdij', ELSEWHERE);
