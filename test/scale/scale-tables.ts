import { table } from '../support/tables.js';
import { HABITS, type Year } from './year.js';

/** What one row may take: a test keeps it. The usual one, in use for a year; and one with eight devices, as docs/stores.md measures it. */
export const BUDGET = { usual: 2600, full: 25_000 } as const;

/**
 * List prices of public pricing pages for a region of the United States, in dollars, as of November 2026. They are examples:
 * put in your own, and run `npm run generate -- scale`.
 */
export const PRICES = {
  asOf: '2026-11',
  dynamodb: { millionWriteUnits: 0.625, millionReadUnits: 0.125, gbMonth: 0.25 },
  /** A primary and a standby of 4 cores, and their disks. */
  postgres: { pairMonth: 600, gbMonth: 0.23 },
  /** A primary and a replica of 26 GB of memory. */
  redis: { pairMonth: 640, usableGb: 18 },
} as const;

/** What is assumed of a server, below what was measured: bench/LOAD.md. */
export const CAPACITY = {
  postgres: { signInsPerSecond: 2000, terabytes: 2 },
  redis: { signInsPerSecond: 4000 },
  /** The busiest minute of a day beside its mean. */
  peak: 4,
} as const;

/** Of docs/stores.md: what a byte of JSON takes in the engine. */
const OVERHEAD = { postgres: 1.7, redis: 1.25, dynamodb: 1.07 } as const;
const USERS = [1e6, 1e9] as const;
const SECONDS_A_YEAR = 365 * 86_400;

export interface Plan {
  readonly users: number;
  readonly engine: 'PostgreSQL' | 'Redis' | 'DynamoDB';
  readonly gigabytes: number;
  /** At the peak. */
  readonly signInsPerSecond: number;
  /** Servers with their standby, each with a part of the users. */
  readonly shards: number | undefined;
  readonly dollarsPerMillion: number;
}

export function plan(year: Year): Plan[] {
  return USERS.flatMap((users) => {
    const rate = ((users * year.signIns) / SECONDS_A_YEAR) * CAPACITY.peak;
    const millionsAMonth = (users * year.signIns) / 12 / 1e6;
    const gigabytes = (overhead: number): number => (users * year.last * overhead) / 1e9;
    const [onPostgres, inRedis, inDynamodb] = [
      gigabytes(OVERHEAD.postgres),
      gigabytes(OVERHEAD.redis),
      gigabytes(OVERHEAD.dynamodb),
    ];
    const postgresShards = Math.max(
      Math.ceil(onPostgres / 1000 / CAPACITY.postgres.terabytes),
      Math.ceil(rate / CAPACITY.postgres.signInsPerSecond),
    );
    const redisShards = Math.max(
      Math.ceil(inRedis / PRICES.redis.usableGb),
      Math.ceil(rate / CAPACITY.redis.signInsPerSecond),
    );
    const units = {
      writes: (year.writes / year.signIns) * Math.ceil((year.mean * OVERHEAD.dynamodb) / 1024),
      reads: (year.reads / year.signIns) * Math.ceil((year.mean * OVERHEAD.dynamodb) / 4096),
    };
    const dynamodb =
      units.writes * PRICES.dynamodb.millionWriteUnits +
      units.reads * PRICES.dynamodb.millionReadUnits +
      (inDynamodb * PRICES.dynamodb.gbMonth) / millionsAMonth;
    const postgres =
      (postgresShards * PRICES.postgres.pairMonth + onPostgres * PRICES.postgres.gbMonth) / millionsAMonth;
    return [
      {
        users,
        engine: 'PostgreSQL',
        gigabytes: onPostgres,
        signInsPerSecond: rate,
        shards: postgresShards,
        dollarsPerMillion: postgres,
      },
      {
        users,
        engine: 'Redis',
        gigabytes: inRedis,
        signInsPerSecond: rate,
        shards: redisShards,
        dollarsPerMillion: (redisShards * PRICES.redis.pairMonth) / millionsAMonth,
      },
      {
        users,
        engine: 'DynamoDB',
        gigabytes: inDynamodb,
        signInsPerSecond: rate,
        shards: undefined,
        dollarsPerMillion: dynamodb,
      },
    ];
  });
}

const digits = (value: number): string =>
  Number(value.toPrecision(2)).toLocaleString('en', { maximumFractionDigits: 2 });

/** The first tables of docs/scale.md. */
export function scaleTables(year: Year): string {
  const { signIns, reads, writes, first, mean, most, written } = year;
  return [
    table(
      ['a user with one device', 'in a year'],
      [
        ['sign-ins', String(signIns)],
        ['wrong codes before them', String(Math.floor(HABITS.signIns / HABITS.wrongOneIn))],
        ['codes shown twice', String(Math.floor(HABITS.signIns / HABITS.twiceOneIn))],
        ['recovery codes used', String(HABITS.recoveries)],
        ['row reads a sign-in', (reads / signIns).toFixed(2)],
        ['row writes a sign-in', (writes / signIns).toFixed(2)],
        ['bytes of JSON after the set-up', digits(first)],
        ['bytes of JSON, mean', digits(mean)],
        ['bytes of JSON, most', digits(most)],
        ['bytes written a sign-in', digits(written / signIns)],
        ['budget of the row', BUDGET.usual.toLocaleString('en')],
        [
          'budget of the fullest row: eight devices, ten browsers, all of the history',
          BUDGET.full.toLocaleString('en'),
        ],
      ],
      1,
    ),
    table(
      ['', 'users', 'stored', 'sign-ins a second, peak', 'shards', 'dollars a million sign-ins'],
      plan(year).map(({ users, engine, gigabytes, signInsPerSecond, shards, dollarsPerMillion }) => [
        engine,
        users.toLocaleString('en'),
        gigabytes >= 1000 ? `${digits(gigabytes / 1000)} TB` : `${digits(gigabytes)} GB`,
        digits(signInsPerSecond),
        shards === undefined ? 'its own' : String(shards),
        digits(dollarsPerMillion),
      ]),
      1,
    ),
  ].join('\n\n');
}
