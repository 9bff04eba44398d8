import { defineConfig, type Options } from 'tsup';

const shared: Options = {
  entry: { index: 'src/index.ts', core: 'src/core/index.ts', qr: 'src/qr/index.ts' },
  target: 'es2022',
  platform: 'neutral',
  // One Secret class for all subpaths: code that they share stands in a chunk, in CommonJS too.
  splitting: true,
  sourcemap: true,
  clean: true,
  dts: true,
};

const config: Options[] = [
  { ...shared, format: 'esm' },
  // The dependencies are ESM only: bundled, so that `require` works where Node cannot require ESM.
  { ...shared, format: 'cjs', noExternal: [/.*/], clean: false },
];

export default defineConfig(config) as Options[];
