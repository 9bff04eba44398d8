/** A Markdown table. The first `words` columns stand to the left, the others are numbers and stand to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[], words = 0): string {
  const line = (texts: readonly string[]): string => `| ${texts.join(' | ')} |`;
  return [head, head.map((_, i) => (i < words ? '---' : '---:')), ...rows].map(line).join('\n');
}

/** A page with more than one generated part names them. */
const begin = (name?: string): string => `<!-- generated:begin${name === undefined ? '' : ` ${name}`} -->`;
const END = '<!-- generated:end -->';

/** The generated part of a page, without its markers. */
export function insideMarkers(page: string, name?: string): string {
  const [, rest] = page.split(`${begin(name)}\n`);
  const [inside, after] = rest?.split(`\n${END}`) ?? [];
  if (inside === undefined || after === undefined) {
    throw new Error(`the page has no markers of a generated part${name === undefined ? '' : ` ${name}`}`);
  }
  return inside;
}

export function withTables(page: string, tables: string, name?: string): string {
  const standing = `${begin(name)}\n${insideMarkers(page, name)}\n${END}`;
  return page.replace(standing, () => `${begin(name)}\n${tables}\n${END}`);
}
