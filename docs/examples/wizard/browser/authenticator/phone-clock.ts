/** How a phone's clock can be set: seconds ahead (+) or behind (−). */
export const PRESETS: readonly { readonly seconds: number; readonly label: string }[] = [
  { seconds: 0, label: 'Right' },
  { seconds: -45, label: '45 s behind' },
  { seconds: 120, label: '2 min ahead' },
  { seconds: -1200, label: '20 min behind' },
  { seconds: 259_200, label: '3 days ahead' },
];

/** A year: more is a slip of the finger. */
export const MOST_SECONDS = 31_536_000;

const UNITS = [
  [86_400, 'day', 'days'],
  [3600, 'h', 'h'],
  [60, 'min', 'min'],
  [1, 's', 's'],
] as const;

/** In words, such as `1 min 30 s behind`. */
export function describeError(seconds: number): string {
  if (seconds === 0) return 'right';
  let rest = Math.abs(seconds);
  const parts: string[] = [];
  for (const [size, one, many] of UNITS) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count} ${count === 1 ? one : many}`);
  }
  return `${parts.join(' ')} ${seconds < 0 ? 'behind' : 'ahead'}`;
}

/** What somebody typed, or undefined where it is no number of seconds. */
export function parseSeconds(typed: string): number | undefined {
  const text = typed.trim().replace(/^[−–]/, '-');
  const seconds = Number(text);
  return /^[+-]?\d+$/.test(text) && Math.abs(seconds) <= MOST_SECONDS ? seconds : undefined;
}

/** What the display of the phone shows. */
export function displayOf(atMs: number, timeZone?: string): { readonly time: string; readonly date: string } {
  const zone = timeZone === undefined ? {} : { timeZone };
  return {
    time: new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium', ...zone }).format(atMs),
    date: new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric', month: 'short', ...zone }).format(atMs),
  };
}
