import { connect } from 'node:net';
import { describe, it } from 'vitest';

export type Server = 'PostgreSQL' | 'Redis' | 'MariaDB';

/** Where the servers are: `LOCKSTEP_POSTGRES_URL` and the like, or where they are by default. */
export const URLS: Readonly<Record<Server, string>> = {
  PostgreSQL: process.env['LOCKSTEP_POSTGRES_URL'] ?? 'postgres://postgres@127.0.0.1:5432/test',
  Redis: process.env['LOCKSTEP_REDIS_URL'] ?? 'redis://127.0.0.1:6379',
  MariaDB: process.env['LOCKSTEP_MARIADB_URL'] ?? 'mysql://root@127.0.0.1:3306/test',
};

const DEFAULT_PORTS: Record<Server, number> = { PostgreSQL: 5432, Redis: 6379, MariaDB: 3306 };

function answers(server: Server): Promise<boolean> {
  const { hostname, port } = new URL(URLS[server]);
  return new Promise((resolve) => {
    const socket = connect(Number(port) || DEFAULT_PORTS[server], hostname.replace(/^\[|\]$/g, ''));
    const end = (reached: boolean): void => {
      socket.destroy();
      resolve(reached);
    };
    socket.setTimeout(5000, () => end(false));
    socket.on('connect', () => end(true)).on('error', () => end(false));
  });
}

/** Tests that need a server. Where none answers they are skipped and say so; with `LOCKSTEP_REQUIRE_SERVERS` they fail. */
export async function describeOn(server: Server, title: string, tests: () => void): Promise<void> {
  if (await answers(server)) {
    describe(title, tests);
  } else if (process.env['LOCKSTEP_REQUIRE_SERVERS'] === '1') {
    it(`${title}: needs ${server}`, () => {
      throw new Error(`no ${server} answers, and LOCKSTEP_REQUIRE_SERVERS asks for it`);
    });
  } else {
    console.warn(`SKIPPED: ${title}. No ${server} answers; see docs/stores.md.`);
    describe.skip(`${title}: SKIPPED, no ${server} answers`, tests);
  }
}

/** Hours of racing belong to CI. */
export const SLOW: boolean = process.env['LOCKSTEP_SLOW'] === '1';

let places = 0;
/** The name of a table and, with a colon, of keys that no other run has. */
export function freshPlace(): string {
  return `lockstep_test_${process.pid}_${Date.now().toString(36)}_${places++}`;
}
