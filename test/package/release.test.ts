import { describe, expect, it } from 'vitest';
import { problemsOf, type Release } from '../release/problems.js';

const GOOD: Release = {
  manifest: {
    name: 'lockstep-mfa',
    version: '1.2.0',
    repository: { type: 'git', url: 'git+https://example.com/a.git' },
  },
  lockVersion: '1.2.0',
  changelog: '# Changelog\n\n## 1.2.0 (2026-12-01)\n\n## 1.1.0 (2026-11-01)\n',
  upgrading: '# Upgrading\n\n## Stored records\n',
  tags: ['v1.2.0'],
  uncommitted: [],
  changedRecords: [],
  packed: {
    files: [
      'package.json',
      'README.md',
      'LICENSE',
      'CHANGELOG.md',
      'docs/third-party-licenses.txt',
      'dist/index.js',
      'dist/index.d.cts',
      'docs/rules.md',
      'test/vectors/codes.json',
    ],
    bytes: 1_500_000,
  },
  builds: ['a', 'a'],
};

const { repository: _, ...WITHOUT_REPOSITORY } = GOOD.manifest;
const BAD: readonly (readonly [sentence: string, change: Partial<Release>])[] = [
  ['no `repository`, and the registry refuses provenance', { manifest: WITHOUT_REPOSITORY }],
  ['says `private`', { manifest: { ...GOOD.manifest, private: true } }],
  ['no semantic version', { manifest: { ...GOOD.manifest, version: '1.2' } }],
  ['package-lock.json has the version 1.1.0', { lockVersion: '1.1.0' }],
  ['no heading "## 1.2.0', { changelog: '## 1.2.0\n' }],
  ['unreleased', { changelog: `${GOOD.changelog}\n## 1.3.0 (unreleased)\n` }],
  ['no tag v1.2.0', { tags: ['v1.1.0'] }],
  ['Not committed: a.ts', { uncommitted: ['a.ts'] }],
  ['does not say what is promised', { upgrading: '# Upgrading\n' }],
  ['stored ones cannot be: test/data/records/locked.json', { changedRecords: ['test/data/records/locked.json'] }],
  ['more than 2000000', { packed: { ...GOOD.packed, bytes: 2_000_001 } }],
  ['has no dist/index.js', { packed: { ...GOOD.packed, files: GOOD.packed.files.filter((f) => !f.endsWith('.js')) } }],
  ['holds .env', { packed: { ...GOOD.packed, files: [...GOOD.packed.files, '.env'] } }],
  ['different bytes', { builds: ['a', 'b'] }],
];

describe('the check of a release', () => {
  it('lets a good one pass', () => {
    expect(problemsOf(GOOD)).toEqual([]);
  });

  it.each(BAD)('says: %s', (sentence, change) => {
    expect(problemsOf({ ...GOOD, ...change }).join('\n')).toContain(sentence);
  });
});
