/** Writes `did you mean "window"?` for a name that is almost a known one; otherwise lists the known names. */
export function suggestion(name: string, known: readonly string[]): string {
  const typed = name.toLowerCase();
  const begins = (other: string): boolean => {
    const right = other.toLowerCase();
    return typed.length > 2 && (right.startsWith(typed) || typed.startsWith(right));
  };
  // A typo of one name may begin with another, which is a shorter one.
  const found = misspelt(name, known) ?? known.find(begins);
  return found === undefined ? `the names are ${known.join(', ')}` : `did you mean "${found}"?`;
}

/** The known name that a name is two letters from, at most. */
export function misspelt<T extends string>(name: string, known: readonly T[]): T | undefined {
  const typed = name.toLowerCase();
  return known.find((other) => editDistance(typed, other.toLowerCase()) <= 2);
}

/** Levenshtein: letters to insert, delete or replace. */
function editDistance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2) return 3;
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (above[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(replaced, (above[j] as number) + 1, (row[j - 1] as number) + 1));
    }
    above = row;
  }
  return above[b.length] as number;
}
