import fc from 'fast-check';
import type { MfaProof } from 'lockstep-mfa';
import type { VirtualAuthenticator } from 'lockstep-mfa/testing';
import { describe, expect, it } from 'vitest';
import type { UserRecord } from '../../src/user/record.js';
import { Scene } from '../user/browser-scene.js';
import { DAY_MS, outcome, STEP_MS, USER, yes } from './world.js';

// Any sequence of what an owner with two browsers, a thief, a help desk and a wrong clock do, over the service. The model
// is written from the rules, and knows tokens as numbers; it never looks into the record.

/** As many as lock the user, and as make a known browser unknown: few, so that a walk comes there. */
const MOST_STRIKES = 8;
const KEPT = 10;
const MINUTE_MS = 60_000;
/** How far clocks may be apart. */
const APART_MS = 30_000;
const TRUST_MS = 30 * DAY_MS;

interface Browser {
  /** Every token that it ever had. */
  readonly tokens: number[];
  newest: number;
  before: number | undefined;
  madeAtMs: number;
  strikes: number;
  trust: { readonly fromMs: number; readonly untilMs: number; readonly epoch: number } | undefined;
}

class Model {
  nowMs: number;
  status: 'required' | 'recovering' | 'none' = 'required';
  /** What voids proofs counts it up. */
  epoch = 0;
  /** The newest counter that was used. */
  floor: number;
  failures = 0;
  strikes = 0;
  lock: { readonly fromMs: number; readonly untilMs: number } | undefined;
  isLockedForGood = false;
  /** The last used last. */
  browsers: Browser[] = [];
  /** Of the owner's two browsers and the thief's: what each would show. */
  readonly jars: (number | undefined)[] = [undefined, undefined, undefined];
  made = 0;
  resets = 0;
  reset: { readonly code: number; readonly untilMs: number; wasSeenOver?: boolean } | undefined;
  proof: { readonly epoch: number; readonly atMs: number; readonly opens: boolean } | undefined;

  constructor(nowMs: number) {
    this.nowMs = nowMs;
    this.floor = this.counter - 1;
  }

  get counter(): number {
    return Math.floor(this.nowMs / STEP_MS);
  }

  get isLocked(): boolean {
    const { lock, nowMs } = this;
    return this.isLockedForGood || (lock !== undefined && lock.fromMs <= nowMs + APART_MS && nowMs < lock.untilMs);
  }

  browserOf(token: number | undefined): Browser | undefined {
    if (token === undefined) return undefined;
    return this.browsers.find(({ newest, before }) => newest === token || before === token);
  }

  isTrusted({ trust }: Browser): boolean {
    if (trust === undefined || trust.epoch !== this.epoch) return false;
    return trust.fromMs <= this.nowMs + APART_MS && this.nowMs < trust.untilMs;
  }

  isFresh({ newest, madeAtMs }: Browser, token: number): boolean {
    const ageMs = this.nowMs - madeAtMs;
    return token === newest || (ageMs >= -APART_MS && ageMs < MINUTE_MS);
  }

  used(browser: Browser): void {
    this.browsers = [...this.browsers.filter((other) => other !== browser), browser].slice(-KEPT);
  }

  /** The token that the answer holds. */
  rotate(browser: Browser, shown: number): number | undefined {
    this.used(browser);
    if (shown !== browser.newest && this.isFresh(browser, shown)) return undefined;
    browser.before = shown;
    browser.newest = ++this.made;
    browser.tokens.push(browser.newest);
    browser.madeAtMs = this.nowMs;
    return browser.newest;
  }

