import {
  counterAt,
  falseAcceptProbability,
  formatKeyUri,
  formatSecret,
  formatSetupKey,
  generateSecret,
  hotp,
  intervalAt,
  type MfaErrorCode,
  matchCode,
  matchPair,
  parseSecret,
  secretFromBytes,
  totp,
  verifyTotp,
  wipeSecret,
} from 'lockstep-mfa/core';
import {
  adoptDevice,
  assignDevice,
  createDevice,
  createDevicePolicy,
  driftSteps,
  importDevice,
  parseDevice,
  reinstateDevice,
  removeDevice,
  resynchronizeDevice,
  showDevice,
  suspendDevice,
  verifyCode,
} from 'lockstep-mfa/device';
import { describe, expect, it } from 'vitest';
import { thrown } from '../support/thrown.js';

const secret = parseSecret('GKYZBNDOUYNKRDFSBSAFQPO2GBBSDIAG');
const nowMs = 1_700_000_040_000;
const now = { nowMs };
const pending = createDevice({ serialNumber: 'phone', nowMs });
const device = importDevice({ serialNumber: 'phone', nowMs });
const suspended = suspendDevice(device, now);
const names = { issuer: 'Acme', account: 'alice' };
const codes = ['123456', '234567'] as const;
const bytes = new Uint8Array(20).fill(7);
const wiped = parseSecret('GKYZBNDOUYNKRDFSBSAFQPO2GBBSDIAG');
wipeSecret(wiped);

/** Types are let alone: a program may come without them. */
const wrong = (value: unknown): never => value as never;

const WHOLE_TIME = 'nowMs must be a whole number from 0 to 9007199254740991';
const SECONDS = 'nowMs is before 1973: it looks like seconds, and milliseconds are wanted';
const FOREIGN = 'secret must come from generateSecret, parseSecret or secretFromBytes of this copy of the library';

