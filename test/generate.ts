// `npm run generate` writes all files and tables that need only Node. `npm run generate -- sizes` writes what it names.
// Tests compare each with what stands there.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { kernelSources } from './core/hmac/kernel-source.js';
import { inStepTable, runInStep } from './device/in-step-model.js';
import { runSimulation, simulationTables } from './device/simulation-table.js';
import { LICENSES_FILE, licensesOf, modulesIn, packagesIn } from './package/licenses.js';
import { withTables } from './support/tables.js';
import { filesBelow, ROOT } from './support/tree.js';
import { browserTables } from './user/browsers-table.js';
import { GOLDEN_FOLDER, goldenRecords } from './user/golden-records.js';
import { guessingTables } from './user/guessing-table.js';
import { makeVectors, textOf } from './vectors/make.js';

/** Texts by path. */
type Files = Readonly<Record<string, string>>;
type Generator = () => Files | Promise<Files>;

const GENERATORS: Readonly<Record<string, Generator>> = {
  kernels: () => inFolder('src/core/hmac', Object.entries(kernelSources())),
  vectors: () =>
    inFolder(
      'test/vectors',
      Object.entries(makeVectors()).map(([name, vectors]) => [name, textOf(vectors)]),
    ),
  drift: () => inPage('docs/drift.md', simulationTables(runSimulation())),
  'in-step': () => inPage('docs/drift.md', inStepTable(runInStep()), 'in-step'),
  guessing: () => inPage('docs/guessing.md', guessingTables()),
  browsers: () => inPage('docs/guessing.md', browserTables(), 'browsers'),
  async scale() {
    const [{ scaleTables }, { yearOfSignIns }] = await Promise.all([
      import('./scale/scale-tables.js'),
      import('./scale/year.js'),
    ]);
    return inPage('docs/scale.md', scaleTables(await yearOfSignIns()), 'scale');
  },
  records: async () => onlyNew(inFolder(GOLDEN_FOLDER, Object.entries(await goldenRecords()))),
};

/** Run where they are named: the first needs the build, the second PostgreSQL and Redis. */
const WHERE_NAMED: Readonly<Record<string, Generator>> = {
  licenses: () => {
    const dist = filesBelow(`${ROOT}dist`).filter((file) => file.endsWith('.js'));
    return { [LICENSES_FILE]: licensesOf(packagesIn(dist.flatMap((file) => modulesIn(read(`dist/${file}`)))), ROOT) };
  },
  async sizes() {
    const { measureSizes, sizeTables } = await import('./servers/sizes.js');
    return inPage('docs/stores.md', sizeTables(await measureSizes(3000)));
  },
  async growth() {
    const { growthTable } = await import('./scale/growth.js');
    return inPage('docs/scale.md', await growthTable(), 'growth');
  },
};

function inFolder(folder: string, files: readonly (readonly [name: string, text: string])[]): Files {
  return Object.fromEntries(files.map(([name, text]) => [`${folder}/${name}`, text]));
}

/** Files that stand are kept: what is in them was made by chance, or by an earlier version. */
function onlyNew(files: Files): Files {
  const standing = Object.keys(files).filter((path) => existsSync(ROOT + path));
  for (const path of standing) console.log(`${path} is kept; delete it to make it anew`);
  return Object.fromEntries(Object.entries(files).filter(([path]) => !standing.includes(path)));
}

function inPage(page: string, tables: string, part?: string): Files {
  return { [page]: withTables(read(page), tables, part) };
}

function read(path: string): string {
  return readFileSync(ROOT + path, 'utf8');
}

const all = { ...GENERATORS, ...WHERE_NAMED };
const named = process.argv.slice(2);
const unknown = named.filter((name) => !Object.hasOwn(all, name));
if (unknown.length > 0) throw new Error(`no generator ${unknown.join(', ')}; there are ${Object.keys(all).join(', ')}`);

for (const name of named.length > 0 ? named : Object.keys(GENERATORS)) {
  for (const [path, text] of Object.entries(await all[name]!())) {
    const before = existsSync(ROOT + path) ? read(path) : undefined;
    const news = before === undefined ? ' is new' : before === text ? '' : ' has changed';
    console.log(`${name}: ${path}${news}`);
    writeFileSync(ROOT + path, text);
  }
}
