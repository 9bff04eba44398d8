import {
  createMfaService,
  createPolicy,
  type MfaService,
  type MfaServiceOptions,
  parseSecret,
  plaintextSealer,
} from 'lockstep-mfa';
import { memoryStore } from 'lockstep-mfa/stores/memory';
import { describe, expect, it } from 'vitest';
import { answerOf, BAD_VALUES, type Place, replaced, wrongAnswers } from '../support/bad-input.js';
import { Phone, wrongCode } from './phone.js';
import { ADMINISTRATOR, USER, World, yes } from './world.js';

const world = new World();
const owner = await world.enroll();
const { phone, serialNumber } = owner;
const { recoveryCodes, proof } = yes(await world.mfa.createRecoveryCodes(USER, { proof: owner.proof }));
const pending = await world.begin({ proof: proof! }, { name: 'new' });
const row = await world.store.get(USER);
const code = phone.code(world.nowMs);
const SECRET = parseSecret('JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP');
const TOKEN = new Phone(SECRET, phone.parameters);

const TEXTS = [
  'a space',
  'a word',
  'a megabyte of letters',
  'a megabyte of digits',
  'a megabyte of spaces',
  'a megabyte of combining marks',
];
const EMPTY = ['an empty list', 'an empty object', 'an object without a prototype', 'a date'];

/** What a good text that is not the right one is answered with; a bad one is an error. */
function textOr(answer: string): (bad: unknown) => string {
  return (bad) => (typeof bad === 'string' && bad !== '' && !/\p{Surrogate}/u.test(bad) ? answer : 'invalid-argument');
}
const userId = (answer: string): Place => ({ path: [0], answer: textOr(answer) });
const invalid = (...path: (string | number)[]): Place => ({ path, answer: 'invalid-argument' });
const optional = (...path: (string | number)[]): Place => ({ ...invalid(...path), fine: ['undefined'] });
/** Objects without what a person typed. */
const empty = (answer: string): Place => ({
  path: [1],
  answer: (bad) => (typeof bad === 'object' && bad !== null ? answer : 'invalid-argument'),
});
const at = (name: string, answer: Place['answer'], fine: readonly string[] = []): Place => ({
  path: [1, name],
  answer,
  fine,
});
const CODES: Place[] = [
  invalid(1, 'codes'),
  { path: [1, 'codes', 0], answer: 'malformed-code' },
  { path: [1, 'codes', 1], answer: 'malformed-code' },
];
const PARAMETERS: Place[] = [
  { ...optional(1, 'parameters'), fine: ['undefined', ...EMPTY] },
  optional(1, 'parameters', 'algorithm'),
  optional(1, 'parameters', 'digits'),
  optional(1, 'parameters', 'periodSeconds'),
];
const NAME = at('name', 'malformed-name', ['a word']);
const PROOF = at('proof', 'mfa-required');
const EXPECTATION = at('expectMfa', 'invalid-argument', ['undefined', 'true']);
const NAMED_ADMINISTRATOR = at('administrator', textOr('ok'));
const by = { proof };

