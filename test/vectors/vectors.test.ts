import { readFileSync } from 'node:fs';
import Ajv from 'ajv/dist/2020.js';
import { formatKeyUri, formatSecret, hotp, parseKeyUri, parseSecret, type Secret } from 'lockstep-mfa';
import {
  assignDevice,
  type Device,
  parseDevice,
  reinstateDevice,
  resynchronizeDevice,
  suspendDevice,
  verifyCode,
} from 'lockstep-mfa/device';
import { describe, expect, it } from 'vitest';
import { makeVectors, textOf } from './make.js';

function read(name: string): string {
  return readFileSync(new URL(name, import.meta.url), 'utf8');
}

const schema = JSON.parse(read('schema.json'));
const validate = new Ajv.default({ allErrors: true }).compile(schema);
const files = Object.entries(makeVectors());

describe.each(files)('%s', (name, made) => {
  it('is what the program makes', () => {
    expect(read(name)).toBe(textOf(made));
  });

  it('keeps the schema', () => {
    validate(JSON.parse(read(name)));
    expect(validate.errors ?? []).toEqual([]);
  });
});

it('the schema refuses a field too many, a wrong version, and a missing field', () => {
  const codes = JSON.parse(read('codes.json'));
  for (const wrong of [{ ...codes, more: 1 }, { ...codes, version: 2 }, { version: 1 }, { version: 1, codes: [{}] }]) {
    expect(validate(wrong)).toBe(false);
  }
});

it('the schema refuses ignored parameters that are no list, an empty one, or one with a name that is none', () => {
  const devices = JSON.parse(read('devices.json'));
  const [scenario] = devices.scenarios.filter(({ name }: { name: string }) => name.startsWith('an app that ignores'));
  const [step] = scenario.steps;
  const withIgnored = (ignored: unknown): unknown => {
    const expected = { ...step.expected, ignored };
    return { ...devices, scenarios: [{ ...scenario, steps: [{ ...step, expected }] }] };
  };
  expect(validate(withIgnored(step.expected.ignored))).toBe(true);
  for (const wrong of ['period', 'periodSeconds', [], ['period'], ['digits', 'digits']]) {
    expect(validate(withIgnored(wrong)), JSON.stringify(wrong)).toBe(false);
  }
});

describe('replayed from the files alone', () => {
  it('codes', () => {
    for (const row of JSON.parse(read('codes.json')).codes) {
      const secret = parseSecret(row.secretBase32);
      expect(Buffer.from(row.secretHex, 'hex')).toHaveLength(secret.byteLength);
      expect(hotp(secret, row.counter, { algorithm: row.algorithm, digits: row.digits })).toBe(row.code);
      const at = Number.parseInt(row.hmacHex.at(-1), 16) * 2;
      const truncated = Number.parseInt(row.hmacHex.slice(at, at + 8), 16) & 0x7fffffff;
      expect(String(truncated % 10 ** row.digits).padStart(row.digits, '0')).toBe(row.code);
    }
  });

  it('key URIs', () => {
    const { parse, format } = JSON.parse(read('key-uris.json'));
    for (const { uri, expected } of parse) {
      const parsed = parseKeyUri(uri);
      if (!parsed.ok) expect({ ...parsed }).toEqual(expected);
      else {
        const { keyUri } = parsed;
        const secretBase32 = formatSecret(keyUri.type === 'totp' ? keyUri.secret : keyUri.hotpSecret);
        const { secret: _secret, hotpSecret: _hotpSecret, ...rest } = { secret: 0, hotpSecret: 0, ...keyUri };
        expect({ ...parsed, keyUri: { ...rest, secretBase32 } }).toEqual(expected);
      }
    }
    for (const { uri, keyUri } of format) {
      const { secretBase32, ...rest } = keyUri;
      const key = keyUri.type === 'totp' ? 'secret' : 'hotpSecret';
      expect(formatKeyUri({ ...rest, [key]: parseSecret(secretBase32) })).toBe(uri);
    }
  });

  it.each(
    JSON.parse(read('devices.json')).scenarios as {
      name: string;
      secretBase32: string;
      device: unknown;
      steps: never[];
    }[],
  )('device: $name', ({ secretBase32, device: start, steps }) => {
    const secret = parseSecret(secretBase32);
    let device = parseDevice(start);
    for (const { call, nowMs, codes, expected, device: after } of steps as StoredStep[]) {
      const { device: next, ...answer } = play(call, device, secret, codes, nowMs);
      expect(answer).toEqual(expected);
      expect(next).toEqual(after);
      device = parseDevice(after);
    }
  });
});

interface StoredStep {
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
