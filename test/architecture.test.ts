import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { findViolations, importedPackages, PACKAGES, type Rule, type Sources } from './support/architecture.js';
import { filesBelow, ROOT } from './support/tree.js';

const sources: Sources = new Map(
  filesBelow(`${ROOT}src`)
    .filter((file) => file.endsWith('.ts'))
    .map((file) => [file, readFileSync(`${ROOT}src/${file}`, 'utf8')]),
);

describe('the architecture', () => {
  it('has no violation in src', () => {
    expect(sources.size).toBeGreaterThan(10);
    expect(findViolations(sources)).toEqual([]);
  });

  it('has the subpaths of package.json: user and service are exported by the root alone', () => {
    const { exports } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8'));
    const indexes = [...sources.keys()].filter(
      (file) => /(^|\/)index\.ts$/.test(file) && !/^(user|service)\//.test(file),
    );
    const subpaths = indexes.map((file) => `./${file}`.replace(/\/index\.ts$/, ''));
    expect([...subpaths, './package.json'].sort()).toEqual(Object.keys(exports).sort());
  });

  it('imports the packages that may become part of the build, each in one exact version, and no other', () => {
    const { dependencies, devDependencies } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8'));
    expect([...importedPackages(sources)].sort()).toEqual(Object.keys(PACKAGES).sort());
    expect(Object.keys(PACKAGES).filter((name) => !/^\d+\.\d+\.\d+$/.test(devDependencies[name]))).toEqual([]);
    expect(dependencies).toBeUndefined();
    const readme = readFileSync(`${ROOT}README.md`, 'utf8');
    for (const name of Object.keys(PACKAGES)) expect(readme).toContain(`| \`${name}\` | ${devDependencies[name]} |`);
  });
});

