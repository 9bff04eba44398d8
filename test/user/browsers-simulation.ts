import type { Policy } from 'lockstep-mfa';
import { afterWrongCode, findBrowser, rememberBrowser, withBrowser } from '../../src/user/browsers.js';
import type { Context } from '../../src/user/context.js';
import { EMPTY_RECORD, type KnownBrowser, type UserRecord } from '../../src/user/record.js';
import { afterFailure, afterSignIn, afterUnlock, type Lock, lockOf } from '../../src/user/throttle.js';
import { DAY_MS, DAYS, ownerTimes, POLICY, START_MS, seeded } from './guessing.js';

// Owners with a browser that is known, beside somebody who has the password, and perhaps a token. Over the throttle and
// the browsers of the library itself, event by event, with seeds. A code is right or wrong; the rest is the library's.

/** What the rules compared differ in. */
export interface Rules {
  /** Whether browsers are known at all. */
  readonly known: boolean;
  /** Wrong codes at which a browser is forgotten. */
  readonly budget: number;
  /** What a right code does to the browser. */
  readonly remember: typeof rememberBrowser;
  /** What a right code from a known browser does to the common throttle. */
  readonly common: typeof afterSignIn;
}

const asItIs: typeof afterSignIn = (throttle) => throttle;

/** Takes one strike away, and the token stays. */
const withoutRotation: typeof rememberBrowser = (record, input, context) => {
  const shown = findBrowser(record, input.browserToken, context);
  if (shown === undefined) return rememberBrowser(record, input, context);
  const strikes = Math.max(0, shown.browser.strikes - 1);
  return { record: withBrowser(record, { ...shown.browser, strikes }), answer: {}, happenings: [] };
};

/** Takes all strikes away. */
function resetting(remember: typeof rememberBrowser): typeof rememberBrowser {
  return (...args) => {
    const remembered = remember(...args);
    const browser = remembered.record.browsers?.at(-1) as KnownBrowser;
    return { ...remembered, record: withBrowser(remembered.record, { ...browser, strikes: 0 }) };
  };
}

export const LIBRARY: Rules = { known: true, budget: 20, remember: rememberBrowser, common: asItIs };
export const NONE_KNOWN: Rules = { ...LIBRARY, known: false };
export const BUDGET_5: Rules = { ...LIBRARY, budget: 5 };
export const NOT_ROTATED: Rules = { ...LIBRARY, remember: withoutRotation };
export const RESET: Rules = { ...LIBRARY, remember: resetting(rememberBrowser) };
export const RESET_NOT_ROTATED: Rules = { ...LIBRARY, remember: resetting(withoutRotation) };
export const COMMON_STRIKE: Rules = {
  ...LIBRARY,
  common: (throttle) => ({ ...throttle, strikes: Math.max(0, throttle.strikes - 1) }),
};
export const COMMON_CLEARED: Rules = { ...LIBRARY, common: afterSignIn };

/** One device, its clock right. */
const POSITIONS = 3;

interface Answer {
  readonly answer: 'ok' | 'wrong' | 'locked';
  readonly browserToken?: string;
}

/** A user of the library whose codes are right or wrong as the caller says. */
export class Account {
  record: UserRecord = EMPTY_RECORD;
  readonly rules: Rules;
  /** Browsers that wrong codes made unknown. */
  forgotten = 0;
  alarms = 0;
  #drawn = 0;
  readonly #policy: Policy;

  constructor(rules: Rules) {
    this.rules = rules;
    // The budget is never greater than the strikes that lock.
    this.#policy = { ...POLICY, maxStrikes: rules.budget };
  }

  lock(nowMs: number): Lock | undefined {
    return lockOf(this.record.throttle, nowMs);
  }

  isKnown(token: string | undefined): boolean {
    return this.strikesOf(token) !== undefined;
  }

