import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import {
  aesGcmSealer,
  type OtpParameters,
  plaintextSealer,
  type SealContext,
  type Sealer,
  type SealingKey,
} from 'lockstep-mfa';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { rejected, thrown } from '../support/thrown.js';

const PLAIN = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
const PARAMETERS: OtpParameters = { algorithm: 'SHA1', digits: 6, periodSeconds: 30 };
const CONTEXT: SealContext = { userId: 'user-1', serialNumber: 'phone', parameters: PARAMETERS };
const KEY = Uint8Array.from({ length: 32 }, (_, index) => index);
const OTHER_KEY = Uint8Array.from({ length: 32 }, (_, index) => index + 1);
const THIRD_KEY = Uint8Array.from({ length: 32 }, (_, index) => index + 2);
const sealer = aesGcmSealer({ keys: [KEY] });

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

// ── the same, written again over node:crypto ──

function aad(...parts: readonly string[]): Buffer {
  return Buffer.concat(
    parts.map((part) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(Buffer.byteLength(part));
      return Buffer.concat([length, Buffer.from(part)]);
    }),
  );
}

function keyId(key: Uint8Array): string {
  const hash = createHash('sha256').update('lockstep-mfa key id\0').update(key).digest();
  return hash.subarray(0, 8).toString('base64url');
}

function sealWithNode(plain: string, key: Uint8Array, additionalData: Buffer): string {
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(additionalData);
  const ciphertext = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return `v1.${keyId(key)}.${iv.toString('base64url')}.${ciphertext.toString('base64url')}`;
}

function openWithNode(sealed: string, key: Uint8Array, additionalData: Buffer): string {
  const [, , iv, ciphertext] = sealed.split('.').map((part) => Buffer.from(part, 'base64url'));
  const decipher = createDecipheriv('aes-256-gcm', key, iv!).setAAD(additionalData);
  decipher.setAuthTag(ciphertext!.subarray(-16));
  return decipher.update(ciphertext!.subarray(0, -16), undefined, 'utf8') + decipher.final('utf8');
}

const BOUND_TO = ['v1', 'user-1', 'phone', 'SHA1', '6', '30'];

describe('the sealed text', () => {
  it('is AES-256-GCM as node:crypto computes it', async () => {
    const sealed = await sealer.seal(PLAIN, CONTEXT);
    expect(sealed.split('.').slice(0, 2)).toEqual(['v1', keyId(KEY)]);
    expect(openWithNode(sealed, KEY, aad(...BOUND_TO))).toBe(PLAIN);
    expect(await sealer.open(sealWithNode(PLAIN, KEY, aad(...BOUND_TO)), CONTEXT)).toEqual({
      plain: PLAIN,
      stale: false,
    });
  });

  it('of this version opens for ever', async () => {
    const sealed = 'v1.BIkiNFrnaGE.pZ9lRdUdOChMX22E.6gpYfgBBz7wGTcXpMU22XVfPxGnpaNSs8AUyGIPuwCPvWvbfVGhMHLm1gt4BuCVu';
    expect(await sealer.open(sealed, CONTEXT)).toEqual({ plain: PLAIN, stale: false });
  });

  it('of an application that has no parameters is bound to the other parts', async () => {
    const { userId, serialNumber } = CONTEXT;
    const sealed = await sealer.seal(PLAIN, { userId, serialNumber });
    expect(openWithNode(sealed, KEY, aad('v1', userId, serialNumber))).toBe(PLAIN);
    expect((await rejected(sealer.open(sealed, CONTEXT))).code).toBe('sealer-failed');
    expect((await sealer.open(sealed, { userId, serialNumber })).plain).toBe(PLAIN);
  });

  it('has a fresh nonce each time', async () => {
    const sealed = await Promise.all(Array.from({ length: 500 }, () => sealer.seal(PLAIN, CONTEXT)));
    expect(new Set(sealed.map((text) => text.split('.')[2])).size).toBe(500);
  });
});

// ── properties ──

