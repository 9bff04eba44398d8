/** The cookies of one browser, kept by the rules of RFC 6265 and of the prefix `__Host-` that matter here. */
export class CookieJar {
  readonly #cookies = new Map<string, string>();
  /** Each header `Set-Cookie` that came, as it came. */
  readonly received: string[] = [];

  /** @throws Error where a browser would drop the cookie */
  receive(headers: Headers): void {
    for (const header of headers.getSetCookie()) {
      this.received.push(header);
      const [pair = '', ...attributes] = header.split(/; */);
      const [name, value] = [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)];
      if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name)) throw new Error(`no cookie can be called ${name}`);
      const set = attributes.map((attribute) => attribute.toLowerCase());
      const isHost = set.includes('secure') && set.includes('path=/') && !set.some((each) => /^domain/.test(each));
      if (name.startsWith('__Host-') && !isHost) throw new Error(`a browser drops this: ${header}`);
      this.#cookies.set(name, value);
    }
  }

  /** The header `Cookie`. */
  header(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  get names(): readonly string[] {
    return [...this.#cookies.keys()];
  }

  /** As a restored profile, or the thief of a backup, has them. */
  copy(): CookieJar {
    const other = new CookieJar();
    for (const [name, value] of this.#cookies) other.#cookies.set(name, value);
    return other;
  }
}
