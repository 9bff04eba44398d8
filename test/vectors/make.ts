// Makes the JSON vectors that other languages test against: `npm run generate`. Nothing here is random.
import { createHash, createHmac } from 'node:crypto';
import {
  counterAt,
  formatKeyUri,
  formatSecret,
  type HotpSecret,
  hotp,
  type KeyUri,
  type OtpParameters,
  parseKeyUri,
  type Secret,
  secretFromBytes,
  totp,
} from 'lockstep-mfa';
import {
  assignDevice,
  createDevice,
  type Device,
  importDevice,
  reinstateDevice,
  resynchronizeDevice,
  suspendDevice,
  verifyCode,
} from 'lockstep-mfa/device';

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

function bytesOf(name: string, length: number): Uint8Array {
  const blocks = Math.ceil(length / 64);
  const all = Array.from({ length: blocks }, (_, i) =>
    createHash('sha512').update(`lockstep-mfa ${name} ${i}`).digest(),
  );
  return new Uint8Array(Buffer.concat(all).subarray(0, length));
}

function secretOf(name: string, length = 20): Secret {
  return secretFromBytes(bytesOf(name, length));
}

/** Of a device that counts: readers alone make that type. */
function hotpSecretOf(secret: Secret): HotpSecret {
  const parsed = parseKeyUri(formatKeyUri({ account: 'a', hotpSecret: secret, counter: 0 }));
  if (!parsed.ok || parsed.keyUri.type !== 'hotp') throw new Error('it has to be read');
  return parsed.keyUri.hotpSecret;
}

// ── codes ──

const NODE_NAMES = { SHA1: 'sha1', SHA256: 'sha256', SHA512: 'sha512' } as const;

function codeVectors(): Json {
  const lengths = [1, 10, 16, 20, 32, 63, 64, 65, 127, 128, 129, 200];
  const counters = [
    0,
    1,
    127,
    128,
    65_535,
    65_536,
    2 ** 31 - 1,
    2 ** 31,
    2 ** 32 - 1,
    2 ** 32,
    56_666_666,
    2 ** 53 - 1,
  ];
  return (['SHA1', 'SHA256', 'SHA512'] as const).flatMap((algorithm) =>
    lengths.flatMap((length, i) =>
      ([6, 7, 8] as const).map((digits, j) => {
        const counter = counters[(i + j * 5) % counters.length] as number;
        const key = bytesOf(`code ${algorithm} ${length}`, length);
        const message = Buffer.alloc(8);
        message.writeBigUInt64BE(BigInt(counter));
        return {
          secretHex: Buffer.from(key).toString('hex'),
          secretBase32: formatSecret(secretFromBytes(key)),
          algorithm,
          digits,
          counter,
          hmacHex: createHmac(NODE_NAMES[algorithm], key).update(message).digest('hex'),
          code: hotp(secretFromBytes(key), counter, { algorithm, digits }),
        };
      }),
    ),
  );
}

// ── key URIs ──

