export { type Audience, audienceOf } from './audience.js';
export type {
  Advice,
  Catalogue,
  EventWording,
  LineOf,
  Phrases,
  PluralForms,
  Wording,
} from './catalogue.js';
export { german } from './de.js';
export { english } from './en.js';
export { spanish } from './es.js';
export { french } from './fr.js';
export { japanese } from './ja.js';
export { type LineOptions, type LineWithOptions, lineFor, lineWith } from './line.js';
export { type Locale, preferredLocales } from './locale.js';
export { type MessageOptions, type MessageWithOptions, messageFor, messageWith } from './message.js';
export { type Notice, type NoticeOptions, type NoticeWithOptions, noticeFor, noticeWith } from './notice.js';
export { portuguese } from './pt.js';
