import { loadavg } from 'node:os';
import { bundle } from '../prepare.js';
import { execute, peers } from '../runtime.js';
import { ENGINES } from './engines.js';
import { type LoadRow, load, type Pace } from './load.js';
import type { LoadResults } from './report.js';
import type { ServiceRow } from './service.js';

const PACE: Pace = { rounds: 5, phaseMs: 150, warmUpMs: 150 };
const MOST_PROCESSES = 4;

/** Needs PostgreSQL and Redis. */
export async function runLoad(
  say: (what: string) => void,
): Promise<Pick<LoadResults, 'loadBefore' | 'engines' | 'load' | 'service'>> {
  const [loadBefore = Number.NaN] = loadavg();
  say('Service');
  const { stdout } = await execute(process.execPath, [await bundle('load/service'), peers().folder]);
  const service: ServiceRow[] = JSON.parse(stdout);
  const client = await bundle('load/client');
  const engines: Record<string, string> = {};
  const rows: LoadRow[] = [];
  for (const engine of ENGINES) {
    engines[engine.name] = await engine.describe();
    for (let processes = 1; processes <= (engine.alone ? 1 : MOST_PROCESSES); processes++) {
      say(`${engine.name}, ${processes}`);
      rows.push(await load(engine, client, processes, PACE));
    }
  }
  return { loadBefore, engines, load: rows, service };
}
