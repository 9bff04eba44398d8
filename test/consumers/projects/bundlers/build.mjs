// Bundles the file that the second argument names with the tool that the first names; prints the warnings and the file.
import { join, relative } from 'node:path';

const [, , bundler, entry, resolution] = process.argv;
const root = join(import.meta.dirname, '..');
const name = `${bundler}-${resolution}-${entry}`;
const outdir = join(import.meta.dirname, 'out');
const warnings = [];

const BUNDLERS = {
  async esbuild() {
    const { build } = await import('esbuild');
    const result = await build({
      entryPoints: [entry],
      outfile: join(outdir, name),
      bundle: true,
      minify: true,
      format: 'esm',
      platform: 'neutral',
      target: 'es2022',
    });
    warnings.push(...result.warnings.map(({ text }) => text));
  },

  async rollup() {
    const { rollup } = await import('rollup');
    const { nodeResolve } = await import('@rollup/plugin-node-resolve');
    const bundle = await rollup({
      input: entry,
      plugins: [nodeResolve()],
      onLog: (_, { message }) => warnings.push(message),
    });
    await bundle.write({ file: join(outdir, name), format: 'esm' });
  },

  async vite() {
    const { build } = await import('vite');
    await build({
      root: import.meta.dirname,
      configFile: false,
      logLevel: 'warn',
      customLogger: {
        info() {},
        warn: (message) => warnings.push(message),
        warnOnce: (message) => warnings.push(message),
        error: (message) => warnings.push(message),
        clearScreen() {},
        hasErrorLogged: () => false,
        hasWarned: false,
      },
      build: {
        outDir: outdir,
        emptyOutDir: false,
        target: 'es2022',
        lib: { entry, formats: ['es'], fileName: () => name },
      },
    });
  },

  async webpack() {
    const { default: webpack } = await import('webpack');
    const stats = await new Promise((resolve, reject) => {
      const options = {
        mode: 'production',
        context: import.meta.dirname,
        entry: `./${entry}`,
        target: 'es2022',
        experiments: { outputModule: true },
        output: { path: outdir, filename: name, library: { type: 'module' } },
        performance: { hints: false },
        ...(resolution === 'no-exports' ? { resolve: { exportsFields: [] } } : {}),
      };
      webpack(options, (error, made) => (error ? reject(error) : resolve(made)));
    });
    if (stats.hasErrors()) throw new Error(stats.toString({ all: false, errors: true }));
    warnings.push(...stats.compilation.warnings.map(({ message }) => message));
  },
};

await BUNDLERS[bundler]();
console.log(`\n${JSON.stringify({ warnings, files: [relative(root, join(outdir, name))] })}`);
