import { setTimeout as sleep } from 'node:timers/promises';
import type { MfaStore } from 'lockstep-mfa';
import { violations } from '../checker.js';
import { type Entry, load } from '../load.js';
import { enroll, recordsOf } from '../people.js';
import { type ApplicationStore, type Deployment, PATIENCE_MS, until } from './deployment.js';
import { enrollWitness, type Loss, lossOf, work } from './witnesses.js';

export type Failure = 'killed' | 'cut off';

export interface Scenario {
  readonly engine: string;
  readonly setting: string;
  readonly lagMs: number;
  readonly failure: Failure;
  readonly deploy: () => Promise<Deployment>;
}

export interface Outcome extends Omit<Scenario, 'deploy'> {
  readonly loss: Loss;
  /** Requests of the crowd, which went on: how many were answered, and how many ended in an error. */
  readonly crowd: { readonly answered: number; readonly errors: number };
  /** In the answers of the crowd: codes and recovery codes that were accepted twice. */
  readonly twice: number;
  /** All that the checker of the races found, these included. */
  readonly contradictions: number;
  /** From the failure until the first write to the new primary. */
  readonly awayMs: number;
}

/** Connections of the witnesses and of the crowd: `WAIT` holds up all that comes behind it on one. */
const LOOPS = 18;
const SERVERS = 6;
const WITNESSES = 72;
const CROWD = 12;
/** Between two requests of one loop, so that this process keeps up: a network that it delays too late loses nothing. */
const PAUSE_MS = 10;
const BEFORE_MS = 2500;
const AFTER_MS = 2000;

/** Puts two loads on it, lets the primary fail, and compares what was answered with what the new primary has. */
export async function runScenario({ deploy, ...scenario }: Scenario): Promise<Outcome> {
  const deployment = await deploy();
  const stores: ApplicationStore[] = [];
  const open = async (): Promise<ApplicationStore> => {
    const store = await deployment.open();
    stores.push(store);
    return store;
  };
  try {
    const servers = await Promise.all(Array.from({ length: SERVERS }, open));
    const lines = await Promise.all(Array.from({ length: LOOPS }, open));
    const people = await enroll(servers[0]!.store, CROWD);
    const before = await recordsOf(servers[0]!.store, people);
    const witnesses = await Promise.all(
      Array.from({ length: WITNESSES }, (_, i) => enrollWitness(lines[i % LOOPS]!.store)),
    );

    let failed = false;
    let over = false;
    const startedAtMs = Date.now();
    const log: Entry[] = [];
    const tell = (entry: Entry): void => void log.push(entry);
    const crowdOver = ({ store }: ApplicationStore): Promise<void> =>
      load(paced(store), { people, startedAtMs, parallel: 1 }, tell, () => over);
    const crowd = servers.map(crowdOver);

    // Each witness is in one loop, so that it asks one thing at a time.
    const loop = async ({ store }: ApplicationStore, line: number): Promise<void> => {
      const mine = witnesses.filter((_, i) => i % LOOPS === line);
      while (!failed) for (const witness of mine) await work(paced(store), witness, () => failed);
    };
    const watched = Promise.all(lines.map(loop));

    await sleep(BEFORE_MS);
    const failedAtMs = Date.now();
    const isKilled = scenario.failure === 'killed';
    if (isKilled) {
      await deployment.kill();
      failed = true;
    } else {
      deployment.partition();
    }
    const next = await deployment.promoted();
    stores.push(next);
    await until('somebody is answered', async () => (await enrollWitness(next.store)) !== undefined);
    const awayMs = Date.now() - failedAtMs;
    if (!isKilled) {
      // Those that start now find the new primary; the others go on with the old one for a while.
      crowd.push(...(await Promise.all([open(), open()])).map(crowdOver));
      await sleep(AFTER_MS);
      failed = true;
      await deployment.kill();
    }
    await Promise.race([watched, sleep(PATIENCE_MS)]);
    await sleep(AFTER_MS);
    over = true;
    await Promise.race([Promise.all(crowd), sleep(PATIENCE_MS)]);

    const after = await recordsOf(next.store, people);
    const found = violations({ people, before, log, after, whole: false });
    const errors = log.filter(({ answer }) => answer.endsWith('error')).length;
    return {
      ...scenario,
      loss: await lossOf(next.store, witnesses, failedAtMs),
      crowd: { answered: log.length - errors, errors },
      twice: found.filter((what) => what.endsWith('was accepted twice')).length,
      contradictions: found.length,
      awayMs,
    };
  } finally {
    for (const { close } of stores) close();
    await deployment.stop();
  }
}

/** Each of its requests begins with a pause. */
function paced(store: MfaStore): MfaStore {
  return {
    get: (userId) => sleep(PAUSE_MS).then(() => store.get(userId)),
    compareAndSet: (...write) => store.compareAndSet(...write),
  };
}
