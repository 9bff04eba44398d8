import { expect, it } from 'vitest';
import { bundle, Program } from './program.js';

it('the benchmark prints a rate for each kind of work', async () => {
  const program = new Program(process.execPath, [await bundle('docs/examples/benchmark.ts'), '10000']);
  expect(await program.exit).toEqual({ code: 0, signal: null });
  expect(program.errors).toBe('');
  const rates = [...program.output.matchAll(/^(\S.*?) +([\d,]+) a second$/gm)];
  expect(rates.map(([, name]) => name)).toEqual([
    'generate SHA1',
    'generate SHA256, 8 digits',
    'totp',
    'verify ±1',
    'verify ±1, cold',
    'pair ±1 day',
  ]);
  for (const [, , rate] of rates) expect(Number(rate?.replaceAll(',', ''))).toBeGreaterThan(0);
  expect(program.output.trimEnd().split('\n')).toHaveLength(rates.length);
});
