import { checkWhole, invalid } from '../core/check.js';
import type { Catalogue, Phrases, Wording } from './catalogue.js';
import { type Locale, tagFor } from './locale.js';

const SECOND_MS = 1000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** From two of a unit on: 90 seconds are told as seconds, since 2 minutes would be too long. */
const UNITS = [
  ['day', DAY_MS],
  ['hour', HOUR_MS],
  ['minute', MINUTE_MS],
] as const;

/** First and last isolate of Unicode's bidirectional algorithm. */
const ISOLATE = '\u2068';
const END_OF_ISOLATE = '\u2069';
/** Marks that would end the isolate or turn what follows. */
const BIDI = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
/** A name with a line break could forge a line of a mail. */
const BREAKS = /[\p{Cc}\u2028\u2029]+/gu;

export interface Circumstances {
  readonly locale?: Locale | undefined;
  readonly nowMs?: number | undefined;
  readonly timeZone?: string | undefined;
  readonly periodSeconds?: number | undefined;
  readonly codes?: 1 | 2 | undefined;
}

/** The formats of `Intl` are made when a text needs them: most texts need none. */
export function phrasesOf(
  { language, quotes }: Catalogue,
  { locale, nowMs = 0, timeZone, periodSeconds = 30, codes = 1 }: Circumstances,
): Phrases {
  checkWhole(periodSeconds, 'periodSeconds', 1, 86_400);
  if (codes !== 1 && codes !== 2) throw invalid('codes must be 1 or 2');
  const tag = tagFor(language, locale);
  // A zone that there is not is an error, also where no time is told.
  let clock = timeZone === undefined ? undefined : dateFormat(tag, timeZone);
  const time = (atMs: number): string => {
    clock ??= dateFormat(tag, 'UTC');
    return clock.format(atMs);
  };
  const end = (atMs: number): string => time(Math.ceil(atMs / MINUTE_MS) * MINUTE_MS);
  return {
    codes,
    name: (chosen) => quotes[0] + ISOLATE + chosen.replace(BIDI, '').replace(BREAKS, ' ') + END_OF_ISOLATE + quotes[1],
    wait(untilMs) {
      const { count, unit } = measure(untilMs - nowMs);
      const wait = new Intl.RelativeTimeFormat(tag).format(count, unit);
      return unit === 'hour' || unit === 'day' ? `${wait} (${end(untilMs)})` : wait;
    },
    span(ms) {
      const { count, unit } = measure(Math.abs(ms));
      return new Intl.NumberFormat(tag, { style: 'unit', unit, unitDisplay: 'long' }).format(count);
    },
    time,
    end,
    list: (items) => new Intl.ListFormat(tag).format(items),
    plural(count, forms) {
      const form = forms[new Intl.PluralRules(tag).select(count)] ?? forms.other;
      return form.replace('#', new Intl.NumberFormat(tag).format(count));
    },
    isNextCode: (usableAtMs) => usableAtMs === undefined || usableAtMs - nowMs <= periodSeconds * SECOND_MS,
  };
}

/** The text of an entry. One that is missing is named, for catalogues that no compiler has seen. */
export function say<D>(wording: Wording<D> | undefined, entry: string, details: D, phrases: Phrases): string {
  if (wording === undefined) throw invalid(`catalogue has no ${entry}`);
  return typeof wording === 'string' ? wording : wording(details, phrases);
}

function measure(ms: number): { readonly count: number; readonly unit: 'second' | 'minute' | 'hour' | 'day' } {
  const [unit, unitMs] = UNITS.find(([, length]) => ms >= 2 * length) ?? (['second', SECOND_MS] as const);
  return { count: Math.max(1, Math.ceil(ms / unitMs)), unit };
}

function dateFormat(tag: string, timeZone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat(tag, {
      year: 'numeric',
      month: 'short',
      day: 'numeric',
      hour: 'numeric',
      minute: '2-digit',
      timeZone,
      timeZoneName: 'short',
    });
  } catch {
    throw invalid('timeZone must be a time zone of the IANA database, such as "Europe/Berlin"');
  }
}
