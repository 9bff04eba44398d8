import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { median, quantile } from '../statistics.js';
import type { Phase, Took } from './client-process.js';
import type { Engine } from './engines.js';

export interface LoadRow {
  readonly engine: string;
  readonly processes: number;
  readonly sealed: SignIns;
  readonly plain: SignIns;
  readonly bare?: Bare;
}

interface Rate {
  /** Of all processes together. */
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

interface SignIns extends Rate {
  /** What of it is not in the store: the service's own time, with all that the sealer takes. Median, and its share. */
  readonly ownMs: number;
  readonly ownShare: number;
}

/** A read and a compare-and-set each time, as the store sends them, without the store. */
interface Bare extends Rate {
  readonly storeToBare: number;
  /** The same for the compare-and-set alone. */
  readonly writeToBare: number;
  /** How many times as slow its slowest round was as its fastest, by their medians: other work on the machine shows here. */
  readonly spread: number;
}

export interface Pace {
  readonly rounds: number;
  readonly phaseMs: number;
  readonly warmUpMs: number;
}

/** Many processes, each with users of its own and one request at a time; in each round all do each phase once, together. */
export async function loadEngine(engine: Engine, file: string, processes: number, pace: Pace): Promise<LoadRow> {
  const place = await engine.make();
  const clients = Array.from({ length: processes }, (_, i) =>
    fork(file, [engine.name, place, `c${i}`], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] }),
  );
  try {
    await Promise.all(clients.map(nextMessage));
    const phases: readonly Phase[] = engine.bare === false ? ['sealed', 'plain'] : ['raw', 'store', 'sealed', 'plain'];
    const together = async (phase: Phase, ms: number): Promise<Took[]> => {
      const answers = Promise.all(clients.map(nextMessage));
      for (const client of clients) client.send({ phase, ms });
      return (await answers) as Took[];
    };
    for (const phase of phases) await together(phase, pace.warmUpMs);
    const rounds: Record<Phase, Took[]>[] = [];
    for (let round = 0; round < pace.rounds; round++) {
      const took = {} as Record<Phase, Took[]>;
      for (let turn = 0; turn < phases.length; turn++) {
        const phase = phases[(turn + round) % phases.length] as Phase;
        took[phase] = await together(phase, pace.phaseMs);
      }
      rounds.push(took);
    }
    return summary(engine.name, processes, rounds);
  } finally {
    for (const client of clients) if (client.connected) client.disconnect();
    await Promise.all(clients.map((client) => client.exitCode ?? client.signalCode ?? once(client, 'exit')));
    await engine.remove(place);
  }
}

function nextMessage(client: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const end = (): void => reject(new Error('a client process ended: see above'));
    client.once('exit', end);
    client.once('message', (message) => {
      client.off('exit', end);
      resolve(message);
    });
  });
}

function summary(engine: string, processes: number, rounds: readonly Record<Phase, Took[]>[]): LoadRow {
  const times = (phase: Phase, of: keyof Took): number[] =>
    rounds.flatMap((took) => took[phase].flatMap((each) => each[of]));
  const rate = (phase: Phase): Rate => {
    const whole = times(phase, 'whole');
    const meanMs = whole.reduce((sum, value) => sum + value, 0) / whole.length;
    return { perSecond: (1000 * processes) / meanMs, p50Ms: quantile(whole, 0.5), p99Ms: quantile(whole, 0.99) };
  };
  const signIns = (phase: Phase): SignIns => {
    const inStore = times(phase, 'part');
    const ownMs = median(times(phase, 'whole').map((ms, i) => ms - (inStore[i] as number)));
    const all = rate(phase);
    return { ...all, ownMs, ownShare: ownMs / all.p50Ms };
  };
  /** Of the medians within a round, and then the median over the rounds: a machine with other work is slow for all. */
  const half = (took: readonly Took[], of: keyof Took): number => median(took.flatMap((each) => each[of]));
  const storeToBare = (of: keyof Took): number => {
    return median(rounds.map(({ store, raw }) => half(store, of) / half(raw, of)));
  };
  const bareRounds = rounds.flatMap(({ raw }) => (raw ? [half(raw, 'whole')] : []));
  const spread = Math.max(...bareRounds) / Math.min(...bareRounds);
  const bare = rounds[0]?.raw && {
    spread,
    ...rate('raw'),
    storeToBare: storeToBare('whole'),
    writeToBare: storeToBare('part'),
  };
  return { engine, processes, sealed: signIns('sealed'), plain: signIns('plain'), ...(bare && { bare }) };
}
