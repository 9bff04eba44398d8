import { readdirSync, rmSync } from 'node:fs';
import { dirname, posix, relative, resolve } from 'node:path';
import { transform } from 'esbuild';
import { defineConfig, type Options } from 'tsup';
import manifest from './package.json' with { type: 'json' };

type EsbuildPlugin = NonNullable<Options['esbuildPlugins']>[number];
type Extension = '.js' | '.cjs';

/** One for each subpath of the package: `./core` is made of `src/core/index.ts`. */
const entry: Record<string, string> = Object.fromEntries(
  Object.keys(manifest.exports)
    .filter((subpath) => subpath !== './package.json')
    .map((subpath) => [subpath.replace(/^\.\/?/, '') || 'index', `src${subpath.slice(1)}/index.ts`]),
);

/**
 * The files in `dist/shared`, and the modules that each exports. Several subpaths load them, so that there is one Secret
 * class for all; and a bundler leaves a file of which nothing is used out as a whole. They are few, because a process that
 * starts waits for each file as long as for all the code in it.
 */
const SHARED: Readonly<Record<string, readonly string[]>> = {
  core: ['src/errors.ts', ...modulesBelow('src/core')],
  device: modulesBelow('src/device'),
  service: ['src/service/index.ts'],
  // fflate fills its tables when it is loaded, which no bundler may leave out.
  deflate: ['src/qr/deflate.ts'],
};

/** Layers whose code stands in the files of their subpaths. */
const OWN_FILES: readonly string[] = ['messages', 'qr', 'stores', 'testing'];

const sharedFileOf = new Map(
  Object.entries(SHARED).flatMap(([name, modules]) => modules.map((module) => [module, name] as const)),
);

function modulesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((file) => posix.join(folder, ...file.split(/[\\/]/)))
    .filter((file) => file.endsWith('.ts') && !file.endsWith('/index.ts'))
    .sort();
}

/** Makes the shared files, and imports them wherever a file of `dist` uses one of their modules. */
function shareModules(extension: Extension): EsbuildPlugin {
  return {
    name: 'shared',
    setup({ initialOptions, onLoad, onResolve }) {
      for (const name of Object.keys(SHARED)) {
        (initialOptions.entryPoints as Record<string, string>)[`shared/${name}`] = `shared:${name}`;
      }
      onResolve({ filter: /^shared:/ }, ({ path }) => ({ path: path.slice('shared:'.length), namespace: 'shared' }));
      onLoad({ filter: /.*/, namespace: 'shared' }, ({ path }) => ({
        contents: SHARED[path]!.map((module) => `export * from './${module}';\n`).join(''),
        resolveDir: process.cwd(),
        loader: 'ts',
      }));
      onResolve({ filter: /^\./, namespace: 'file' }, ({ importer, path }) => {
        const user = projectPath(importer);
        const shared = sharedFileOf.get(projectPath(resolve(dirname(importer), path)).replace(/\.js$/, '.ts'));
        if (shared === undefined || shared === sharedFileOf.get(user)) return undefined;
        const target = posix.relative(folderInDist(user), `shared/${shared}${extension}`);
        return { path: target.startsWith('.') ? target : `./${target}`, external: true };
      });
    },
  };
}

/** `src/core/totp.ts`, on Windows as well. */
function projectPath(file: string): string {
  return relative(process.cwd(), file).replaceAll('\\', '/');
}

/** The folder below `dist` of the file that a module becomes part of. */
function folderInDist(module: string): string {
  const isPart = (source: string): boolean =>
    source === module || (OWN_FILES.includes(layerOf(source)) && layerOf(source) === layerOf(module));
  const made = Object.entries(entry).find(([, source]) => isPart(source));
  return made === undefined ? 'shared' : posix.dirname(made[0]);
}

function layerOf(module: string): string {
  return module.split('/')[1]!;
}

/** Each file made CommonJS. tsup's own way rewrites `??`, `?.` and class fields into helpers that cost time. */
const commonJs: NonNullable<Options['plugins']>[number] = {
  name: 'commonjs',
  async renderChunk(code) {
    const made = await transform(code, {
      format: 'cjs',
      platform: 'node',
      target: 'es2022',
      banner: '"use strict";',
    });
    return { code: made.code };
  },
};

const shared: Options = {
  entry,
  format: 'esm',
  target: 'es2022',
  platform: 'neutral',
  splitting: false,
  // What is used of the packages becomes part of `dist`: see `npm run generate -- licences`.
  noExternal: [/.*/],
};

const config: Options[] = [
  { ...shared, esbuildPlugins: [shareModules('.js')] },
  { ...shared, esbuildPlugins: [shareModules('.cjs')], outExtension: () => ({ js: '.cjs' }), plugins: [commonJs] },
  { entry, format: ['esm', 'cjs'], target: 'es2022', platform: 'neutral', dts: { only: true } },
];

// Here, since the three run side by side: the `clean` of one would take what another wrote.
rmSync('dist', { recursive: true, force: true });

export default defineConfig(config) as Options[];
