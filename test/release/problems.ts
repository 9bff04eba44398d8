/** What a release is judged by. Each field is read from the working tree by `test/release/main.ts`. */
export interface Release {
  readonly manifest: {
    readonly name: string;
    readonly version: string;
    readonly repository?: unknown;
    readonly private?: boolean;
  };
  readonly lockVersion: string;
  readonly changelog: string;
  readonly upgrading: string;
  /** The tags of the commit. */
  readonly tags: readonly string[];
  /** Files that are not committed. */
  readonly uncommitted: readonly string[];
  /** Golden records of an earlier version that were changed or removed since its tag. */
  readonly changedRecords: readonly string[];
  readonly packed: { readonly files: readonly string[]; readonly bytes: number };
  /** Hashes of two builds, one after the other. */
  readonly builds: readonly [string, string];
}

const MOST_BYTES = 2_000_000;
const NEEDED = [
  'README.md',
  'LICENSE',
  'CHANGELOG.md',
  'docs/third-party-licenses.txt',
  'dist/index.js',
  'dist/index.d.cts',
];
const PACKED = /^(dist|src|docs|bench|test\/vectors)\/|^(package\.json|[A-Z-]+\.(md|txt)|LICENSE)$/;

/** Why this may not be published, each as one sentence; nothing where it may. */
export function problemsOf(release: Release): string[] {
  const { manifest, changelog, packed } = release;
  const { version } = manifest;
  const problems: (string | false)[] = [
    manifest.repository === undefined &&
      'package.json has no `repository`, and the registry refuses provenance without it: docs/CONTRIBUTING.md says where it goes.',
    manifest.private === true && 'package.json says `private`.',
    !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version) && `The version ${version} is no semantic version.`,
    release.lockVersion !== version && `package-lock.json has the version ${release.lockVersion}: run npm install.`,
    !new RegExp(`^## ${version.replaceAll('.', '\\.')} \\(\\d{4}-\\d\\d-\\d\\d\\)$`, 'm').test(changelog) &&
      `CHANGELOG.md has no heading "## ${version} (yyyy-mm-dd)".`,
    /\(unreleased\)/.test(changelog) && 'CHANGELOG.md still has a section that is unreleased.',
    !release.tags.includes(`v${version}`) && `The commit has no tag v${version}.`,
    release.uncommitted.length > 0 && `Not committed: ${release.uncommitted.join(', ')}.`,
    !/^## Stored records$/m.test(release.upgrading) &&
      'docs/upgrading.md does not say what is promised of stored records.',
    release.changedRecords.length > 0 &&
      `Records that an earlier version wrote were changed, and stored ones cannot be: ${release.changedRecords.join(', ')}.`,
    packed.bytes > MOST_BYTES && `The package has ${packed.bytes} bytes, more than ${MOST_BYTES}.`,
    ...NEEDED.map((file) => !packed.files.includes(file) && `The package has no ${file}.`),
    ...packed.files.map((file) => !PACKED.test(file) && `The package holds ${file}, which nobody needs.`),
    release.builds[0] !== release.builds[1] && 'Two builds, one after the other, have different bytes.',
  ];
  return problems.filter((problem) => problem !== false);
}
