export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(header), line(header.map((_, i) => (i === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n');
}

export function duration(ns: number): string {
  if (ns < 1_000_000) return `${significant(ns / 1_000)} µs`;
  return `${significant(ns / 1_000_000)} ms`;
}

export const times = (ratio: number): string => `${significant(ratio)}×`;

/** Two digits that count: more would be noise. */
function significant(value: number): string {
  return value >= 10 ? Math.round(value).toLocaleString('en') : value.toFixed(value >= 1 ? 1 : 2);
}
