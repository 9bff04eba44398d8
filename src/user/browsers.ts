import { checkText, invalid } from '../core/check.js';
import { byWhom, mayManage, standingOf } from './actor.js';
import type { Context } from './context.js';
import { changed, type Decision, unchanged } from './decision.js';
import type { ForgetCause, Happening, OnBrowser } from './events.js';
import { hash, toHex } from './hash.js';
import type { ActorInput, UserInput } from './input.js';
import { parseName } from './names.js';
import { POSITIONS_PER_STRIKE } from './policy.js';
import type { Refusal } from './reasons.js';
import type { KnownBrowser, UserRecord } from './record.js';
import { CLOCK_TOLERANCE_MS } from './throttle.js';

// Known browsers. Whoever knows only the password can hold the lock closed for good, and with it the owner. So a browser
// from which the owner signed in, and that they asked to remember, is let try a code whatever the common throttle says,
// on a small count of its own. A token proves nothing: it opens no session and manages nothing.

/** The one unused longest goes. */
const BROWSERS_KEPT = 10;

/** Strikes at which a browser is forgotten; a right code takes one away. */
const BUDGET = 20;

/** How long the token before the newest is as good: for the other tab, and for the retry of a lost answer. */
const OVERLAP_MS = 60_000;

/** The browser's id and 128 random bits. */
const TOKEN = /^([0-9a-f]{16})[0-9a-f]{32}$/;
const LONGEST_LABEL = 64;

export interface BrowserInput {
  /** The browser's token, as its cookie gave it back. Any other value is no token, and never an error. */
  readonly browserToken?: unknown;
}

export interface RememberInput extends BrowserInput {
  /** Whether the answer shall hold a token for a browser that has none. Ask the person; do not set it for them. */
  readonly remember?: boolean | undefined;
  /** What a page calls the browser, such as `Firefox on Windows`; cut at 64 characters, left out where unprintable. */
  readonly browserLabel?: unknown;
}

/** In the answers that hold a proof. */
export interface BrowserTokenAnswer {
  /** Keep it in the cookie of this user, in place of the one before. */
  readonly browserToken?: string;
}

/** A browser, with the hash of the token that it showed. */
export interface ShownBrowser {
  readonly browser: KnownBrowser;
  readonly shownHash: string;
}

/** Finds the browser of a token. An administrator sits at another one. */
export function findBrowser({ browsers }: UserRecord, token: unknown, { actor }: Context): ShownBrowser | undefined {
  if (browsers === undefined || typeof token !== 'string' || !TOKEN.test(token)) return undefined;
  if ('administrator' in actor) return undefined;
  const shownHash = hashOf(token);
  const browser = browsers.find(({ hash, previousHash }) => hash === shownHash || previousHash === shownHash);
  return browser === undefined ? undefined : { browser, shownHash };
}

/** Finds the browser that a token names, be the token as old as it may, or made up. */
export function findNamedBrowser({ browsers }: UserRecord, token: unknown): KnownBrowser | undefined {
  const [, named] = (typeof token === 'string' ? TOKEN.exec(token) : null) ?? [];
  return browsers?.find(({ id }) => id === named);
}

/** Whether it showed its newest token, or the one before within its minute. */
export function isCurrent({ browser, shownHash }: ShownBrowser, context: Context): boolean {
  return browser.hash === shownHash || isInOverlap(browser, context);
}

export function isInOverlap({ madeAtMs }: KnownBrowser, { nowMs }: Context): boolean {
  return madeAtMs <= nowMs + CLOCK_TOLERANCE_MS && nowMs - madeAtMs < OVERLAP_MS;
}

/** Puts the browser in the place of the one of its id, as the last used. */
export function withBrowser(record: UserRecord, browser: KnownBrowser): UserRecord {
  const others = (record.browsers ?? []).filter(({ id }) => id !== browser.id);
  return { ...record, browsers: [...others, browser].slice(-BROWSERS_KEPT) };
}

/**
 * Makes its next token. The token that it showed stays valid until the next one is shown, for that answer may be lost.
 * Where the one before was shown within its minute, there is a newest on its way already, and no third is made.
 */
export function withNextToken(
  { browser, shownHash }: ShownBrowser,
  context: Context,
): BrowserTokenAnswer & { readonly browser: KnownBrowser } {
  if (browser.hash !== shownHash && isCurrent({ browser, shownHash }, context)) return { browser };
  const { hash, token } = makeToken(browser.id, context);
  return { browser: { ...browser, hash, previousHash: shownHash, madeAtMs: context.nowMs }, browserToken: token };
}