  signIn(isRight: boolean, token: number | undefined, wants: Wants): Expected {
    if (this.status !== 'required') return { outcome: this.status === 'none' ? 'not-assigned' : 'suspended' };
    const browser = this.browserOf(token);
    if (browser === undefined && this.isLocked) return { outcome: 'locked' };
    if (!isRight) return this.fail(browser, token);
    if (this.counter <= this.floor) return { outcome: 'code-reused' };
    this.floor = this.counter;
    this.proof = { epoch: this.epoch, atMs: this.nowMs, opens: true };
    if (browser === undefined) {
      this.failures = 0;
      this.lock = undefined;
      this.strikes = Math.max(0, this.strikes - 1);
    }
    let made: number | undefined;
    if (browser !== undefined) {
      browser.strikes = Math.max(0, browser.strikes - 1);
      made = this.rotate(browser, token as number);
    } else if (wants !== 'nothing') {
      made = ++this.made;
      this.used({
        tokens: [made],
        newest: made,
        before: undefined,
        madeAtMs: this.nowMs,
        strikes: 0,
        trust: undefined,
      });
    }
    if (wants === 'trust') {
      const { nowMs: fromMs, epoch } = this;
      (this.browsers.at(-1) as Browser).trust = { fromMs, untilMs: fromMs + TRUST_MS, epoch };
    }
    return { outcome: 'ok', made };
  }

  fail(browser: Browser | undefined, token: number | undefined): Expected {
    if (browser !== undefined) {
      browser.strikes++;
      if (token === browser.newest) browser.before = undefined;
      if (browser.strikes >= MOST_STRIKES) this.browsers = this.browsers.filter((other) => other !== browser);
      else this.used(browser);
      return { outcome: 'code-mismatch' };
    }
    this.failures++;
    this.strikes++;
    const waitMs = Math.min(30_000 * 2 ** (this.failures - 5), 3_600_000);
    this.lock = this.failures < 5 ? undefined : { fromMs: this.nowMs, untilMs: this.nowMs + waitMs };
    if (this.strikes >= MOST_STRIKES) this.isLockedForGood = true;
    return { outcome: 'code-mismatch' };
  }

  trusted(token: number | undefined): Expected {
    if (this.status === 'none') return { outcome: 'not-assigned' };
    const browser = this.browsers.find(({ tokens }) => tokens.includes(token as number));
    if (browser === undefined || !this.isTrusted(browser)) return { outcome: 'browser-not-trusted' };
    if (this.browserOf(token) === undefined && this.isFresh(browser, token as number)) {
      return { outcome: 'browser-not-trusted' };
    }
    if (!this.isFresh(browser, token as number)) {
      browser.trust = undefined;
      this.used(browser);
      return { outcome: 'browser-not-trusted' };
    }
    this.proof = { epoch: this.epoch, atMs: this.nowMs, opens: true };
    return { outcome: 'ok', made: this.rotate(browser, token as number) };
  }

  unlock(strikesKept: number): void {
    this.failures = 0;
    this.strikes = Math.min(this.strikes, strikesKept);
    this.lock = undefined;
    this.isLockedForGood = false;
    this.epoch++;
  }

  recover(): void {
    this.unlock(0);
    this.browsers = [];
    this.status = 'recovering';
    this.reset = undefined;
  }

  signInWithResetCode(code: number): Expected {
    if (this.reset === undefined) return { outcome: 'no-reset' };
    if (this.reset.code !== code) return { outcome: 'reset-code-mismatch' };
    // Once somebody came after its time it is over, whatever the clock says.
    this.reset.wasSeenOver ||= this.nowMs >= this.reset.untilMs;
    if (this.reset.wasSeenOver) return { outcome: 'reset-code-expired' };
    this.proof = { epoch: this.epoch, atMs: this.nowMs, opens: false };
    return { outcome: 'ok' };
  }

  leave(status: 'required' | 'none'): void {
    this.status = status;
    this.reset = undefined;
    this.epoch++;
  }
}

type Wants = 'nothing' | 'remember' | 'trust';
interface Expected {
  readonly outcome: string;
  readonly made?: number | undefined;
}

/** Changes what was written, to break a rule. */
type Sabotage = (after: UserRecord, before: UserRecord) => UserRecord;

class Real {
  readonly scene: Scene;
  readonly sabotage: Sabotage | undefined;
  readonly tokens = new Map<number, string>();
  readonly resetCodes = ['0000-0000-0000-0000-0000-0000'];
  proof: MfaProof | undefined;
  #before: UserRecord | undefined;

  constructor(scene: Scene, sabotage?: Sabotage) {
    this.scene = scene;
    this.sabotage = sabotage;
  }

  tokenOf(token: number | undefined): string | undefined {
    return token === undefined ? undefined : this.tokens.get(token);
  }

