import type { Catalogue } from './catalogue.js';
import { german } from './de.js';
import { english } from './en.js';
import { spanish } from './es.js';
import { french } from './fr.js';
import { japanese } from './ja.js';
import { type Locale, languageOf, tagsOf } from './locale.js';
import { portuguese } from './pt.js';

const LANGUAGES: Readonly<Record<string, Catalogue>> = {
  en: english,
  de: german,
  fr: french,
  es: spanish,
  pt: portuguese,
  ja: japanese,
};

/** The catalogue of the first tag whose language there is. English otherwise. */
export function catalogueFor(locale: Locale | undefined): Catalogue {
  const languages = tagsOf(locale).map(languageOf);
  const language = languages.find((each) => Object.hasOwn(LANGUAGES, each));
  return language === undefined ? english : LANGUAGES[language]!;
}
