/** One character, percent-encoded: as many bytes as its first one says, where so many follow. */
const ESCAPED = /%(?:[cd].%..|e.(?:%..){2}|f.(?:%..){3}|..)?/gi;

/**
 * Decodes percent-encoded UTF-8 (RFC 3986 §2.1).
 *
 * @param fail - is called with the index of the first escape that is none
 */
export function percentDecode(raw: string, fail: (index: number) => never): string {
  return raw.replace(ESCAPED, (escaped, index: number) => {
    try {
      return decodeURIComponent(escaped);
    } catch {
      return fail(index);
    }
  });
}
