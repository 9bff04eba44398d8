import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, it } from 'vitest';
import { CLIENTS, type ClientName } from './clients.js';
import { freePort, killAll, postgresUser, programOf, untilListens } from './programs.js';
import type { Server } from './servers.js';

/** A server of the test's own, which it may kill. */
export interface PrivateServer {
  readonly url: string;
  /** SIGKILL, to each of its processes. */
  kill(): Promise<void>;
  start(): Promise<void>;
  remove(): Promise<void>;
}

/** In no message of ours may it stand. */
export const PASSWORD = 'correct-horse-battery-staple';

const PROGRAMS: Readonly<Record<Server, readonly string[]>> = {
  PostgreSQL: ['initdb', 'postgres'],
  Redis: ['redis-server'],
  MariaDB: ['mariadb-install-db', 'mariadbd'],
};

/** Tests that start a server. Where its programs are missing they are skipped and say so, or fail, as with `describeOn`. */
export function describeWith(server: Server, title: string, tests: () => void): void {
  const missing = PROGRAMS[server].filter((name) => programOf(name) === undefined);
  if (missing.length === 0) {
    describe(title, tests);
  } else if (process.env['LOCKSTEP_REQUIRE_SERVERS'] === '1') {
    it(`${title}: needs ${missing.join(', ')}`, () => {
      throw new Error('a program is missing, and LOCKSTEP_REQUIRE_SERVERS asks for it');
    });
  } else {
    console.warn(`SKIPPED: ${title}. It needs ${missing.join(', ')}; see docs/stores.md.`);
    describe.skip(`${title}: SKIPPED, without ${missing.join(', ')}`, tests);
  }
}

async function untilAnswers(client: ClientName, url: string): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      const connection = await CLIENTS[client].open(url, 'none');
      await connection.drop().finally(() => connection.close());
      return;
    } catch (error) {
      if (tries === 300) throw error;
      await sleep(200);
    }
  }
}

export async function privatePostgres(): Promise<PrivateServer> {
  const user = postgresUser();
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-postgres-'));
  if (user.uid !== undefined && user.gid !== undefined) chownSync(folder, user.uid, user.gid);
  const port = await freePort();
  const data = join(folder, 'data');
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, PASSWORD);
  if (user.uid !== undefined && user.gid !== undefined) chownSync(passwordFile, user.uid, user.gid);
  const authentication = ['-A', 'scram-sha-256', `--pwfile=${passwordFile}`];
  execFileSync(programOf('initdb') as string, ['-D', data, '-U', 'postgres', ...authentication, '-E', 'UTF8'], {
    ...user,
    cwd: folder,
    stdio: 'ignore',
  });
  const url = `postgres://postgres:${PASSWORD}@127.0.0.1:${port}/postgres`;
  let server: ChildProcess | undefined;
  return {
    url,
    async start() {
      // Until the last process of the one before has ended, it refuses.
      for (let tries = 0; tries < 50; tries++) {
        server = spawn(
          programOf('postgres') as string,
          ['-D', data, '-p', String(port), '-k', folder, '-c', 'listen_addresses=127.0.0.1'],
          { ...user, cwd: folder, stdio: 'ignore' },
        );
        const early = await Promise.race([once(server, 'close'), sleep(1000)]);
        if (early === undefined) break;
      }
      await untilAnswers('pg Client', url);
    },
    kill: () => killAll(server),
    async remove() {
      await killAll(server);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** With its own settings alone, so that a crash loses nothing: `innodb_flush_log_at_trx_commit` is 1 by default. */
export async function privateMariaDb(): Promise<PrivateServer> {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-mariadb-'));
  const port = await freePort();
  const data = join(folder, 'data');
  const init = join(folder, 'init.sql');
  writeFileSync(init, `CREATE USER IF NOT EXISTS app IDENTIFIED BY '${PASSWORD}';\nGRANT ALL ON *.* TO app;\n`);
  const asRoot = process.getuid?.() === 0 ? ['--user=root'] : [];
  const common = ['--no-defaults', `--datadir=${data}`, ...asRoot];
  const quick = ['--skip-test-db', '--auth-root-authentication-method=normal'];
  execFileSync(programOf('mariadb-install-db') as string, [...common, ...quick], { stdio: 'ignore' });
  const url = `mysql://app:${PASSWORD}@127.0.0.1:${port}/mysql`;
  let server: ChildProcess | undefined;
  return {
    url,
    async start() {
      // Otherwise it is the anonymous user of localhost who connects.
      const own = [
        '--skip-name-resolve',
        `--port=${port}`,
        '--bind-address=127.0.0.1',
        `--socket=${join(folder, 's')}`,
        `--init-file=${init}`,
      ];
      server = spawn(programOf('mariadbd') as string, [...common, ...own, '--innodb-buffer-pool-size=64M'], {
        stdio: 'ignore',
      });
      await untilAnswers('mysql2', url);
    },
    kill: () => killAll(server),
    async remove() {
      await killAll(server);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** @param refused - commands that it does not know */
export async function privateRedis(refused: readonly string[] = []): Promise<PrivateServer> {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-redis-'));
  const port = await freePort();
  const url = `redis://:${PASSWORD}@127.0.0.1:${port}`;
  const settings = { port, dir: folder, bind: '127.0.0.1', requirepass: PASSWORD, save: '' };
  const durable = { appendonly: 'yes', appendfsync: 'always' };
  let server: ChildProcess | undefined;
  return {
    url,
    async start() {
      const args = Object.entries({ ...settings, ...durable }).flatMap(([name, value]) => [`--${name}`, String(value)]);
      const renames = refused.flatMap((name) => ['--rename-command', name, '']);
      server = spawn(programOf('redis-server') as string, [...args, ...renames], { stdio: 'ignore' });
      await (refused.length === 0 ? untilAnswers('node-redis', url) : untilListens(port));
    },
    kill: () => killAll(server),
    async remove() {
      await killAll(server);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
