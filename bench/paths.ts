import { fileURLToPath } from 'node:url';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export const ROOT: string = at('../');
export const BENCH: string = at('./');
export const PEERS: string = at('./peers/');
export const OTHER_RUNTIMES: string = at('./other-runtimes/');
/** What is built for a run. */
export const CACHE: string = at('./.cache/');
export const RESULTS: string = at('./RESULTS.md');
export const LOAD: string = at('./LOAD.md');
