import fc from 'fast-check';
import {
  createMfaService,
  formatKeyUri,
  hotp,
  matchCode,
  type OtpParameters,
  parseSecret,
  plaintextSealer,
} from 'lockstep-mfa';
import { memoryStore } from 'lockstep-mfa/stores/memory';
import { fixedClock, type VirtualAuthenticatorOptions, virtualAuthenticator } from 'lockstep-mfa/testing';
import { describe, expect, it } from 'vitest';
import { isCaught } from '../support/arbitraries.js';
import { thrown } from '../support/thrown.js';

/** Ten seconds before the next code. */
const START_MS = 1_700_000_000_000;
const SECRET = parseSecret('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ');
const KEY_URI = keyUriOf();
const DAY_MS = 86_400_000;

function keyUriOf(parameters: Partial<OtpParameters> = {}): string {
  return formatKeyUri({ issuer: 'Acme', account: 'alice', secret: SECRET, parameters });
}

function phoneOf(options: Omit<VirtualAuthenticatorOptions, 'clock'> = {}, startMs = START_MS, keyUri = KEY_URI) {
  const clock = fixedClock(startMs);
  return { clock, phone: virtualAuthenticator(keyUri, { clock, ...options }) };
}

/** Of a phone that shows the server's time. */
const shown = (nowMs: number): string => hotp(SECRET, Math.floor(nowMs / 30_000));

describe('a virtual authenticator', () => {
  it('shows what its own clock says', () => {
    const { clock, phone } = phoneOf({ offsetMs: -95_000 });
    expect(phone.code()).toBe(shown(START_MS - 95_000));
    clock.advanceMs(60_000);
    expect(phone.code()).toBe(shown(START_MS - 35_000));
    phone.offsetMs = 3_600_000;
    expect(phone.code()).toBe(shown(START_MS + 3_660_000));
    expect(clock()).toBe(START_MS + 60_000);
  });

  it('drifts, from when it was scanned or set right', () => {
    const { clock, phone } = phoneOf({ offsetMs: 500, driftPpm: 20 });
    clock.advanceMs(DAY_MS);
    expect(phone.offsetMs).toBe(500 + 1728);
    phone.offsetMs = 0;
    expect(phone.offsetMs).toBe(0);
    clock.advanceMs(100 * DAY_MS);
    expect(phone.offsetMs).toBe(172_800);
    expect(phone.code()).toBe(shown(clock() + 172_800));
    const slow = phoneOf({ driftPpm: -20 });
    slow.clock.advanceMs(DAY_MS);
    expect(slow.phone.offsetMs).toBe(-1728);
  });

  it('types late', () => {
    const { clock, phone } = phoneOf();
    expect(phone.code({ lateMs: 45_000 })).toBe(shown(START_MS));
    expect(clock()).toBe(START_MS + 45_000);
    expect(phone.codes({ lateMs: 70_000 })).toEqual([shown(START_MS + 45_000), shown(START_MS + 70_000)]);
    expect(clock()).toBe(START_MS + 45_000 + 25_000 + 70_000);
  });

  it('shows with steps what it showed before, or will show, and moves no clock', () => {
    const { clock, phone } = phoneOf({ offsetMs: -95_000 });
    expect(phone.code({ steps: 0 })).toBe(phone.code());
    for (const steps of [-1000, -1, 1, 2, 1000]) {
      expect(phone.code({ steps })).toBe(shown(START_MS - 95_000 + steps * 30_000));
    }
    expect([clock(), phone.offsetMs]).toEqual([START_MS, -95_000]);
    expect(phone.code({ steps: 1, lateMs: 45_000 })).toBe(shown(START_MS - 65_000));
    expect(clock()).toBe(START_MS + 45_000);
  });

  it('counts steps in periods of its key URI', () => {
    const parameters: OtpParameters = { algorithm: 'SHA512', digits: 8, periodSeconds: 60 };
    const { phone } = phoneOf({}, START_MS, keyUriOf(parameters));
    const counter = Math.floor(START_MS / 60_000);
    expect([-2, 3].map((steps) => phone.code({ steps }))).toEqual(
      [-2, 3].map((steps) => hotp(SECRET, counter + steps, parameters)),
    );
  });

  it('shows the code of a step that the wait for it reaches, without drift', () => {
    const { phone } = phoneOf();
    const ahead = [phone.code({ steps: 1 }), phone.code({ steps: 2 })];
    expect([phone.codes()[1], phone.codes()[1]]).toEqual(ahead);
  });

  it('types twice, or reversed', () => {
    const right = phoneOf().phone.codes();
    expect(right).toEqual([shown(START_MS), shown(START_MS + 30_000)]);
    expect(phoneOf().phone.codes({ slip: 'twice' })).toEqual([right[0], right[0]]);
    expect(phoneOf().phone.codes({ slip: 'reversed' })).toEqual([right[1], right[0]]);
  });

  it('waits for the next code however it is typed', () => {
    for (const slip of ['twice', 'reversed'] as const) {
      const { clock, phone } = phoneOf({}, 1_700_000_010_000);
      phone.codes({ slip });
      expect(clock()).toBe(1_700_000_010_000 + 30_000);
    }
  });
});

