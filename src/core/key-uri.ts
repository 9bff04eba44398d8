import { checkNames, checkObject, checkWhole, invalid, MAX_COUNTER } from './check.js';
import { completeParameters, DEFAULT_PARAMETERS, type HotpParameters, type OtpParameters } from './parameters.js';
import { formatSecret, type HotpSecret, type Secret } from './secret.js';
import { shownName } from './shown-name.js';

/** The names and the picture that an authenticator app shows. */
export interface KeyUriNames {
  /** Who issues the codes: the site or the company. */
  readonly issuer?: string;
  /** Whose codes they are. Apps that find the same issuer and account again overwrite the older entry. */
  readonly account: string;
  /** The `https:` address of a picture, which some apps show. It changes no code. */
  readonly image?: string;
}

/** What `otpauth://totp` holds: codes of a time. */
export interface TotpKeyUri extends KeyUriNames {
  readonly type: 'totp';
  readonly secret: Secret;
  readonly parameters: OtpParameters;
}

/**
 * What `otpauth://hotp` holds: codes of a counter. It has no `secret` and no period, so that nothing that computes by
 * time, and no import of a device, can take it by mistake: `hotp` and `matchCode` take its `hotpSecret`.
 */
export interface HotpKeyUri extends KeyUriNames {
  readonly type: 'hotp';
  readonly hotpSecret: HotpSecret;
  readonly parameters: HotpParameters;
  /** The counter of the next code. */
  readonly counter: number;
}

/** The content of a QR code, as an authenticator app reads it. */
export type KeyUri = TotpKeyUri | HotpKeyUri;

/** What {@link formatKeyUri} writes: a {@link TotpKeyUri} with defaults. */
export interface NewTotpKeyUri extends KeyUriNames {
  readonly type?: 'totp';
  readonly secret: Secret;
  /**
   * Default: SHA1, 6 digits, 30 seconds, the only ones that every app computes. Of any other, `appCompatibility` lists the
   * apps that ignore it and show wrong codes.
   */
  readonly parameters?: Partial<OtpParameters>;
}

/** What {@link formatKeyUri} writes: a {@link HotpKeyUri} with defaults. */
export interface NewHotpKeyUri extends KeyUriNames {
  readonly type?: 'hotp';
  readonly hotpSecret: Secret | HotpSecret;
  /** Default: SHA1, 6 digits. */
  readonly parameters?: Partial<HotpParameters>;
  readonly counter: number;
}

/**
 * No QR code holds more characters (ISO/IEC 18004, version 40), so a longer text was never scanned. Without a limit ten
 * megabytes that somebody pastes keep a server busy for seconds.
 */
export const LONGEST_KEY_URI = 4296;

/** Addresses are of any length; this one has to leave room in the QR code. */
const LONGEST_IMAGE = 1024;

const SHARED_NAMES = ['type', 'issuer', 'account', 'image', 'parameters'];
const TOTP_NAMES = [...SHARED_NAMES, 'secret'];
const HOTP_NAMES = [...SHARED_NAMES, 'hotpSecret', 'counter'];

/**
 * Writes `otpauth://totp/Issuer:account?secret=…&issuer=Issuer`, or `otpauth://hotp/…&counter=…` of a `hotpSecret`.
 * Parameters that have their default value are left out: some apps refuse them, and the QR code stays small.
 *
 * Names are trimmed, and controls and the marks that turn the direction of writing are taken out.
 *
 * @param keyUri.issuer - 1 to 256 characters, no colon: apps split the label there
 * @param keyUri.account - 1 to 256 characters. A colon is written `%3A`, and needs an issuer before it: without one apps
 *   would take what stands before the colon for the issuer
 * @param keyUri.parameters - leave them out where you can: `appCompatibility` lists the apps that ignore them
 * @param keyUri.image - `https:` address of a picture, at most 1,024 characters
 * @throws MfaError `invalid-argument`, also where the whole would be longer than 4,296 characters, which no QR code holds;
 *   `wiped-secret`
 * @see Key Uri Format of google-authenticator; RFC 3986 §2
 * @example
 * import { formatKeyUri, parseSecret } from 'lockstep-mfa/core';
 *
 * const secret = parseSecret('JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP');
 * console.log(formatKeyUri({ issuer: 'Acme Co', account: 'alice', secret }));
 * // otpauth://totp/Acme%20Co:alice?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Acme%20Co
 */
export function formatKeyUri(keyUri: NewTotpKeyUri | NewHotpKeyUri): string {
  checkObject(keyUri, 'keyUri');
  const type = 'hotpSecret' in keyUri ? 'hotp' : 'totp';
  checkNames(keyUri, type === 'hotp' ? HOTP_NAMES : TOTP_NAMES);
  if (keyUri.type !== undefined && keyUri.type !== type) {
    throw invalid("type must be 'totp' beside secret, 'hotp' beside hotpSecret");
  }
  const issuer = keyUri.issuer === undefined ? undefined : shownName(keyUri.issuer, 'issuer');
  const account = shownName(keyUri.account, 'account');
  if (issuer === undefined && account.includes(':')) {
    throw invalid('account must not hold a colon without an issuer: apps would take its beginning for one');
  }
  const { image } = keyUri;
  if (image !== undefined && !isImage(image)) {
    throw invalid(`image must be an https: address of at most ${LONGEST_IMAGE} characters`);
  }

  const label = issuer === undefined ? encode(account) : `${encode(issuer)}:${encode(account)}`;
  let uri = `otpauth://${type}/${label}?${writeKey(keyUri)}`;
  if (issuer !== undefined) uri += `&issuer=${encode(issuer)}`;
  uri += writeParameters(keyUri);
  if (image !== undefined) uri += `&image=${encode(image)}`;
  if (uri.length > LONGEST_KEY_URI) {
    throw invalid(`the key URI would be longer than ${LONGEST_KEY_URI} characters, which no QR code holds`);
  }
  return uri;
}

function writeKey(keyUri: NewTotpKeyUri | NewHotpKeyUri): string {
  return `secret=${formatSecret('hotpSecret' in keyUri ? keyUri.hotpSecret : keyUri.secret)}`;
}

function writeParameters(keyUri: NewTotpKeyUri | NewHotpKeyUri): string {
  const { algorithm, digits, periodSeconds } = completeParameters(keyUri.parameters);
  let query = '';
  if (algorithm !== DEFAULT_PARAMETERS.algorithm) query += `&algorithm=${algorithm}`;
  if (digits !== DEFAULT_PARAMETERS.digits) query += `&digits=${digits}`;
  if ('hotpSecret' in keyUri) {
    checkWhole(keyUri.counter, 'counter', 0, MAX_COUNTER);
    return `${query}&counter=${keyUri.counter}`;
  }
  return periodSeconds === DEFAULT_PARAMETERS.periodSeconds ? query : `${query}&period=${periodSeconds}`;
}

/** Another scheme could run code, or read a file, in an app or a page that shows the picture. */
export function isImage(image: unknown): image is string {
  return typeof image === 'string' && image.length <= LONGEST_IMAGE && /^https:\/\/[^\s\p{C}]+$/u.test(image);
}

/** RFC 3986 §2.3: all but the unreserved. `encodeURIComponent` leaves five of the reserved characters. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}
