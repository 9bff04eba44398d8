// `npm run release:check`: whether this commit may be published. It builds twice, and changes nothing else.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { filesBelow, ROOT } from '../support/tree.js';
import { problemsOf } from './problems.js';

const run = (file: string, ...args: string[]): string =>
  execFileSync(file, args, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
const lines = (text: string): string[] => text.split('\n').filter(Boolean);
const read = (path: string): string => readFileSync(ROOT + path, 'utf8');

function build(): string {
  run('npm', 'run', '--silent', 'build');
  const hash = createHash('sha256');
  for (const file of filesBelow(`${ROOT}dist`)) hash.update(`${file}\n`).update(readFileSync(`${ROOT}dist/${file}`));
  return hash.digest('hex');
}

const manifest = JSON.parse(read('package.json'));
const earlier = lines(run('git', 'tag', '--list', 'v*', '--sort=-version:refname')).filter(
  (tag) => tag !== `v${manifest.version}`,
);
const builds = [build(), build()] as const;
const [packed] = JSON.parse(run('npm', 'pack', '--dry-run', '--json', '--ignore-scripts'));
const files: string[] = packed.files.map(({ path }: { readonly path: string }) => path);

const problems = problemsOf({
  manifest,
  lockVersion: JSON.parse(read('package-lock.json')).version,
  changelog: read('CHANGELOG.md'),
  upgrading: read('docs/upgrading.md'),
  tags: lines(run('git', 'tag', '--points-at', 'HEAD')),
  uncommitted: lines(run('git', 'status', '--porcelain')).map((line) => line.slice(3)),
  changedRecords: earlier
    .slice(0, 1)
    .flatMap((tag) => lines(run('git', 'diff', '--name-only', '--diff-filter=MDR', tag, '--', 'test/data/records'))),
  packed: { files, bytes: packed.unpackedSize },
  builds,
});

// The promise itself: what earlier versions stored is read, and what they gave out goes on working.
const vitest = `${ROOT}node_modules/vitest/vitest.mjs`;
const promise = ['test/user/golden-records.test.ts', 'test/user/later-versions.test.ts'];
try {
  run(process.execPath, vitest, 'run', '--reporter=dot', ...promise);
} catch {
  problems.push('The tests of stored records fail.');
}

for (const file of files) console.log(file);
console.log(
  `\n${manifest.name} ${manifest.version}: ${files.length} files, ${packed.unpackedSize} bytes, ${packed.size} packed`,
);
console.log(`build ${builds[0].slice(0, 16)}`);
for (const problem of problems) console.error(`✗ ${problem}`);
if (problems.length > 0) process.exitCode = 1;
else console.log('✓ may be published');
