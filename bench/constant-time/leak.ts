/** Beyond this the times differ: Welch's t, as in "Dude, is my code constant time?" (2017). */
export const THRESHOLD = 4.5;
export const CONTROL = 'a scan that stops at its match';

export interface Leak {
  readonly scan: string;
  readonly positions: string;
  readonly t: number;
}

/** What is wrong with the result: a scan of ours leaks, or the control does not, so that nothing would have been seen. */
export function judge(leaks: readonly Leak[]): Leak[] {
  return leaks.filter(({ scan, t }) => Math.abs(t) > THRESHOLD !== (scan === CONTROL));
}
