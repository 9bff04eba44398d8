import { rmSync } from 'node:fs';
import { basename } from 'node:path';
import { transform } from 'esbuild';
import { defineConfig, type Options } from 'tsup';
import manifest from './package.json' with { type: 'json' };

/** One for each subpath of the package: `./core` is made of `src/core/index.ts`. */
const entry: Record<string, string> = Object.fromEntries(
  Object.keys(manifest.exports)
    .filter((subpath) => subpath !== './package.json')
    .map((subpath) => [subpath.replace(/^\.\/?/, '') || 'index', `src${subpath.slice(1)}/index.ts`]),
);

const shared: Options = {
  entry,
  format: 'esm',
  target: 'es2022',
  platform: 'neutral',
  // One Secret class for all subpaths: code that they share stands in a chunk, in CommonJS too.
  splitting: true,
};

/**
 * Chunks of ESM made CommonJS one by one. esbuild splits ESM alone, and tsup's own way round that rewrites `??`, `?.` and
 * class fields into helpers that cost time on the hot path.
 */
const commonJs: NonNullable<Options['plugins']>[number] = {
  name: 'commonjs',
  async renderChunk(code, chunk) {
    const mapped = `${code}\n//# sourceMappingURL=data:application/json;base64,${btoa(String(chunk.map))}`;
    const made = await transform(mapped, {
      format: 'cjs',
      platform: 'node',
      target: 'es2022',
      banner: '"use strict";',
      sourcemap: 'external',
      sourcefile: basename(chunk.path),
    });
    chunk.map = made.map;
    return { code: made.code };
  },
};

const config: Options[] = [
  { ...shared, sourcemap: true },
  // The dependencies are ESM only: bundled, so that `require` works where Node cannot require ESM.
  {
    ...shared,
    sourcemap: true,
    noExternal: [/.*/],
    outExtension: () => ({ js: '.cjs' }),
    plugins: [commonJs],
  },
  { ...shared, format: ['esm', 'cjs'], dts: { only: true } },
];

// Here, since the three run side by side: the `clean` of one would take what another wrote.
rmSync('dist', { recursive: true, force: true });

export default defineConfig(config) as Options[];