const SECRET = formatSecret(secretOf('key uri'));
const URIS: readonly string[] = [
  `otpauth://totp/Acme:alice?secret=${SECRET}&issuer=Acme`,
  `otpauth://totp/Acme%20Co:alice%40example.com?secret=${SECRET}&issuer=Acme%20Co`,
  `otpauth://totp/Acme%3Aalice?secret=${SECRET}&issuer=Acme`,
  `otpauth://totp/Acme%3A%20alice?secret=${SECRET}`,
  `otpauth://totp/Shop%3A%20Main:alice?secret=${SECRET}&issuer=Shop%3A%20Main`,
  `otpauth://totp/Blue+Widgets:dora?secret=${SECRET}&issuer=Blue%20Widgets`,
  `otpauth://totp/Old:alice?secret=${SECRET}&issuer=New`,
  `otpauth://totp/alice?secret=${SECRET}`,
  `otpauth://totp/?secret=${SECRET}`,
  `otpauth://totp?secret=${SECRET}`,
  `OTPAUTH://TOTP/ACME:ALICE?SECRET=${SECRET}&ISSUER=ACME`,
  ` otpauth://totp/Acme:alice?secret=${SECRET}\r\n`,
  `otpauth://totp/Acme:alice?secret=${SECRET}&amp;issuer=Acme`,
  `otpauth://totp/Acme:alice?secret=${SECRET}&issuer=Acme#top`,
  `otpauth://totp/Acme:alice?secret=${SECRET}&issuer=Acme&image=https%3A%2F%2Fexample.com%2Fa.png`,
  `otpauth://totp/Acme:alice?secret=${SECRET.toLowerCase()}&issuer=Acme`,
  'otpauth://totp/Acme:alice?secret=JBSWY3DPEHPK3PXP&issuer=Acme',
  `otpauth://totp/Acme:alice?secret=${SECRET}&issuer=Acme&algorithm=hmac-sha-256&digits=8&period=60`,
  `otpauth://hotp/Acme:alice?secret=${SECRET}&issuer=Acme&counter=0`,
  `otpauth://hotp/Acme:alice?secret=${SECRET}&issuer=Acme&counter=5&period=60`,
  `otpauth://totp/Acme:alice?secret=${SECRET}&issuer=Acme&algo=SHA256&step=60&Sercet=X`,
  `otpauth://totp/Steam:alice?secret=${SECRET}&issuer=Steam`,
  `otpauth://totp/Acme:CORP%3Aalice?secret=${SECRET}&issuer=Acme`,
  `otpauth://totp/Acme:ali%E2%80%AEce%20?secret=${SECRET}&issuer=Acme`,
  `otpauth://totp/%F0%9F%A6%8A:%E6%97%A5%E6%9C%AC?secret=${SECRET}&issuer=%F0%9F%A6%8A`,
  '',
  'https://example.com/',
  `otpauth://steam/Acme:alice?secret=${SECRET}`,
  `steam://${SECRET}`,
  'otpauth-migration://offline?data=CAE',
  `otpauth://yaotp/Acme:alice?secret=${SECRET}`,
  `otpauth://totp/Acme:alice?sercet=${SECRET}`,
  `otpauth://totp/%2?secret=${SECRET}`,
  `otpauth://totp/Caf%E9?secret=${SECRET}`,
  `otpauth://totp/Acme:alice?secret=${SECRET}&secret=${SECRET}`,
  'otpauth://totp/Acme:alice?issuer=Acme',
  'otpauth://totp/Acme:alice?secret=&issuer=Acme',
  `otpauth://totp/Shop%3Fsecret=${SECRET}`,
  'otpauth://totp/Acme:alice?secret=0189&issuer=Acme',
  `otpauth://totp/Acme:alice?secret=${SECRET}&algorithm=MD5`,
  `otpauth://totp/Acme:alice?secret=${SECRET}&algorithm=`,
  `otpauth://totp/Acme:alice?secret=${SECRET}&digits=5`,
  `otpauth://totp/Acme:alice?secret=${SECRET}&digits=06`,
  `otpauth://totp/Acme:alice?secret=${SECRET}&period=0`,
  `otpauth://totp/Acme:alice?secret=${SECRET}&period=30.5`,
  `otpauth://hotp/Acme:alice?secret=${SECRET}`,
  `otpauth://hotp/Acme:alice?secret=${SECRET}&counter=-1`,
];

function plain(keyUri: KeyUri): Json {
  const { parameters } = keyUri;
  if (keyUri.type === 'hotp') {
    const { hotpSecret, ...rest } = keyUri;
    return { ...rest, parameters: { ...parameters }, secretBase32: formatSecret(hotpSecret) };
  }
  const { secret, ...rest } = keyUri;
  return { ...rest, parameters: { ...parameters }, secretBase32: formatSecret(secret) };
}

