import { type Html, html } from '../html.js';

/** In UTC; the script turns it into the reader's own time. */
export function time(atMs: number): Html {
  const iso = new Date(atMs).toISOString();
  return html`<time datetime="${iso}" data-relative>${iso.slice(0, 16).replace('T', ' ')} UTC</time>`;
}

/** A time to come, and how long that is. */
export function until(atMs: number, nowMs: number): Html {
  const iso = new Date(atMs).toISOString();
  return html`<time datetime="${iso}" data-relative="seconds">${iso.slice(0, 19).replace('T', ' ')} UTC</time> (in ${duration(atMs - nowMs)})`;
}

export function duration(ms: number): string {
  const seconds = Math.max(1, Math.ceil(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}
