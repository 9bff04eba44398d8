import { createMfaService, plaintextSealer, type RandomBytes } from 'lockstep-mfa';
import { memoryStore } from 'lockstep-mfa/stores/memory';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { rejected } from '../support/thrown.js';
import { outcome, seededRandom, USER, World, yes } from './world.js';

const INPUT = { name: 'phone', account: 'alice' };

afterEach(() => {
  vi.unstubAllGlobals();
});

/** A source that answers with `broken` where so many bytes are asked for. */
function brokenAt(length: number, broken: RandomBytes): World {
  const random = seededRandom();
  return new World({ random: (byteLength) => (byteLength === length ? broken : random)(byteLength) });
}

describe('a random source that gives equal bytes', () => {
  it.each([
    ['the secret', 20, 'createDevice'],
    ['the handle and the revision', 16, 'createDevice'],
    ['recovery codes', 240, 'createRecoveryCodes'],
  ] as const)('for %s is invalid-argument, and nothing is stored', async (_, length, verb) => {
    for (const byte of [0, 1, 255]) {
      let isBroken = false;
      const random = seededRandom();
      const world = new World({
        random: (byteLength) =>
          isBroken && byteLength === length ? new Uint8Array(byteLength).fill(byte) : random(byteLength),
      });
      const { proof } = await world.enroll();
      const row = await world.store.get(USER);
      isBroken = true;
      const call =
        verb === 'createDevice'
          ? world.mfa.createDevice(USER, { ...INPUT, name: 'tablet', proof })
          : world.mfa.createRecoveryCodes(USER, { proof });
      const { code, message } = await rejected(call);
      expect([code, message]).toEqual([
        'invalid-argument',
        'random returned equal bytes: it is no source of random bytes',
      ]);
      expect(await world.store.get(USER)).toEqual(row);
    }
  });

  it('is taken for fewer than 16, where chance may give them', async () => {
    const world = brokenAt(6, (byteLength) => new Uint8Array(byteLength).fill(7));
    yes(await world.mfa.createDevice(USER, INPUT));
    expect((await world.record()).generation).toBe(0x070707070707);
  });
});

describe('a random source that gives the same answer twice', () => {
  const counting: RandomBytes = (byteLength) => Uint8Array.from({ length: byteLength }, (_, i) => i);

  it('is invalid-argument at the second write: two writes must not pass for one', async () => {
    const world = brokenAt(16, counting);
    yes(await world.mfa.createDevice(USER, INPUT));
    const row = await world.store.get(USER);
    const { code, message } = await rejected(world.mfa.createDevice(USER, INPUT));
    expect([code, message]).toEqual(['invalid-argument', 'random gave the same bytes twice']);
    expect(await world.store.get(USER)).toEqual(row);
    // Of another user, too: revisions are never used twice.
    expect((await rejected(world.mfa.createDevice('user-2', INPUT))).code).toBe('invalid-argument');
  });

  it('that fills the same array each time, with other bytes, is taken', async () => {
    const random = seededRandom();
    const buffers = new Map<number, Uint8Array>();
    const world = new World({
      random: (byteLength) => {
        const bytes = buffers.get(byteLength) ?? new Uint8Array(byteLength);
        buffers.set(byteLength, bytes);
        bytes.set(random(byteLength));
        return bytes;
      },
    });
    const { phone } = await world.enroll();
    expect(outcome(await world.mfa.signIn(USER, { code: phone.code() }))).toBe('ok');
    const { revisions } = await world.record();
    expect(new Set(revisions).size).toBe(2);
  });
});

describe('a runtime without crypto.getRandomValues', () => {
  const mfa = () => createMfaService({ issuer: 'Acme', store: memoryStore(), sealer: plaintextSealer() });

  it.each<[string, unknown]>([
    ['without crypto', undefined],
    ['with a crypto that has none', {}],
  ])('%s is invalid-argument, and names the option random', async (_, crypto) => {
    vi.stubGlobal('crypto', crypto);
    const { code, message } = await rejected(mfa().createDevice(USER, INPUT));
    expect(code).toBe('invalid-argument');
    expect(message).toBe('random is needed: this runtime has no crypto.getRandomValues');
  });

  it('works with the option random', async () => {
    vi.stubGlobal('crypto', undefined);
    const world = new World();
    const { phone } = await world.enroll();
    expect(outcome(await world.mfa.signIn(USER, { code: phone.code() }))).toBe('ok');
  });
});
