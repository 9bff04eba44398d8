import { checkNames, checkObject } from '../core/check.js';
import type { HistoryEntry, MfaEvent } from '../user/events.js';
import type { Catalogue, EventWording, LineOf, Phrases } from './catalogue.js';
import { catalogueFor } from './languages.js';
import type { Locale } from './locale.js';
import { phrasesOf, say } from './words.js';

/** The options of {@link lineWith}. */
export interface LineWithOptions {
  /** BCP 47 tags in order of preference, or one. Of the catalogue's language it sets the region: `de-AT` for times. */
  readonly locale?: Locale | undefined;
  /** Of the IANA database, such as `Europe/Berlin`. Default `UTC`. The text names it. */
  readonly timeZone?: string | undefined;
  /** Whether the line begins with the time of the event. Default true; false where the page shows it beside the line. */
  readonly time?: boolean | undefined;
}

/** The options of {@link lineFor}. */
export interface LineOptions extends LineWithOptions {
  /** Default: the shipped one of the first tag in `locale` that there is one for, else English. */
  readonly catalogue?: Catalogue | undefined;
}

const NAMES = ['locale', 'timeZone', 'time'];

/**
 * Describes an event, or a line of the history with its count, in one line for a page of activity. How far a wrong code
 * was out of step is left out, since it would help somebody who knows the password to guess.
 *
 * @param event - of `onEvent`, or an entry of `describeUser(…).history`
 * @throws MfaError `invalid-argument`: an option is unknown or wrong, or an own catalogue has no words for the event
 *
 * @example
 * import { lineFor } from 'lockstep-mfa/messages';
 *
 * const entry = { type: 'sign-in-failed', userId: 'user-1', atMs: Date.UTC(2026, 0, 2, 15), seq: 7, count: 5 } as const;
 * console.log(lineFor(entry, { time: false })); // A wrong code was typed (5 times).
 * console.log(lineFor(entry, { locale: 'en-GB' })); // 2 Jan 2026, 15:00 UTC · A wrong code was typed (5 times).
 */
export function lineFor(event: MfaEvent | HistoryEntry, options: LineOptions = {}): string {
  checkObject(options, 'options');
  const { catalogue = catalogueFor(options.locale), ...rest } = options;
  return lineWith(catalogue, event, rest);
}

/**
 * Says the same as `lineFor` in the words of one catalogue, so that a bundle holds no other.
 *
 * @param catalogue - a shipped one, such as `english`, or your own
 * @param event - of `onEvent`, or an entry of `describeUser(…).history`
 * @throws MfaError `invalid-argument`: an option is unknown or wrong, or the catalogue has no words for the event
 *
 * @example
 * import { english, lineWith } from 'lockstep-mfa/messages';
 *
 * const event = { type: 'unlocked', administrator: 'Ada', userId: 'user-1', atMs: Date.UTC(2026, 0, 2), seq: 7 } as const;
 * console.log(lineWith(english, event, { time: false }).includes('by the administrator')); // true
 */
export function lineWith(catalogue: Catalogue, event: MfaEvent | HistoryEntry, options: LineWithOptions = {}): string {
  checkObject(catalogue, 'catalogue');
  checkObject(event, 'event');
  checkObject(options, 'options');
  checkNames(options, NAMES);
  const phrases = phrasesOf(catalogue, options);
  const line = sentenceOf(catalogue, event, phrases);
  return options.time === false ? line : `${phrases.time(event.atMs)} · ${line}`;
}

/** The words for an event's type; one that is missing is named, for catalogues that no compiler has seen. */
export function wordingOf({ events }: Catalogue, { type }: MfaEvent): EventWording | undefined {
  return events[type] as EventWording | undefined;
}

export function sentenceOf(catalogue: Catalogue, event: MfaEvent | HistoryEntry, phrases: Phrases): string {
  const entry = `events[${JSON.stringify(event.type)}]`;
  const sentence = say(wordingOf(catalogue, event)?.line, entry, event as LineOf, phrases);
  const { count = 1 } = event as HistoryEntry;
  // Removed devices are counted, and not how often: their own words say so.
  if (count < 2 || event.type === 'device-removed') return sentence;
  return sentence.replace(/(?=[.。]$)/u, catalogue.repeated(count, phrases));
}