type Row = readonly [what: string, call: () => unknown, message: string, code?: MfaErrorCode];
const ROWS: readonly Row[] = [
  // secrets
  ['a base32 text for a secret', () => hotp(wrong('GKYZBNDO'), 0), 'secret is a string: use parseSecret(text)'],
  ['bytes for a secret', () => totp(wrong(bytes), now), 'secret is bytes: use secretFromBytes(bytes)'],
  ['nothing for a secret', () => formatSecret(wrong(undefined)), FOREIGN],
  ['an object for a secret', () => formatSetupKey(wrong({ byteLength: 20 })), FOREIGN],
  ['a copy of a secret', () => verifyTotp({ ...secret } as never, '123456', now), FOREIGN],
  ['a text at verifyCode', () => verifyCode(device, wrong('A'), '', now), 'secret is a string: use parseSecret(text)'],
  ['a wiped secret', () => hotp(wiped, 0), 'this secret was wiped', 'wiped-secret'],
  ['bytes for a text', () => parseSecret(wrong(bytes)), 'text must be a string'],
  ['a text for bytes', () => secretFromBytes(wrong('GKYZ')), 'bytes must be a Uint8Array'],
  ['no bytes', () => secretFromBytes(new Uint8Array()), 'bytes must not be empty'],
  [
    'a digit that base32 has not',
    () => parseSecret('GKYZ1NDO'),
    'malformed secret: character 5 is not of the base32 alphabet, which has no 0, 1 and 8: was it O, I or L, or B?',
    'malformed-secret',
  ],
  ['an empty text', () => parseSecret(' '), 'malformed secret: it is empty', 'malformed-secret'],
  [
    'a letter lost',
    () => parseSecret('GKYZBNDOU'),
    'malformed secret: 9 characters are an impossible length: one was lost or added',
    'malformed-secret',
  ],
  [
    'text after the padding',
    () => parseSecret('GKYZ====GK'),
    'malformed secret: character 9 stands after the padding',
    'malformed-secret',
  ],
  ['a short new secret', () => generateSecret({ bytes: 10 as never }), 'bytes must be a whole number from 16 to 64'],
  ['no source of bytes', () => generateSecret({ random: wrong('crypto') }), 'random must be a function'],
  [
    'a source that gives too little',
    () => generateSecret({ random: () => new Uint8Array(1) }),
    'random must return a Uint8Array of the length that was asked for',
  ],
  // options: a name that is misspelt, or of something else
  [
    'windw',
    () => matchCode(secret, '', { counter: 1, windw: 1 } as never),
    'unknown option "windw"; did you mean "window"?',
  ],
  [
    'counters',
    () => matchPair(secret, codes, { counters: 1 } as never),
    'unknown option "counters"; did you mean "counter"?',
  ],
  ['now', () => totp(secret, { now: nowMs } as never), 'unknown option "now"; did you mean "nowMs"?'],
  ['period', () => counterAt({ nowMs, period: 60 } as never), 'unknown option "period"; did you mean "periodSeconds"?'],
  [
    'period of an interval',
    () => intervalAt({ nowMs, period: 60 } as never),
    'unknown option "period"; did you mean "periodSeconds"?',
  ],
  ['digts', () => hotp(secret, 0, { digts: 8 } as never), 'unknown option "digts"; did you mean "digits"?'],
  [
    'issuer at hotp',
    () => hotp(secret, 0, { issuer: 'Acme' } as never),
    'unknown option "issuer"; the names are algorithm, digits',
  ],
  [
    'Window',
    () => verifyTotp(secret, '', { nowMs, Window: 1 } as never),
    'unknown option "Window"; did you mean "window"?',
  ],
  [
    'lastCount',
    () => verifyTotp(secret, '', { nowMs, lastCount: 1 } as never),
    'unknown option "lastCount"; did you mean "lastCounter"?',
  ],
  ['length', () => generateSecret({ length: 20 } as never), 'unknown option "length"; the names are bytes, random'],
  [
    'position',
    () => falseAcceptProbability({ digits: 6, position: 3 } as never),
    'unknown option "position"; did you mean "positions"?',
  ],
  [
    'label',
    () => formatKeyUri({ ...names, secret, label: '' } as never),
    'unknown option "label"; the names are type, issuer, account, image, parameters, secret',
  ],
  [
    'period of a key URI',
    () => formatKeyUri({ ...names, secret, parameters: { period: 60 } } as never),
    'unknown option "period"; did you mean "periodSeconds"?',
  ],
  [
    'before in a window',
    () => matchCode(secret, '', { counter: 1, window: { before: 1, ahead: 1 } } as never),
    'unknown option "before"; the names are behind, ahead',
  ],
  [
    'serial',
    () => createDevice({ serial: 'a', nowMs } as never),
    'unknown option "serial"; did you mean "serialNumber"?',
  ],
  [
    'parameter',
    () => importDevice({ serialNumber: 'a', nowMs, parameter: {} } as never),
    'unknown option "parameter"; did you mean "parameters"?',
  ],
  [
    'name',
    () => adoptDevice(secret, codes, { serialNumber: 'a', nowMs, name: 'phone' } as never),
    'unknown option "name"; the names are nowMs, policy, serialNumber, parameters',
  ],
  [
    'window at verifyCode',
    () => verifyCode(device, secret, '', { nowMs, window: {} } as never),
    'unknown option "window"; the names are nowMs, policy',
  ],
  [
    'polici',
    () => assignDevice(pending, secret, codes, { nowMs, polici: {} } as never),
    'unknown option "polici"; did you mean "policy"?',
  ],
  [
    'policies',
    () => resynchronizeDevice(device, secret, codes, { nowMs, policys: {} } as never),
    'unknown option "policys"; did you mean "policy"?',
  ],
  [
    'a reason',
    () => suspendDevice(device, { nowMs, reason: 'lost' } as never),
    'unknown option "reason"; the names are nowMs, policy',
  ],
  ['by', () => removeDevice(device, { nowMs, by: 'Ada' } as never), 'unknown option "by"; the names are nowMs, policy'],
  [
    'accont',
    () => showDevice(pending, secret, { issuer: 'Acme', accont: 'alice' } as never),
    'unknown option "accont"; did you mean "account"?',
  ],
  [
    'pendingFailure',
    () => createDevicePolicy({ pendingFailure: 3 } as never),
    'unknown option "pendingFailure"; did you mean "pendingFailures"?',
  ],
  [
    'an endless name',
    () => hotp(secret, 0, { ['x'.repeat(10_000)]: 1 } as never),
    `unknown option "${'x'.repeat(40)}"; the names are algorithm, digits`,
  ],
  [
    'a quote in a name',
    () => hotp(secret, 0, { '"': 1 } as never),
    'unknown option "\\""; the names are algorithm, digits',
  ],
  ['no options', () => totp(secret, wrong(undefined)), 'options must be an object'],
  ['a time for options', () => verifyCode(device, secret, '', wrong(nowMs)), 'options must be an object'],
  // values
  ['a negative counter', () => hotp(secret, -1), 'counter must be a whole number from 0 to 9007199254740991'],
  ['no counter', () => matchCode(secret, '', {} as never), 'counter must be a whole number from 0 to 9007199254740991'],
  [
    'a lastCounter of null',
    () => verifyTotp(secret, '', { nowMs, lastCounter: wrong(null) }),
    'lastCounter must be a whole number from 0 to 9007199254740991',
  ],
  ['5 digits', () => hotp(secret, 0, { digits: wrong(5) }), 'digits must be a whole number from 6 to 8'],
  ['SHA-1', () => hotp(secret, 0, { algorithm: wrong('SHA-1') }), "algorithm must be 'SHA1', 'SHA256' or 'SHA512'"],
  [
    'a period of a week',
    () => counterAt({ nowMs, periodSeconds: 604_800 }),
    'periodSeconds must be a whole number from 1 to 86400',
  ],
  ['no time', () => verifyTotp(secret, '', {} as never), WHOLE_TIME],
  ['a date for a time', () => totp(secret, { nowMs: wrong(new Date(nowMs)) }), WHOLE_TIME],
  [
    'a wide window',
    () => matchCode(secret, '', { counter: 1, window: { behind: 1, ahead: 100_001 } }),
    'window.ahead must be a whole number from 0 to 100000',
  ],
  ['a number for a window', () => verifyTotp(secret, '', { nowMs, window: wrong(1) }), 'window must be an object'],
  ['one code of two', () => matchPair(secret, wrong(['123456']), { counter: 1 }), 'codes must be a list of two'],
  [
    'a text of codes',
    () => adoptDevice(secret, wrong('123456'), { serialNumber: 'a', nowMs }),
    'codes must be a list of two',
  ],
  ['no account', () => formatKeyUri({ secret } as never), 'account must be a text that is not empty'],
  [
    'a colon',
    () => formatKeyUri({ account: 'a:b', secret }),
    'account must not hold a colon without an issuer: apps would take its beginning for one',
  ],
  [
    'a colon in the issuer',
    () => formatKeyUri({ issuer: 'a:b', account: 'a', secret }),
    'issuer must not hold a colon: apps split the label there',
  ],
  [
    'a long account',
    () => formatKeyUri({ account: 'a'.repeat(257), secret }),
    'account must not be longer than 256 characters',
  ],
  [
    'a long key URI',
    () => formatKeyUri({ issuer: '漢'.repeat(256), account: 'a', secret }),
    'the key URI would be longer than 4296 characters, which no QR code holds',
  ],
  [
    'another encoding',
    () => parseSecret('AA', { encoding: 'base16' as 'hex' }),
    "encoding must be 'base32', 'base32-lenient', 'hex', 'base64' or 'utf8'",
  ],
  [
    'an encoding to write',
    () => formatSecret(secret, { encoding: 'utf8' as 'hex' }),
    "encoding must be 'base32', 'hex' or 'base64'",
  ],
  ['many bytes', () => secretFromBytes(new Uint8Array(1025)), 'bytes must not be more than 1024'],
  [
    'half a surrogate pair',
    () => formatKeyUri({ account: '\ud83d', secret }),
    'account must be a text that is not empty: white space and controls do not count',
  ],
  [
    'parameters as text',
    () => formatKeyUri({ ...names, secret, parameters: wrong('SHA1') }),
    'parameters must be an object',
  ],
  ['a key URI as text', () => formatKeyUri(wrong('otpauth://')), 'keyUri must be an object'],
  [
    'no positions',
    () => falseAcceptProbability({ digits: 6 } as never),
    'positions must be a whole number from 0 to 9007199254740991',
  ],
  // devices
  ['seconds', () => createDevice({ serialNumber: 'a', nowMs: 1_700_000_040 }), SECONDS],
  [
    'microseconds',
    () => verifyCode(device, secret, '', { nowMs: nowMs * 1000 }),
    'nowMs is after the year 5000: it looks like microseconds, and milliseconds are wanted',
  ],
  ['no serial number', () => createDevice(now as never), 'serialNumber must be a text that is not empty'],
  [
    'an endless serial number',
    () => importDevice({ serialNumber: 'a'.repeat(257), nowMs }),
    'serialNumber must not be longer than 256 characters',
  ],
  [
    'a long period',
    () => createDevice({ serialNumber: 'a', nowMs, parameters: { periodSeconds: 900 } }),
    'periodSeconds must be shorter than pendingLifeMs of the policy: two consecutive codes must fit into it',
  ],
  [
    'no policy but null',
    () => verifyCode(device, secret, '', { nowMs, policy: wrong(null) }),
    'policy must be an object',
  ],
  [
    'no device',
    () => verifyCode(wrong(undefined), secret, '', now),
    'corrupt device: it must be an object',
    'corrupt-record',
  ],
  ['a device as JSON', () => driftSteps(wrong('{}')), 'corrupt device: it must be an object', 'corrupt-record'],
  [
    'a list of devices',
    () => removeDevice(wrong([device]), now),
    'corrupt device: status must be pending or assigned or suspended',
    'corrupt-record',
  ],
  [
    'a wrong status',
    () => removeDevice({ ...device, status: 'lost' } as never, now),
    'corrupt device: status must be pending or assigned or suspended',
    'corrupt-record',
  ],
  [
    'a floor as text',
    () => verifyCode({ ...device, lastCounter: '1' } as never, secret, '', now),
    'corrupt device: lastCounter must be a whole number',
    'corrupt-record',
  ],
  [
    'an offset too far',
    () => parseDevice({ ...device, offsets: [0, 86_461] }),
    'corrupt device: offsets[1] must be a whole number from -86460 to 86460',
    'corrupt-record',
  ],
  [
    '9 digits',
    () => parseDevice({ ...device, parameters: { ...device.parameters, digits: 9 } }),
    'corrupt device: parameters.digits must be 6, 7 or 8',
    'corrupt-record',
  ],
  [
    'a later version',
    () => parseDevice({ version: 2 }),
    'this device needs a later version of the library, for its version',
    'unsupported-record-version',
  ],
  [
    'a pending device shown no more',
    () => showDevice(wrong(device), secret, names),
    'device must be pending: the secret of another is never shown',
  ],
  ['a pending device suspended', () => suspendDevice(wrong(pending), now), 'device must be assigned'],
  ['an assigned one reinstated', () => reinstateDevice(wrong(device)), 'device must be suspended'],
  ['a suspended one suspended', () => suspendDevice(wrong(suspended), now), 'device must be assigned'],
  [
    'the drift of a pending one',
    () => driftSteps(wrong(pending)),
    'device must not be pending: nobody knows its clock yet',
  ],
];

describe('the message for', () => {
  const rows = ROWS.map(([what, call, message, code = 'invalid-argument']) => ({ what, call, message, code }));
  it.each(rows)('$what', ({ call, message, code }) => {
    const error = thrown(call);
    expect({ message: error.message, code: error.code }).toEqual({ message, code });
  });
});
