// Adds up what .ci/run left in a folder: `steps` with the name and exit status of each, and the reports of vitest.
import { existsSync, readFileSync } from 'node:fs';

const folder = process.argv[2];
const sum = { passed: 0, failed: 0, skipped: 0 };

const steps = existsSync(`${folder}/steps`) ? readFileSync(`${folder}/steps`, 'utf8').trim().split('\n') : [];
for (const step of steps) {
  const [name, status] = step.split(' ');
  const counts = countsOf(name);
  // A step may fail beside its tests: it did not get as far, or not all of the code was covered.
  if (status !== '0' && counts.failed === 0) {
    console.log(`${name} ended with ${status}`);
    counts.failed = 1;
  }
  for (const kind of Object.keys(sum)) sum[kind] += counts[kind];
}

console.log(`\n${sum.passed} passed, ${sum.failed} failed${sum.skipped > 0 ? `, ${sum.skipped} skipped` : ''}`);
process.exitCode = sum.failed > 0 || sum.passed === 0 ? 1 : 0;

function countsOf(name) {
  const file = `${folder}/${name}.json`;
  if (!existsSync(file)) return { passed: 0, failed: 0, skipped: 0 };
  const report = JSON.parse(readFileSync(file, 'utf8'));
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}