const words = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1 }),
  fc.constantFrom('a', 'b', 'ab', 'user-1', 'user-12', '2phone', '\0', '\0\0\0\u0001a', 'é', 'e\u0301'),
);
const parameters: fc.Arbitrary<OtpParameters> = fc.record({
  algorithm: fc.constantFrom('SHA1', 'SHA256', 'SHA512'),
  digits: fc.constantFrom(6, 7, 8),
  periodSeconds: fc.constantFrom(15, 30, 60),
});
const contexts: fc.Arbitrary<SealContext> = fc.record(
  { userId: words, serialNumber: words, parameters },
  { requiredKeys: ['userId', 'serialNumber'] },
);
/** Two that are alike: in all but one part, or in the text to which their parts run together. */
const neighbours: fc.Arbitrary<[SealContext, SealContext]> = fc
  .tuple(contexts, contexts, fc.string({ unit: 'grapheme', minLength: 1 }))
  .chain(([one, other, moved]) =>
    fc.constantFrom<[SealContext, SealContext]>(
      [one, other],
      [one, { ...other, userId: one.userId, serialNumber: one.serialNumber }],
      [one, { ...one, userId: one.serialNumber, serialNumber: one.userId }],
      [
        { ...one, userId: one.userId + moved },
        { ...one, serialNumber: moved + one.serialNumber },
      ],
    ),
  );

/** What is sealed opens in its own context, and in no other. */
function bindingOf(by: Sealer) {
  return fc.asyncProperty(fc.string({ unit: 'binary', minLength: 1 }), neighbours, async (plain, [own, other]) => {
    const sealed = await by.seal(plain, own);
    expect((await by.open(sealed, own)).plain).toBe(plain);
    if (JSON.stringify(own) !== JSON.stringify(other))
      expect((await rejected(by.open(sealed, other))).code).toBe('sealer-failed');
  });
}

/** A text that was changed in one place does not open. */
function integrityOf(by: Sealer) {
  const change = fc.record({ at: fc.nat(), to: fc.constantFrom(...'AQgw_-.=+/ ', '') });
  return fc.asyncProperty(fc.string({ minLength: 1 }), contexts, change, async (plain, context, { at, to }) => {
    const sealed = await by.seal(plain, context);
    const index = at % sealed.length;
    const changed = sealed.slice(0, index) + to + sealed.slice(index + 1);
    if (changed !== sealed) expect((await rejected(by.open(changed, context))).code).toBe('sealer-failed');
  });
}

/** Seals, and binds to whatever the test says. */
function brokenSealer(boundTo: (context: SealContext) => Buffer): Sealer {
  return {
    seal: async (plain, context) => sealWithNode(plain, KEY, boundTo(context)),
    async open(sealed, context) {
      try {
        return { plain: openWithNode(sealed, KEY, boundTo(context)), stale: false };
      } catch {
        return sealer.open('v1.damaged', context);
      }
    },
  };
}

async function isCaught(property: fc.IAsyncProperty<unknown>): Promise<boolean> {
  return (await fc.check(property, { numRuns: 2000 })).failed;
}

describe('what is sealed', () => {
  it('opens in its own context, and in no other', async () => {
    await fc.assert(bindingOf(sealer), { numRuns: 300 });
  });

  it.each<[string, (context: SealContext) => Buffer]>([
    ['nothing', () => Buffer.from('')],
    ['the user alone', ({ userId }) => Buffer.from(userId)],
    ['parts that run together', ({ userId, serialNumber }) => Buffer.from(userId + serialNumber)],
    ['no parameters', ({ userId, serialNumber }) => aad('v1', userId, serialNumber)],
  ])('would open elsewhere, were it bound to %s', async (_, boundTo) => {
    expect(await isCaught(bindingOf(brokenSealer(boundTo)))).toBe(true);
  });

  it('does not open once it was changed', async () => {
    await fc.assert(integrityOf(sealer), { numRuns: 500 });
  });

  it('would open, were its text read tolerantly', async () => {
    const everything = (context: SealContext) => aad(JSON.stringify(context));
    expect(await isCaught(integrityOf(brokenSealer(everything)))).toBe(true);
  });

  it.each(['v1.', 'v1.a.b.c', 'V1', 'v2', ' v1', '', '\ud800'])('does not open as %j', async (text) => {
    const sealed = await sealer.seal(PLAIN, CONTEXT);
    const { code, cause } = await rejected(sealer.open(sealed.replace('v1', text), CONTEXT));
    expect([code, cause]).toEqual(['sealer-failed', undefined]);
  });

  it('says what WebCrypto said, when that is why it does not open', async () => {
    const sealed = await sealer.seal(PLAIN, CONTEXT);
    const error = await rejected(sealer.open(sealed, { ...CONTEXT, userId: 'user-2' }));
    expect(error.message).toBe('it was changed, or sealed for another user, device or parameters');
    expect(error.cause).toMatchObject({ name: 'OperationError' });
  });
});

