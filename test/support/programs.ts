import { spawnSync } from 'node:child_process';
import { describe } from 'vitest';

/**
 * A suite that needs programs which npm does not install. Where one is missing, it is skipped and says so; under
 * LOCKSTEP_REQUIRE_PROGRAMS, as in `.ci/run`, it fails.
 */
export function describeWith(programs: readonly string[], title: string, suite: () => void): void {
  const missing = programs.filter((program) => spawnSync(program, ['--version']).status !== 0).join(' and ');
  const skipped = missing !== '' && !process.env['LOCKSTEP_REQUIRE_PROGRAMS'];
  if (skipped) console.warn(`SKIPPED, for want of ${missing}: ${title}`);
  describe.skipIf(skipped)(missing === '' ? title : `${title} (${missing} is missing)`, suite);
}
