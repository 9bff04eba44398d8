/**
 * Does the time tell where a code matched? Welch's t between positions of the match, after Reparaz, Balasch and
 * Verbauwhede, "Dude, is my code constant time?" (2017). A scan that stops at its match runs beside ours: where that does
 * not leak, this machine could not have seen a leak of ours.
 */
import { hotp, matchCode, matchPair, parseSecret } from 'lockstep-mfa';
import { welchT } from '../statistics.js';
import { CONTROL, type Leak } from './leak.js';

const WARM_UP = 10_000;
const SAMPLES = 40_000;
const CALLS_A_SAMPLE = 4;
const REACH = 10;

const secret = parseSecret('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ');
const window = { behind: REACH, ahead: REACH };
const POSITIONS: Readonly<Record<string, number>> = { first: -REACH, middle: 0, last: REACH };

type Scan = (codes: readonly [string, string], counter: number) => boolean;
const SCANS: Readonly<Record<string, Scan>> = {
  matchCode: ([, code], counter) => matchCode(secret, code, { counter, window }).ok,
  matchPair: (codes, counter) => matchPair(secret, codes, { counter, window }).ok,
  [CONTROL]: ([, code], counter) => {
    for (let c = counter - REACH; c <= counter + REACH; c++) if (hotp(secret, c) === code) return true;
    return false;
  },
};

const names = Object.keys(POSITIONS);
const leaks: Leak[] = [];
for (const [scan, work] of Object.entries(SCANS)) {
  const times = measure(work);
  for (const [one, two] of [
    ['first', 'middle'],
    ['middle', 'last'],
    ['first', 'last'],
  ] as const) {
    leaks.push({ scan, positions: `${one}, ${two}`, t: welchT(times.get(one)!, times.get(two)!) });
  }
}
console.log(JSON.stringify(leaks));

function measure(scan: Scan): Map<string, number[]> {
  // Random positions, so that no branch predictor learns the order, and a new counter and code for each sample: what one
  // code costs to read or to divide would else count many times over for its position.
  const tries = Array.from({ length: WARM_UP + SAMPLES }, () => {
    const position = names[Math.floor(Math.random() * names.length)]!;
    const counter = 56_666_666 + Math.floor(Math.random() * 1_000_000);
    const matching = counter + POSITIONS[position]!;
    return { position, counter, codes: [hotp(secret, matching - 1), hotp(secret, matching)] as const };
  });
  const samples = new Map<string, number[]>(names.map((name) => [name, []]));
  for (const [i, { position, counter, codes }] of tries.entries()) {
    const startMs = performance.now();
    for (let call = 0; call < CALLS_A_SAMPLE; call++) {
      if (!scan(codes, counter)) throw new Error('a code that matches did not');
    }
    const tookMs = performance.now() - startMs;
    if (i >= WARM_UP) samples.get(position)!.push(tookMs);
  }
  return withoutOutliers(samples);
}

/** The upper tenth are interrupts and collections: cut at one time for all, or the cut itself would tell them apart. */
function withoutOutliers(samples: Map<string, number[]>): Map<string, number[]> {
  const all = [...samples.values()].flat().sort((a, b) => a - b);
  const cut = all[Math.floor(all.length * 0.9)]!;
  return new Map([...samples].map(([name, times]) => [name, times.filter((ms) => ms < cut)]));
}
