import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inScratchFolder } from './scratch-folder.js';

// Authenticators that nobody here wrote: Debian's oathtool and keepassxc. Each takes the key URI as a camera reads it.

/** What an app shows at a time. */
export type App = (atMs: number) => string;

/** The programs that {@link oathtool} and {@link keepassxc} run; the second knows the real time only, hence faketime. */
export const APPS: readonly string[] = ['oathtool', 'keepassxc-cli', 'faketime'];

/** It takes the parts of a key URI, one by one. */
export function oathtool(keyUri: string): App {
  const { searchParams } = new URL(keyUri);
  const { algorithm = 'SHA1', digits = '6', period = '30', secret } = Object.fromEntries(searchParams);
  const args = ['--base32', `--totp=${algorithm}`, `--digits=${digits}`, `--time-step-size=${period}s`];
  return (atMs) => run('oathtool', [...args, `--now=@${Math.floor(atMs / 1000)}`, '-'], `${secret}\n`);
}

const PASSWORD = 'of the test';
const TITLE = 'phone';

/** A password manager, which keeps the key URI as it is, in the attribute `otp` of an entry of its database. */
export function keepassxc(keyUri: string): App {
  return (atMs) =>
    inScratchFolder((folder) => {
      const [entries, database] = [join(folder, 'entries.xml'), join(folder, 'database.kdbx')];
      writeFileSync(entries, exportOf(keyUri));
      run('keepassxc-cli', ['import', '-q', '-p', '-t', '100', entries, database], `${PASSWORD}\n${PASSWORD}\n`);
      const time = new Date(atMs).toISOString().replace('T', ' ').slice(0, 19);
      return run('faketime', ['-f', time, 'keepassxc-cli', 'show', '-q', '-t', database, TITLE], `${PASSWORD}\n`);
    });
}

/** KeePass's format for exchange: a database with one entry. */
function exportOf(keyUri: string): string {
  const field = (key: string, value: string): string => `<String><Key>${key}</Key><Value>${value}</Value></String>`;
  const entry = `<Entry><UUID>${newUuid()}</UUID>${field('Title', TITLE)}${field('otp', escapeXml(keyUri))}</Entry>`;
  const group = `<Group><UUID>${newUuid()}</UUID><Name>Root</Name>${entry}</Group>`;
  return `<?xml version="1.0" encoding="UTF-8"?><KeePassFile><Meta/><Root>${group}</Root></KeePassFile>`;
}

function newUuid(): string {
  return Buffer.from(randomUUID().replaceAll('-', ''), 'hex').toString('base64');
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function run(program: string, args: readonly string[], input: string): string {
  const env = { ...process.env, TZ: 'UTC' };
  const { status, stdout, stderr } = spawnSync(program, args, { input, encoding: 'utf8', env });
  if (status !== 0) throw new Error(`${program} failed: ${stderr}`);
  return stdout.trim();
}