  async spoil(): Promise<void> {
    const after = await this.scene.record();
    const before = this.#before ?? after;
    const spoilt = this.sabotage?.(after, before) ?? after;
    if (spoilt !== after) await this.scene.tamper(() => spoilt);
    this.#before = spoilt;
  }
}

type Answer = {
  readonly ok: boolean;
  readonly reason?: string;
  readonly browserToken?: string;
  readonly proof?: MfaProof;
};

/** The answer is as the model says, and so is all that can be seen afterwards. */
async function settle(model: Model, real: Real, answer: Answer, { outcome: expected, made }: Expected): Promise<void> {
  expect(outcome(answer), 'the answer').toBe(expected);
  expect(answer.browserToken !== undefined, 'a token in the answer').toBe(made !== undefined);
  if (made !== undefined) real.tokens.set(made, answer.browserToken as string);
  if (answer.ok && answer.proof !== undefined) real.proof = answer.proof;
  await real.spoil();
  await check(model, real);
}

async function check(model: Model, real: Real): Promise<void> {
  const { mfa, desk } = real.scene;
  const { status, browsers } = await desk.describeUser(USER);
  expect(status, 'the status of an unknown browser').toBe(model.isLocked ? 'locked' : model.status);
  const until = model.browsers.map((browser) => (model.isTrusted(browser) ? browser.trust?.untilMs : undefined));
  expect(browsers.map(({ trustedUntilMs }) => trustedUntilMs).reverse(), 'browsers and trust').toEqual(until);
  const record = await real.scene.record();
  const strikes = model.browsers.map((browser) => browser.strikes);
  expect(
    (record.browsers ?? []).map((browser) => browser.strikes),
    'strikes of the browsers',
  ).toEqual(strikes);
  const { failures, strikes: common } = record.throttle;
  expect([failures, common], 'the common throttle').toEqual([model.failures, model.strikes]);
  expect(record.requires ?? [], 'what a reader has to know').toEqual(model.reset === undefined ? [] : ['reset']);
  for (const token of model.jars) {
    const described = await mfa.describeUser(USER, { browserToken: real.tokenOf(token), proof: real.proof });
    const isKnown = model.browserOf(token) !== undefined;
    expect(described.status, 'the status of a browser').toBe(isKnown || !model.isLocked ? model.status : 'locked');
    const { proof } = model;
    const isSignedIn = proof?.opens === true && proof.epoch === model.epoch && proof.atMs <= model.nowMs + APART_MS;
    expect(described.signedIn, 'the proof stands').toBe(isSignedIn);
    expect(described.browsers, 'the list').toHaveLength(isSignedIn ? model.browsers.length : 0);
    const here = described.browsers.findIndex(({ current }) => current);
    const index = isSignedIn && isKnown ? model.browsers.indexOf(model.browserOf(token)!) : -1;
    expect(here, 'this browser').toBe(index === -1 ? -1 : model.browsers.length - 1 - index);
  }
}

type Command = fc.AsyncCommand<Model, Real>;

/** A command by its parts. */
function command(
  name: string,
  run: (model: Model, real: Real) => Promise<void>,
  can: (model: Model) => boolean = () => true,
): Command {
  return { check: (model) => can(model), run: (model, real) => run(model, real), toString: () => name };
}

const WHO = ['laptop', 'tablet', 'thief'];
const isRequired = ({ status }: Model): boolean => status === 'required';

function signIn(jar: number, isRight: boolean, wants: Wants, isLost: boolean): Command {
  const what = isRight ? 'a right code' : 'a wrong code';
  return command(`${WHO[jar]}: ${what}, wants ${wants}${isLost ? ', answer lost' : ''}`, async (model, real) => {
    const token = model.jars[jar];
    const { phone, mfa } = real.scene;
    const code = isRight ? phone.code() : wrongCode(phone);
    const input = { code, browserToken: real.tokenOf(token), remember: wants === 'remember', trust: wants === 'trust' };
    const expected = model.signIn(isRight, token, wants);
    if (!isLost) model.jars[jar] = expected.made ?? token;
    await settle(model, real, await mfa.signIn(USER, input), expected);
  });
}

