import { readdirSync } from 'node:fs';
import { posix, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's folder. */
export const ROOT: string = fileURLToPath(new URL('../../', import.meta.url));

/** Paths of the files below `folder`, relative to it, in a fixed order; what npm installs is left out. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => {
      if (entry.name === 'node_modules') return [];
      if (!entry.isDirectory()) return [entry.name];
      return filesBelow(`${folder}${sep}${entry.name}`).map((file) => posix.join(entry.name, file));
    })
    .sort();
}
