import { loadavg } from 'node:os';
import { execute } from '../execute.js';
import { bundle, peers } from '../prepare.js';
import { type LoadRow, loadEngine, type Pace } from './engine-load.js';
import { ENGINES } from './engines.js';
import type { ServiceRow } from './service-cost-process.js';
import type { LoadResults } from './sign-ins-page.js';

const PACE: Pace = { rounds: 5, phaseMs: 150, warmUpMs: 150 };
const MOST_PROCESSES = 4;

/** Needs PostgreSQL, MariaDB and Redis. */
export async function runLoad(
  say: (what: string) => void,
): Promise<Pick<LoadResults, 'loadBefore' | 'engines' | 'load' | 'service'>> {
  const [loadBefore = Number.NaN] = loadavg();
  say('Service');
  const { stdout } = await execute(process.execPath, [await bundle('sign-ins/service-cost-process'), peers().folder]);
  const service: ServiceRow[] = JSON.parse(stdout);
  const client = await bundle('sign-ins/client-process');
  const engines: Record<string, string> = {};
  const rows: LoadRow[] = [];
  for (const engine of ENGINES) {
    engines[engine.name] = await engine.describe();
    for (let processes = 1; processes <= (engine.alone ? 1 : MOST_PROCESSES); processes++) {
      say(`${engine.name}, ${processes}`);
      rows.push(await loadEngine(engine, client, processes, PACE));
    }
  }
  return { loadBefore, engines, load: rows, service };
}
