/** How long the most costly requests take that any accepted policy and devices allow. Prints JSON. */
import {
  createMfaService,
  createPolicy,
  generateSecret,
  type OtpParameters,
  type PolicyOptions,
  plaintextSealer,
} from 'lockstep-mfa';
import {
  adoptDevice,
  assignDevice,
  createDevice,
  createDevicePolicy,
  type DevicePolicyOptions,
  importDevice,
  resynchronizeDevice,
  verifyCode,
} from 'lockstep-mfa/device';
import { memoryStore } from 'lockstep-mfa/stores/memory';
import { fixedClock, virtualAuthenticator } from 'lockstep-mfa/testing';
import { median } from '../statistics.js';

export interface WorstCaseRow {
  readonly request: string;
  readonly of: string;
  readonly medianMs: number;
  readonly slowestMs: number;
}

interface Case {
  readonly request: string;
  readonly of: string;
  once(): unknown;
}

const NOW_MS = 1_700_000_040_000;
const WARM_UPS = 5;
const ROUNDS = 30;

const DEFAULTS: OtpParameters = { algorithm: 'SHA1', digits: 6, periodSeconds: 30 };
/** The algorithm that costs most, and a period that makes most positions of a range. Six digits would be refused. */
const COSTLY: OtpParameters = { algorithm: 'SHA512', digits: 7, periodSeconds: 1 };
/** Of one-second periods the widest range that is accepted. */
const WIDEST: DevicePolicyOptions = { assignRangeSeconds: 9939, resynchronizeRangeSeconds: 9939 };
/** Where the diagnosis of a wrong pair comes nearest to the bound. */
const EXPLAINED: DevicePolicyOptions = { assignRangeSeconds: 2450, resynchronizeRangeSeconds: 2450 };

const secret = generateSecret();

function wrongPair({ digits }: OtpParameters): readonly [string, string] {
  return ['1'.repeat(digits), '2'.repeat(digits)];
}

function pairs(of: string, parameters: OtpParameters, options: DevicePolicyOptions): Case[] {
  const policy = createDevicePolicy(options);
  const fields = { serialNumber: 'phone', nowMs: NOW_MS, policy, parameters };
  const [pending, device] = [createDevice(fields), importDevice(fields)];
  const now = { nowMs: NOW_MS, policy };
  const codes = wrongPair(parameters);
  return [
    { request: 'assignDevice, wrong codes', of, once: () => assignDevice(pending, secret, codes, now) },
    { request: 'adoptDevice, wrong codes', of, once: () => adoptDevice(secret, codes, fields) },
    { request: 'resynchronizeDevice, wrong codes', of, once: () => resynchronizeDevice(device, secret, codes, now) },
  ];
}

/** A user whose devices were all assigned as late as can be, so that each accepts as much as can be. */
async function signIn(of: string, count: number, parameters: OtpParameters, options: PolicyOptions): Promise<Case> {
  const policy = createPolicy({ maxDevices: count, maxPendingDevices: count, ...options });
  const clock = fixedClock(NOW_MS);
  const mfa = createMfaService({ issuer: 'Acme', store: memoryStore(), sealer: plaintextSealer(), policy, clock });
  const desk = mfa.asAdministrator('Ada');
  const begun = [];
  for (let n = 0; n < count; n++) {
    const created = await desk.createDevice('alice', { name: `phone ${n}`, account: 'alice', parameters });
    if (!created.ok) throw new Error(created.reason);
    begun.push(created);
  }
  clock.advanceMs(policy.pendingLifeMs - 1);
  for (const { enrollment, keyUri } of begun) {
    const phone = virtualAuthenticator(keyUri, { clock });
    const codes = [phone.code({ steps: -1 }), phone.code()] as const;
    const assigned = await desk.assignDevice('alice', { enrollment, codes });
    if (!assigned.ok) throw new Error(assigned.reason);
  }
  const [code] = wrongPair(parameters);
  return {
    request: `signIn, wrong code, ${count === 1 ? 'one device' : `${count} devices`}`,
    of,
    once: async () => {
      // So many counters are worth more strikes than lock: without this no code would be looked at the next time.
      await desk.unlock('alice');
      const answer = await mfa.signIn('alice', { code });
      if (answer.ok || answer.reason !== 'code-mismatch') throw new Error('the code was not looked at');
    },
  };
}

const device = importDevice({ serialNumber: 'phone', nowMs: NOW_MS });
const megabyte = '1'.repeat(1_000_000);
const day: PolicyOptions = { assignRangeSeconds: 86_400, pendingLifeMs: 86_400_000 };
const cases: readonly Case[] = [
  ...pairs('the default policy, 30 s, SHA1', DEFAULTS, {}),
  await signIn('the default policy, 30 s, SHA1', 8, DEFAULTS, {}),
  ...pairs('the default policy, 1 s, SHA512', COSTLY, {}),
  ...pairs('the widest range, 1 s, SHA512', COSTLY, WIDEST),
  ...pairs('most to explain, 10 s, SHA512', { ...COSTLY, digits: 8, periodSeconds: 10 }, EXPLAINED),
  await signIn('the widest range, 1 s, SHA512', 1, COSTLY, { ...WIDEST, pendingLifeMs: 86_400_000 }),
  await signIn('a day wide and a day old, 30 s, SHA512', 6, { ...COSTLY, periodSeconds: 30 }, day),
  await signIn('a hundred devices, 30 s, SHA512', 100, { ...COSTLY, periodSeconds: 30 }, {}),
  {
    request: 'verifyCode, 1 MB of digits',
    of: 'the default policy',
    once: () => verifyCode(device, secret, megabyte, { nowMs: NOW_MS }),
  },
];

const rows: WorstCaseRow[] = [];
for (const { request, of, once } of cases) {
  const took: number[] = [];
  for (let round = -WARM_UPS; round < ROUNDS; round++) {
    const startMs = performance.now();
    const result = once();
    if (result instanceof Promise) await result;
    if (round >= 0) took.push(performance.now() - startMs);
  }
  rows.push({ request, of, medianMs: median(took), slowestMs: Math.max(...took) });
}
console.log(JSON.stringify(rows));
