import { type Catalogue, english, french, german, japanese, portuguese, spanish } from 'lockstep-mfa/messages';

export const CATALOGUES: Readonly<Record<string, Catalogue>> = {
  en: english,
  de: german,
  fr: french,
  es: spanish,
  pt: portuguese,
  ja: japanese,
};

export const LANGUAGES: readonly string[] = Object.keys(CATALOGUES);

/** Words that stand in English texts alone, or nearly so. Names, `QR`, `UTC` and `Cookie` stand in all. */
const ENGLISH =
  /(?<!\p{L})(the|and|your?|yours|our|this|that|these|with|was|were|is|are|not|of|by|for|from|until|again|wait|try|typed?|wrong|device|browser was|account|code was|times?|seconds|days|right|somebody|if|at once)(?!\p{L})/giu;

/** German asks "was", too. */
const ALSO: Readonly<Record<string, readonly string[]>> = { de: ['was'] };

export function englishWordsIn(text: string, language: string): string[] {
  const also = ALSO[language] ?? [];
  return [...text.matchAll(ENGLISH)].map(([word]) => word.toLowerCase()).filter((word) => !also.includes(word));
}

/** What a text never holds, whatever the language. */
export const BROKEN: RegExp = /undefined|null|NaN|\[object|Infinity|function|=>|#|\$\{| {2}|^\s|\s$|^$/u;

/** A sentence or several, which end as the language ends them. */
export const SENTENCES: Readonly<Record<string, RegExp>> = {
  en: /^[A-Z“0-9].*\.$/u,
  de: /^[A-ZÄÖÜ„0-9].*\.$/u,
  fr: /^[A-ZÀ-Ý0-9].*\.$/u,
  es: /^[A-ZÀ-Ý0-9].*\.$/u,
  pt: /^[A-ZÀ-Ý0-9].*\.$/u,
  ja: /^[\p{sc=Hira}\p{sc=Kana}\p{sc=Han}0-9].*。$/u,
};

/** Without the isolates that stand round names. */
export function plain(text: string): string {
  return text.replace(/[\u2068\u2069]/gu, '');
}
