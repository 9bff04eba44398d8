import { existsSync, readFileSync } from 'node:fs';

/** Where the texts ship. */
export const LICENSES_FILE = 'docs/third-party-licenses.txt';

const RULE = '-'.repeat(80);

/** The MIT licence as its authors wrote it, for a package that names it and has no text. */
const MIT = (owner: string): string => `The MIT License (MIT)

Copyright (c) ${owner}

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;

/** The modules that a built ESM file was made of, as its comments name them: `src/core/totp.ts`. */
export function modulesIn(text: string): string[] {
  return [...text.matchAll(/^\/\/ ((?:src|node_modules)\/\S+)$/gm)].map(([, module]) => module!);
}

/** The packages of which modules became part of the build. */
export function packagesIn(modules: readonly string[]): string[] {
  const names = modules.flatMap((module) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(module)?.[1] ?? []);
  return [...new Set(names)].sort();
}

/** @param root - the folder with `node_modules` */
export function licensesOf(packages: readonly string[], root: string): string {
  const sections = packages.map((name) => {
    const folder = `${root}node_modules/${name}/`;
    const { version, license, repository } = JSON.parse(readFileSync(`${folder}package.json`, 'utf8'));
    if (!/\bMIT\b/.test(license)) throw new Error(`${name} is under ${license}, which nobody has looked at`);
    const file = ['LICENSE-MIT', 'LICENSE'].map((each) => folder + each).find((path) => existsSync(path));
    const owner = String(repository?.url ?? repository).replace(/^.*[/:]([^/]+)\/[^/]+$/, '$1');
    const text = file === undefined ? MIT(owner.split('/')[0]!) : readFileSync(file, 'utf8').trim();
    return `${name} ${version}, MIT\n${RULE}\n${text}\n`;
  });
  return `lockstep-mfa holds code of these packages. Their licences:\n\n${sections.join(`\n${RULE}\n`)}`;
}