describe('a wrong code', () => {
  const DAY_STEPS = DAY_MS / 30_000;

  it.each<[string, Partial<OtpParameters>]>([
    ['6 digits of 30 seconds', {}],
    ['8 digits of SHA256 and 60 seconds', { algorithm: 'SHA256', digits: 8, periodSeconds: 60 }],
    ['6 digits of a second', { periodSeconds: 1 }],
    ['7 digits of a day', { digits: 7, periodSeconds: 86_400 }],
  ])('is well-formed, and none of a day before and after: %s', (_, own) => {
    const { clock, phone } = phoneOf({ offsetMs: -95_000 }, START_MS, keyUriOf(own));
    const wrong = phone.wrongCode();
    const { digits = 6, periodSeconds = 30 } = own;
    expect(wrong).toMatch(new RegExp(`^\\d{${digits}}$`));
    const counter = Math.floor((START_MS - 95_000) / (periodSeconds * 1000));
    const day = Math.ceil(86_400 / periodSeconds);
    const window = { behind: day, ahead: day };
    expect(matchCode(SECRET, wrong, { counter, window, ...own })).toEqual({ ok: false, reason: 'code-mismatch' });
    expect(clock()).toBe(START_MS);
  });

  it('passes over the codes of the day, where one of them is the first number that it would say', () => {
    // Its code is '000000', and so is no other one's near it.
    const counter = 349_495;
    for (const steps of [-DAY_STEPS, 0, DAY_STEPS]) {
      const { phone } = phoneOf({}, (counter - steps) * 30_000);
      expect(phone.code({ steps })).toBe('000000');
      expect(phone.wrongCode()).not.toBe('000000');
    }
    for (const steps of [-DAY_STEPS - 1, DAY_STEPS + 1]) {
      const { phone } = phoneOf({}, (counter - steps) * 30_000);
      expect(phone.wrongCode()).toBe('000000');
    }
  });

  it('is there in the first period of 1970', () => {
    const { phone } = phoneOf({}, 0);
    const wrong = phone.wrongCode();
    const window = { behind: 0, ahead: DAY_STEPS };
    expect(matchCode(SECRET, wrong, { counter: 0, window })).toEqual({ ok: false, reason: 'code-mismatch' });
  });

  it('of a phone in step is refused by the service, for the whole day', async () => {
    const clock = fixedClock();
    const mfa = createMfaService({ issuer: 'Acme', store: memoryStore(), sealer: plaintextSealer(), clock });
    const created = await mfa.createDevice('alice', { name: 'Phone', account: 'alice' });
    if (!created.ok) throw new Error(created.reason);
    const phone = virtualAuthenticator(created.keyUri, { clock });
    await mfa.assignDevice('alice', { enrollment: created.enrollment, codes: phone.codes() });
    const code = phone.wrongCode();
    for (let hour = 0; hour < 24; hour++) {
      expect(await mfa.signIn('alice', { code })).toEqual({ ok: false, reason: 'code-mismatch' });
      clock.advanceMs(3_600_000);
      expect(await mfa.signIn('alice', { code: phone.code() })).toMatchObject({ ok: true });
    }
  });
});

