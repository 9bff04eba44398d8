import { execFile } from 'node:child_process';
import { chownSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { migratePostgres, postgresStore } from 'lockstep-mfa/stores/postgres';
import pg from 'pg';
import { freePort, postgresUser, programOf } from '../programs.js';
import { type ApplicationStore, type Deployment, Machines, until } from './deployment.js';
import { type LaggingProxy, laggingProxy } from './lagging-proxy.js';

export interface PostgresSettings {
  readonly lagMs: number;
  /** `synchronous_commit`, with any one standby for it; or asynchronous. */
  readonly synchronousCommit?: 'on' | 'remote_apply';
}

const urlOf = (port: number): string => `postgres://postgres@127.0.0.1:${port}/postgres`;

function storeOver(port: number): ApplicationStore {
  const pool = new pg.Pool({ connectionString: urlOf(port), max: 2, query_timeout: 3000 });
  pool.on('error', () => {});
  return { store: postgresStore(pool), close: () => void pool.end().catch(() => {}) };
}

async function ask(port: number, text: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: urlOf(port) });
  client.on('error', () => {});
  await client.connect();
  try {
    return Object.values((await client.query(text)).rows[0] ?? {})[0];
  } finally {
    await client.end();
  }
}

interface Pair {
  readonly machines: Machines;
  readonly network: LaggingProxy;
  readonly primary: { readonly port: number; kill(): Promise<void> };
  readonly standby: { readonly port: number };
}

/** A primary with the library's table, and a standby that streams from it. */
async function pair(lagMs: number, ofPrimary: readonly string[], ofStandby: readonly string[]): Promise<Pair> {
  const machines = new Machines();
  const user = postgresUser();
  const own = (path: string): string => {
    if (user.uid !== undefined && user.gid !== undefined) chownSync(path, user.uid, user.gid);
    return path;
  };
  own(machines.folder);
  // Not synchronously: the proxy in between is in this process.
  const run = (name: string, args: readonly string[]): Promise<unknown> =>
    promisify(execFile)(programOf(name) as string, args, { ...user, cwd: machines.folder });
  const start = (data: string, port: number, settings: readonly string[]) =>
    machines.start(
      'postgres',
      [
        ...['-D', data, '-p', String(port), '-k', machines.folder, '-c', 'listen_addresses=127.0.0.1'],
        ...settings.flatMap((setting) => ['-c', setting]),
      ],
      { ...user, cwd: machines.folder },
    );
  const [port, second] = [await freePort(), await freePort()];
  const [data, copy] = [join(machines.folder, 'primary'), join(machines.folder, 'standby')];
  await run('initdb', ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8']);
  const server = start(data, port, ofPrimary);
  await until('the primary answers', async () => (await ask(port, 'SELECT 1')) === 1);
  const network = await laggingProxy(port, lagMs);
  await run('pg_basebackup', ['-D', copy, '-d', urlOf(network.port), '-R', '-X', 'stream', '-c', 'fast']);
  start(copy, second, ofStandby);
  await until('the standby answers', async () => (await ask(second, 'SELECT 1')) === 1);
  await until('the standby streams', async () => (await ask(port, 'SELECT 1 FROM pg_stat_replication')) === 1);
  const pool = new pg.Pool({ connectionString: urlOf(port) });
  await migratePostgres(pool);
  await pool.end();
  return { machines, network, primary: { port, kill: () => machines.kill(server) }, standby: { port: second } };
}

/** No program watches it: the standby is promoted by this script, a second after the primary is gone. */
export async function postgresPair({ lagMs, synchronousCommit }: PostgresSettings): Promise<Deployment> {
  const synchronous =
    synchronousCommit === undefined ? [] : ['synchronous_standby_names=*', `synchronous_commit=${synchronousCommit}`];
  const { machines, network, primary, standby } = await pair(lagMs, synchronous, []);
  // The address that the applications have, which moves to the new primary.
  const address = await laggingProxy(primary.port, 0);
  return {
    open: async () => storeOver(address.port),
    async kill() {
      network.cut();
      address.cut();
      await primary.kill();
    },
    partition() {
      throw new Error('no program here would promote the standby');
    },
    async promoted() {
      await sleep(1000);
      await ask(standby.port, 'SELECT pg_promote()');
      await until('the standby is promoted', async () => {
        return (await ask(standby.port, 'SELECT pg_is_in_recovery()')) === false;
      });
      address.moveTo(standby.port);
      return storeOver(standby.port);
    },
    async stop() {
      network.close();
      address.close();
      await machines.stop();
    },
  };
}

/** A primary, and a store that reads from a standby that is late. */
export async function postgresStaleReads(lateMs: number): Promise<{
  readonly right: ApplicationStore;
  readonly stale: ApplicationStore;
  stop(): Promise<void>;
}> {
  const { machines, network, primary, standby } = await pair(0, [], [`recovery_min_apply_delay=${lateMs}ms`]);
  await until('the standby has the table', async () => {
    return (await ask(standby.port, "SELECT to_regclass('lockstep_mfa') IS NOT NULL")) === true;
  });
  const right = storeOver(primary.port);
  const reader = storeOver(standby.port);
  return {
    right,
    stale: {
      store: { get: reader.store.get, compareAndSet: right.store.compareAndSet },
      close: () => reader.close(),
    },
    async stop() {
      network.close();
      await machines.stop();
    },
  };
}