/** No code of what is accepted round now, even after two codes. */
function wrongCode(phone: VirtualAuthenticator): string {
  const right = new Set(Array.from({ length: 81 }, (_, i) => phone.code({ steps: i - 40 })));
  for (let value = 0; ; value++) {
    const code = String(value).padStart(6, '0');
    if (!right.has(code)) return code;
  }
}

function guesses(jar: number, count: number): Command {
  return command(`${WHO[jar]}: ${count} wrong codes`, async (model, real) => {
    for (let n = 0; n < count; n++) await signIn(jar, false, 'remember', false).run(model, real);
  });
}

function trusted(jar: number, isLost: boolean): Command {
  return command(`${WHO[jar]}: trusted sign-in${isLost ? ', answer lost' : ''}`, async (model, real) => {
    const token = model.jars[jar];
    const expected = model.trusted(token);
    if (!isLost) model.jars[jar] = expected.made ?? token;
    const input = { browserToken: real.tokenOf(token) };
    await settle(model, real, await real.scene.mfa.signInWithTrustedBrowser(USER, input), expected);
  });
}

const steal = (jar: number): Command =>
  command(`the thief copies the cookie of the ${WHO[jar]}`, async (model) => {
    model.jars[2] = model.jars[jar];
  });

const move = (ms: number): Command =>
  command(`${ms} ms`, async (model, real) => {
    model.nowMs += ms;
    real.scene.wait(ms);
    await check(model, real);
  });

/** Sign-ins from windows whose tokens nobody keeps. */
const windows = (count: number): Command =>
  command(
    `${count} private windows`,
    async (model, real) => {
      for (let n = 0; n < count; n++) {
        await move(STEP_MS).run(model, real);
        const expected = model.signIn(true, undefined, 'remember');
        const input = { code: real.scene.phone.code(), remember: true };
        await settle(model, real, await real.scene.mfa.signIn(USER, input), expected);
      }
    },
    isRequired,
  );

const forget = (choice: number): Command =>
  command(`forget browser ${choice}`, async (model, real) => {
    const { desk } = real.scene;
    const { browsers } = await desk.describeUser(USER);
    const browserId = [...browsers].reverse()[choice]?.browserId ?? 'none of them';
    const known = model.browsers.splice(choice, 1);
    const expected = { outcome: known.length === 0 ? 'unknown-browser' : 'ok' };
    await settle(model, real, await desk.forgetBrowser(USER, { browserId }), expected);
  });

const forgetAll = (): Command =>
  command('forget all browsers', async (model, real) => {
    model.browsers = [];
    await settle(model, real, await real.scene.desk.forgetBrowser(USER, { browserId: 'all' }), { outcome: 'ok' });
  });

const suspend = (): Command =>
  command(
    'suspend and reinstate the phone',
    async (model, real) => {
      const { desk, serialNumber } = real.scene;
      model.epoch++;
      yes(await desk.suspendDevice(USER, { serialNumber }));
      await settle(model, real, await desk.reinstateDevice(USER, { serialNumber }), { outcome: 'ok' });
    },
    isRequired,
  );

const unlock = (): Command =>
  command('unlock', async (model, real) => {
    model.unlock(MOST_STRIKES / 2);
    await settle(model, real, await real.scene.desk.unlock(USER), { outcome: 'ok' });
  });

const recover = (): Command =>
  command('recover', async (model, real) => {
    const answer = await real.scene.mfa.recoverAccount(USER, { verified: ['email', 'phone'] });
    if (model.status === 'none') return settle(model, real, answer, { outcome: 'not-assigned' });
    model.recover();
    model.proof = { epoch: model.epoch, atMs: model.nowMs, opens: false };
    return settle(model, real, answer, { outcome: 'ok' });
  });

const reset = (): Command =>
  command('reset', async (model, real) => {
    const answer = await real.scene.desk.resetUser(USER);
    if (model.status === 'none') return settle(model, real, answer, { outcome: 'not-assigned' });
    model.recover();
    model.reset = { code: ++model.resets, untilMs: model.nowMs + DAY_MS };
    real.resetCodes.push(yes(answer).resetCode);
    return settle(model, real, answer, { outcome: 'ok' });
  });