describe('several keys', () => {
  const before = aesGcmSealer({ keys: [OTHER_KEY] });
  const rotated = aesGcmSealer({ keys: [KEY, OTHER_KEY, THIRD_KEY] });

  it('all open, and the first one seals', async () => {
    expect(await rotated.open(await before.seal(PLAIN, CONTEXT), CONTEXT)).toEqual({ plain: PLAIN, stale: true });
    const sealed = await rotated.seal(PLAIN, CONTEXT);
    expect(await rotated.open(sealed, CONTEXT)).toEqual({ plain: PLAIN, stale: false });
    expect(await sealer.open(sealed, CONTEXT)).toEqual({ plain: PLAIN, stale: false });
  });

  it('name the one that is missing by its id', async () => {
    const sealed = await rotated.seal(PLAIN, CONTEXT);
    const error = await rejected(before.open(sealed, CONTEXT));
    expect(error.code).toBe('sealer-failed');
    expect(error.message).toContain(keyId(KEY));
  });

  it('are imported once', async () => {
    const importKey = vi.spyOn(globalThis.crypto.subtle, 'importKey');
    const fresh = aesGcmSealer({ keys: [KEY, OTHER_KEY] });
    expect(importKey).not.toHaveBeenCalled();
    const sealed = await Promise.all([fresh.seal(PLAIN, CONTEXT), fresh.seal(PLAIN, CONTEXT)]);
    for (const text of sealed) await fresh.open(text, CONTEXT);
    expect(importKey).toHaveBeenCalledTimes(2);
    for (const { value } of importKey.mock.results) expect((await value).extractable).toBe(false);
  });

  it('are kept as they were', async () => {
    const bytes = Uint8Array.from(KEY);
    const kept = aesGcmSealer({ keys: [bytes] });
    bytes.fill(7);
    expect((await sealer.open(await kept.seal(PLAIN, CONTEXT), CONTEXT)).plain).toBe(PLAIN);
  });
});

describe('a key', () => {
  const bytes = Buffer.from('fbefbeffeffefbefbefbefbefbefbefbefbefbefbefbefbefbefbefbefbefbff', 'hex');
  const base64 = bytes.toString('base64');

  it('is read from bytes, base64 and base64url, padded or not', async () => {
    expect(base64).toMatch(/\+.*\/.*=$/);
    const sealed = await aesGcmSealer({ keys: [bytes] }).seal(PLAIN, CONTEXT);
    const texts = [base64, base64.replace('=', ''), bytes.toString('base64url'), `${bytes.toString('base64url')}=`];
    for (const text of texts) {
      expect((await aesGcmSealer({ keys: [text] }).open(sealed, CONTEXT)).plain).toBe(PLAIN);
    }
  });

  it.each(['\n', '\r\n', ' ', '\t', '\ufeff'])('is read with white space round it, as of a file: %j', async (space) => {
    const sealed = await aesGcmSealer({ keys: [bytes] }).seal(PLAIN, CONTEXT);
    for (const text of [`${base64}${space}`, `${space}${base64}`, `${space}${base64}${space}${space}`]) {
      expect((await aesGcmSealer({ keys: [text] }).open(sealed, CONTEXT)).plain).toBe(PLAIN);
    }
  });

  it.each<[string, unknown]>([
    ['of no bytes', new Uint8Array(0)],
    ['too short', bytes.subarray(1)],
    ['too long', Buffer.concat([bytes, bytes])],
    ['all zeros', new Uint8Array(32)],
    ['all zeros, in base64', 'A'.repeat(43)],
    ['of equal bytes', new Uint8Array(32).fill(7)],
    ['of equal bytes, in base64', `${Buffer.alloc(32, 0xff).toString('base64')}\n`],
    ['empty', ''],
    ['in hex', bytes.toString('hex')],
    ['with white space inside', `${base64.slice(0, 20)}\n${base64.slice(20)}`],
    ['of white space', ' \n'],
    ['padded twice', `${base64}=`],
    ['in both alphabets', base64.replaceAll('/', '_')],
    ['with bits left over', base64.replace(/.=$/, '9=')],
    ['missing', undefined],
    ['null', null],
    ['a number', 32],
    ['an array', [...bytes]],
    ['an object', { ...bytes }],
    ['an object of the same prototype', Object.create(Uint8Array.prototype)],
  ])('is refused %s, without echo', async (_, key) => {
    const error = thrown(() => aesGcmSealer({ keys: [KEY, key as SealingKey] }));
    expect(error.code).toBe('invalid-argument');
    expect(error.message).toMatch(/^keys\[1\] /);
    if (typeof key === 'string' && key !== '') expect(error.message).not.toContain(key.slice(0, 8));
  });

  it('is refused twice, in whatever form', async () => {
    const keys: [SealingKey, SealingKey] = [bytes, base64];
    expect(thrown(() => aesGcmSealer({ keys })).code).toBe('invalid-argument');
  });

  it.each<[unknown]>([[undefined], [null], [[]], [{}], ['text'], [KEY]])('has to be there: %j', async (keys) => {
    expect(thrown(() => aesGcmSealer({ keys: keys as never })).code).toBe('invalid-argument');
    expect(thrown(() => aesGcmSealer(keys as never)).code).toBe('invalid-argument');
  });
});

