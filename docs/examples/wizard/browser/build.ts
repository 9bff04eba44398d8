import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** A file that pages load from this server. */
export interface BrowserFile {
  readonly type: string;
  readonly body: string;
}

const FOLDER = fileURLToPath(new URL('.', import.meta.url));
/** Each becomes a file of its own name; what a script loads later gets one with a hash. */
const ENTRIES = ['wizard.css', 'wizard.ts', 'authenticator.css', 'authenticator.ts'];

/** Bundles what browsers load: by the path under which pages ask for it. Nothing is written to disk. */
export async function browserFiles(): Promise<Map<string, BrowserFile>> {
  const files = await Promise.all(ENTRIES.map(bundle));
  return new Map(files.flat());
}

/** Each on its own: what two of them share is not worth a third file, of which a page needs a part. */
async function bundle(entry: string): Promise<(readonly [path: string, file: BrowserFile])[]> {
  const { outputFiles } = await build({
    absWorkingDir: FOLDER,
    entryPoints: [entry],
    outdir: 'assets',
    chunkNames: '[name]-[hash]',
    bundle: true,
    splitting: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    charset: 'utf8',
    logLevel: 'silent',
  });
  return outputFiles.map(
    ({ path, text }) => [`/assets/${basename(path)}`, { type: typeOf(path), body: text }] as const,
  );
}

function typeOf(path: string): string {
  return path.endsWith('.css') ? 'text/css; charset=utf-8' : 'text/javascript; charset=utf-8';
}
