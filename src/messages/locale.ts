/** BCP 47 tags in order of preference, or one of them. */
export type Locale = string | readonly string[];

/** A longer list is nobody's own. */
const MOST_TAGS = 20;
const LONGEST_HEADER = 1000;
/** Language, script, region and variants. Extensions are left out: they would change the calendar and the digits. */
const TAG = /^[a-z]{2,3}(?:[-_][a-z0-9]{2,8}){0,4}/i;

/** The tags that can be read, in their order, without extensions. Whatever else stands there asks for nothing. */
export function tagsOf(locale: Locale | undefined): readonly string[] {
  const tags: readonly unknown[] = Array.isArray(locale) ? locale : [locale];
  return tags.flatMap((tag) => (typeof tag === 'string' ? (TAG.exec(tag)?.[0].replaceAll('_', '-') ?? []) : []));
}

export function languageOf(tag: string): string {
  return tag.split('-')[0]!.toLowerCase();
}

/** The reader's own region of a catalogue's language, or the language: `de-AT` for `de`, and `en` where `ja` is asked. */
export function tagFor(language: string, locale: Locale | undefined): string {
  const own = tagsOf(locale).find((tag) => languageOf(tag) === languageOf(language) && isWellFormed(tag));
  return own ?? language;
}

function isWellFormed(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}

/**
 * Reads an `Accept-Language` header into tags in order of preference, for the option `locale`. What cannot be read asks
 * for nothing: a header that is absent or odd gives an empty list, which means English.
 *
 * @param header - as it came; tags with the quality 0 and `*` are left out
 *
 * @example
 * import { preferredLocales } from 'lockstep-mfa/messages';
 *
 * console.log(preferredLocales('en;q=0.5, de-AT, de;q=0.9, *;q=0.1')); // [ 'de-AT', 'de', 'en' ]
 *
 * @see RFC 9110 §12.5.4
 */
export function preferredLocales(header: string | null | undefined): string[] {
  const ranges = (header ?? '').slice(0, LONGEST_HEADER).split(',', MOST_TAGS);
  const asked = ranges.map((range) => {
    const [tag = '', ...parameters] = range.split(';').map((part) => part.trim());
    const quality = parameters.find((parameter) => /^q=/i.test(parameter))?.slice(2) ?? '1';
    return { tag, quality: Number(quality) };
  });
  const wanted = asked.filter(({ tag, quality }) => quality > 0 && tagsOf(tag).length > 0);
  return wanted.sort((a, b) => b.quality - a.quality).map(({ tag }) => tag);
}
