/**
 * The server's time, whatever the clock of this computer says: the server wrote it on the page when it answered. What a
 * phone shows follows the server's clock, and not that of the browser.
 */
export function serverClock(): () => number {
  const writtenMs = Number(document.body.dataset['now']);
  const [page] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
  const answeredMs = performance.timeOrigin + (page?.responseStart ?? 0);
  return () => Math.round(writtenMs + (Date.now() - answeredMs));
}