describe('an option of aesGcmSealer', () => {
  it.each([
    [{ key: [KEY] }, 'unknown option "key"; did you mean "keys"?'],
    [{ keys: [KEY], kyes: [] }, 'unknown option "kyes"; did you mean "keys"?'],
    [[] as unknown, 'options must be an object: aesGcmSealer({ keys: [key] })'],
    [{ keys: [KEY], algorithm: 'AES' }, 'unknown option "algorithm"; the names are keys'],
  ])('that is unknown is refused, case %#', (options, message) => {
    const error = thrown(() => aesGcmSealer(options as never));
    expect([error.code, error.message]).toEqual(['invalid-argument', message]);
  });
});

describe('keys that a function gives', () => {
  /** A secret manager, which counts how often it is asked. */
  function manager(...answers: readonly (() => unknown)[]) {
    let calls = 0;
    const keys = (): never => answers[Math.min(calls++, answers.length - 1)]!() as never;
    return { sealer: aesGcmSealer({ keys }), calls: () => calls };
  }
  const LOST = new Error('the secret manager timed out');
  const lost = (): never => {
    throw LOST;
  };

  it('are asked for at the first use and not before, and once', async () => {
    const { sealer: lazy, calls } = manager(() => [KEY]);
    expect(calls()).toBe(0);
    const [sealed] = await Promise.all([lazy.seal(PLAIN, CONTEXT), lazy.seal(PLAIN, CONTEXT), lazy.ready()]);
    expect(await lazy.open(sealed, CONTEXT)).toEqual({ plain: PLAIN, stale: false });
    await lazy.ready();
    expect(calls()).toBe(1);
    expect((await sealer.open(sealed, CONTEXT)).plain).toBe(PLAIN);
  });

  it('are asked for by the first opening as well', async () => {
    const { sealer: lazy, calls } = manager(() => [KEY]);
    expect((await lazy.open(await sealer.seal(PLAIN, CONTEXT), CONTEXT)).plain).toBe(PLAIN);
    expect(calls()).toBe(1);
  });

  it('are not asked for by a text or a context that is none', async () => {
    const { sealer: lazy, calls } = manager(() => [KEY]);
    const refusals = [lazy.seal('', CONTEXT), lazy.seal(PLAIN, {} as never), lazy.open('v1.damaged', CONTEXT)];
    for (const { code } of await Promise.all(refusals.map(rejected))) {
      expect(['invalid-argument', 'sealer-failed']).toContain(code);
    }
    expect(calls()).toBe(0);
  });

  it('may come later, several of them, the first of which seals', async () => {
    const { sealer: lazy } = manager(async () => [OTHER_KEY, KEY.slice()]);
    expect(await lazy.open(await sealer.seal(PLAIN, CONTEXT), CONTEXT)).toEqual({ plain: PLAIN, stale: true });
    expect((await lazy.seal(PLAIN, CONTEXT)).split('.')[1]).toBe(keyId(OTHER_KEY));
  });

  it('are asked for again after a failure, which the next use does not remember', async () => {
    const { sealer: lazy, calls } = manager(
      lost,
      () => Promise.reject(LOST),
      () => [],
      () => [KEY],
    );
    // Two at once are one attempt.
    const failed = [lazy.seal(PLAIN, CONTEXT), lazy.ready()];
    for (const error of await Promise.all(failed.map(rejected))) {
      expect(error).toMatchObject({ code: 'sealer-failed', cause: LOST });
    }
    expect(calls()).toBe(1);
    expect(await rejected(lazy.seal(PLAIN, CONTEXT))).toMatchObject({ code: 'sealer-failed', cause: LOST });
    expect((await rejected(lazy.ready())).cause).toMatchObject({ code: 'invalid-argument' });
    expect(calls()).toBe(3);
    await lazy.ready();
    expect((await sealer.open(await lazy.seal(PLAIN, CONTEXT), CONTEXT)).plain).toBe(PLAIN);
    expect(calls()).toBe(4);
  });

  it.each<[string, unknown]>([
    ['undefined', undefined],
    ['a key', KEY],
    ['no key', []],
    ['a key that is missing', [undefined]],
    ['an empty text', ['']],
    ['a key twice', [KEY, KEY]],
    ['a key of equal bytes', [KEY, new Uint8Array(32).fill(1)]],
  ])('are %s: sealer-failed with the cause, without echo', async (_, keys) => {
    const { sealer: lazy } = manager(() => keys);
    const error = await rejected(lazy.ready());
    expect(error).toMatchObject({ code: 'sealer-failed', message: 'the keys could not be loaded: see cause' });
    expect(error.cause).toMatchObject({ name: 'MfaError', code: 'invalid-argument' });
    expect((error.cause as Error).message).toMatch(/^keys/);
  });

  it('are kept as they were', async () => {
    const bytes = Uint8Array.from(KEY);
    const { sealer: lazy } = manager(() => [bytes]);
    await lazy.ready();
    bytes.fill(7);
    expect((await sealer.open(await lazy.seal(PLAIN, CONTEXT), CONTEXT)).plain).toBe(PLAIN);
  });

  it('of a list are ready, too, and a failure of WebCrypto is tried again', async () => {
    const fresh = aesGcmSealer({ keys: [KEY] });
    const cause = new Error('not yet');
    const importKey = vi.spyOn(globalThis.crypto.subtle, 'importKey').mockRejectedValueOnce(cause);
    expect(await rejected(fresh.ready())).toMatchObject({ code: 'sealer-failed', cause });
    await fresh.ready();
    await fresh.seal(PLAIN, CONTEXT);
    expect(importKey).toHaveBeenCalledTimes(2);
  });
});

