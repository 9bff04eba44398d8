// What is tried on every runtime, over the built files, by no test runner: an engine without one has to run it as well.
import {
  aesGcmSealer,
  createMfaService,
  formatKeyUri,
  formatSecret,
  generateSecret,
  hotp,
  isMfaError,
  parseKeyUri,
  parseSecret,
  plaintextSealer,
  type Sealer,
  type Secret,
  totp,
} from 'lockstep-mfa';
import { totp as totpOfCore } from 'lockstep-mfa/core';
import {
  assignDevice,
  type Device,
  parseDevice,
  reinstateDevice,
  resynchronizeDevice,
  suspendDevice,
  verifyCode,
} from 'lockstep-mfa/device';
import { qrDataUrl, qrPng, qrSvg, qrTerminal } from 'lockstep-mfa/qr';
import { memoryStore } from 'lockstep-mfa/stores/memory';
import { fixedClock, storeContract, virtualAuthenticator } from 'lockstep-mfa/testing';
import codesJson from '../vectors/codes.json' with { type: 'json' };
import devicesJson from '../vectors/devices.json' with { type: 'json' };
import keyUrisJson from '../vectors/key-uris.json' with { type: 'json' };

export interface Report {
  readonly passed: readonly string[];
  readonly failed: readonly { readonly name: string; readonly why: string }[];
  /** Tests that the runtime cannot run, and the globals that it lacks for them. */
  readonly lacking: Readonly<Record<string, readonly string[]>>;
}

interface Test {
  /** Globals that it needs. */
  readonly needs?: readonly (keyof typeof GLOBALS)[];
  /** A global without which alone it says something. */
  readonly without?: keyof typeof GLOBALS;
  readonly run: () => void | Promise<void>;
}

// Each by its name: `globalThis[name]` would also find what a bundler or a shim put there.
const GLOBALS = {
  'crypto.getRandomValues': () => globalThis.crypto?.getRandomValues,
  'crypto.subtle': () => globalThis.crypto?.subtle,
  TextEncoder: () => globalThis.TextEncoder,
  TextDecoder: () => globalThis.TextDecoder,
  setTimeout: () => globalThis.setTimeout,
  performance: () => globalThis.performance,
  structuredClone: () => globalThis.structuredClone,
  btoa: () => globalThis.btoa,
};

/** The service, its timers, and the hash of its handles. */
const SERVICE = ['TextEncoder', 'setTimeout', 'performance'] as const;

const KEY_URI = 'otpauth://totp/Acme:alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Acme';

