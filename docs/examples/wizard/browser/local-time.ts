const DAY_MS = 86_400_000;

/**
 * An instant as the reader's clock shows it.
 *
 * @param options.seconds - with them, for what is a moment away and within a sentence
 * @param options.timeZone - default: the reader's
 */
export function localTime(
  atMs: number,
  nowMs: number,
  { seconds = false, timeZone }: { readonly seconds?: boolean; readonly timeZone?: string | undefined } = {},
): string {
  const zone = timeZone === undefined ? {} : { timeZone };
  const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', ...zone });
  const timeStyle = seconds ? 'medium' : 'short';
  const clock = new Intl.DateTimeFormat('en-GB', { timeStyle, ...zone }).format(atMs);
  const date = day.format(atMs);
  if (date === day.format(nowMs)) return seconds ? clock : `Today, ${clock}`;
  return date === day.format(nowMs - DAY_MS) ? `Yesterday, ${clock}` : `${date}, ${clock}`;
}
