const UNITS = [
  ['h', 3_600_000],
  ['min', 60_000],
] as const;

/** `25 min`, `40 s`: the distance between two times, in the largest unit that keeps it exact enough to act upon. */
export function duration(milliseconds: number): string {
  const distance = Math.abs(milliseconds);
  for (const [unit, unitMs] of UNITS) {
    if (distance >= 2 * unitMs) return `${Math.round(distance / unitMs)} ${unit}`;
  }
  return seconds(distance);
}

/** Never 0 before the time has come. */
export function seconds(milliseconds: number): string {
  return `${Math.ceil(milliseconds / 1000)} s`;
}
