const DAY_MS = 86_400_000;

/**
 * An instant as the reader's clock shows it.
 *
 * @param timeZone - default: the reader's
 */
export function localTime(atMs: number, nowMs: number, timeZone?: string): string {
  const zone = timeZone === undefined ? {} : { timeZone };
  const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', ...zone });
  const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', ...zone }).format(atMs);
  const date = day.format(atMs);
  if (date === day.format(nowMs)) return `Today, ${clock}`;
  return date === day.format(nowMs - DAY_MS) ? `Yesterday, ${clock}` : `${date}, ${clock}`;
}
