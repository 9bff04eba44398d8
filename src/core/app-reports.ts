import type { Algorithm, Digits } from './parameters.js';

/**
 * What is reported of an app and a value: `ignores` it and shows the codes of the default; does `no` such codes, and nobody
 * says whether it refuses or shows others; reports are in `conflict`.
 */
export type Support = 'yes' | 'ignores' | 'no' | 'conflict';

/** A spelling that every reader should take, and not every one does. */
export type KeyUriSpelling = 'padded-secret' | 'algorithm-spelling';

/** What is not the default of a key URI. */
export type Unusual = Exclude<Algorithm, 'SHA1'> | `digits${Exclude<Digits, 6>}` | 'period' | 'hotp';

/** Public reports of one app. */
export interface AppReports {
  readonly app: string;
  readonly platform: string;
  /** Year of the newest report that has a date. */
  readonly asOf?: number;
  /** Without an entry nobody reported. */
  readonly support: { readonly [U in Unusual]?: Support };
  readonly refuses?: readonly KeyUriSpelling[];
  readonly sources: readonly string[];
}

const TESTS_2022 = 'https://gist.github.com/gwelch-contegix/afa52c7b45693a19c198ab0bfb886fe2';
const TESTS_2025 = 'http://referrer.fmarier.org/posts/totp-in-2025';
const AUTHELIA = 'https://github.com/authelia/authelia/blob/master/docs/data/support.json';
const JAVA_TOTP = 'https://github.com/samdjstevens/java-totp/issues/30';

/**
 * Gathered in 2026 from public reports. No app was run for it, and apps change: a row is as good as its sources, and as old
 * as `asOf`.
 */