const TESTS: Readonly<Record<string, Test>> = {
  'vectors: codes': {
    run() {
      for (const { secretBase32, counter, algorithm, digits, code } of codesJson.codes) {
        const options = { algorithm, digits } as Parameters<typeof hotp>[2];
        equal(hotp(parseSecret(secretBase32), counter, options as never), code);
        equal(formatSecret(parseSecret(secretBase32)), secretBase32);
      }
    },
  },
  'vectors: key URIs': {
    run() {
      for (const { uri, expected } of keyUrisJson.parse) {
        const parsed = parseKeyUri(uri);
        if (!parsed.ok) equal(parsed, expected);
        else {
          const { keyUri: read } = parsed;
          const secretBase32 = formatSecret(read.type === 'totp' ? read.secret : read.hotpSecret);
          const { secret: _, hotpSecret: __, ...keyUri } = { secret: 0, hotpSecret: 0, ...read };
          equal({ ...parsed, keyUri: { ...keyUri, secretBase32 } }, expected);
        }
      }
      for (const { uri, keyUri } of keyUrisJson.format) {
        const { secretBase32, ...rest } = keyUri;
        const name = 'counter' in rest ? 'hotpSecret' : 'secret';
        equal(formatKeyUri({ ...rest, [name]: parseSecret(secretBase32) } as never), uri);
      }
    },
  },
  'vectors: devices': {
    run() {
      for (const { secretBase32, device: start, steps } of devicesJson.scenarios) {
        const secret = parseSecret(secretBase32);
        let device = parseDevice(start);
        for (const { call, nowMs, codes, expected, device: after } of steps as readonly Step[]) {
          const { device: next, ...answer } = play(call, device, secret, codes, nowMs);
          equal(answer, expected);
          equal(next, after);
          device = parseDevice(after);
        }
      }
    },
  },
  'a secret prints as [redacted], and is one for all subpaths': {
    run() {
      const secret = parseSecret('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ');
      equal([`${secret}`, JSON.stringify({ secret })], ['[redacted]', '{"secret":"[redacted]"}']);
      equal(totpOfCore(secret, { nowMs: 59_000, digits: 8 }), '94287082');
    },
  },
  'errors have a code': {
    run() {
      try {
        parseSecret('0');
      } catch (error) {
        return equal(
          [isMfaError(error), error instanceof Error, (error as { code?: unknown }).code],
          [true, true, 'malformed-secret'],
        );
      }
      throw new Error('nothing was thrown');
    },
  },
  'a secret of given random bytes': {
    run() {
      const random = (length: number): Uint8Array => Uint8Array.from({ length }, (_, at) => at + 1);
      equal(formatSecret(generateSecret({ random })), 'AEBAGBAFAYDQQCIKBMGA2DQPCAIREEYU');
    },
  },
  'a secret of the system': {
    needs: ['crypto.getRandomValues'],
    run() {
      const [first, second] = [generateSecret(), generateSecret({ bytes: 64 })];
      equal([first.byteLength, second.byteLength], [20, 64]);
      equal(formatSecret(first) === formatSecret(generateSecret()), false);
    },
  },
  'a system without random bytes is named': {
    without: 'crypto.getRandomValues',
    run() {
      try {
        generateSecret();
      } catch (error) {
        return equal((error as Error).message.includes('crypto.getRandomValues'), true);
      }
      throw new Error('nothing was thrown');
    },
  },
  'pictures: SVG, PNG, terminal': {
    run() {
      equal(qrSvg(KEY_URI).startsWith('<svg'), true);
      equal(Array.from(qrPng(KEY_URI).subarray(0, 4)), [0x89, 0x50, 0x4e, 0x47]);
      equal(qrTerminal(KEY_URI).split('\n').length, 23);
    },
  },
  'pictures: data URL': {
    needs: ['btoa'],
    run() {
      equal(qrDataUrl(KEY_URI).startsWith('data:image/png;base64,iVBORw0KGgo'), true);
    },
  },
  'sealing: AES-256-GCM, bound to its context': {
    needs: ['crypto.subtle', 'TextEncoder', 'TextDecoder'],
    async run() {
      const sealer = aesGcmSealer({ keys: [Uint8Array.from({ length: 32 }, (_, at) => at)] });
      const parameters = { algorithm: 'SHA1', digits: 6, periodSeconds: 30 } as const;
      const context = { userId: 'user', serialNumber: 'phone', parameters };
      const sealed = await sealer.seal('GEZDGNBV', context);
      equal((await sealer.open(sealed, context)).plain, 'GEZDGNBV');
      const moved = await thrownBy(() => sealer.open(sealed, { ...context, userId: 'other' }));
      equal((moved as { code?: unknown }).code, 'sealer-failed');
    },
  },
  'service: enroll, sign in, no code twice, recovery codes': {
    needs: [...SERVICE, 'crypto.getRandomValues', 'structuredClone'],
    run: () => enrollAndSignIn(plaintextSealer()),
  },
  'service, sealed': {
    needs: [...SERVICE, 'crypto.getRandomValues', 'crypto.subtle', 'TextDecoder', 'structuredClone'],
    run: () => enrollAndSignIn(aesGcmSealer({ keys: ['AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8='] })),
  },
  'the contract of the memory store': {
    needs: [...SERVICE, 'structuredClone'],
    async run() {
      for (const { name, run } of storeContract(() => memoryStore())) {
        try {
          await run();
        } catch (error) {
          throw new Error(`${name}: ${(error as Error).message}`);
        }
      }
    },
  },
};