describe('plaintextSealer', () => {
  const plain = plaintextSealer();

  it('stores the secret as it is, and says so', async () => {
    const stored = await plain.seal(PLAIN, CONTEXT);
    expect(stored).toBe(`plain.${PLAIN}`);
    expect(await plain.open(stored, CONTEXT)).toEqual({ plain: PLAIN, stale: false });
  });

  it('and aesGcmSealer refuse each other’s texts', async () => {
    const unsealed = await rejected(sealer.open(await plain.seal(PLAIN, CONTEXT), CONTEXT));
    expect(unsealed).toMatchObject({ code: 'sealer-failed', message: expect.stringContaining('not sealed') });
    expect(unsealed.message).not.toContain(PLAIN);
    const sealed = await rejected(plain.open(await sealer.seal(PLAIN, CONTEXT), CONTEXT));
    expect(sealed).toMatchObject({ code: 'sealer-failed', message: expect.stringContaining('sealed otherwise') });
  });
});

describe.each([
  ['aesGcmSealer', sealer],
  ['plaintextSealer', plaintextSealer()],
])('%s', (_, by) => {
  it.each<unknown>([
    undefined,
    null,
    'user-1',
    {},
    { userId: 'user-1' },
    { userId: '', serialNumber: 'phone' },
    { userId: 'user-1', serialNumber: 1 },
    { userId: '\ud800', serialNumber: 'phone' },
    { userId: 'user-1', serialNumber: '\udc00' },
    { ...CONTEXT, parameters: null },
    { ...CONTEXT, parameters: { ...PARAMETERS, digits: 5 } },
  ])('refuses the context %j', async (context) => {
    const sealed = await by.seal(PLAIN, CONTEXT);
    expect((await rejected(by.seal(PLAIN, context as SealContext))).code).toBe('invalid-argument');
    expect((await rejected(by.open(sealed, context as SealContext))).code).toBe('invalid-argument');
  });

  it.each<unknown>([undefined, null, 1, {}, KEY])('refuses the text %j', async (text) => {
    expect((await rejected(by.seal(text as string, CONTEXT))).code).toBe('invalid-argument');
    expect((await rejected(by.open(text as string, CONTEXT))).code).toBe('invalid-argument');
  });

  it('refuses to seal what it could not give back', async () => {
    expect((await rejected(by.seal('', CONTEXT))).code).toBe('invalid-argument');
    expect((await rejected(by.seal('\ud800', CONTEXT))).code).toBe('invalid-argument');
  });
});

