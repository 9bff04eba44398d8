// What reading a key URI answers, and what fits where.
import {
  formatKeyUri,
  formatSecret,
  type HotpKeyUri,
  hotp,
  type KeyUri,
  type KeyUriReason,
  type KeyUriWarning,
  type MfaService,
  matchCode,
  type OtpParameters,
  type ParseKeyUriResult,
  parseKeyUri,
  type Secret,
  type TotpKeyUri,
  totp,
  verifyTotp,
} from 'lockstep-mfa';
import { adoptDevice, createDevice } from 'lockstep-mfa/device';
import { type Equals, is, never } from './equals.js';

declare const secret: Secret;
declare const mfa: MfaService;
const nowMs = 1_700_000_000_000;

const parsed = parseKeyUri('otpauth://totp/…');
is<Equals<typeof parsed, ParseKeyUriResult>>();
if (parsed.ok) {
  is<Equals<typeof parsed.keyUri, KeyUri>>();
  is<Equals<typeof parsed.warnings, readonly KeyUriWarning[]>>();
  const { keyUri } = parsed;
  if (keyUri.type === 'totp') {
    is<Equals<typeof keyUri, TotpKeyUri>>();
    is<Equals<typeof keyUri.parameters, OtpParameters>>();
    createDevice({ serialNumber: 'a', nowMs, parameters: keyUri.parameters });
    mfa.importDevice('user-1', { name: 'a', codes: ['1', '2'], secret: keyUri.secret });
    totp(keyUri.secret, { nowMs, ...keyUri.parameters });
  } else {
    is<Equals<typeof keyUri, HotpKeyUri>>();
    hotp(keyUri.hotpSecret, keyUri.counter, keyUri.parameters);
    matchCode(keyUri.hotpSecret, '123456', { counter: keyUri.counter, ...keyUri.parameters });
    formatSecret(keyUri.hotpSecret);
    // @ts-expect-error codes of a counter are no codes of a time
    totp(keyUri.hotpSecret, { nowMs });
    // @ts-expect-error nor checked as such
    verifyTotp(keyUri.hotpSecret, '123456', { nowMs });
    // @ts-expect-error nor is its device one that counts time
    adoptDevice(keyUri.hotpSecret, ['1', '2'], { serialNumber: 'a', nowMs });
    // @ts-expect-error in no import
    mfa.importDevice('user-1', { name: 'a', codes: ['1', '2'], secret: keyUri.hotpSecret });
    // @ts-expect-error an administrator's included
    mfa.asAdministrator('migration').importDevice('user-1', { name: 'a', secret: keyUri.hotpSecret });
  }
  // @ts-expect-error the type of the codes is looked at first
  totp(keyUri.secret, { nowMs });
  formatKeyUri(parsed.keyUri);
} else {
  is<Equals<typeof parsed.reason, KeyUriReason>>();
  is<Equals<typeof parsed.position, number>>();
}
// @ts-expect-error nothing to read before the refusal is handled
console.log(parsed.keyUri);
// What a camera or a person brings may be anything.
parseKeyUri(new FormData().get('uri'));

formatKeyUri({ account: 'alice', secret });
formatKeyUri({ account: 'alice', secret, parameters: { digits: 8 } });
// @ts-expect-error the label needs an account
formatKeyUri({ issuer: 'Acme', secret });
formatKeyUri({ account: 'alice', hotpSecret: secret, counter: 0 });
// @ts-expect-error left out, or there
formatKeyUri({ issuer: undefined, account: 'alice', secret });

export function everyReason(reason: KeyUriReason): string {
  switch (reason) {
    case 'not-a-key-uri':
    case 'google-export':
    case 'steam-codes':
    case 'too-long':
    case 'unsupported-type':
    case 'malformed-encoding':
    case 'duplicate-parameter':
    case 'missing-secret':
    case 'malformed-secret':
    case 'unsupported-algorithm':
    case 'unsupported-digits':
    case 'unsupported-period':
    case 'malformed-counter':
      return reason;
    default:
      return never(reason);
  }
}

export function everyWarning(warning: KeyUriWarning): string {
  switch (warning) {
    case 'may-show-other-codes':
    case 'misspelt-parameter':
    case 'unusual-name':
    case 'unusual-algorithm':
    case 'issuer-mismatch':
    case 'no-issuer':
    case 'short-secret':
    case 'non-canonical-secret':
    case 'plus-for-space':
    case 'html-escaped-ampersand':
    case 'fragment-ignored':
    case 'unknown-parameter':
      return warning;
    default:
      return never(warning);
  }
}
