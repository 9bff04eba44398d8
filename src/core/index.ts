export { isMfaError, MfaError, type MfaErrorCode } from '../errors.js';
export {
  type AppCompatibility,
  type AppCompatibilityOptions,
  type AppVerdict,
  appCompatibility,
} from './app-compatibility.js';
export type { KeyUriSpelling } from './app-reports.js';
export { falseAcceptProbability } from './false-accept.js';
export { hotp } from './hotp.js';
export { inspectKeyUri, type KeyUriExplanation, type KeyUriInspection } from './inspect-key-uri.js';
export {
  formatKeyUri,
  type HotpKeyUri,
  type KeyUri,
  type KeyUriNames,
  type NewHotpKeyUri,
  type NewTotpKeyUri,
  type TotpKeyUri,
} from './key-uri.js';
export type { KeyUriParameter, SuspectParameter } from './key-uri-query.js';
export { type CounterWindow, type MatchOptions, type MatchResult, matchCode, matchPair } from './match.js';
export type { Algorithm, Digits, HotpParameters, OtpParameters } from './parameters.js';
export { type KeyUriReason, type KeyUriWarning, type ParseKeyUriResult, parseKeyUri } from './parse-key-uri.js';
export type { CodeReason, CodeReasonDetails, CodeRefusal, RefusalOf } from './reasons.js';
export {
  formatSecret,
  formatSetupKey,
  generateSecret,
  type HotpSecret,
  parseSecret,
  type RandomBytes,
  type Secret,
  type SecretEncoding,
  secretFromBytes,
  wipeSecret,
} from './secret.js';
export { counterAt, intervalAt, type TimeOptions, totp } from './totp.js';
export { type VerifyTotpOptions, verifyTotp } from './verify-totp.js';