// ── the wait between two codes ──

const parameters: fc.Arbitrary<OtpParameters> = fc.record({
  algorithm: fc.constantFrom('SHA1', 'SHA256', 'SHA512'),
  digits: fc.constantFrom(6, 7, 8),
  periodSeconds: fc.oneof(fc.constantFrom(1, 30, 60, 86_400), fc.integer({ min: 1, max: 86_400 })),
});
const clocks = fc.record({
  startMs: fc.integer({ min: 1e12, max: 2e12 }),
  offsetMs: fc.oneof(fc.integer({ min: -1e5, max: 1e5 }), fc.integer({ min: -1e10, max: 1e10 })),
  driftPpm: fc.oneof(fc.integer({ min: -100, max: 100 }), fc.integer({ min: -100_000, max: 100_000 })),
  agedMs: fc.integer({ min: 0, max: 30 * DAY_MS }),
});
type Waiter = (phone: { readonly offsetMs: number }, clock: ReturnType<typeof fixedClock>, periodMs: number) => void;

/** Two codes are those of two neighbouring counters, and the second one has only just come. */
function neighbours(wait?: Waiter) {
  return fc.property(parameters, clocks, (own, { startMs, offsetMs, driftPpm, agedMs }) => {
    const { clock, phone } = phoneOf({ offsetMs, driftPpm }, startMs, keyUriOf(own));
    clock.advanceMs(agedMs);
    const periodMs = own.periodSeconds * 1000;
    const counter = Math.floor((clock() + phone.offsetMs) / periodMs);
    const before = phone.code();
    let codes: [string, string];
    if (wait === undefined) {
      codes = phone.codes();
    } else {
      wait(phone, clock, periodMs);
      codes = [before, phone.code()];
    }
    expect(codes).toEqual([hotp(SECRET, counter, own), hotp(SECRET, counter + 1, own)]);
    expect(clock() + phone.offsetMs - (counter + 1) * periodMs).toBeOneOf([0, 1]);
  });
}

describe('two codes', () => {
  it('are those of neighbouring counters, for any clock', () => {
    fc.assert(neighbours(), { numRuns: 500 });
  });

  it.each<[string, Waiter]>([
    ['a whole period', (_, clock, periodMs) => clock.advanceMs(periodMs)],
    ['until the server shows the next code', (_, clock, periodMs) => clock.advanceMs(periodMs - (clock() % periodMs))],
    [
      'as if the phone ran at the right speed',
      (phone, clock, periodMs) => clock.advanceMs(periodMs - ((clock() + phone.offsetMs) % periodMs)),
    ],
  ])('are of other counters after waiting %s', (_, wait) => {
    expect(isCaught(neighbours(wait))).toBe(true);
  });
});

describe('with the service', () => {
  it('enrolls with every slip answered, and stays in step while it drifts', async () => {
    const clock = fixedClock();
    const mfa = createMfaService({ issuer: 'Acme', store: memoryStore(), sealer: plaintextSealer(), clock });
    const created = await mfa.createDevice('alice', { name: 'Phone', account: 'alice' });
    if (!created.ok) throw new Error(created.reason);
    const phone = virtualAuthenticator(created.keyUri, { clock, offsetMs: -40_000, driftPpm: 30 });
    const assign = (codes: [string, string]) => mfa.assignDevice('alice', { enrollment: created.enrollment, codes });

    expect(await assign(phone.codes({ slip: 'twice' }))).toMatchObject({ reason: 'codes-identical' });
    expect(await assign(phone.codes({ slip: 'reversed' }))).toMatchObject({ reason: 'codes-reversed' });
    expect(await assign(phone.codes({ lateMs: 50_000 }))).toMatchObject({ ok: true });
    for (let week = 0; week < 52; week++) {
      clock.advanceMs(7 * DAY_MS);
      expect(await mfa.signIn('alice', { code: phone.code({ lateMs: 12_000 }) })).toMatchObject({ ok: true });
    }
    expect(phone.offsetMs).toBeGreaterThan(850_000);
  });
});