const resetCode = (back: number): Command =>
  command(`the reset code, ${back} before the newest`, async (model, real) => {
    const code = Math.max(0, model.resets - back);
    const input = { resetCode: real.resetCodes[code] };
    const expected = model.signInWithResetCode(code);
    await settle(model, real, await real.scene.mfa.signInWithResetCode(USER, input), expected);
  });

const reinstate = (): Command =>
  command(
    'the phone is found',
    async (model, real) => {
      model.leave('required');
      const { desk, serialNumber } = real.scene;
      await settle(model, real, await desk.reinstateDevice(USER, { serialNumber }), { outcome: 'ok' });
    },
    ({ status }) => status === 'recovering',
  );

const remove = (): Command =>
  command(
    'remove the phone',
    async (model, real) => {
      model.unlock(MOST_STRIKES / 2);
      model.leave('none');
      const { desk, serialNumber } = real.scene;
      const { proof: _, ...answer } = yes(await desk.removeDevice(USER, { serialNumber }));
      await settle(model, real, answer, { outcome: 'ok' });
    },
    ({ status }) => status !== 'none',
  );

const enroll = (): Command =>
  command(
    'set a phone up',
    async (model, real) => {
      model.status = 'required';
      model.floor = model.counter;
      model.nowMs += STEP_MS;
      Object.assign(real.scene, await real.scene.enroll({ by: 'administrator', name: `phone ${model.nowMs}` }));
      await real.spoil();
      await check(model, real);
    },
    ({ status }) => status === 'none',
  );

/** One after the other. */
const both = (first: Command, second: Command): Command =>
  command(`${first}, ${second}`, async (model, real) => {
    await first.run(model, real);
    if (second.check(model)) await second.run(model, real);
  });

const jar = fc.constantFrom(0, 0, 1, 2, 2);
const isLost = fc.constantFrom(false, false, true);
const later = fc.constantFrom(STEP_MS, STEP_MS, 59_999, MINUTE_MS).map(move);
const right = fc
  .tuple(jar, fc.constantFrom<Wants>('nothing', 'remember', 'trust', 'trust'), isLost)
  .map(([who, wants, lost]) => signIn(who, true, wants, lost));
const byTrust = fc.tuple(jar, isLost).map(([who, lost]) => trusted(who, lost));
/** What ends much is rare, or the walks come to nothing else. */
const endings = fc.constantFrom(forgetAll, suspend, suspend, unlock, unlock, recover, reset, reset, remove);
const commands = fc.noBias(
  fc.commands(
    [
      right,
      fc.tuple(later, right).map(([first, second]) => both(first, second)),
      fc.tuple(later, right).map(([first, second]) => both(first, second)),
      byTrust,
      byTrust,
      fc.tuple(later, byTrust).map(([first, second]) => both(first, second)),
      fc.tuple(jar, fc.integer({ min: 1, max: 9 })).map(([who, count]) => guesses(who, count)),
      fc.tuple(jar, fc.integer({ min: 4, max: 9 })).map(([who, count]) => guesses(who, count)),
      fc.nat(1).map(steal),
      fc.constantFrom(STEP_MS, 29_999, 59_999, MINUTE_MS, 3_600_000, DAY_MS, TRUST_MS).map(move),
      fc.constantFrom(-1, -APART_MS, -APART_MS - 1, -3_600_000).map(move),
      fc.integer({ min: 1, max: 4 }).map(windows),
      fc.nat(3).map(forget),
      endings.map((ending) => ending()),
      fc.constantFrom(0, 0, 0, 1, 9).map(resetCode),
      fc.constant(reinstate()),
      fc.constant(enroll()),
    ],
    { maxCommands: 50, size: 'max' },
  ),
);

function property(sabotage?: Sabotage, onEnd: (model: Model, real: Real) => void = () => {}) {
  return fc.asyncProperty(commands, async (taken) => {
    const scene = await Scene.ready({ policy: { maxStrikes: MOST_STRIKES, suspectStrikes: 4 } });
    const model = new Model(scene.nowMs);
    const real = new Real(scene, sabotage);
    await fc.asyncModelRun(() => ({ model, real }), taken);
    onEnd(model, real);
  });
}