/** Every method: good arguments, and the places where bad ones can come in. */
const METHODS: readonly (readonly [keyof MfaService, input: object | undefined, places: readonly Place[]])[] = [
  [
    'describeUser',
    {},
    [userId('ok'), { ...optional(1), fine: ['undefined', ...EMPTY, 'an object that is no text'] }, EXPECTATION],
  ],
  [
    'describeUser',
    { proof, administrator: 'Ada' },
    [at('proof', 'ok'), { ...optional(1, 'administrator'), fine: ['undefined', ...TEXTS] }],
  ],
  [
    'createDevice',
    { name: 'x', account: 'alice', parameters: {}, ...by },
    [
      userId('ok'),
      invalid(1),
      NAME,
      at(
        'account',
        'invalid-argument',
        TEXTS.filter((text) => !/space/.test(text)),
      ),
      ...PARAMETERS,
      PROOF,
      EXPECTATION,
    ],
  ],
  ['createDevice', { name: 'x', account: 'alice', ...ADMINISTRATOR }, [NAMED_ADMINISTRATOR]],
  [
    'showDevice',
    { enrollment: pending.enrollment, ...by },
    [userId('unknown-device'), empty('unknown-device'), at('enrollment', 'unknown-device'), PROOF],
  ],
  [
    'cancelDevice',
    { enrollment: pending.enrollment },
    [userId('unknown-device'), empty('unknown-device'), at('enrollment', 'unknown-device')],
  ],
  [
    'assignDevice',
    { enrollment: pending.enrollment, codes: pending.phone.pair(world.nowMs), ...by },
    [userId('unknown-device'), invalid(1), at('enrollment', 'unknown-device'), ...CODES, PROOF, EXPECTATION],
  ],
  [
    'importDevice',
    { name: 'x', secret: SECRET, serialNumber: 'HW-1', parameters: {}, codes: TOKEN.pair(world.nowMs), ...by },
    [
      userId('ok'),
      invalid(1),
      NAME,
      invalid(1, 'secret'),
      at('serialNumber', 'invalid-argument', ['undefined', 'a space', 'a word']),
      // Without codes it takes an administrator.
      at('codes', (bad) => (bad === undefined ? 'mfa-required' : 'invalid-argument')),
      ...CODES.slice(1),
      ...PARAMETERS,
      PROOF,
      EXPECTATION,
    ],
  ],
  ['importDevice', { name: 'x', secret: SECRET, ...ADMINISTRATOR }, [NAMED_ADMINISTRATOR, invalid(1, 'secret')]],
  [
    'signIn',
    { code },
    [
      userId('not-assigned'),
      empty('malformed-code'),
      at('code', 'malformed-code'),
      at('serialNumber', 'unknown-device', ['undefined']),
      EXPECTATION,
    ],
  ],
  [
    'signInWithRecoveryCode',
    { recoveryCode: recoveryCodes[0] },
    [userId('not-assigned'), empty('malformed-code'), at('recoveryCode', 'malformed-code')],
  ],
  [
    'resynchronizeDevice',
    { serialNumber, codes: [phone.code(world.nowMs), phone.code(world.nowMs, 1)] },
    [userId('not-assigned'), invalid(1), at('serialNumber', textOr('unknown-device')), ...CODES],
  ],
  [
    'renameDevice',
    { serialNumber, name: 'x', ...by },
    [userId('mfa-required'), invalid(1), at('serialNumber', 'unknown-device'), NAME, PROOF],
  ],
  [
    'suspendDevice',
    { serialNumber, ...by },
    [userId('mfa-required'), invalid(1), at('serialNumber', 'unknown-device'), PROOF],
  ],
  [
    'reinstateDevice',
    { serialNumber, ...by },
    [userId('mfa-required'), invalid(1), at('serialNumber', 'unknown-device'), PROOF],
  ],
  [
    'removeDevice',
    { serialNumber, ...by },
    [userId('mfa-required'), invalid(1), at('serialNumber', 'unknown-device'), PROOF],
  ],
  ['removeDevice', { serialNumber, ...ADMINISTRATOR }, [userId('unknown-device'), NAMED_ADMINISTRATOR]],
  ['createRecoveryCodes', by, [userId('not-assigned'), invalid(1), PROOF]],
  ['createRecoveryCodes', ADMINISTRATOR, [userId('not-assigned'), NAMED_ADMINISTRATOR]],
  [
    'recoverAccount',
    { verified: ['email', 'phone'] },
    [userId('not-assigned'), invalid(1), invalid(1, 'verified'), invalid(1, 'verified', 0)],
  ],
  ['unlock', ADMINISTRATOR, [userId('not-assigned'), invalid(1), NAMED_ADMINISTRATOR]],
  ['reseal', undefined, [userId('ok')]],
  ['deleteUser', undefined, [userId('ok')]],
];

/** The answer of one call, of a service that knows of no more than that user as he was. */
async function answer(name: keyof MfaService, args: readonly unknown[], given?: unknown): Promise<string> {
  const store = memoryStore();
  await store.compareAndSet(USER, undefined, row as never);
  const mfa = world.server({ store });
  const call = (mfa[name] as (...args: readonly unknown[]) => Promise<unknown>)(...args);
  const settled = await call.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  return answerOf(() => {
    if ('error' in settled) throw settled.error;
    return settled.value;
  }, given);
}

async function wrong(name: keyof MfaService, args: readonly unknown[], place: Place): Promise<string[]> {
  const { path, fine = [] } = place;
  const found: string[] = [];
  for (const [what, bad] of Object.entries(BAD_VALUES)) {
    const got = await answer(name, replaced(args, path, bad) as unknown[], bad);
    const expected = fine.includes(what) ? 'ok' : typeof place.answer === 'function' ? place.answer(bad) : place.answer;
    if (got !== expected) found.push(`${what} at ${path.join('.')}: ${got}, not ${expected}`);
  }
  return found;
}