function parseVectors(): Json {
  return URIS.map((uri) => {
    const parsed = parseKeyUri(uri);
    if (!parsed.ok) return { uri, expected: { ...parsed } };
    const { keyUri, warnings, suspectParameters, unknownParameters, ...rest } = parsed;
    const suspects = suspectParameters.map((suspect) => ({ ...suspect }));
    const unknown = unknownParameters.map(([name, value]) => [name, value]);
    const lists = { warnings: [...warnings], suspectParameters: suspects, unknownParameters: unknown };
    return { uri, expected: { ...rest, keyUri: plain(keyUri), ...lists } };
  });
}

function formatVectors(): Json {
  const secret = secretOf('key uri');
  const key = { type: 'totp', secret } as const;
  const usual = { algorithm: 'SHA1', digits: 6, periodSeconds: 30 } as const;
  const counted = {
    type: 'hotp',
    hotpSecret: hotpSecretOf(secret),
    parameters: { algorithm: 'SHA1', digits: 6 },
  } as const;
  const inputs: readonly KeyUri[] = [
    { ...key, issuer: 'Acme', account: 'alice', parameters: usual },
    {
      ...key,
      issuer: 'A & B / #1?=+',
      account: 'x/y?z#w&q',
      parameters: { algorithm: 'SHA256', digits: 8, periodSeconds: 60 },
    },
    {
      ...key,
      issuer: "It's (a) *test*!",
      account: '100 %',
      parameters: { algorithm: 'SHA512', digits: 7, periodSeconds: 15 },
    },
    { ...key, issuer: '🦊 日本', account: 'ä@example.com', parameters: usual },
    { ...key, issuer: 'Acme', account: 'CORP:alice', parameters: usual },
    { ...key, issuer: 'Acme', account: 'alice', image: 'https://example.com/a.png?size=64', parameters: usual },
    { ...key, account: 'alice', parameters: usual },
    { ...counted, issuer: 'Acme', account: 'alice', counter: 7 },
  ];
  return inputs.map((input) => ({ keyUri: plain(input), uri: formatKeyUri(input) }));
}

// ── devices ──

const T0 = 1_700_000_010_000; // the beginning of a period
const STEP = 30_000;

/** One call: what goes in, what comes out, and the device afterwards. */
interface Step {
  readonly call: string;
  readonly nowMs: number;
  readonly codes?: readonly string[];
  readonly expected: Json;
  readonly device: Json;
}

/** A scenario plays a phone and its owner against one device. */
class Scenario {
  readonly secret: Secret;
  readonly start: Json;
  readonly steps: Step[] = [];
  device: Device;

  constructor(name: string, device: Device) {
    this.secret = secretOf(`device ${name}`);
    this.device = device;
    this.start = json(device);
  }

  /** What a phone shows whose clock is some steps off. */
  code(nowMs: number, offsetSteps = 0, parameters: Partial<OtpParameters> = {}): string {
    const { periodSeconds } = this.device.parameters;
    return totp(this.secret, {
      ...this.device.parameters,
      ...parameters,
      nowMs: nowMs + offsetSteps * periodSeconds * 1000,
    });
  }

  pair(nowMs: number, offsetSteps = 0): [string, string] {
    return [this.code(nowMs, offsetSteps - 1), this.code(nowMs, offsetSteps)];
  }

  assign(nowMs: number, codes: readonly [string, string]): this {
    return this.step('assignDevice', nowMs, codes, assignDevice(this.device, this.secret, codes, { nowMs }));
  }

  verify(nowMs: number, code: string): this {
    return this.step('verifyCode', nowMs, [code], verifyCode(this.device, this.secret, code, { nowMs }));
  }

  resynchronize(nowMs: number, codes: readonly [string, string]): this {
    return this.step(
      'resynchronizeDevice',
      nowMs,
      codes,
      resynchronizeDevice(this.device, this.secret, codes, { nowMs }),
    );
  }

  suspend(nowMs: number): this {
    if (this.device.status !== 'assigned') throw new Error('not assigned');
    return this.step('suspendDevice', nowMs, undefined, { ok: true, device: suspendDevice(this.device, { nowMs }) });
  }

