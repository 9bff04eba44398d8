import { invalid } from '../core/check.js';
import {
  type BrowserInput,
  type BrowserTokenAnswer,
  findBrowser,
  findNamedBrowser,
  forgotten,
  isCurrent,
  isInOverlap,
  onBrowser,
  type RememberInput,
  rememberBrowser,
  withBrowser,
  withNextToken,
} from './browsers.js';
import type { Context } from './context.js';
import { changed, type Decision, unchanged } from './decision.js';
import type { Happening } from './events.js';
import type { UserInput } from './input.js';
import { type MfaProof, makeProof } from './proof.js';
import type { Refusal } from './reasons.js';
import type { KnownBrowser, UserRecord } from './record.js';
import { hasMfa } from './status.js';
import { CLOCK_TOLERANCE_MS } from './throttle.js';

// Trust makes the token of a known browser a credential: it takes the place of a code. So trust has an end, is void with
// the proofs, and is withdrawn where an old token is shown: then two have it.

export interface TrustInput extends RememberInput {
  /**
   * Whether this browser may sign in without a code for `trustedBrowserLifeMs`; it is then remembered as well. Ask the
   * person; do not set it for them.
   */
  readonly trust?: boolean | undefined;
}

/** Remembers the browser of a right code, and trusts it where that is asked for and the policy allows it. */
export function rememberOrTrustBrowser(
  record: UserRecord,
  input: TrustInput,
  context: Context,
): ReturnType<typeof rememberBrowser> {
  if (input.trust !== true) return rememberBrowser(record, input, context);
  const remembered = rememberBrowser(record, { ...input, remember: true }, context);
  const { nowMs, policy } = context;
  if (policy.trustedBrowserLifeMs === 0) return remembered;
  const browser = remembered.record.browsers?.at(-1) as KnownBrowser;
  const untilMs = nowMs + policy.trustedBrowserLifeMs;
  const trust = { fromMs: nowMs, untilMs, generation: record.generation };
  const happening: Happening = { type: 'browser-trusted', ...onBrowser(browser), untilMs };
  return {
    ...remembered,
    record: withBrowser(remembered.record, { ...browser, trust }),
    happenings: [...remembered.happenings, happening],
  };
}

/** A form's `on` would silently mean no. */
export function checkTrust({ trust = false }: TrustInput): void {
  if (typeof trust !== 'boolean') throw invalid('trust must be true or false');
}

/** The end of its trust, where it is trusted. Trust given in the future is void: the server's clock was wrong. */
export function trustedUntilMs(
  { trust }: KnownBrowser,
  { generation }: UserRecord,
  { nowMs, policy }: Context,
): number | undefined {
  if (trust === undefined || trust.generation !== generation || policy.trustedBrowserLifeMs === 0) return undefined;
  return trust.fromMs <= nowMs + CLOCK_TOLERANCE_MS && nowMs < trust.untilMs ? trust.untilMs : undefined;
}

/** A known browser as a page may show it. */
export interface BrowserSummary {
  /** For `forgetBrowser`. It is no token. */
  readonly browserId: string;
  readonly label?: string;
  readonly rememberedAtMs: number;
  readonly lastUsedAtMs: number;
  /** Present while it is trusted. */
  readonly trustedUntilMs?: number;
  /** Whether the call came from it. */
  readonly current: boolean;
}

export function summarizeBrowser(
  browser: KnownBrowser,
  current: boolean,
  record: UserRecord,
  context: Context,
): BrowserSummary {
  const { rememberedAtMs, madeAtMs } = browser;
  const until = trustedUntilMs(browser, record, context);
  const trusted = until === undefined ? {} : { trustedUntilMs: until };
  return { ...onBrowser(browser), rememberedAtMs, lastUsedAtMs: madeAtMs, ...trusted, current };
}

export interface SignInWithTrustedBrowserInput extends UserInput, BrowserInput {}
export type SignInWithTrustedBrowserResult =
  | ({ readonly ok: true; readonly proof: MfaProof } & BrowserTokenAnswer)
  | Refusal<'not-assigned' | 'browser-not-trusted' | 'conflict'>;

/** Takes the token of a trusted browser in place of a code. The throttle is for guessing, and has no part in it. */
export function decideSignInWithTrustedBrowser(
  record: UserRecord,
  { browserToken }: SignInWithTrustedBrowserInput,
  context: Context,
): Decision<SignInWithTrustedBrowserResult> {
  if (!hasMfa(record)) return unchanged(record, { ok: false, reason: 'not-assigned' });
  const refusal = { ok: false, reason: 'browser-not-trusted' } as const;
  const shown = findBrowser(record, browserToken, context);
  const named = shown?.browser ?? findNamedBrowser(record, browserToken);
  if (named === undefined || trustedUntilMs(named, record, context) === undefined) return unchanged(record, refusal);
  if (shown === undefined || !isCurrent(shown, context)) {
    // Several tabs that were restored at once show tokens that are older still.
    if (isInOverlap(named, context)) return unchanged(record, refusal);
    const { trust: _, ...known } = named;
    return changed(withBrowser(record, known), refusal, context, forgotten(known, 'token-reused'));
  }
  const { browser, ...token } = withNextToken(shown, context);
  const answer = { ok: true, proof: makeProof('trusted-browser', context, record), ...token } as const;
  return changed(withBrowser(record, browser), answer, context, {
    type: 'trusted-browser-used',
    ...onBrowser(browser),
  });
}
