import type { Entry } from './load.js';

/** What a run has to have seen before it proves anything: each act done, and a code refused in both ways. */
const DONE: readonly Entry['act'][] = ['remove', 'import', 'recovery', 'resync', 'sign-in'];
const REFUSED = ['code-mismatch', 'code-reused'];

/** Those that the log does not have yet. */
export function missingOutcomes(log: readonly Entry[]): string[] {
  const done = new Set(log.filter(({ answer }) => answer === 'ok').map(({ act }) => act));
  const answers = new Set(log.map(({ answer }) => answer));
  return [...DONE.filter((act) => !done.has(act)), ...REFUSED.filter((reason) => !answers.has(reason))];
}

/** Whether two writes of one user were reported under one number, as only the last of them can be stored. */
export function hasLostWrite(log: readonly Entry[]): boolean {
  const writes = log.flatMap(({ userId, events }) => events.map(({ seq }) => `${userId} ${seq}`));
  return new Set(writes).size < writes.length;
}
