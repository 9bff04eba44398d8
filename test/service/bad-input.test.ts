import {
  createMfaService,
  createPolicy,
  type MfaAdministration,
  type MfaService,
  type MfaServiceOptions,
  parseSecret,
  plaintextSealer,
} from 'lockstep-mfa';
import { createDevicePolicy } from 'lockstep-mfa/device';
import { memoryStore } from 'lockstep-mfa/stores/memory';
import { describe, expect, it } from 'vitest';
import { answerOf, BAD_VALUES, type Place, replaced, wrongAnswers } from '../support/bad-input.js';
import { thrown } from '../support/thrown.js';
import { ADMINISTRATOR, pairOf, USER, World, yes } from './world.js';

const world = new World();
const owner = await world.enroll();
const { phone, serialNumber } = owner;
const { proof } = owner;
const { recoveryCodes } = yes(await world.mfa.createRecoveryCodes(USER, { proof }));
const { browserToken } = yes(await world.mfa.signIn(USER, { code: phone.code(), trust: true }));
world.wait();
const [browser] = (await world.mfa.describeUser(USER, { proof })).browsers;
const pending = await world.begin({ by: proof, name: 'new' });
const row = await world.store.get(USER);
const { resetCode } = yes(await world.desk.resetUser(USER));
const rowAfterReset = await world.store.get(USER);
const code = phone.code();
const SECRET = parseSecret('JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP');
const TOKEN = world.phoneOf(SECRET);

const EMPTY = ['an empty list', 'an empty object', 'an object without a prototype', 'a date'];