describe('bad input', () => {
  it('is tried on every method', () => {
    expect([...new Set(METHODS.map(([name]) => name))].sort()).toEqual(Object.keys(world.mfa).sort());
  });

  const titled = METHODS.map(([name, input = {}, places]) => {
    return [`${name}(${['userId', ...Object.keys(input)].join(', ')})`, name, input, places] as const;
  });
  it.each(titled)('%s gives a typed answer', async (_, name, input, places) => {
    const args = [USER, input];
    expect(await answer(name, args)).toBe('ok');
    const found: string[] = [];
    for (const place of places) found.push(...(await wrong(name, args, place)));
    expect(found).toEqual([]);
  });

  it('where nothing at all is given', async () => {
    for (const [name] of METHODS) {
      for (const args of [[], [USER]]) {
        const expected = args.length === 1 && ['describeUser', 'reseal', 'deleteUser'].includes(name);
        expect(await answer(name, args), name).toBe(expected ? 'ok' : 'invalid-argument');
      }
    }
  });

  it('a name of a field that every object has is none', async () => {
    for (const name of ['constructor', '__proto__', 'toString']) {
      expect(await answer('signIn', [name, { code }])).toBe('not-assigned');
      expect(await answer('signIn', [USER, { code: wrongCode(world.nowMs, phone), serialNumber: name }])).toBe(
        'unknown-device',
      );
      expect(await answer('showDevice', [USER, { enrollment: name, ...by }])).toBe('unknown-device');
    }
  });
});

describe('createMfaService', () => {
  const good: MfaServiceOptions = {
    issuer: 'Acme',
    store: memoryStore(),
    sealer: plaintextSealer(),
    policy: createPolicy(),
    clock: () => 1_700_000_000_000,
    random: (byteLength) => new Uint8Array(byteLength),
    onEvent: () => {},
  };
  const create = createMfaService as (...args: never[]) => unknown;
  const FUNCTION = ['a function'];

  it('refuses bad options, each', () => {
    expect(answerOf(() => createMfaService(good))).toBe('ok');
    const places: Place[] = [
      { path: [0], answer: 'invalid-argument' },
      { path: [0, 'issuer'], answer: 'invalid-argument', fine: TEXTS },
      { path: [0, 'store'], answer: 'invalid-argument' },
      { path: [0, 'store', 'get'], answer: 'invalid-argument', fine: FUNCTION },
      { path: [0, 'store', 'compareAndSet'], answer: 'invalid-argument', fine: FUNCTION },
      { path: [0, 'sealer'], answer: 'invalid-argument' },
      { path: [0, 'sealer', 'seal'], answer: 'invalid-argument', fine: FUNCTION },
      { path: [0, 'sealer', 'open'], answer: 'invalid-argument', fine: FUNCTION },
      { path: [0, 'policy'], answer: 'invalid-argument', fine: ['undefined'] },
      { path: [0, 'clock'], answer: 'invalid-argument', fine: ['undefined', ...FUNCTION] },
      { path: [0, 'random'], answer: 'invalid-argument', fine: ['undefined', ...FUNCTION] },
      { path: [0, 'onEvent'], answer: 'invalid-argument', fine: ['undefined', ...FUNCTION] },
    ];
    expect(places.flatMap((place) => wrongAnswers(create, [good], place))).toEqual([]);
  });

  it('refuses a colon in the issuer, which would end it in the key URI', () => {
    expect(answerOf(() => createMfaService({ ...good, issuer: 'Acme: Shop' }))).toBe('invalid-argument');
  });

  it('needs no more than issuer, store and sealer: the system’s clock and random bytes', async () => {
    const { issuer, store, sealer } = good;
    const mfa = createMfaService({ issuer, store, sealer });
    const before = Date.now();
    const created = yes(await mfa.createDevice('user-2', { name: 'phone', account: 'alice', proof: undefined }));
    expect(created.device.createdAtMs).toBeGreaterThanOrEqual(before);
    expect(created.device.createdAtMs).toBeLessThanOrEqual(Date.now());
    expect(created.keyUri).toContain('otpauth://totp/Acme:alice?secret=');
  });

  it('takes a store and a sealer whose methods need their object', async () => {
    class Rows {
      readonly #inner = memoryStore();
      get(user: string) {
        return this.#inner.get(user);
      }
      compareAndSet(...args: Parameters<MfaServiceOptions['store']['compareAndSet']>) {
        return this.#inner.compareAndSet(...args);
      }
    }
    class Plain {
      readonly #inner = plaintextSealer();
      seal(...args: Parameters<MfaServiceOptions['sealer']['seal']>) {
        return this.#inner.seal(...args);
      }
      open(...args: Parameters<MfaServiceOptions['sealer']['open']>) {
        return this.#inner.open(...args);
      }
    }
    const own = new World({ store: new Rows(), sealer: new Plain() });
    const enrolled = await own.enroll();
    expect((await own.mfa.signIn(USER, { code: enrolled.phone.code(own.nowMs) })).ok).toBe(true);
  });
});
