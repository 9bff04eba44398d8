// `npm run failover` starts engines with replicas, lets their primary fail under load, and prints what was lost. It takes
// the names of engines, `--runs N` (default 1: a table has the sums) and `--json FILE`. It needs redis-server, redis-sentinel and PostgreSQL; see docs/stores.md.
import { writeFileSync } from 'node:fs';
import { inspect, parseArgs } from 'node:util';
import { table } from '../../support/tables.js';
import { type Outcome, runScenario, type Scenario } from './failover.js';
import { postgresPair, postgresStaleReads } from './postgres.js';
import { type RedisSettings, redisCluster, redisSentinel, redisStaleReads } from './redis.js';
import { type StaleOutcome, staleReads } from './stale-reads.js';

const LAG_MS = 50;
/** Of one failure; a fifth of it is usual. */
const LONGEST_MS = 180_000;

const sentinel = (setting: string, failure: Scenario['failure'], settings: Partial<RedisSettings>): Scenario => {
  const all = { lagMs: LAG_MS, wait: 0, minReplicas: 0, ...settings };
  return { engine: 'sentinel', setting, failure, lagMs: all.lagMs, deploy: () => redisSentinel(all) };
};
const cluster = (setting: string, settings: Partial<RedisSettings>): Scenario => {
  const all = { lagMs: LAG_MS, wait: 0, minReplicas: 0, ...settings };
  return { engine: 'cluster', setting, failure: 'killed', lagMs: all.lagMs, deploy: () => redisCluster(all) };
};
const postgres = (setting: string, lagMs: number, synchronousCommit?: 'on' | 'remote_apply'): Scenario => ({
  engine: 'postgres',
  setting,
  failure: 'killed',
  lagMs,
  deploy: () => postgresPair({ lagMs, ...(synchronousCommit === undefined ? {} : { synchronousCommit }) }),
});

const SCENARIOS: readonly Scenario[] = [
  sentinel('neither', 'killed', { lagMs: 0 }),
  sentinel('neither', 'killed', {}),
  sentinel('min-replicas-to-write 1', 'killed', { minReplicas: 1 }),
  sentinel('WAIT 1', 'killed', { wait: 1 }),
  sentinel('WAIT 1, min-replicas-to-write 1', 'killed', { wait: 1, minReplicas: 1 }),
  sentinel('neither', 'cut off', {}),
  sentinel('min-replicas-to-write 1', 'cut off', { minReplicas: 1 }),
  sentinel('WAIT 1 after writes alone', 'cut off', { wait: 1, waitsForWritesAlone: true }),
  sentinel('WAIT 1', 'cut off', { wait: 1 }),
  cluster('neither', { lagMs: 0 }),
  cluster('neither', {}),
  cluster('WAIT 1', { wait: 1 }),
  postgres('asynchronous', 0),
  postgres('asynchronous', LAG_MS),
  postgres('synchronous_commit on', LAG_MS, 'on'),
  postgres('synchronous_commit remote_apply', LAG_MS, 'remote_apply'),
];

const LATE_MS = 500;
const STALE: Readonly<Record<string, () => ReturnType<typeof redisStaleReads>>> = {
  'stale-redis': () => redisStaleReads(LATE_MS),
  'stale-postgres': () => postgresStaleReads(LATE_MS),
};

function lossTable(outcomes: readonly Outcome[]): string {
  const columns = [
    'engine',
    'setting',
    'primary',
    'replica late by',
    'answered',
    'lost of them',
    'codes back',
    'recovery codes back',
    'revoked proofs back',
    'removed devices back',
    'strikes gone',
    'accepted twice in the log',
    'contradictions in the log',
    'new primary after',
  ];
  const sameSetting = (one: Outcome, other: Outcome): boolean =>
    (['engine', 'setting', 'failure', 'lagMs'] as const).every((name) => one[name] === other[name]);
  const firsts = outcomes.filter((one, i) => outcomes.findIndex((other) => sameSetting(one, other)) === i);
  const rows = firsts.map((first) => {
    const all = outcomes.filter((other) => sameSetting(first, other));
    const sum = (of: (outcome: Outcome) => number): string =>
      all.reduce((soFar, outcome) => soFar + of(outcome), 0).toLocaleString('en');
    return [
      first.engine,
      first.setting,
      first.failure,
      `${first.lagMs} ms`,
      sum(({ loss }) => loss.answered),
      sum(({ loss }) => Object.values(loss.lost).reduce((soFar, count) => soFar + count, 0)),
      ...(['code', 'recoveryCode', 'proof', 'device', 'strikes'] as const).map((kind) =>
        sum(({ loss }) => loss.back[kind]),
      ),
      sum(({ twice }) => twice),
      sum(({ contradictions }) => contradictions),
      `${(Math.max(...all.map(({ awayMs }) => awayMs)) / 1000).toFixed(1)} s`,
    ];
  });
  return table(columns, rows, 3);
}

function staleTable(outcomes: readonly StaleOutcome[]): string {
  const questions = [...new Set(outcomes.flatMap(({ asked }) => Object.keys(asked)))];
  const rows = questions.map((question) => [question, ...outcomes.map(({ asked }) => asked[question] ?? '')]);
  return table(['asked of a replica that is late', ...outcomes.map(({ engine }) => engine)], rows, 3);
}

const { values, positionals: named } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'string' }, runs: { type: 'string', default: '1' } },
});
const runs = Number(values.runs);
if (!Number.isInteger(runs) || runs < 1) throw new Error('--runs takes a whole number from 1');
const known = [...new Set(SCENARIOS.map(({ engine }) => engine)), ...Object.keys(STALE)];
const unknown = named.filter((name) => !known.includes(name));
if (unknown.length > 0) throw new Error(`there is no ${unknown.join(', ')}; there are ${known.join(', ')}`);
const isWanted = (engine: string): boolean => named.length === 0 || named.includes(engine);

const outcomes: Outcome[] = [];
const stale: StaleOutcome[] = [];
/** What could not be run, and why. */
const notRun: string[] = [];
// Then the servers are killed, too.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1));
const attempt = async (what: string, run: () => Promise<void>): Promise<void> => {
  console.log(what);
  const watchdog = setTimeout(() => {
    console.error(`stopped: it took more than ${LONGEST_MS / 60_000} minutes`);
    process.exit(1);
  }, LONGEST_MS * runs);
  try {
    await run();
  } catch (error) {
    notRun.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
    console.log(`  not run: ${inspect(error)}`);
  } finally {
    clearTimeout(watchdog);
  }
};
for (const scenario of SCENARIOS.filter(({ engine }) => isWanted(engine))) {
  const { engine, setting, failure, lagMs } = scenario;
  await attempt(`${engine}, ${setting}, primary ${failure}, replica late by ${lagMs} ms`, async () => {
    for (let run = 0; run < runs; run++) outcomes.push(await runScenario(scenario));
  });
}
for (const [engine, deploy] of Object.entries(STALE)) {
  if (isWanted(engine)) {
    await attempt(`${engine}, late by ${LATE_MS} ms`, async () => {
      stale.push(await staleReads(engine, LATE_MS, deploy));
    });
  }
}

if (outcomes.length > 0) console.log(`\n${lossTable(outcomes)}`);
if (stale.length > 0) console.log(`\n${staleTable(stale)}`);
for (const what of notRun) console.log(`NOT RUN: ${what}`);
if (values.json !== undefined)
  writeFileSync(values.json, `${JSON.stringify({ outcomes, stale, notRun }, undefined, 2)}\n`);
// Clients that still try to reach a server that is gone must not keep it.
process.exit(notRun.length === 0 ? 0 : 1);
