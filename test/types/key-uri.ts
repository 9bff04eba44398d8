// What reading a key URI answers, and what fits where.
import {
  formatKeyUri,
  type KeyUri,
  type KeyUriReason,
  type KeyUriWarning,
  type OtpParameters,
  type ParseKeyUriResult,
  parseKeyUri,
  type Secret,
} from 'lockstep-mfa';
import { createDevice } from 'lockstep-mfa/device';
import { type Equals, is, never } from './equals.js';

declare const secret: Secret;
const nowMs = 1_700_000_000_000;

const parsed = parseKeyUri('otpauth://totp/…');
is<Equals<typeof parsed, ParseKeyUriResult>>();
if (parsed.ok) {
  is<Equals<typeof parsed.keyUri, KeyUri>>();
  is<Equals<typeof parsed.warnings, readonly KeyUriWarning[]>>();
  is<Equals<typeof parsed.keyUri.parameters, OtpParameters>>();
  createDevice({ serialNumber: 'a', nowMs, parameters: parsed.keyUri.parameters });
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
// @ts-expect-error left out, or there
formatKeyUri({ issuer: undefined, account: 'alice', secret });

export function everyReason(reason: KeyUriReason): string {
  switch (reason) {
    case 'not-a-key-uri':
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
