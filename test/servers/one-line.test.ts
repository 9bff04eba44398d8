import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { drizzle } from 'drizzle-orm/node-postgres';
import { CompiledQuery, Kysely, PostgresDialect } from 'kysely';
import type { MfaStore } from 'lockstep-mfa';
import { migratePostgres, type PostgresClient, postgresStore } from 'lockstep-mfa/stores/postgres';
import { storeContract } from 'lockstep-mfa/testing';
import pg from 'pg';
import { QueryTypes, Sequelize } from 'sequelize';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort, postgresUser, programOf, untilListens } from './programs.js';
import { describeOn, freshPlace, SLOW, URLS } from './servers.js';

// What an application has already, handed over in the one line of docs/stores.md.

const url = URLS.PostgreSQL;
const place = freshPlace();
const pool = new pg.Pool({ connectionString: url, max: 8 });
afterAll(async () => {
  await pool.query(`DROP TABLE IF EXISTS "${place}"`);
  await pool.end();
});

async function freshStore(client: PostgresClient): Promise<MfaStore> {
  await pool.query(`DROP TABLE IF EXISTS "${place}"`);
  await migratePostgres(client, { table: place });
  return postgresStore(client, { table: place });
}

function keepsTheContract(client: () => PostgresClient): void {
  for (const { name, run } of storeContract(() => freshStore(client()))) it(name, run);
}

await describeOn('PostgreSQL', 'over Drizzle', () => {
  const db = drizzle(new pg.Pool({ connectionString: url, max: 8 }));
  afterAll(() => db.$client.end());
  keepsTheContract(() => db.$client);
});

await describeOn('PostgreSQL', 'over Kysely', () => {
  const db = new Kysely<object>({
    dialect: new PostgresDialect({ pool: new pg.Pool({ connectionString: url, max: 8 }) }),
  });
  afterAll(() => db.destroy());
  keepsTheContract(() => ({ query: (text, values) => db.executeQuery(CompiledQuery.raw(text, values)) }));
});

await describeOn('PostgreSQL', 'over TypeORM', () => {
  const dataSource = new DataSource({ type: 'postgres', url });
  beforeAll(() => dataSource.initialize().then(() => undefined));
  afterAll(() => dataSource.destroy());

  describe('with its rows found', () => {
    keepsTheContract(() => ({
      async query(text, values) {
        const answer = await dataSource.query(text, values);
        return { rows: Array.isArray(answer[0]) ? answer[0] : answer };
      },
    }));
  });

  it('with the obvious line, it is said what is wrong', async () => {
    const client: PostgresClient = {
      query: async (text, values) => ({ rows: await dataSource.query(text, values) }),
    };
    const said: string[] = [];
    for (const { run } of storeContract(() => freshStore(client))) {
      await run().catch((error: Error) => said.push(error.message));
    }
    expect(said.length).toBeGreaterThan(10);
    expect(said.filter((message) => message.includes('answered with 2 rows for one that was written'))).not.toEqual([]);
  });
});

await describeOn('PostgreSQL', 'over Sequelize', () => {
  const sequelize = new Sequelize(url, { logging: false });
  afterAll(() => sequelize.close());
  keepsTheContract(() => ({
    query: async (text, bind) => ({ rows: await sequelize.query(text, { bind, type: QueryTypes.SELECT }) }),
  }));
});

