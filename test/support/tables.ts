/** A Markdown table. The first `words` columns stand to the left, the others are numbers and stand to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[], words = 0): string {
  const line = (texts: readonly string[]): string => `| ${texts.join(' | ')} |`;
  return [head, head.map((_, i) => (i < words ? '---' : '---:')), ...rows].map(line).join('\n');
}

const BEGIN = '<!-- generated:begin -->';
const END = '<!-- generated:end -->';

/** The generated part of a page, without its markers. */
export function insideMarkers(page: string): string {
  const [, rest] = page.split(`${BEGIN}\n`);
  const [inside, after] = rest?.split(`\n${END}`) ?? [];
  if (inside === undefined || after === undefined) throw new Error('the page has no markers of a generated part');
  return inside;
}

export function withTables(page: string, tables: string): string {
  return page.replace(`${BEGIN}\n${insideMarkers(page)}\n${END}`, () => `${BEGIN}\n${tables}\n${END}`);
}