  reinstate(nowMs: number): this {
    if (this.device.status !== 'suspended') throw new Error('not suspended');
    return this.step('reinstateDevice', nowMs, undefined, { ok: true, device: reinstateDevice(this.device) });
  }

  private step(
    call: string,
    nowMs: number,
    codes: readonly string[] | undefined,
    { device, ...expected }: { readonly ok: boolean; readonly device: Device },
  ): this {
    this.device = device;
    this.steps.push({
      call,
      nowMs,
      ...(codes === undefined ? {} : { codes }),
      expected: json(expected),
      device: json(device),
    });
    return this;
  }
}

function json(value: unknown): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}

function pending(name: string, parameters?: Partial<OtpParameters>): Scenario {
  const base = { serialNumber: 'phone', nowMs: T0 };
  return new Scenario(name, createDevice(parameters === undefined ? base : { ...base, parameters }));
}

function assigned(name: string, offsetSteps = 0): Scenario {
  const scenario = pending(name);
  return scenario.assign(T0 + STEP, scenario.pair(T0 + STEP, offsetSteps));
}

const SCENARIOS: Readonly<Record<string, (name: string) => Scenario>> = {
  'two codes assign, the next signs in, none counts twice': (name) => {
    const s = assigned(name);
    s.verify(T0 + STEP, s.code(T0 + STEP));
    s.verify(T0 + 2 * STEP, s.code(T0 + 2 * STEP));
    return s.verify(T0 + 2 * STEP, s.code(T0 + 2 * STEP));
  },
  'a slow clock, and codes that are typed late': (name) => {
    const s = pending(name);
    s.assign(T0 + 6 * STEP, s.pair(T0 + STEP, -3));
    for (const at of [7, 8, 9, 10, 11, 12]) s.verify(T0 + at * STEP, s.code(T0 + at * STEP, -3));
    return s;
  },
  'a clock that jumps by eleven minutes comes back with two codes, and stays in step': (name) => {
    const s = assigned(name);
    s.verify(T0 + 4 * STEP, s.code(T0 + 4 * STEP, 22));
    s.resynchronize(T0 + 5 * STEP, s.pair(T0 + 5 * STEP, 22));
    s.verify(T0 + 5 * STEP, s.code(T0 + 5 * STEP, 22));
    return s.verify(T0 + 7 * STEP, s.code(T0 + 7 * STEP, 22));
  },
  'a fast clock that is set right shows used codes for a while': (name) => {
    const s = assigned(name, 4);
    s.verify(T0 + 3 * STEP, s.code(T0 + 3 * STEP));
    return s.verify(T0 + 6 * STEP, s.code(T0 + 6 * STEP));
  },
  'the wrong pairs, and what they are': (name) => {
    const s = pending(name);
    const at = T0 + 2 * STEP;
    const [first, second] = s.pair(at);
    s.assign(at, [first, first])
      .assign(at, [second, first])
      .assign(at, [s.code(at, -3), second]);
    s.assign(at, s.pair(at, -60)).assign(at, [first, '12345']).assign(at, ['abcdef', second]);
    return s.assign(at, [first, second]).assign(at, [first, second]);
  },
  'an app that ignores the period': (name) => {
    const s = pending(name, { periodSeconds: 60 });
    const at = T0 + 2 * STEP;
    const codes = [-1, 0].map((offset) => totp(s.secret, { nowMs: at + offset * STEP })) as [string, string];
    return s.assign(at, codes);
  },
  'an app that shows six digits of eight': (name) => {
    const s = pending(name, { digits: 8 });
    const at = T0 + 2 * STEP;
    return s.assign(at, [s.code(at, -1, { digits: 6 }), s.code(at, 0, { digits: 6 })]);
  },
  'an app that ignores the algorithm and the period': (name) => {
    const s = pending(name, { algorithm: 'SHA256', digits: 8, periodSeconds: 60 });
    const at = T0 + 2 * STEP;
    const codes = [-1, 0].map((offset) => totp(s.secret, { nowMs: at + offset * STEP, digits: 8 }));
    return s.assign(at, codes as [string, string]);
  },
  'a set-up that has expired': (name) => {
    const s = pending(name);
    return s.assign(T0 + 900_000, s.pair(T0 + 900_000));
  },
  'typed as people type': (name) => {
    const s = assigned(name);
    const code = s.code(T0 + 2 * STEP);
    s.verify(T0 + 2 * STEP, code.slice(1))
      .verify(T0 + 2 * STEP, `${code}0`)
      .verify(T0 + 2 * STEP, '');
    return s.verify(T0 + 2 * STEP, `\u200b${code.slice(0, 3)}\u00a0${code.slice(3)}\n`);
  },
  'suspended and reinstated: used codes stay used': (name) => {
    const s = assigned(name);
    s.suspend(T0 + 2 * STEP).verify(T0 + 3 * STEP, s.code(T0 + 3 * STEP));
    s.reinstate(T0 + 4 * STEP).verify(T0 + 4 * STEP, s.code(T0 + STEP));
    return s.verify(T0 + 4 * STEP, s.code(T0 + 4 * STEP));
  },
  'imported without codes: what came before never counts': (name) => {
    const s = new Scenario(name, importDevice({ serialNumber: 'token', nowMs: T0 }));
    s.verify(T0, s.code(T0)).verify(T0 + STEP, s.code(T0, -1));
    s.verify(T0 + STEP, s.code(T0 + STEP));
    return s.verify(T0 + 2 * STEP, s.code(T0 + 2 * STEP));
  },
  'imported without codes, with the drift that another system knew': (name) => {
    const s = new Scenario(name, importDevice({ serialNumber: 'token', nowMs: T0, driftSteps: -7 }));
    s.verify(T0 + STEP, s.code(T0 + STEP, -7));
    return s.verify(T0 + 2 * STEP, s.code(T0 + 2 * STEP, -7)).verify(T0 + 4 * STEP, s.code(T0 + 4 * STEP, -6));
  },
  'imported without codes, with the newest counter that another system accepted': (name) => {
    const lastCounter = T0 / STEP - 1;
    const s = new Scenario(name, importDevice({ serialNumber: 'token', nowMs: T0, lastCounter }));
    return s.verify(T0, s.code(T0, -1)).verify(T0, s.code(T0));
  },
  'a slow clock comes back with two codes that are typed a quarter of an hour late': (name) => {
    const s = assigned(name);
    const typedAt = T0 + 120 * STEP;
    s.resynchronize(typedAt, s.pair(typedAt - 30 * STEP, -40));
    s.verify(typedAt + STEP, s.code(typedAt + STEP, -40)).verify(typedAt + 2 * STEP, s.code(typedAt + 2 * STEP, -42));
    return s.verify(typedAt + 4 * STEP, s.code(typedAt + 4 * STEP, -70));
  },
  'a device that is not used for a month after two codes is looked for near them alone': (name) => {
    const s = assigned(name);
    s.resynchronize(T0 + 5 * STEP, s.pair(T0 + 5 * STEP, 22));
    const later = T0 + 5 * STEP + 30 * 86_400_000;
    return s.verify(later + STEP, s.code(later + STEP, 27)).verify(later + 2 * STEP, s.code(later + 2 * STEP, 25));
  },
};

function deviceVectors(): Json {
  return Object.entries(SCENARIOS).map(([name, play]) => {
    const { secret, start, steps } = play(name);
    return { name, secretBase32: formatSecret(secret), device: start, steps: steps as unknown as Json };
  });
}

export function makeVectors(): Readonly<Record<string, Json>> {
  const version = 1;
  const check = counterAt({ nowMs: T0 });
  if (check * STEP !== T0) throw new Error('T0 is not the beginning of a period');
  return {
    'codes.json': { version, codes: codeVectors() },
    'key-uris.json': { version, parse: parseVectors(), format: formatVectors() },
    'devices.json': { version, scenarios: deviceVectors() },
  };
}

export function textOf(vectors: Json): string {
  return `${JSON.stringify(vectors, null, 1)}\n`;
}
