export { isMfaError, MfaError, type MfaErrorCode } from '../errors.js';
export { falseAcceptProbability } from './false-accept.js';
export { hotp } from './hotp.js';
export {
  formatKeyUri,
  type KeyUri,
  type KeyUriReason,
  type KeyUriWarning,
  type ParseKeyUriResult,
  parseKeyUri,
} from './key-uri.js';
export { type CounterWindow, type MatchOptions, type MatchResult, matchCode, matchPair } from './match.js';
export type { Algorithm, Digits, HotpParameters, OtpParameters } from './parameters.js';
export type { CodeReason, CodeReasonDetails, CodeRefusal, RefusalOf } from './reasons.js';
export {
  formatSecret,
  formatSetupKey,
  generateSecret,
  parseSecret,
  type RandomBytes,
  type Secret,
  secretFromBytes,
  wipeSecret,
} from './secret.js';
export { counterAt, intervalAt, type TimeOptions, totp } from './totp.js';
export { type VerifyTotpOptions, verifyTotp } from './verify-totp.js';