/** Its packages are large, and the program that makes its client looks for one more that is not a package. */
function prismaIn(folder: string): string {
  const run = (command: string, ...args: string[]): void => {
    execFileSync(command, args, {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: '/bin/true' },
    });
  };
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
  writeFileSync(
    join(folder, 'schema.prisma'),
    'generator client {\n  provider = "prisma-client"\n  output = "./generated"\n}\ndatasource db {\n  provider = "postgresql"\n}\n',
  );
  const packages = ['prisma@7.10.1', '@prisma/client@7.10.0', '@prisma/adapter-pg@7.10.1'];
  run('npm', 'install', '--no-audit', '--no-fund', '--ignore-scripts', '--prefer-offline', ...packages);
  run('npx', 'prisma', 'generate', '--schema', 'schema.prisma');
  writeFileSync(
    join(folder, 'client.ts'),
    "import { PrismaPg } from '@prisma/adapter-pg';\nimport { PrismaClient } from './generated/client.ts';\n" +
      'export const open = (connectionString) => new PrismaClient({ adapter: new PrismaPg({ connectionString }) });\n',
  );
  run(
    'npx',
    '--prefix',
    process.cwd(),
    'esbuild',
    'client.ts',
    '--bundle',
    '--platform=node',
    '--format=esm',
    '--packages=external',
    '--outfile=client.mjs',
  );
  return join(folder, 'client.mjs');
}

interface PrismaLike {
  $queryRawUnsafe(text: string, ...values: string[]): Promise<unknown[]>;
  $disconnect(): Promise<void>;
}

describe.runIf(SLOW)('over Prisma, which LOCKSTEP_SLOW=1 installs', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-prisma-'));
  let prisma: PrismaLike | undefined;
  beforeAll(async () => {
    const { open } = await import(/* @vite-ignore */ pathToFileURL(prismaIn(folder)).href);
    prisma = open(url);
  });
  afterAll(async () => {
    await prisma?.$disconnect();
    rmSync(folder, { recursive: true });
  });
  keepsTheContract(() => ({
    query: async (text, values) => ({ rows: (await prisma?.$queryRawUnsafe(text, ...values)) ?? [] }),
  }));
});

/** With transaction pooling, in which each statement may come to another connection. */
async function pgBouncer(folder: string): Promise<{ readonly url: string; readonly child: ChildProcess }> {
  const { hostname, port, username, password, pathname } = new URL(url);
  const own = await freePort();
  const as = postgresUser();
  const server = `host=${hostname} port=${port || 5432} dbname=${pathname.slice(1)} user=${username}${password && ` password=${password}`}`;
  const file = join(folder, 'pgbouncer.ini');
  const settings = ['listen_addr=127.0.0.1', `listen_port=${own}`, 'auth_type=any', 'pool_mode=transaction'];
  writeFileSync(
    file,
    `[databases]\ntest=${server}\n[pgbouncer]\n${settings.join('\n')}\nunix_socket_dir=\ndefault_pool_size=4\n`,
  );
  chmodSync(folder, 0o755);
  // It refuses to run as root.
  if (as.uid !== undefined && as.gid !== undefined) chownSync(file, as.uid, as.gid);
  const child = spawn(programOf('pgbouncer') as string, [file], { ...as, stdio: 'ignore' });
  await untilListens(own);
  return { url: `postgres://postgres@127.0.0.1:${own}/test`, child };
}

if (programOf('pgbouncer') === undefined && process.env['LOCKSTEP_REQUIRE_SERVERS'] === '1') {
  it('over PgBouncer: needs pgbouncer', () => {
    throw new Error('the program is missing, and LOCKSTEP_REQUIRE_SERVERS asks for it');
  });
}
if (programOf('pgbouncer') !== undefined) {
  await describeOn('PostgreSQL', 'over pg and PgBouncer with transaction pooling', () => {
    const folder = mkdtempSync(join(tmpdir(), 'lockstep-pgbouncer-'));
    let bouncer: Awaited<ReturnType<typeof pgBouncer>>;
    let through: pg.Pool;
    beforeAll(async () => {
      bouncer = await pgBouncer(folder);
      through = new pg.Pool({ connectionString: bouncer.url, max: 16 });
    });
    afterAll(async () => {
      await through.end();
      bouncer.child.kill();
      rmSync(folder, { recursive: true });
    });
    keepsTheContract(() => through);
  });
} else console.warn('SKIPPED: PgBouncer. Its program is missing; see docs/stores.md.');
