// Loaded before an example: reports what it prints, and on which of its lines, through the pipe 3.
import { writeSync } from 'node:fs';
import { inspect } from 'node:util';

const name = process.env['LOCKSTEP_EXAMPLE']!;

console.log = (...values: unknown[]): void => {
  const at = new Error().stack?.split('\n').find((frame) => frame.includes(`${name}.ts:`));
  const line = Number(/:(\d+):\d+\)?$/.exec(at ?? '')?.[1]);
  const inside = values.map((value) => inspect(value, { breakLength: Number.POSITIVE_INFINITY })).join(' ');
  const outside = values.map((value) => (typeof value === 'string' ? value : inspect(value))).join(' ');
  writeSync(3, `${JSON.stringify({ line, shown: [inside, outside] })}\n`);
};
