import { type MfaProof, type ProofMethod, parseProof } from 'lockstep-mfa';
import { describe, expect, it } from 'vitest';
import { makeProof, mayEnrollWith, mayManageWith, mayOpen } from '../../src/user/proof.js';
import { USER, World, yes } from '../service/world.js';
import { BAD_VALUES } from '../support/bad-input.js';

/** What each opens, manages and enrolls. */
const METHODS: Readonly<Record<ProofMethod, readonly [opens: boolean, manages: boolean, enrolls: boolean]>> = {
  code: [true, true, true],
  'recovery-code': [true, true, true],
  enrollment: [true, true, true],
  'trusted-browser': [true, false, false],
  recovery: [false, false, true],
  reset: [false, false, true],
};

const GOOD = { userId: 'user-1', atMs: 1_700_000_000_000, method: 'code', generation: 281_474_976_710_655 };

describe('parseProof', () => {
  it('reads what the service gave, after a session has had it as JSON', async () => {
    const world = new World();
    const { proof, serialNumber } = await world.enroll();
    const read = parseProof(JSON.parse(JSON.stringify(proof)));
    expect(read).toEqual(proof);
    yes(await world.mfa.renameDevice(USER, { serialNumber, name: 'x', proof: read }));
  });

  it.each(Object.keys(METHODS))('reads a proof of the method %s', (method) => {
    expect(parseProof({ ...GOOD, method })).toEqual({ ...GOOD, method });
  });

  it('keeps fields that it does not know, of a later version', () => {
    expect(parseProof({ ...GOOD, device: 'phone' })).toEqual({ ...GOOD, device: 'phone' });
  });

  it.each(Object.keys(BAD_VALUES))('reads %s as none', (what) => {
    expect(parseProof(BAD_VALUES[what])).toBe(undefined);
  });

  it.each<[string, unknown]>([
    ['a list of one', [GOOD]],
    ['its JSON', JSON.stringify(GOOD)],
    ['one without a method and a generation', { userId: 'user-1', atMs: 1_700_000_000_000 }],
    ['one of a method that every object has', { ...GOOD, method: 'constructor' }],
    ['one of a method in a list', { ...GOOD, method: ['code'] }],
  ])('reads %s as none', (_, value) => {
    expect(parseProof(value)).toBe(undefined);
  });

  it('reads one without a field, or with a wrong one, as none', () => {
    const fine: Readonly<Record<string, readonly string[]>> = {
      userId: [
        'a space',
        'a word',
        'a megabyte of letters',
        'a megabyte of digits',
        'a megabyte of spaces',
        'a megabyte of combining marks',
        'half a surrogate pair',
        'the other half',
      ],
    };
    const read: string[] = [];
    for (const name of Object.keys(GOOD)) {
      const { [name as 'userId']: _, ...rest } = GOOD;
      if (parseProof(rest) !== undefined) read.push(`without ${name}`);
      for (const [what, bad] of Object.entries(BAD_VALUES)) {
        const expected = fine[name]?.includes(what) ?? false;
        if ((parseProof({ ...GOOD, [name]: bad }) !== undefined) !== expected) read.push(`${name}: ${what}`);
      }
    }
    expect(read).toEqual([]);
  });
});

describe('the methods of a proof', () => {
  const of = (method: string): MfaProof => makeProof(method as never, { userId: USER, nowMs: 0 }, { generation: 0 });

  it.each([
    ...Object.entries(METHODS),
    // One that a later version adds is in no list until it is put there.
    ['passkey', [false, false, false]] as const,
  ])('%s opens the application, manages devices, adds one: %j', (method, allowed) => {
    const proof = of(method);
    expect([mayOpen(proof), mayManageWith(proof), mayEnrollWith(proof)]).toEqual(allowed);
  });
});
