import { readdirSync, readFileSync } from 'node:fs';
import { filesBelow, ROOT } from './tree.js';

/** The Markdown pages of the project, by path. */
export function readPages(): Map<string, string> {
  const paths = [
    ...readdirSync(ROOT),
    ...['docs', 'bench', 'test'].flatMap((folder) => filesBelow(`${ROOT}${folder}`).map((file) => `${folder}/${file}`)),
  ];
  return new Map(paths.filter((path) => path.endsWith('.md')).map((path) => [path, readFileSync(ROOT + path, 'utf8')]));
}
