import { readFileSync } from 'node:fs';
import { filesBelow, ROOT } from './tree.js';

/** The Markdown pages of the project, by path. */
export function readPages(): Map<string, string> {
  const paths = filesBelow(ROOT).filter((path) => path.endsWith('.md'));
  return new Map(paths.map((path) => [path, readFileSync(ROOT + path, 'utf8')]));
}
