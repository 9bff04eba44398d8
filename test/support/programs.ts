import { spawnSync } from 'node:child_process';
import { describe } from 'vitest';

/**
 * A suite that needs programs which npm does not install. Where one is missing, it is skipped and says so; under
 * LOCKSTEP_REQUIRE_PROGRAMS, as in `.ci/run`, it fails.
 */
export function describeWith(programs: readonly string[], title: string, suite: () => void): void {
  const missing = programs.filter((program) => !isThere(program)).join(' and ');
  const skipped = missing !== '' && !process.env['LOCKSTEP_REQUIRE_PROGRAMS'];
  if (skipped) console.warn(`SKIPPED, for want of ${missing}: ${title}`);
  describe.skipIf(skipped)(missing === '' ? title : `${title} (${missing} is missing)`, suite);
}

/** Some programs do not know `--version`. */
function isThere(program: string): boolean {
  const [command, ...args] = PROBES[program] ?? [program, '--version'];
  return spawnSync(command, args).status === 0;
}

const PROBES: Readonly<Record<string, readonly [command: string, ...args: string[]]>> = {
  'google-authenticator': ['google-authenticator', '--help'],
  // Debian's own Python has Debian's packages, whatever other one stands before it on the path.
  pyotp: ['/usr/bin/python3', '-c', 'import pyotp'],
};
