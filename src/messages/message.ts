import { checkNames, checkObject, checkTime } from '../core/check.js';
import type { Refusal } from '../user/reasons.js';
import type { Catalogue, Wording } from './catalogue.js';
import { catalogueFor } from './languages.js';
import type { Locale } from './locale.js';
import { phrasesOf, say } from './words.js';

/** The options of {@link messageWith}. */
export interface MessageWithOptions {
  /** BCP 47 tags in order of preference, or one. Of the catalogue's language it sets the region: `de-AT` for times. */
  readonly locale?: Locale | undefined;
  /** The server's time, Unix time in milliseconds: how long to wait is counted from it. */
  readonly nowMs: number;
  /** Of the IANA database, such as `Europe/Berlin`. Default `UTC`. Only a wait of two hours or more names a time. */
  readonly timeZone?: string | undefined;
  /** How many codes of an app the form asked for. Default 1. With 2, wrong codes are called "these two codes". */
  readonly codes?: 1 | 2 | undefined;
  /** The period of the person's codes. Default 30: a used code that is followed by a fresh one so soon says to wait for it. */
  readonly periodSeconds?: number | undefined;
}

/** The options of {@link messageFor}. */
export interface MessageOptions extends MessageWithOptions {
  /** Default: the shipped one of the first tag in `locale` that there is one for, else English. */
  readonly catalogue?: Catalogue | undefined;
}

const NAMES = ['locale', 'nowMs', 'timeZone', 'codes', 'periodSeconds'];

/**
 * Says to the person why a request was refused, and what to do now. It holds no secret and no code.
 *
 * @param refusal - an answer with `ok: false`, of the service or of a pure function
 * @param options - `nowMs` is required
 * @returns one to three sentences, in the language of `locale`
 * @throws MfaError `invalid-argument`: an option is unknown or wrong, or an own catalogue has no words for the reason
 *
 * @example
 * import { messageFor } from 'lockstep-mfa/messages';
 *
 * const nowMs = Date.UTC(2026, 0, 2);
 * const refusal = { ok: false, reason: 'locked', lockedUntilMs: nowMs + 30_000 } as const;
 * console.log(messageFor(refusal, { nowMs })); // Too many wrong codes. Try again in 30 seconds.
 * console.log(messageFor(refusal, { nowMs, locale: 'de-AT' })); // Zu viele falsche Codes. Versuchen Sie es in 30 Sekunden noch einmal.
 */
export function messageFor(refusal: Refusal, options: MessageOptions): string {
  checkObject(options, 'options');
  const { catalogue = catalogueFor(options.locale), ...rest } = options;
  return messageWith(catalogue, refusal, rest);
}

/**
 * Says the same as `messageFor` in the words of one catalogue, so that a bundle holds no other.
 *
 * @param catalogue - a shipped one, such as `english`, or your own
 * @param refusal - an answer with `ok: false`, of the service or of a pure function
 * @param options - `nowMs` is required
 * @throws MfaError `invalid-argument`: an option is unknown or wrong, or the catalogue has no words for the reason
 *
 * @example
 * import { english, messageWith } from 'lockstep-mfa/messages';
 *
 * console.log(messageWith(english, { ok: false, reason: 'last-device' }, { nowMs: Date.now() })); // This is your last device. Add another one first.
 */
export function messageWith(catalogue: Catalogue, refusal: Refusal, options: MessageWithOptions): string {
  checkObject(catalogue, 'catalogue');
  checkObject(refusal, 'refusal');
  checkObject(options, 'options');
  checkNames(options, NAMES);
  checkTime(options.nowMs);
  const { reason } = refusal;
  const wording = catalogue.reasons[reason] as Wording<Refusal> | undefined;
  return say(wording, `reasons[${JSON.stringify(reason)}]`, refusal, phrasesOf(catalogue, options));
}
