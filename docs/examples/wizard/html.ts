// HTML that escapes by construction: there is no way to put a text into a page as it is.

let fromTrustedText: (text: string) => Html;

/** Made by {@link html} alone. */
export class Html {
  readonly #text: string;

  private constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }

  static {
    fromTrustedText = (text) => new Html(text);
  }
}

/** Texts are escaped, HTML goes in as it is, lists one after the other; false and undefined leave nothing. */
export type Inserted = Html | string | number | false | undefined | readonly Inserted[];

/**
 * @example
 * html`<p title="${title}">${paragraph}</p>`; // attributes always in quotes
 */
export function html(strings: TemplateStringsArray, ...inserted: readonly Inserted[]): Html {
  return fromTrustedText(strings.reduce((text, string, index) => text + written(inserted[index - 1]) + string));
}

function written(value: Inserted): string {
  if (value === undefined || value === false) return '';
  if (value instanceof Html) return value.toString();
  if (typeof value === 'object') return value.map(written).join('');
  return String(value).replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`);
}