/** What a good text that is not the right one is answered with; a bad one is an error. */
function textOr(answer: string): (bad: unknown) => string {
  return (bad) => (typeof bad === 'string' && bad !== '' && !/\p{Surrogate}/u.test(bad) ? answer : 'invalid-argument');
}
/** Of at most 1,000 bytes, which every store can hold. */
const userId = (answer: string): Place => ({
  path: [0],
  answer: (bad) => (typeof bad === 'string' && bad.length > 1000 ? 'invalid-argument' : textOr(answer)(bad)),
});
const invalid = (...path: (string | number)[]): Place => ({ path, answer: 'invalid-argument' });
const optional = (...path: (string | number)[]): Place => ({ ...invalid(...path), fine: ['undefined'] });
/** An input of which no key is required. */
const anyObject = (answer: string): Place => ({
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
const SHOWN = ['a word', 'the other half'];
const ACCOUNT = at('account', 'invalid-argument', SHOWN);
const SERIAL_NUMBER = at('serialNumber', 'unknown-device');
const PROOF = at('proof', 'mfa-required');
const EXPECTATION = at('expectMfa', 'invalid-argument', ['undefined', 'true']);
/** Any other value is no token, and the browser one that nobody knows. */
const BROWSER_TOKEN = at('browserToken', 'ok');
const REMEMBER: Place[] = [
  BROWSER_TOKEN,
  at('remember', 'invalid-argument', ['undefined', 'true']),
  at('browserLabel', 'ok'),
];
const REMEMBERED = { browserToken, remember: true, browserLabel: 'Laptop' };
const BROWSER_ID = at('browserId', textOr('unknown-browser'));
const OWN = { serialNumber };
const NEW = { name: 'x', account: 'alice', parameters: {} };
const IMPORTED = { name: 'x', secret: SECRET, serialNumber: 'HW-1', parameters: {}, codes: pairOf(TOKEN) };
const PENDING = { enrollment: pending.enrollment };
const PAIR = { ...PENDING, codes: pairOf(pending.phone) };
const NEXT_PAIR = { serialNumber, codes: pairOf(phone, 1) };
const by = { proof };

type Case<Name> = readonly [
  name: Name,
  input: object | undefined,
  /** Keys without which it is `invalid-argument`. */
  required: readonly string[],
  places: readonly Place[],
];

/** Every method: good arguments, and the places where bad ones can come in. */
const METHODS: readonly Case<keyof MfaService>[] = [
  [
    'describeUser',
    { browserToken },
    [],
    [userId('ok'), { ...anyObject('ok'), fine: ['undefined'] }, EXPECTATION, { ...PROOF, answer: 'ok' }, BROWSER_TOKEN],
  ],
  [
    'createDevice',
    { ...NEW, ...by },
    ['name', 'account'],
    [userId('ok'), NAME, ACCOUNT, ...PARAMETERS, PROOF, EXPECTATION],
  ],
  [
    'showDevice',
    { ...PENDING, ...by },
    ['enrollment'],
    [userId('unknown-device'), at('enrollment', 'unknown-device'), PROOF, EXPECTATION],
  ],
  [
    'cancelDevice',
    PENDING,
    ['enrollment'],
    [userId('unknown-device'), at('enrollment', 'unknown-device'), EXPECTATION],
  ],
  [
    'assignDevice',
    { ...PAIR, ...REMEMBERED, ...by },
    ['enrollment', 'codes'],
    [userId('unknown-device'), at('enrollment', 'unknown-device'), ...CODES, ...REMEMBER, PROOF, EXPECTATION],
  ],
  [
    'importDevice',
    { ...IMPORTED, ...by },
    ['name', 'secret', 'codes'],
    [
      userId('ok'),
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
  [
    'signIn',
    { code, ...REMEMBERED, trust: true },
    ['code'],
    [
      userId('not-assigned'),
      at('code', 'malformed-code'),
      at('serialNumber', 'unknown-device', ['undefined']),
      ...REMEMBER,
      at('trust', 'invalid-argument', ['undefined', 'true']),
      EXPECTATION,
    ],
  ],
  [
    'signInWithRecoveryCode',
    { recoveryCode: recoveryCodes[0], ...REMEMBERED },
    ['recoveryCode'],
    [userId('no-recovery-codes'), at('recoveryCode', 'malformed-recovery-code'), ...REMEMBER, EXPECTATION],
  ],
  [
    'signInWithTrustedBrowser',
    { browserToken },
    [],
    [userId('not-assigned'), anyObject('browser-not-trusted'), at('browserToken', 'browser-not-trusted'), EXPECTATION],
  ],
  [
    'signInWithResetCode',
    { resetCode },
    ['resetCode'],
    [userId('no-reset'), at('resetCode', 'malformed-reset-code'), EXPECTATION],
  ],
  [
    'resynchronizeDevice',
    { ...NEXT_PAIR, browserToken },
    ['serialNumber', 'codes'],
    [userId('not-assigned'), at('serialNumber', textOr('unknown-device')), ...CODES, BROWSER_TOKEN, EXPECTATION],
  ],
  [
    'renameDevice',
    { ...OWN, name: 'x', ...by },
    ['serialNumber', 'name'],
    [userId('mfa-required'), SERIAL_NUMBER, NAME, PROOF, EXPECTATION],
  ],
  ['suspendDevice', { ...OWN, ...by }, ['serialNumber'], [userId('mfa-required'), SERIAL_NUMBER, PROOF, EXPECTATION]],
  ['reinstateDevice', { ...OWN, ...by }, ['serialNumber'], [userId('mfa-required'), SERIAL_NUMBER, PROOF, EXPECTATION]],
  ['removeDevice', { ...OWN, ...by }, ['serialNumber'], [userId('mfa-required'), SERIAL_NUMBER, PROOF, EXPECTATION]],
  ['createRecoveryCodes', by, [], [userId('not-assigned'), anyObject('mfa-required'), PROOF, EXPECTATION]],
  [
    'confirmRecoveryCodes',
    { recoveryCode: recoveryCodes[0], ...by },
    ['recoveryCode'],
    [userId('mfa-required'), at('recoveryCode', 'malformed-recovery-code'), PROOF, EXPECTATION],
  ],
  ['checkProof', by, [], [userId('not-assigned'), anyObject('mfa-required'), PROOF, EXPECTATION]],
  ['revokeProofs', by, [], [userId('not-assigned'), anyObject('mfa-required'), PROOF, EXPECTATION]],
  [
    'forgetBrowser',
    { browserId: browser?.browserId, ...by },
    ['browserId'],
    [userId('mfa-required'), BROWSER_ID, PROOF, EXPECTATION],
  ],
  [
    'recoverAccount',
    { verified: ['email', 'phone'] },
    ['verified'],
    [userId('not-assigned'), invalid(1, 'verified'), invalid(1, 'verified', 0), EXPECTATION],
  ],
  ['reseal', undefined, [], [userId('ok')]],
  ['deleteUser', undefined, [], [userId('ok')]],
];

/** The same of an administrator. */
const ADMINISTRATION: readonly Case<keyof MfaAdministration>[] = [
  ['describeUser', {}, [], [userId('ok'), { ...anyObject('ok'), fine: ['undefined'] }, EXPECTATION]],
  ['createDevice', NEW, ['name', 'account'], [userId('ok'), NAME, ACCOUNT, ...PARAMETERS, EXPECTATION]],
  ['showDevice', PENDING, ['enrollment'], [userId('unknown-device'), at('enrollment', 'unknown-device'), EXPECTATION]],
  [
    'cancelDevice',
    PENDING,
    ['enrollment'],
    [userId('unknown-device'), at('enrollment', 'unknown-device'), EXPECTATION],
  ],
  [
    'assignDevice',
    PAIR,
    ['enrollment', 'codes'],
    [userId('unknown-device'), at('enrollment', 'unknown-device'), ...CODES, EXPECTATION],
  ],
  [
    'importDevice',
    IMPORTED,
    ['name', 'secret'],
    [
      userId('ok'),
      NAME,
      invalid(1, 'secret'),
      at('serialNumber', 'invalid-argument', ['undefined', 'a space', 'a word']),
      at('codes', 'invalid-argument', ['undefined']),
      ...CODES.slice(1),
      ...PARAMETERS,
      EXPECTATION,
    ],
  ],
  [
    'resynchronizeDevice',
    NEXT_PAIR,
    ['serialNumber', 'codes'],
    [userId('not-assigned'), at('serialNumber', textOr('unknown-device')), ...CODES, EXPECTATION],
  ],
  [
    'renameDevice',
    { ...OWN, name: 'x' },
    ['serialNumber', 'name'],
    [userId('unknown-device'), SERIAL_NUMBER, NAME, EXPECTATION],
  ],
  ['suspendDevice', OWN, ['serialNumber'], [userId('unknown-device'), SERIAL_NUMBER, EXPECTATION]],
  ['reinstateDevice', OWN, ['serialNumber'], [userId('unknown-device'), SERIAL_NUMBER, EXPECTATION]],
  ['removeDevice', OWN, ['serialNumber'], [userId('unknown-device'), SERIAL_NUMBER, EXPECTATION]],
  ['createRecoveryCodes', {}, [], [userId('not-assigned'), { ...anyObject('ok'), fine: ['undefined'] }, EXPECTATION]],
  ['revokeProofs', {}, [], [userId('not-assigned'), { ...anyObject('ok'), fine: ['undefined'] }, EXPECTATION]],
  ['forgetBrowser', { browserId: 'all' }, ['browserId'], [userId('ok'), BROWSER_ID, EXPECTATION]],
  ['resetUser', {}, [], [userId('not-assigned'), { ...anyObject('ok'), fine: ['undefined'] }, EXPECTATION]],
  ['unlock', {}, [], [userId('not-assigned'), { ...anyObject('ok'), fine: ['undefined'] }, EXPECTATION]],
  ['deleteUser', undefined, [], [userId('ok')]],
];

/** Those of which the user id is enough. */
const WITHOUT_INPUT = ['describeUser', 'reseal', 'deleteUser'];
const WITHOUT_INPUT_BY_ADMINISTRATOR = [
  'describeUser',
  'createRecoveryCodes',
  'revokeProofs',
  'resetUser',
  'unlock',
  'deleteUser',
];

type Methods = Readonly<Record<string, (...args: readonly unknown[]) => Promise<unknown>>>;
type Actor = (mfa: MfaService) => Methods;
const asUser: Actor = (mfa) => mfa as never;
const asAdministrator: Actor = (mfa) => mfa.asAdministrator(ADMINISTRATOR) as never;

/** What a call does, of a service that knows of no more than that user as they were. */
async function settled(actor: Actor, name: string, args: readonly unknown[]): Promise<() => unknown> {
  const store = memoryStore();
  await store.compareAndSet(USER, undefined, (name === 'signInWithResetCode' ? rowAfterReset : row) as never);
  const call = actor(world.server({ store }))[name]!(...args);
  return call.then(
    (value) => () => value,
    (error: unknown) => () => {
      throw error;
    },
  );
}

function messageOf(call: () => unknown): string {
  try {
    call();
    return '';
  } catch (error) {
    return String(error);
  }
}

async function answer(actor: Actor, name: string, args: readonly unknown[], given?: unknown): Promise<string> {
  return answerOf(await settled(actor, name, args), given);
}

async function wrong(actor: Actor, name: string, args: readonly unknown[], place: Place): Promise<string[]> {
  const { path, fine = [] } = place;
  const found: string[] = [];
  for (const [what, bad] of Object.entries(BAD_VALUES)) {
    const got = await answer(actor, name, replaced(args, path, bad) as unknown[], bad);
    const expected = fine.includes(what) ? 'ok' : typeof place.answer === 'function' ? place.answer(bad) : place.answer;
    if (got !== expected) found.push(`${what} at ${path.join('.')}: ${got}, not ${expected}`);
  }
  return found;
}

describe.each([
  ['a user', asUser, METHODS, WITHOUT_INPUT],
  ['an administrator', asAdministrator, ADMINISTRATION, WITHOUT_INPUT_BY_ADMINISTRATOR],
] as const)('bad input of %s', (_, actor, methods: readonly Case<string>[], withoutInput: readonly string[]) => {
  it('is tried on every method', () => {
    const tried = methods.map(([name]) => name).concat(actor === asUser ? ['asAdministrator', 'users'] : []);
    expect(tried.sort()).toEqual(Object.keys(actor(world.mfa)).sort());
  });

  it.each(methods)('%s gives a typed answer', async (name, input = {}, required, places) => {
    const args = [USER, input];
    expect(await answer(actor, name, args)).toBe('ok');
    const found: string[] = [];
    for (const place of places) found.push(...(await wrong(actor, name, args, place)));
    // What is no object, and an object that lacks what is required.
    if (required.length > 0) found.push(...(await wrong(actor, name, args, invalid(1))));
    expect(found).toEqual([]);
  });

  it.each(methods.filter(([, , required]) => required.length > 0))(
    '%s names a required key that is missing; undefined under it is what a person left out',
    async (name, input, required) => {
      for (const key of required) {
        const { [key]: _absent, ...rest } = input as Readonly<Record<string, unknown>>;
        const error = thrown(await settled(actor, name, [USER, rest]));
        expect([error.code, error.message]).toEqual(['invalid-argument', `input.${key} is missing`]);
        const leftOut = await settled(actor, name, [USER, { ...rest, [key]: undefined }]);
        expect(messageOf(leftOut)).not.toContain(`input.${key} is missing`);
      }
    },
  );

  it.each(methods)('%s ignores keys that it does not know', async (name, input) => {
    // As of a request body that is spread into the call, with the form's own fields.
    const unknown = { csrfToken: 'x', administrator: 'me', nowMs: 0, policy: {}, generation: 0, toString: 'x' };
    expect(await answer(actor, name, [USER, { ...unknown, ...input }])).toBe('ok');
  });

  it.each(methods)('%s with no input, and with nothing at all', async (name) => {
    expect(await answer(actor, name, [])).toBe('invalid-argument');
    expect(await answer(actor, name, [USER])).toBe(withoutInput.includes(name) ? 'ok' : 'invalid-argument');
  });
});

describe('bad input', () => {
  it('a name of a field that every object has is none', async () => {
    for (const name of ['constructor', '__proto__', 'toString']) {
      expect(await answer(asUser, 'signIn', [name, { code }])).toBe('not-assigned');
      const named = { code: phone.wrongCode(), serialNumber: name };
      expect(await answer(asUser, 'signIn', [USER, named])).toBe('unknown-device');
      expect(await answer(asUser, 'showDevice', [USER, { enrollment: name, ...by }])).toBe('unknown-device');
    }
  });

  it('a key that is only inherited is there, as in an instance of a class of a form', async () => {
    const body = Object.create({ code }) as object;
    expect(await answer(asUser, 'signIn', [USER, body])).toBe('ok');
  });
});

describe('a user id', () => {
  const longest = 'é'.repeat(500);
  const BAD_IDS: Readonly<Record<string, readonly [id: string, message: string]>> = {
    'with a NUL character': ['user\0-1', 'userId must not hold a NUL character'],
    'that is a NUL character': ['\0', 'userId must not hold a NUL character'],
    'of 1,001 bytes': ['x'.repeat(1001), 'userId must not be longer than 1000 bytes of UTF-8'],
    'of 1,001 bytes in 501 characters': [`${longest}x`, 'userId must not be longer than 1000 bytes of UTF-8'],
    'of 1,002 bytes in 334 characters': ['界'.repeat(334), 'userId must not be longer than 1000 bytes of UTF-8'],
  };

  it.each(Object.entries(BAD_IDS))('%s is invalid-argument at every method', async (_, [id, message]) => {
    for (const [actor, methods] of [
      [asUser, METHODS],
      [asAdministrator, ADMINISTRATION],
    ] as const) {
      for (const [name, input] of methods) {
        const error = thrown(await settled(actor, name, [id, input]));
        expect([error.code, error.message], name).toEqual(['invalid-argument', message]);
      }
    }
  });

  it.each([
    ['of 1,000 bytes', 'x'.repeat(1000)],
    ['of 1,000 bytes in 500 characters', longest],
    ['of 999 bytes in 333 characters', '界'.repeat(333)],
    ['of 1,000 bytes in 500 UTF-16 units', '🙂'.repeat(250)],
  ])('%s is stored', async (_, id) => {
    const own = new World();
    const { proof } = await own.enroll({ userId: id });
    expect((await own.mfa.describeUser(id, { proof })).signedIn).toBe(true);
  });
});

describe("an administrator's name", () => {
  const as = world.mfa.asAdministrator as (name: unknown) => unknown;

  it('has 1 to 256 characters', () => {
    const found = Object.entries(BAD_VALUES).flatMap(([what, bad]) => {
      const got = answerOf(() => as(bad), bad);
      const fine = ['a space', 'a word'].includes(what);
      return got === (fine ? 'ok' : 'invalid-argument') ? [] : [`${what}: ${got}`];
    });
    expect(found).toEqual([]);
    expect(thrown(() => as('')).message).toBe('administrator must be a text that is not empty');
    expect(answerOf(() => as('a'.repeat(256)))).toBe('ok');
    const long = thrown(() => as('a'.repeat(257)));
    expect([long.code, long.message]).toEqual([
      'invalid-argument',
      'administrator must not be longer than 256 characters',
    ]);
  });

  it('stands in the record as it was given', async () => {
    const own = new World();
    await own.enroll();
    const name = `Ada <ada@example.com>${'\u0301'.repeat(200)}`;
    yes(await own.mfa.asAdministrator(name).unlock(USER));
    expect((await own.record()).history.at(-1)).toMatchObject({ type: 'unlocked', administrator: name });
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
    onEventError: () => {},
    timeoutMs: 10_000,
  };
  const create = createMfaService as (...args: never[]) => unknown;
  const FUNCTION = ['a function'];

  it('refuses bad options, each', () => {
    expect(answerOf(() => createMfaService(good))).toBe('ok');
    const places: Place[] = [
      { path: [0], answer: 'invalid-argument' },
      { path: [0, 'issuer'], answer: 'invalid-argument', fine: SHOWN },
      { path: [0, 'store'], answer: 'invalid-argument' },
      { path: [0, 'store', 'get'], answer: 'invalid-argument', fine: FUNCTION },
      { path: [0, 'store', 'compareAndSet'], answer: 'invalid-argument', fine: FUNCTION },
      { path: [0, 'sealer'], answer: 'invalid-argument' },
      { path: [0, 'sealer', 'seal'], answer: 'invalid-argument', fine: FUNCTION },
      { path: [0, 'sealer', 'open'], answer: 'invalid-argument', fine: FUNCTION },
      { path: [0, 'policy'], answer: 'invalid-argument', fine: ['undefined', ...EMPTY] },
      { path: [0, 'clock'], answer: 'invalid-argument', fine: ['undefined', ...FUNCTION] },
      { path: [0, 'random'], answer: 'invalid-argument', fine: ['undefined', ...FUNCTION] },
      { path: [0, 'onEvent'], answer: 'invalid-argument', fine: ['undefined', ...FUNCTION] },
      { path: [0, 'onEventError'], answer: 'invalid-argument', fine: ['undefined', ...FUNCTION] },
      { path: [0, 'timeoutMs'], answer: 'invalid-argument', fine: ['undefined'] },
    ];
    expect(places.flatMap((place) => wrongAnswers(create, [good], place))).toEqual([]);
  });

  it.each([
    [{ polcy: {} }, 'unknown option "polcy"; did you mean "policy"?'],
    [{ onEvents: () => {} }, 'unknown option "onEvents"; did you mean "onEvent"?'],
    [{ onEventErorr: () => {} }, 'unknown option "onEventErorr"; did you mean "onEventError"?'],
    [{ timeout: 5 }, 'unknown option "timeout"; did you mean "timeoutMs"?'],
    [
      { now: () => 0 },
      'unknown option "now"; the names are issuer, store, sealer, policy, clock, random, onEvent, onEventError, timeoutMs',
    ],
    [{ policy: { maxDevice: 3 } }, 'unknown option "maxDevice"; did you mean "maxDevices"?'],
    [{ policy: { window: { behind: 1, ahed: 1 } } }, 'unknown option "ahed"; did you mean "ahead"?'],
  ])('refuses an option that it does not know, case %#', (options, message) => {
    const error = thrown(() => createMfaService({ ...good, ...(options as object) }));
    expect([error.code, error.message]).toEqual(['invalid-argument', message]);
  });

  it('refuses an option that is only inherited and unknown', () => {
    const options = Object.assign(Object.create({ polcy: {} }), good) as MfaServiceOptions;
    expect(thrown(() => createMfaService(options)).message).toMatch(/^unknown option "polcy"/);
  });

  it.each([
    ['plain options', { lastDeviceRemovable: false }],
    ['what createPolicy made', createPolicy({ lastDeviceRemovable: false })],
    ['a copy of that with a change', { ...createPolicy(), lastDeviceRemovable: false }],
  ])('takes a policy that is %s', async (_, policy) => {
    const own = new World({ policy });
    const enrolled = await own.enroll();
    const input = { serialNumber: enrolled.serialNumber };
    expect(await own.desk.removeDevice(USER, input)).toEqual({ ok: false, reason: 'last-device' });
  });

  it('checks a copy of a policy as it checks plain options', () => {
    const risky = { ...createPolicy(), maxStrikes: 1_000_000 };
    expect(answerOf(() => createMfaService({ ...good, policy: risky }))).toBe('risky-policy');
    const wide = { window: { behind: 500, ahead: 500 } };
    expect(answerOf(() => createMfaService({ ...good, policy: wide }))).toBe('risky-policy');
  });

  it('takes a policy of the device functions alone, and completes it', async () => {
    const own = new World({ policy: createDevicePolicy({ pendingLifeMs: 60_000 }) });
    const begun = await own.begin();
    own.wait(60_000);
    expect(await own.mfa.showDevice(USER, begun)).toEqual({ ok: false, reason: 'enrollment-expired' });
    // The rest is the default: three pending devices.
    for (let i = 0; i < 4; i++) await own.begin();
    expect((await own.record()).devices).toHaveLength(3);
  });

  it('takes a timeout of 1 ms to 10 minutes', () => {
    for (const [timeoutMs, expected] of [
      [0, 'invalid-argument'],
      [1, 'ok'],
      [600_000, 'ok'],
      [600_001, 'invalid-argument'],
    ] as const) {
      expect(answerOf(() => createMfaService({ ...good, timeoutMs }))).toBe(expected);
    }
  });

  it('refuses a colon in the issuer, which would end it in the key URI', () => {
    expect(answerOf(() => createMfaService({ ...good, issuer: 'Acme: Shop' }))).toBe('invalid-argument');
  });

  it('needs no more than issuer, store and sealer: the system’s clock and random bytes', async () => {
    const { issuer, store, sealer } = good;
    const mfa = createMfaService({ issuer, store, sealer });
    const before = Date.now();
    const created = yes(await mfa.createDevice('user-2', { name: 'phone', account: 'alice' }));
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
    expect((await own.mfa.signIn(USER, { code: enrolled.phone.code() })).ok).toBe(true);
  });
});
