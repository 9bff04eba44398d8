import { readdirSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's folder. */
export const ROOT: string = fileURLToPath(new URL('../../', import.meta.url));

const NOT_OURS = /^(node_modules|dist|coverage|\..*)$/;

/** Paths of the files below `folder`, relative to it, in a fixed order; what tools made or installed is left out. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !NOT_OURS.test(name))
    .flatMap((entry) => {
      if (!entry.isDirectory()) return [entry.name];
      return filesBelow(join(folder, entry.name)).map((file) => posix.join(entry.name, file));
    })
    .sort();
}