  strikesOf(token: string | undefined): number | undefined {
    return findBrowser(this.record, token, this.#context(0))?.browser.strikes;
  }

  /** Lifts the lock, as an administrator does. */
  unlock(): void {
    this.record = { ...this.record, throttle: afterUnlock(this.record.throttle, POLICY) };
  }

  attempt(nowMs: number, isRight: boolean, token?: string): Answer {
    const { rules, record } = this;
    const context = this.#context(nowMs);
    const shown = rules.known ? findBrowser(record, token, context) : undefined;
    if (shown === undefined && this.lock(nowMs) !== undefined) return { answer: 'locked' };
    if (!isRight && shown !== undefined) {
      const after = afterWrongCode(record, shown, POSITIONS, { ...context, policy: this.#policy });
      this.record = after.record;
      if (after.isForgotten) this.forgotten++;
      return { answer: 'wrong' };
    }
    if (!isRight) {
      const { throttle, happenings } = afterFailure(record.throttle, POSITIONS, POLICY, nowMs);
      this.record = { ...record, throttle };
      if (happenings.some(({ type }) => type === 'guessing-suspected')) this.alarms++;
      return { answer: 'wrong' };
    }
    const throttle = shown === undefined ? afterSignIn(record.throttle) : rules.common(record.throttle);
    this.record = { ...record, throttle };
    if (!rules.known) return { answer: 'ok' };
    const remembered = rules.remember(this.record, { browserToken: token, remember: true }, context);
    this.record = remembered.record;
    return { answer: 'ok', ...remembered.answer };
  }

  #context(nowMs: number): Context {
    const random = (_purpose: unknown, byteLength: number): Uint8Array => {
      const bytes = new Uint8Array(byteLength);
      new DataView(bytes.buffer).setUint32(0, ++this.#drawn);
      return bytes;
    };
    return {
      userId: 'owner',
      issuer: 'Acme',
      nowMs,
      policy: POLICY,
      actor: { proof: undefined },
      expectMfa: false,
      random,
    };
  }
}

/** A person at one browser, who keeps the token that the last answer held. */
class Owner {
  token: string | undefined;
  readonly #account: Account;
  readonly #random: () => number;
  readonly #typos: number;
  readonly #lost: number;

  /**
   * @param typos - how many of the codes are mistyped
   * @param lost - how many of the answers to a right code are lost
   */
  constructor(account: Account, random: () => number, { typos = 0, lost = 0 } = {}) {
    this.#account = account;
    this.#random = random;
    this.#typos = typos;
    this.#lost = lost;
    this.token = account.attempt(START_MS - DAY_MS, true).browserToken;
  }

  /** Types one code. */
  type(nowMs: number, isHere = true): Answer['answer'] {
    const isRight = this.#typos === 0 || this.#random() >= this.#typos;
    const { answer, browserToken } = this.#account.attempt(nowMs, isRight, isHere ? this.token : undefined);
    // The person is in, whatever became of the cookie.
    const isLost = this.#lost > 0 && this.#random() < this.#lost;
    if (isHere && !isLost) this.token = browserToken ?? this.token;
    return answer;
  }
}

export interface Besieged {
  readonly signInsADay: number;
  readonly years: number;
  readonly typos?: number;
  /** An administrator lifts each lock that stays, so long after it. */
  readonly unlockedAfterMs?: number;
}

/** Type a code each 25 seconds, and give up after three minutes. */
const TRIES = 7;
const TRY_MS = 25_000;

/**
 * The share of the owner's sign-ins that are kept out by somebody who has the password and no token, guesses whenever they
 * may and minds no lock.
 */
export function keptOut(rules: Rules, { signInsADay, years, typos = 0, unlockedAfterMs }: Besieged): number {
  let [kept, signIns] = [0, 0];
  const random = seeded(3);
  for (let year = 0; year < years; year++) {
    const account = new Account(rules);
    const owner = new Owner(account, random, { typos });
    let nowMs = START_MS;
    let lockedAtMs: number | undefined;
    const guessUntil = (endMs: number): void => {
      while (nowMs < endMs) {
        const lock = account.lock(nowMs);
        if (lock === undefined) account.attempt(nowMs, false);
        else if (lock.lockedUntilMs !== undefined) nowMs = lock.lockedUntilMs;
        else {
          lockedAtMs ??= nowMs;
          if (unlockedAfterMs === undefined || lockedAtMs + unlockedAfterMs >= endMs) break;
          nowMs = lockedAtMs + unlockedAfterMs;
          lockedAtMs = undefined;
          account.unlock();
        }
      }
      nowMs = Math.max(nowMs, endMs);
    };
    for (const ownerMs of ownerTimes(signInsADay, year + 1)) {
      let isInside = false;
      for (let n = 0; n < TRIES && !isInside; n++) {
        const typedMs = ownerMs + n * TRY_MS;
        guessUntil(typedMs);
        isInside = owner.type(typedMs) === 'ok';
      }
      signIns++;
      if (!isInside) kept++;
    }
  }
  return kept / signIns;
}

/**
 * The tries of a year of somebody who has the password and no token, and never locks.
 *
 * @param elsewhere - how many of the owner's sign-ins come from a browser that nobody knows
 */
export function stealthyTries(rules: Rules, signInsADay: number, elsewhere = 0): number {
  const random = seeded(1);
  const account = new Account(rules);
  const owner = new Owner(account, random);
  let nowMs = START_MS;
  let tries = 0;
  const guessUntil = (endMs: number): void => {
    for (;;) {
      nowMs = account.lock(nowMs)?.lockedUntilMs ?? nowMs;
      if (nowMs >= endMs || account.record.throttle.strikes + 1 >= POLICY.maxStrikes) break;
      account.attempt(nowMs, false);
      tries++;
    }
    nowMs = Math.max(nowMs, endMs);
  };
  for (const ownerMs of ownerTimes(signInsADay)) {
    guessUntil(ownerMs);
    owner.type(nowMs, random() >= elsewhere);
  }
  guessUntil(START_MS + DAYS * DAY_MS);
  // The last one locks.
  return tries + 1;
}

/**
 * The tries of a year with stolen tokens, beside those of the common throttle. The thief goes to the last strike but one
 * while the token may live on, and to the end where it dies with the owner's next sign-in.
 *
 * @param thefts - how often in the year; `always`: the thief reads each new token
 */
export function stolenTries(rules: Rules, signInsADay: number, thefts: number | 'always'): number {
  const account = new Account(rules);
  const owner = new Owner(account, seeded(1));
  const times = ownerTimes(signInsADay);
  const every = thefts === 'always' ? 1 : Math.floor(times.length / thefts);
  let tries = 0;
  let stolen: string | undefined;
  const guess = (nowMs: number, mostStrikes: number): void => {
    const guesses = mostStrikes - (account.strikesOf(stolen) ?? mostStrikes);
    for (let n = 0; n < guesses; n++) account.attempt(nowMs, false, stolen);
    tries += guesses;
  };
  for (const [i, nowMs] of times.entries()) {
    if (i % every === 0 && (thefts === 'always' || i < thefts * every)) stolen = owner.token;
    guess(nowMs - 1000, rules.budget - 1);
    const before = owner.token;
    owner.type(nowMs);
    // The owner has another token now: the next sign-in makes the stolen one unknown.
    if (thefts !== 'always' && owner.token !== before) guess(nowMs + 1000, rules.budget);
  }
  return tries;
}

export interface Flood {
  readonly requests: number;
  readonly evaluated: number;
  /** Of the owner's ten. */
  readonly known: number;
  readonly signsIn: boolean;
}

/** Requests without a right code, half of them with a made-up token, on an account with ten known browsers. */
export function flood(requests: number): Flood {
  const random = seeded(11);
  const account = new Account(LIBRARY);
  const tokens = Array.from({ length: 10 }, (_, i) => account.attempt(START_MS + i, true).browserToken);
  let nowMs = START_MS + DAY_MS;
  let evaluated = 0;
  for (let i = 0; i < requests; i++) {
    nowMs += Math.floor(random() * 2000);
    const token =
      random() < 0.5
        ? undefined
        : Math.floor(random() * 2 ** 52)
            .toString(16)
            .padStart(32, '0');
    if (account.attempt(nowMs, false, token).answer !== 'locked') evaluated++;
  }
  const known = tokens.filter((token) => account.isKnown(token)).length;
  return { requests, evaluated, known, signsIn: account.attempt(nowMs, true, tokens[0]).answer === 'ok' };
}

/** The share of the days on which a laptop is unknown beside so many private windows that are remembered each day. */
export function unknownBeside(privateWindows: number, days = 1000): number {
  const account = new Account(LIBRARY);
  const owner = new Owner(account, seeded(1));
  let unknown = 0;
  for (let day = 0; day < days; day++) {
    const nowMs = START_MS + day * DAY_MS;
    for (let i = 0; i < privateWindows; i++) account.attempt(nowMs, true);
    if (!account.isKnown(owner.token)) unknown++;
    owner.type(nowMs);
  }
  return unknown / days;
}

export interface Alone {
  readonly signInsADay: number;
  readonly years: number;
  readonly typos: number;
  /** How many of the sign-ins come from a browser that nobody knows. */
  readonly elsewhere?: number;
  /** How many of the answers to a right code are lost, and the new token with them. */
  readonly lost?: number;
}

/** Owners alone, who try again as soon as they may. */
export function alone(
  rules: Rules,
  { signInsADay, years, typos, elsewhere = 0, lost = 0 }: Alone,
): {
  /** How often in a year wrong codes made the browser unknown. */
  readonly forgotten: number;
  /** Sign-ins that had to wait, of all. */
  readonly waited: number;
  readonly alarms: number;
  readonly locks: number;
} {
  const random = seeded(5);
  const account = new Account(rules);
  const owner = new Owner(account, random, { typos, lost });
  const signIns = years * DAYS * signInsADay;
  let nowMs = START_MS;
  let [waited, locks] = [0, 0];
  for (let i = 0; i < signIns; i++) {
    const beganMs = nowMs;
    const isHere = elsewhere === 0 || random() >= elsewhere;
    for (;;) {
      const answer = owner.type(nowMs, isHere);
      if (answer === 'ok') break;
      const isKnown = rules.known && isHere && account.isKnown(owner.token);
      const lock = isKnown ? undefined : account.lock(nowMs);
      if (lock === undefined) continue;
      if (lock.lockedUntilMs === undefined) {
        locks++;
        account.record = { ...account.record, throttle: EMPTY_RECORD.throttle };
      } else nowMs = lock.lockedUntilMs;
    }
    if (nowMs > beganMs) waited++;
    nowMs = Math.max(nowMs, beganMs + DAY_MS / signInsADay);
  }
  return { forgotten: account.forgotten / years, waited: waited / signIns, alarms: account.alarms, locks };
}