describe('when WebCrypto fails', () => {
  it('sealing is an error with the cause', async () => {
    const cause = new Error('no entropy');
    vi.spyOn(globalThis.crypto.subtle, 'encrypt').mockRejectedValueOnce(cause);
    expect(await rejected(sealer.seal(PLAIN, CONTEXT))).toMatchObject({ code: 'sealer-failed', cause });
  });

  it('taking the keys is an error with the cause', async () => {
    const sealed = await sealer.seal(PLAIN, CONTEXT);
    const cause = new Error('no such algorithm');
    vi.spyOn(globalThis.crypto.subtle, 'importKey').mockRejectedValue(cause);
    const fresh = aesGcmSealer({ keys: [KEY] });
    expect(await rejected(fresh.open(sealed, CONTEXT))).toMatchObject({ code: 'sealer-failed', cause });
    expect(await rejected(fresh.seal(PLAIN, CONTEXT))).toMatchObject({ code: 'sealer-failed', cause });
  });

  it('to import a key once, the next use tries again', async () => {
    const sealed = await sealer.seal(PLAIN, CONTEXT);
    const fresh = aesGcmSealer({ keys: [KEY] });
    const cause = new Error('out of memory');
    vi.spyOn(globalThis.crypto.subtle, 'importKey').mockRejectedValueOnce(cause);
    expect(await rejected(fresh.open(sealed, CONTEXT))).toMatchObject({ code: 'sealer-failed', cause });
    expect((await fresh.open(sealed, CONTEXT)).plain).toBe(PLAIN);
    vi.spyOn(globalThis.crypto.subtle, 'digest').mockRejectedValueOnce(cause);
    const other = aesGcmSealer({ keys: [KEY] });
    expect(await rejected(other.seal(PLAIN, CONTEXT))).toMatchObject({ code: 'sealer-failed', cause });
    expect((await sealer.open(await other.seal(PLAIN, CONTEXT), CONTEXT)).plain).toBe(PLAIN);
  });

  it('or has no random bytes, sealing names what is missing', async () => {
    const fresh = aesGcmSealer({ keys: [KEY] });
    await fresh.ready();
    vi.stubGlobal('crypto', { subtle: globalThis.crypto.subtle });
    const error = await rejected(fresh.seal(PLAIN, CONTEXT));
    expect(error).toMatchObject({ code: 'sealer-failed', cause: { code: 'invalid-argument' } });
    expect((error.cause as Error).message).toContain('crypto.getRandomValues');
  });

  it('or is not there, as on a page without https, that is an error too', async () => {
    vi.stubGlobal('crypto', { getRandomValues: () => new Uint8Array(12) });
    const fresh = aesGcmSealer({ keys: [KEY] });
    const error = await rejected(fresh.seal(PLAIN, CONTEXT));
    expect(error.code).toBe('sealer-failed');
    expect(error.cause).toBeInstanceOf(TypeError);
  });
});
