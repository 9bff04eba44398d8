import { checkNames, checkObject, checkText } from '../core/check.js';
import type { EventType, MfaEvent } from '../user/events.js';
import type { Advice, Catalogue } from './catalogue.js';
import { catalogueFor } from './languages.js';
import { sentenceOf, wordingOf } from './line.js';
import type { Locale } from './locale.js';
import { phrasesOf } from './words.js';

/** A mail to the owner, as plain text. */
export interface Notice {
  /** One line. It holds no name that a person chose. */
  readonly subject: string;
  /** Paragraphs with an empty line between them: what happened, when, what to do if it was not the owner. */
  readonly text: string;
}

/** The options of {@link noticeWith}. */
export interface NoticeWithOptions {
  /** BCP 47 tags in order of preference, or one. Of the catalogue's language it sets the region: `de-AT` for times. */
  readonly locale?: Locale | undefined;
  /** Of the IANA database, such as `Europe/Berlin`. Default `UTC`. The text names it. */
  readonly timeZone?: string | undefined;
  /** How the owner reaches you: a mail address, a telephone number or a page. Without it the text names none. */
  readonly contact?: string | undefined;
}

/** The options of {@link noticeFor}. */
export interface NoticeOptions extends NoticeWithOptions {
  /** Default: the shipped one of the first tag in `locale` that there is one for, else English. */
  readonly catalogue?: Catalogue | undefined;
}

const NAMES = ['locale', 'timeZone', 'contact'];

/** What may be wrong if the owner did not expect it. An administrator's doing is `ifNotAsked`, whatever stands here. */
const ADVICE: { readonly [T in EventType]: Advice } = {
  'device-created': 'ifNotYou',
  'device-assigned': 'ifNotYou',
  'device-imported': 'ifNotYou',
  'device-renamed': 'ifNotYou',
  'device-resynchronized': 'ifNotYou',
  'device-suspended': 'ifNotYou',
  'device-reinstated': 'ifNotYou',
  'device-removed': 'ifNotYou',
  'signed-in': 'ifNotYou',
  'sign-in-failed': 'ifGuessed',
  'code-reused': 'ifGuessed',
  locked: 'ifGuessed',
  'guessing-suspected': 'ifGuessed',
  unlocked: 'ifNotYou',
  'recovery-code-used': 'ifNotYou',
  'recovery-code-failed': 'ifGuessed',
  'recovery-codes-created': 'ifNotYou',
  'recovery-codes-confirmed': 'ifNotYou',
  recovered: 'ifNotYou',
  'proofs-revoked': 'ifNotYou',
  'browser-remembered': 'ifNotYou',
  'browser-trusted': 'ifNotYou',
  'trusted-browser-used': 'ifNotYou',
  'browser-forgotten': 'ifNotYou',
  'reset-begun': 'ifNotAsked',
  'reset-code-used': 'ifNotYou',
  'reset-code-failed': 'ifGuessed',
  'reset-expired': 'ifGuessed',
  'secret-unreadable': 'ourFault',
  'user-deleted': 'ifNotAsked',
};

/**
 * Writes the mail about an event to the owner of the account: what happened, when, and what to do if it was not they.
 * Which events are worth a mail says `audienceOf`. The text holds no secret, no code and no link.
 *
 * @param event - of `onEvent`
 * @param options - `contact` is how the owner reaches you, which NIST asks for
 * @throws MfaError `invalid-argument`: an option is unknown or wrong, or an own catalogue has no words for the event
 *
 * @example
 * import { noticeFor } from 'lockstep-mfa/messages';
 *
 * const event = { type: 'recovered', verified: ['email', 'phone'], userId: 'user-1', atMs: Date.UTC(2026, 0, 2), seq: 7 } as const;
 * const { subject, text } = noticeFor(event, { locale: 'en', contact: 'security@acme.example' });
 * console.log(subject); // Your account was recovered
 * console.log(text.includes('security@acme.example')); // true
 *
 * @see NIST SP 800-63B-4 §4.6: a notification says what to do if the event was not the subscriber's own
 */
export function noticeFor(event: MfaEvent, options: NoticeOptions = {}): Notice {
  checkObject(options, 'options');
  const { catalogue = catalogueFor(options.locale), ...rest } = options;
  return noticeWith(catalogue, event, rest);
}

/**
 * Writes the same as `noticeFor` in the words of one catalogue, so that a bundle holds no other.
 *
 * @param catalogue - a shipped one, such as `english`, or your own
 * @param event - of `onEvent`
 * @param options - `contact` is how the owner reaches you
 * @throws MfaError `invalid-argument`: an option is unknown or wrong, or the catalogue has no words for the event
 *
 * @example
 * import { french, noticeWith } from 'lockstep-mfa/messages';
 *
 * const event = { type: 'guessing-suspected', strikes: 25, userId: 'user-1', atMs: Date.UTC(2026, 0, 2), seq: 7 } as const;
 * console.log(noticeWith(french, event).subject.length > 0); // true
 */
export function noticeWith(catalogue: Catalogue, event: MfaEvent, options: NoticeWithOptions = {}): Notice {
  checkObject(catalogue, 'catalogue');
  checkObject(event, 'event');
  checkObject(options, 'options');
  checkNames(options, NAMES);
  const { contact } = options;
  if (contact !== undefined) checkText(contact, 'contact');
  const phrases = phrasesOf(catalogue, options);
  const text = [
    sentenceOf(catalogue, event, phrases),
    catalogue.happenedAt(phrases.time(event.atMs)),
    catalogue.advice[adviceFor(event)],
    ...(contact === undefined ? [] : [catalogue.contact(contact)]),
  ];
  return { subject: wordingOf(catalogue, event)!.subject, text: text.join('\n\n') };
}

function adviceFor(event: MfaEvent): Advice {
  const byAdministrator = 'administrator' in event && event.administrator !== undefined;
  return byAdministrator ? 'ifNotAsked' : ADVICE[event.type];
}