/** Counts a wrong code on the browser. At its budget the browser is forgotten, and falls under the common throttle. */
export function afterWrongCode(
  record: UserRecord,
  { browser, shownHash }: ShownBrowser,
  positions: number,
  { policy }: Context,
): { readonly record: UserRecord; readonly isForgotten: boolean; readonly happenings: readonly Happening[] } {
  const strikes = browser.strikes + Math.ceil(positions / POSITIONS_PER_STRIKE);
  if (strikes >= Math.min(BUDGET, policy.maxStrikes)) {
    const happenings: Happening[] = [{ type: 'guessing-suspected', strikes }, forgotten(browser, 'wrong-codes')];
    return { record: without(record, [browser]), isForgotten: true, happenings };
  }
  const { previousHash, ...seen } = browser;
  const isOld = browser.hash !== shownHash && previousHash !== undefined;
  const counted = { ...seen, ...(isOld ? { previousHash } : {}), strikes };
  return { record: withBrowser(record, counted), isForgotten: false, happenings: [] };
}

/**
 * Remembers the browser of a call whose answer holds a proof: a known one gets its next token and loses a strike; another
 * gets its first one, if asked for.
 */
export function rememberBrowser(
  record: UserRecord,
  { browserToken, remember, browserLabel }: RememberInput,
  context: Context,
): { readonly record: UserRecord; readonly answer: BrowserTokenAnswer; readonly happenings: readonly Happening[] } {
  const shown = findBrowser(record, browserToken, context);
  if (shown !== undefined) {
    const { browser, ...answer } = withNextToken(shown, context);
    const strikes = Math.max(0, browser.strikes - 1);
    return { record: withBrowser(record, { ...browser, strikes }), answer, happenings: [] };
  }
  if (remember !== true) return { record, answer: {}, happenings: [] };
  const { nowMs, random } = context;
  const id = toHex(random('browser id', 8));
  const { hash, token } = makeToken(id, context);
  const label = labelOf(browserLabel);
  const browser: KnownBrowser = {
    id,
    hash,
    madeAtMs: nowMs,
    rememberedAtMs: nowMs,
    ...(label === undefined ? {} : { label }),
    strikes: 0,
  };
  return {
    record: withBrowser(record, browser),
    answer: { browserToken: token },
    happenings: [{ type: 'browser-remembered', ...onBrowser(browser) }],
  };
}

/** A form's `on` would silently mean no. */
export function checkRemember({ remember = false }: RememberInput): void {
  if (typeof remember !== 'boolean') throw invalid('remember must be true or false');
}

export interface ForgetBrowserDetails extends UserInput {
  /** As `describeUser` lists it; or `all`. */
  readonly browserId: string;
}
export interface ForgetBrowserInput extends ForgetBrowserDetails, ActorInput {}
export type ForgetBrowserResult = { readonly ok: true } | Refusal<'mfa-required' | 'unknown-browser' | 'conflict'>;

/** Forgets a browser or all of them, with their trust. Their sessions go on: a token is no proof. */
export function decideForgetBrowser(
  record: UserRecord,
  { browserId }: ForgetBrowserDetails,
  context: Context,
): Decision<ForgetBrowserResult> {
  checkText(browserId, 'browserId');
  const standing = standingOf(record, context);
  if (!mayManage(standing)) return unchanged(record, { ok: false, reason: 'mfa-required' });
  const named = (record.browsers ?? []).filter(({ id }) => browserId === 'all' || id === browserId);
  if (named.length === 0) {
    return unchanged(record, browserId === 'all' ? { ok: true } : { ok: false, reason: 'unknown-browser' });
  }
  const happenings = named.map((browser) => ({ ...forgotten(browser, 'request'), ...byWhom(standing) }));
  return changed(without(record, named), { ok: true }, context, ...happenings);
}

function without({ browsers = [], ...record }: UserRecord, gone: readonly KnownBrowser[]): UserRecord {
  const left = browsers.filter((browser) => !gone.includes(browser));
  return left.length === 0 ? record : { ...record, browsers: left };
}

export function forgotten(browser: KnownBrowser, cause: ForgetCause): Happening<'browser-forgotten'> {
  return { type: 'browser-forgotten', ...onBrowser(browser), cause };
}

export function onBrowser({ id, label }: KnownBrowser): OnBrowser {
  return { browserId: id, ...(label === undefined ? {} : { label }) };
}

function labelOf(typed: unknown): string | undefined {
  if (typeof typed !== 'string') return undefined;
  // By characters: a cut within one would leave half a surrogate pair.
  return parseName([...typed.slice(0, 2 * LONGEST_LABEL)].slice(0, LONGEST_LABEL).join(''));
}

function makeToken(id: string, { random }: Context): { readonly hash: string; readonly token: string } {
  const token = id + toHex(random('browser token', 16));
  return { hash: hashOf(token), token };
}

function hashOf(token: string): string {
  return hash('lockstep-mfa browser token', token).slice(0, 32);
}
