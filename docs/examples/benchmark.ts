// How many codes a second, here and now. Run it: npx tsx docs/examples/benchmark.ts [rounds]
import { counterAt, hotp, matchCode, matchPair, parseSecret, totp } from 'lockstep-mfa/core';

const rounds = Number(process.argv[2] ?? 1_000_000);
const base32 = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
const secret = parseSecret(base32); // prepared at its first use, for each algorithm once
const counter = counterAt({ nowMs: Date.now() });
const day = { behind: 2880, ahead: 2880 };

rate('generate SHA1', rounds, (i) => hotp(secret, counter + i));
rate('generate SHA256, 8 digits', rounds, (i) => hotp(secret, counter + i, { algorithm: 'SHA256', digits: 8 }));
rate('totp', rounds, (i) => totp(secret, { nowMs: 1_700_000_000_000 + i * 30_000 }));
rate('verify ±1', rounds, (i) => matchCode(secret, '123456', { counter: counter + i }));
rate('verify ±1, cold', rounds / 10, () => matchCode(parseSecret(base32), '123456', { counter }));
rate('pair ±1 day', rounds / 10_000, () => matchPair(secret, ['123456', '654321'], { counter, window: day }));

function rate(name: string, times: number, work: (i: number) => unknown): void {
  const startMs = performance.now();
  for (let i = 0; i < times; i++) work(i);
  const perSecond = Math.round((times / (performance.now() - startMs)) * 1000);
  console.log(`${name.padEnd(26)} ${perSecond.toLocaleString('en').padStart(12)} a second`);
}
