import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';

const project = inject('consumers');

function run(file: string, args: readonly string[], folder: string): string {
  // As from a shell: what starts these tests is a test runner itself.
  const { VITEST: _, VITEST_POOL_ID: __, VITEST_WORKER_ID: ___, NODE_ENV: ____, ...env } = process.env;
  return execFileSync(process.execPath, [join(project, 'node_modules', file), ...args], {
    cwd: join(project, folder),
    encoding: 'utf8',
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** The number of tests that a runner's report counts, where none has failed. */
function passed(report: string): number {
  const { success, numPassedTests, numFailedTests } = JSON.parse(report.slice(report.indexOf('{')));
  expect({ success, numFailedTests }).toEqual({ success: true, numFailedTests: 0 });
  return numPassedTests;
}

describe('test runners', () => {
  it('Jest, CommonJS', () => {
    expect(passed(run('jest/bin/jest.js', ['--json'], 'jest'))).toBe(4);
  });

  it('Jest with jsdom', () => {
    expect(passed(run('jest/bin/jest.js', ['--json'], 'jsdom'))).toBe(4);
  });

  it('Vitest', () => {
    const report = run('vitest/vitest.mjs', ['run', '--reporter=json'], 'vitest');
    expect(passed(report)).toBeGreaterThan(10);
  });
});

const PRINTED = {
  totp: '94287082',
  hotp: '287082',
  pending: 'pending',
  service: [true, true, true],
  error: true,
  svg: true,
  png: [0x50, 0x4e, 0x47],
  logged: '[redacted]',
};

const BUNDLERS = ['esbuild', 'rollup', 'vite', 'webpack'];

interface Built {
  readonly warnings: readonly string[];
  readonly files: readonly string[];
}

/** Bundles a file of the project with one of the tools; `resolution` may turn off what old resolvers do not know. */
function bundle(bundler: string, entry: string, resolution = 'exports'): Built {
  const report = run('../bundlers/build.mjs', [bundler, entry, resolution], 'bundlers');
  return JSON.parse(report.slice(report.lastIndexOf('\n{') + 1));
}

describe('bundlers', () => {
  it.each(BUNDLERS)('%s makes a program that does the same, without a warning', (bundler) => {
    const { warnings, files } = bundle(bundler, 'entry.mjs');
    expect(warnings).toEqual([]);
    expect(JSON.parse(run(join('..', files[0]!), [], '.'))).toEqual(PRINTED);
  });

  it.each(BUNDLERS)('%s leaves out of counterAt what it does not need', (bundler) => {
    const { warnings, files } = bundle(bundler, 'counter.mjs');
    expect(warnings).toEqual([]);
    const code = readFileSync(join(project, files[0]!), 'utf8');
    expect(code).toContain('counterAt');
    // SHA-1 has this constant, and SHA-256 and SHA-512 compute theirs so.
    expect(code).not.toMatch(/1518500249|0x5a827999|BigInt/);
    // A whole SHA-1 kernel has 11 kB.
    expect(code.length).toBeLessThan(3500);
  });
});

describe('a resolver that ignores `exports`', () => {
  it('finds the root by `main` and `module`', () => {
    expect(bundle('webpack', 'root-only.mjs', 'no-exports').warnings).toEqual([]);
  });

  it('finds no subpath by its name, and each by the path of its file', () => {
    expect(() => bundle('webpack', 'entry.mjs', 'no-exports')).toThrow(/Can't resolve 'lockstep-mfa\/core'/);
    expect(bundle('webpack', 'file-paths.mjs', 'no-exports').warnings).toEqual([]);
  });
});