/** Sources that violate the rule, each in one way. */
const BROKEN: Record<Rule, readonly Record<string, string>[]> = {
  'unknown layer': [{ 'helpers/a.ts': '' }, { 'helpers.ts': '' }],
  'imports upwards': [
    { 'core/a.ts': "import { b } from '../device/b.js';", 'device/b.ts': '' },
    { 'core/a.ts': "import type { B } from '../device/b.js';", 'device/b.ts': '' },
    { 'core/a.ts': "export * from '../device/b.js';", 'device/b.ts': '' },
    { 'core/a.ts': "export type A = import('../device/b.js').B;", 'device/b.ts': '' },
    { 'core/a.ts': "import '../index.js';", 'index.ts': '' },
    { 'device/a.ts': "import { b } from '../user/b.js';", 'user/b.ts': '' },
    { 'user/a.ts': "import { b } from '../service/b.js';", 'service/b.ts': '' },
    { 'service/a.ts': "export const load = () => import('../stores/b.js');", 'stores/b.ts': '' },
    { 'core/a.ts': "import { b } from '../qr/b.js';", 'qr/b.ts': '' },
    { 'index.ts': "export { b } from './user/b.js';", 'user/b.ts': '' },
    { 'qr/a.ts': "import { b } from '../testing/b.js';", 'testing/b.ts': '' },
    { 'service/a.ts': "import { b } from '../messages/b.js';", 'messages/b.ts': '' },
    { 'stores/a.ts': "import { b } from '../messages/b.js';", 'messages/b.ts': '' },
    { 'errors.ts': "import { b } from './core/b.js';", 'core/b.ts': '' },
  ],
  circle: [
    { 'core/a.ts': "import './b.js';", 'core/b.ts': "import './c.js';", 'core/c.ts': "import './a.js';" },
    { 'core/a.ts': "import type { B } from './b.js';", 'core/b.ts': "import type { A } from './a.js';" },
    { 'core/a.ts': "import './a.js';" },
  ],
  'missing file': [{ 'core/a.ts': "import { b } from './b.js';" }, { 'core/a.ts': "import { b } from './a';" }],
  'index only re-exports': [
    { 'core/index.ts': 'export const a = 1;' },
    { 'core/index.ts': 'const a = 1; export { a };' },
    { 'core/index.ts': "import { a } from './a.js'; export { a };", 'core/a.ts': '' },
    { 'core/index.ts': 'globalThis.lockstep = true;' },
  ],
  'imports an index': [
    { 'device/a.ts': "import { b } from '../core/index.js';", 'core/index.ts': '' },
    { 'device/a.ts': "import type { B } from '../core/index.js';", 'core/index.ts': '' },
    { 'device/a.ts': "export type A = import('../core/index.js').B;", 'core/index.ts': '' },
    { 'service/a.ts': "export const load = () => import('../core/index.js');", 'core/index.ts': '' },
    { 'core/a.ts': "import { b } from './index.js';", 'core/index.ts': '' },
    { 'testing/a.ts': "import { b } from '../service/index.js';", 'service/index.ts': '' },
    { 'service/index.ts': "export * from '../core/index.js';", 'core/index.ts': '' },
    { 'stores/sqlite/index.ts': "export * from '../memory/index.js';", 'stores/memory/index.ts': '' },
    { 'core/a.ts': "import '../index.js';", 'index.ts': '' },
  ],
  package: [
    { 'core/a.ts': "import qr from 'qr';" },
    { 'device/a.ts': "import { zlibSync } from 'fflate';" },
    { 'index.ts': "export { default } from 'qr/decode.js';" },
    { 'service/a.ts': "import express from 'express';" },
    { 'qr/a.ts': "import { sha1 } from '@noble/hashes/legacy.js';" },
    { 'core/a.ts': "import { x } from '@noble/curves/p256.js';" },
    { 'core/a.ts': "import { b } from 'lockstep-mfa/core';" },
  ],
  clock: [
    { 'core/a.ts': 'export const a = Date.now();' },
    { 'device/a.ts': 'export const a = new Date();' },
    { 'device/a.ts': 'export const a = new Date;' },
    { 'user/a.ts': 'const { now } = Date;' },
    { 'messages/a.ts': 'export const a = Date.now();' },
    { 'user/a.ts': 'export const a = performance.now();' },
    { 'core/a.ts': "export const a = globalThis['Date'].now();" },
  ],
  randomness: [
    { 'core/a.ts': 'export const a = Math.random();' },
    { 'core/a.ts': 'const { random } = Math;' },
    { 'core/a.ts': "export const a = Math['random']();" },
    { 'core/hotp.ts': 'globalThis.crypto.getRandomValues(new Uint8Array(9));' },
    { 'device/secret.ts': 'export const a = crypto.randomUUID();' },
  ],
  timer: [
    { 'core/a.ts': 'setTimeout(() => {}, 1);' },
    { 'device/a.ts': 'globalThis.setInterval(() => {}, 1);' },
    { 'user/a.ts': 'queueMicrotask(() => {});' },
    { 'user/a.ts': 'setImmediate(() => {});' },
  ],
  async: [
    { 'core/a.ts': 'export async function a() {}' },
    { 'device/a.ts': 'export const a = async () => {};' },
    { 'device/a.ts': 'export class A { async a() {} }' },
    { 'user/a.ts': 'await 1;' },
    { 'user/a.ts': 'export type A = Promise<void>;' },
    { 'user/a.ts': 'for await (const a of []) a();' },
    { 'user/a.ts': "export const a = import('./b.js');", 'user/b.ts': '' },
  ],
  'needs Node': [
    { 'core/a.ts': "import { createHmac } from 'node:crypto';" },
    { 'device/a.ts': "import type { Buffer as B } from 'node:buffer';" },
    { 'service/a.ts': "export const a = Buffer.from('a');" },
    { 'user/a.ts': 'export const a = process.env;' },
    { 'qr/a.ts': 'export const a = globalThis.process;' },
    { 'testing/a.ts': "export const a = require('fs');" },
    { 'service/a.ts': 'export const a = import.meta.url;' },
  ],
};

describe('the rules of the architecture', () => {
  for (const [rule, violations] of Object.entries(BROKEN)) {
    it.each(violations.map((files) => [Object.values(files).find(Boolean) ?? Object.keys(files)[0]!, files] as const))(
      `catch ${rule}: %s`,
      (_, files) => {
        expect(findViolations(new Map(Object.entries(files))).map((violation) => violation.rule)).toContain(rule);
      },
    );
  }

  it('allow what they do not forbid', () => {
    const files = {
      'errors.ts': '// Date.now(), Buffer and process are words in a comment here',
      'core/secret.ts': "import { e } from '../errors.js'; globalThis.crypto.getRandomValues(new Uint8Array(9));",
      'core/a.ts': "import { sha1 } from '@noble/hashes/legacy.js'; export const a = 'Math.random() and Buffer';",
      'core/b.ts': 'export const b = Math.floor(1); export interface B { random: () => number; process: string }',
      'core/index.ts': "export type { A } from './a.js'; export * from './b.js'; export { e } from '../errors.js';",
      'device/a.ts': "import { b } from '../core/b.js'; export const a = new Date(b).toISOString();",
      'service/a.ts': 'export async function a(): Promise<number> { return Date.now(); }',
      'stores/a.ts': "import { DatabaseSync } from 'node:sqlite'; import { a } from '../service/a.js';",
      'qr/a.ts': "import qr from 'qr'; import { b } from '../core/b.js';",
      'service/index.ts': "export * from './a.js'; export type { A } from '../core/a.js';",
      'index.ts': "export * from './core/index.js'; export * from './service/index.js';",
    };
    expect(findViolations(new Map(Object.entries(files)))).toEqual([]);
  });
});
