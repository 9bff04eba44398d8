import type { EventType, HistoryEntry } from '../user/events.js';
import type { Reason, Refusal } from '../user/reasons.js';

/**
 * All words of one language. It has an entry for each reason and each event, so that a missing one does not compile.
 * Change a part of a shipped one by spreading it.
 */
export interface Catalogue {
  /** Its language as a BCP 47 tag, such as `en`: by it `Intl` writes times, lists, numbers and plurals. */
  readonly language: string;
  /** Stand round every name that a person chose. */
  readonly quotes: readonly [open: string, close: string];
  /** Told to the person whose request was refused: what happened, and what to do now. */
  readonly reasons: { readonly [R in Reason]: Wording<Refusal<R>> };
  readonly events: { readonly [T in EventType]: EventWording<T> };
  /** Ends a line that stands for several events of one kind, before its full stop. */
  readonly repeated: (count: number, phrases: Phrases) => string;
  /** Says in a mail when it happened. */
  readonly happenedAt: (time: string) => string;
  readonly advice: Readonly<Record<Advice, string>>;
  /** Says in a mail whom to write to or to call. */
  readonly contact: (contact: string) => string;
}

/** A text, or a function that makes it of the details. */
export type Wording<D> = string | ((details: D, phrases: Phrases) => string);

export interface EventWording<T extends EventType = EventType> {
  /** The subject of a mail to the owner. It holds no name that a person chose. */
  readonly subject: string;
  /** One sentence in the past, for a page of activity and for the mail. */
  readonly line: Wording<LineOf<T>>;
}

/** An event, or the line of a history that stands for one or several of its type. */
export type LineOf<T extends EventType = EventType> = Extract<HistoryEntry, { readonly type: T }>;

/**
 * Says at the end of a mail what to do. `ifNotYou`: the owner changed something. `ifGuessed`: somebody typed a wrong code
 * after the password. `ifNotAsked`: an administrator or the help desk did it. `ourFault`: the server is at fault.
 */
export type Advice = 'ifNotYou' | 'ifGuessed' | 'ifNotAsked' | 'ourFault';

/** One form for each category of the language's plural, in which `#` stands for the number. `other` is the rest. */
export type PluralForms = { readonly other: string } & { readonly [C in Intl.LDMLPluralRule]?: string };

/** Parts of a sentence, made by `Intl` for the catalogue's language, or for the reader's region of it. */
export interface Phrases {
  /** How many codes of an app the form asked for. */
  readonly codes: 1 | 2;
  /** Puts quotes and bidi isolates round a name that a person chose, so that it cannot turn the text round it about. */
  name(chosen: string): string;
  /** Says how long to wait from now, such as `in 30 seconds`: rounded up, never 0; from two hours on with the time. */
  wait(untilMs: number): string;
  /** Says how long that is, such as `25 minutes`: rounded up, never 0, whatever the sign. */
  span(ms: number): string;
  /** Names the time with its time zone. */
  time(atMs: number): string;
  /** Names the end of something: as `time`, rounded up to a whole minute. */
  end(atMs: number): string;
  /** Joins as in `a, b and c`. */
  list(items: readonly string[]): string;
  /** Takes the form for the number, and puts the number into it. */
  plural(count: number, forms: PluralForms): string;
  /** Whether the next code counts already: the time is absent, or at most one period away. */
  isNextCode(usableAtMs: number | undefined): boolean;
}