export const APP_REPORTS: readonly AppReports[] = [
  {
    app: 'Google Authenticator',
    platform: 'Android, version 5 and before',
    asOf: 2022,
    support: { SHA256: 'ignores', SHA512: 'ignores', digits7: 'ignores', digits8: 'ignores', period: 'ignores' },
    sources: [
      TESTS_2022,
      'https://github.com/google/google-authenticator-android/issues/29',
      'https://github.com/privacyidea/privacyidea/issues/3311',
      'https://github.com/RobThree/TwoFactorAuth/issues/36',
    ],
  },
  {
    app: 'Google Authenticator',
    platform: 'Android, from version 6',
    asOf: 2025,
    support: { SHA256: 'yes', SHA512: 'yes', digits8: 'yes', period: 'ignores' },
    sources: [
      TESTS_2025,
      'https://github.com/keycloak/keycloak/issues/27349',
      'https://github.com/BrandonPotter/GoogleAuthenticator/pull/198',
      'https://github.com/privacyidea/privacyidea/issues/3634',
    ],
  },
  {
    app: 'Google Authenticator',
    platform: 'iOS',
    asOf: 2025,
    support: { SHA256: 'yes', SHA512: 'yes', digits8: 'yes', period: 'no' },
    refuses: ['padded-secret', 'algorithm-spelling'],
    sources: [
      TESTS_2022,
      'https://github.com/dlenski/python-vipaccess/pull/13',
      'https://github.com/epicweb-dev/totp/issues/16',
      'https://codewithsundeep.com/discussion/solution/49233459',
      'https://hb.int2inf.com/en/s/item/QFjwwNVYhrRzwgPX4euXBt-TOTP-authenticators-security-2025',
    ],
  },
  {
    app: 'Microsoft Authenticator',
    platform: 'Android, iOS',
    asOf: 2025,
    support: {
      SHA256: 'ignores',
      SHA512: 'ignores',
      digits7: 'ignores',
      digits8: 'ignores',
      period: 'ignores',
      hotp: 'ignores',
    },
    sources: [
      TESTS_2022,
      TESTS_2025,
      'https://github.com/privacyidea/privacyidea/issues/3634',
      'https://github.com/privacyidea/privacyidea/issues/709',
      'https://github.com/MicrosoftDocs/azure-docs/issues/15264',
      'https://github.com/BastiaanJansen/otp-java/pull/89',
      'https://github.com/beemdevelopment/Aegis/pull/304',
    ],
  },
  {
    app: 'Authy (Twilio)',
    platform: 'Android, iOS',
    asOf: 2025,
    support: { SHA256: 'ignores', SHA512: 'ignores', digits8: 'conflict', period: 'ignores' },
    sources: [
      TESTS_2022,
      TESTS_2025,
      AUTHELIA,
      'https://github.com/sec51/twofactor/issues/11',
      'https://github.com/privacyidea/privacyidea/issues/1156',
      'https://github.com/kanidm/kanidm/issues/501',
    ],
  },
  {
    app: 'Duo Mobile',
    platform: 'Android, iOS',
    asOf: 2025,
    support: { SHA256: 'ignores', SHA512: 'ignores' },
    sources: [
      TESTS_2025,
      'https://github.com/google/google-authenticator-android/issues/29',
      'https://github.com/sec51/twofactor/issues/11',
    ],
  },
  {
    app: 'Okta Verify',
    platform: 'Android, iOS',
    asOf: 2024,
    support: { SHA256: 'no', SHA512: 'conflict', digits8: 'no' },
    sources: ['https://github.com/authelia/authelia/pull/7504', 'https://github.com/kanidm/kanidm/issues/501'],
  },
  {
    app: 'LastPass Authenticator',
    platform: 'Android, iOS',
    asOf: 2025,
    support: { SHA256: 'conflict', SHA512: 'yes', digits8: 'yes' },
    sources: [TESTS_2022, TESTS_2025, 'https://github.com/pyauth/pyotp/issues/47', JAVA_TOTP],
  },
  {
    app: 'Bitwarden',
    platform: 'all',
    asOf: 2025,
    support: { SHA256: 'yes', SHA512: 'yes', digits8: 'yes', period: 'yes' },
    sources: [AUTHELIA, TESTS_2025, 'https://github.com/bitwarden/android/pull/6119'],
  },
  {
    app: '1Password',
    platform: 'all',
    asOf: 2025,
    support: { SHA256: 'conflict', SHA512: 'no', digits8: 'no' },
    refuses: ['algorithm-spelling'],
    sources: [AUTHELIA, TESTS_2025, 'https://github.com/epicweb-dev/totp/issues/16'],
  },
  {
    app: 'Aegis',
    platform: 'Android',
    asOf: 2024,
    support: { SHA256: 'yes', SHA512: 'yes', digits8: 'yes', period: 'yes', hotp: 'yes' },
    sources: [TESTS_2022, AUTHELIA, JAVA_TOTP, 'https://github.com/beemdevelopment/Aegis'],
  },
  {
    app: '2FAS',
    platform: 'Android, iOS',
    asOf: 2022,
    support: { SHA256: 'conflict', SHA512: 'conflict', digits8: 'yes' },
    sources: [
      TESTS_2022,
      JAVA_TOTP,
      'https://github.com/privacyidea/privacyidea/issues/3812',
      'https://github.com/opnsense/core/issues/9070',
    ],
  },
  {
    app: 'FreeOTP',
    platform: 'Android, iOS',
    asOf: 2021,
    support: { SHA256: 'yes', SHA512: 'yes', digits8: 'yes', period: 'yes', hotp: 'yes' },
    sources: [
      JAVA_TOTP,
      'https://github.com/freeotp/freeotp-android/issues/287',
      'https://github.com/freeotp/freeotp-android/issues/41',
      'https://github.com/freeotp/freeotp-android/issues/54',
    ],
  },
  {
    app: 'FreeOTP+',
    platform: 'Android',
    support: {},
    sources: ['https://github.com/helloworld1/FreeOTPPlus/pull/113', 'https://github.com/stefansundin/2fa-qr/pull/4'],
  },
  {
    app: 'Yubico Authenticator',
    platform: 'desktop, mobile, with a YubiKey',
    asOf: 2024,
    support: { SHA256: 'conflict', SHA512: 'conflict', digits8: 'yes', period: 'yes' },
    sources: [
      AUTHELIA,
      'https://github.com/Yubico/yubioath-android/issues/37',
      'https://docs.yubico.com/yesdk/users-manual/application-oath/uri-string-format.html',
    ],
  },
  {
    app: 'Raivo OTP',
    platform: 'iOS',
    asOf: 2024,
    support: { SHA256: 'yes', SHA512: 'no', digits8: 'no' },
    sources: [AUTHELIA],
  },
  {
    app: 'Proton Authenticator',
    platform: 'all',
    asOf: 2025,
    support: { digits7: 'yes', digits8: 'yes' },
    sources: ['https://shkspr.mobi/blog/2025/08/some-minor-bugs-in-protons-new-authenticator-app'],
  },
  {
    app: 'Ente Auth',
    platform: 'all',
    asOf: 2026,
    support: {},
    sources: ['https://github.com/pyauth/pyotp/pull/169', 'https://github.com/ente/ente/pull/13005'],
  },
  {
    app: 'KeePassXC',
    platform: 'desktop',
    support: {},
    sources: [
      'https://github.com/keepassxreboot/keepassxc/issues/12024',
      'https://github.com/keepassxreboot/keepassxc/issues/1022',
    ],
  },
  {
    app: 'Authenticator (browser extension)',
    platform: 'Chrome, Edge, Firefox',
    asOf: 2026,
    support: { SHA256: 'ignores', period: 'ignores' },
    sources: [
      'https://github.com/Authenticator-Extension/Authenticator/issues/1271',
      'https://github.com/Authenticator-Extension/Authenticator/issues/1546',
      'https://github.com/kuwa2005/Authenticator/issues/31',
    ],
  },
  {
    app: 'id.me',
    platform: 'Android, iOS',
    asOf: 2022,
    support: { SHA256: 'yes', SHA512: 'yes', digits8: 'yes' },
    sources: [TESTS_2022],
  },
  {
    app: 'Stratum (Authenticator Pro)',
    platform: 'Android',
    asOf: 2022,
    support: { SHA256: 'yes', SHA512: 'yes', digits8: 'yes' },
    sources: [TESTS_2022, 'https://github.com/stratumauth/app/issues/271'],
  },
  {
    app: 'Authenticator App, 2FA',
    platform: 'Android',
    asOf: 2022,
    support: { SHA256: 'ignores', SHA512: 'ignores', digits8: 'yes' },
    sources: [TESTS_2022],
  },
  {
    app: 'Authenticator App, 2FA',
    platform: 'iOS',
    asOf: 2022,
    support: { SHA256: 'yes', SHA512: 'yes', digits8: 'yes' },
    sources: [TESTS_2022],
  },
  {
    app: 'Authenticator App - 2FA',
    platform: 'Android, iOS',
    asOf: 2022,
    support: { SHA256: 'yes', SHA512: 'yes', digits8: 'ignores' },
    sources: [TESTS_2022],
  },
  {
    app: 'TOTP Authenticator',
    platform: 'Android, iOS',
    asOf: 2022,
    support: { SHA256: 'ignores', SHA512: 'ignores', digits7: 'ignores', digits8: 'ignores' },
    sources: [TESTS_2022],
  },
  {
    app: 'Oracle Mobile Authenticator',
    platform: 'Android, iOS',
    asOf: 2021,
    support: { SHA256: 'yes', SHA512: 'yes' },
    sources: [JAVA_TOTP],
  },
  {
    app: 'Sophos Authenticator',
    platform: 'Android, iOS',
    asOf: 2021,
    support: { SHA256: 'yes', SHA512: 'yes' },
    sources: [JAVA_TOTP],
  },
  {
    app: 'IBM Verify',
    platform: 'iOS',
    asOf: 2021,
    support: { SHA256: 'yes', SHA512: 'yes' },
    sources: [JAVA_TOTP],
  },
  {
    app: 'Auth0 Guardian',
    platform: 'Android',
    asOf: 2021,
    support: { SHA256: 'yes', SHA512: 'yes' },
    sources: [JAVA_TOTP],
  },
  {
    app: 'privacyIDEA Authenticator',
    platform: 'Android, iOS',
    asOf: 2023,
    support: { SHA256: 'yes', SHA512: 'yes', digits8: 'yes', period: 'yes' },
    sources: [
      'https://github.com/privacyidea/privacyidea/issues/3634',
      'https://github.com/privacyidea/privacyidea/issues/1156',
      'https://github.com/privacyidea/privacyidea/issues/3812',
    ],
  },
  {
    app: 'Apple Passwords / iCloud Keychain',
    platform: 'iOS, macOS',
    asOf: 2024,
    support: { SHA256: 'yes', SHA512: 'yes' },
    sources: ['https://github.com/kspearrin/Otp.NET/issues/62', 'https://github.com/pyauth/pyotp/issues/171'],
  },
  {
    app: 'Authenticator Plus',
    platform: 'Android',
    asOf: 2024,
    support: { SHA256: 'no', SHA512: 'no', digits8: 'no' },
    sources: [AUTHELIA, 'https://github.com/BrandonPotter/GoogleAuthenticator/issues/14'],
  },
];