describe('a virtual authenticator refuses', () => {
  it.each([
    '',
    'otpauth://totp/alice',
    'otpauth://totp/alice?secret=GEZDGNBVGY3TQOJQ&digits=5',
    'https://example.com/?secret=GEZDGNBVGY3TQOJQ',
    undefined,
    null,
    1,
  ])('the key URI %j, without echo', (keyUri) => {
    const { code, message } = thrown(() => virtualAuthenticator(keyUri as string, { clock: fixedClock() }));
    expect(code).toBe('invalid-argument');
    expect(message).not.toContain('GEZDGNBV');
  });

  it('a key URI of counters', () => {
    const keyUri = formatKeyUri({ account: 'alice', hotpSecret: SECRET, counter: 0 });
    expect(thrown(() => virtualAuthenticator(keyUri, { clock: fixedClock() })).code).toBe('invalid-argument');
  });

  it.each<unknown>([
    undefined,
    null,
    {},
    { clock: Date.now },
    { clock: { advanceMs() {} } },
    { clock: fixedClock(), offsetMs: 0.5 },
    { clock: fixedClock(), offsetMs: '1' },
    { clock: fixedClock(), offsetMs: null },
    { clock: fixedClock(), driftPpm: 0.5 },
    { clock: fixedClock(), driftPpm: 100_001 },
    { clock: fixedClock(), driftPpm: -100_001 },
    { clock: fixedClock(), driftPpm: null },
  ])('the options %j', (options) => {
    expect(thrown(() => virtualAuthenticator(KEY_URI, options as VirtualAuthenticatorOptions)).code).toBe(
      'invalid-argument',
    );
  });

  it('to type in no way that it knows, and its clock stands', () => {
    const { clock, phone } = phoneOf();
    for (const typed of [null, { lateMs: -1 }, { lateMs: 0.5 }, { lateMs: null }, { slip: 'thrice' }, { slip: null }]) {
      expect(thrown(() => phone.codes(typed as never)).code).toBe('invalid-argument');
    }
    for (const typed of [null, { lateMs: -1 }, { lateMs: '1' }])
      expect(thrown(() => phone.code(typed as never)).code).toBe('invalid-argument');
    for (const typed of [
      { steps: 0.5 },
      { steps: null },
      { steps: '1' },
      { steps: 1_054_081 },
      { steps: -1_054_081 },
    ]) {
      expect(thrown(() => phone.code(typed as never)).message, JSON.stringify(typed)).toMatch(
        /^steps must be a whole number/,
      );
    }
    const misplaced: [string, () => unknown][] = [
      ['slip', () => phone.code({ slip: 'twice' } as never)],
      ['steps', () => phone.codes({ steps: 1 } as never)],
    ];
    for (const [name, call] of misplaced) expect(thrown(call).message).toMatch(`unknown option "${name}"`);
    for (const offsetMs of [Number.NaN, undefined, '1']) {
      const set = () => {
        phone.offsetMs = offsetMs as number;
      };
      expect(thrown(set).code).toBe('invalid-argument');
    }
    expect([clock(), phone.offsetMs]).toEqual([START_MS, 0]);
  });

  it('to show a code of before 1970', () => {
    expect(thrown(() => phoneOf({ offsetMs: -START_MS - 1 }).phone.code()).code).toBe('invalid-argument');
  });
});