const RUNS = process.env['LOCKSTEP_SLOW'] ? 3000 : 500;

/** Whether a browser of before signed in: it has another newest token, and the one of before beside it. */
function rotated(after: UserRecord, before: UserRecord): boolean {
  return (after.browsers ?? []).some(({ hash, id }) => {
    const was = before.browsers?.find((browser) => browser.id === id);
    return was !== undefined && was.hash !== hash;
  });
}

const each = (
  record: UserRecord,
  change: (browser: NonNullable<UserRecord['browsers']>[number]) => object,
): UserRecord =>
  record.browsers === undefined
    ? record
    : { ...record, browsers: record.browsers.map((browser) => ({ ...browser, ...change(browser) })) };

describe('browsers, a thief, a help desk and a clock', () => {
  it('do as the model says, through any walk', async () => {
    const seen = new Map<string, number>();
    const onEnd = (_: Model, { scene }: Real): void => {
      for (const event of scene.events) {
        const type = event.type === 'browser-forgotten' ? `${event.type}: ${event.cause}` : event.type;
        seen.set(type, (seen.get(type) ?? 0) + 1);
      }
    };
    await fc.assert(property(undefined, onEnd), { numRuns: RUNS });
    // The walks come to everything.
    const expected = [
      'browser-remembered',
      'browser-trusted',
      'trusted-browser-used',
      'browser-forgotten: request',
      'browser-forgotten: wrong-codes',
      'browser-forgotten: token-reused',
      'reset-begun',
      'reset-code-used',
      'reset-code-failed',
      'recovered',
      'locked',
    ];
    expect(expected.filter((type) => !seen.has(type))).toEqual([]);
  });

  it.each<[string, Sabotage]>([
    [
      'a right code clears the strikes of a browser',
      (after, before) => (rotated(after, before) ? each(after, () => ({ strikes: 0 })) : after),
    ],
    [
      'a right code from a known browser clears the common throttle',
      (after, before) =>
        rotated(after, before) && after.throttle.failures > 0
          ? { ...after, throttle: { failures: 0, strikes: after.throttle.strikes } }
          : after,
    ],
    [
      'trust outlives what voids the proofs',
      (after) =>
        each(after, ({ trust }) => (trust === undefined ? {} : { trust: { ...trust, generation: after.generation } })),
    ],
    [
      'the old token lives on after the new one was shown',
      (after, before) =>
        each(after, ({ id, previousHash }) => {
          const was = before.browsers?.find((browser) => browser.id === id)?.previousHash;
          return previousHash === undefined && was !== undefined ? { previousHash: was } : {};
        }),
    ],
    [
      'an old token does not end the trust',
      (after, before) =>
        each(after, ({ id, trust }) => {
          const was = before.browsers?.find((browser) => browser.id === id)?.trust;
          return trust === undefined && was !== undefined ? { trust: was } : {};
        }),
    ],
    [
      'a recovery leaves the browsers',
      (after, before) =>
        after.recovering === true && before.recovering !== true && before.browsers !== undefined
          ? { ...after, browsers: before.browsers }
          : after,
    ],
    [
      'a browser is never forgotten by wrong codes',
      (after, before) => {
        const gone = before.browsers?.filter(({ id }) => after.browsers?.every((browser) => browser.id !== id) ?? true);
        const isGuessed = after.history.at(-1)?.type === 'browser-forgotten' && after.seq > before.seq;
        return isGuessed && gone?.length === 1 ? { ...after, browsers: [...(after.browsers ?? []), ...gone] } : after;
      },
    ],
    [
      'a reset is left with a part of it',
      (after, before) =>
        before.reset !== undefined && after.reset === undefined && after.recovering !== true
          ? { ...after, requires: ['reset'] }
          : after,
    ],
  ])('a rule that is broken is caught: %s', async (_, sabotage) => {
    const { failed, errorInstance } = await fc.check(property(sabotage), { numRuns: 20_000, endOnFailure: true });
    expect(failed).toBe(true);
    // By the comparison, and by no accident of the sabotage.
    expect((errorInstance as Error).name).toBe('AssertionError');
  });
});