async function enrollAndSignIn(sealer: Sealer): Promise<void> {
  const clock = fixedClock();
  const events: string[] = [];
  const onEvent = ({ type }: { readonly type: string }): void => {
    events.push(type);
  };
  const mfa = createMfaService({ issuer: 'Acme', store: memoryStore(), sealer, clock, onEvent });
  const created = await mfa.createDevice('user', { name: 'Phone', account: 'alice' });
  if (!created.ok) throw new Error(created.reason);
  const phone = virtualAuthenticator(created.keyUri, { clock, offsetMs: -60_000 });
  const { enrollment } = created;
  const assigned = await mfa.assignDevice('user', { enrollment, codes: phone.codes() });
  if (!assigned.ok) throw new Error(assigned.reason);
  const { proof } = assigned;
  clock.advanceMs(30_000);
  const code = phone.code();
  const both = await Promise.all([mfa.signIn('user', { code }), mfa.signIn('user', { code })]);
  equal(both.filter(({ ok }) => ok).length, 1);
  const made = await mfa.createRecoveryCodes('user', { proof });
  if (!made.ok) throw new Error(made.reason);
  const [recoveryCode] = made.recoveryCodes;
  equal((await mfa.signInWithRecoveryCode('user', { recoveryCode })).ok, true);
  equal(events.slice(0, 3), ['device-created', 'device-assigned', 'signed-in']);
}

interface Step {
  readonly call: string;
  readonly nowMs: number;
  readonly codes: readonly [string, string];
  readonly expected: unknown;
  readonly device: unknown;
}

function play(call: string, device: Device, secret: Secret, codes: readonly [string, string], nowMs: number) {
  if (call === 'assignDevice') return assignDevice(device, secret, codes, { nowMs });
  if (call === 'verifyCode') return verifyCode(device, secret, codes[0], { nowMs });
  if (call === 'resynchronizeDevice') return resynchronizeDevice(device, secret, codes, { nowMs });
  if (call === 'suspendDevice') return { ok: true, device: suspendDevice(device as never, { nowMs }) };
  if (call === 'reinstateDevice') return { ok: true, device: reinstateDevice(device as never) };
  throw new Error(call);
}

/** As JSON, with the keys in order: what is compared is plain. */
function equal(actual: unknown, expected: unknown): void {
  const [left, right] = [canonical(actual), canonical(expected)];
  if (left !== right) throw new Error(`${left.slice(0, 300)} is not ${right.slice(0, 300)}`);
}

function canonical(value: unknown): string {
  const sorted = (_: string, one: unknown): unknown =>
    typeof one === 'object' && one !== null && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
      : one;
  return JSON.stringify(value, sorted) ?? 'undefined';
}

async function thrownBy(call: () => unknown): Promise<unknown> {
  try {
    await call();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

/** @param control - adds a test that fails, which the report has to show */
export async function runSuite(control = false): Promise<Report> {
  const passed: string[] = [];
  const failed: { name: string; why: string }[] = [];
  const lacking: Record<string, readonly string[]> = {};
  const tests: Record<string, Test> = { ...TESTS };
  if (control) tests['control'] = { run: () => equal(totp(parseSecret('GEZDGNBV'), { nowMs: 0 }), 'no code') };
  for (const [name, { needs = [], without, run }] of Object.entries(tests)) {
    if (without !== undefined && GLOBALS[without]() !== undefined) continue;
    const missing = needs.filter((one) => GLOBALS[one]() === undefined);
    if (missing.length > 0) {
      lacking[name] = missing;
      continue;
    }
    try {
      await run();
      passed.push(name);
    } catch (error) {
      failed.push({ name, why: String((error as Error)?.message ?? error) });
    }
  }
  return { passed, failed, lacking };
}
