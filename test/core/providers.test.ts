import { type KeyUri, type KeyUriReason, type KeyUriWarning, parseKeyUri } from 'lockstep-mfa/core';
import { describe, expect, it } from 'vitest';

// Key URIs in the forms in which providers write them. Every name and secret was made up.

const S = 'GKYZBNDOUYNKRDFSBSAFQPO2GBBSDIAG';
const SHORT = 'JBSWY3DPEHPK3PXP';
const LONG = S + S;

interface Read {
  readonly type?: 'totp' | 'hotp';
  readonly issuer?: string;
  readonly account: string;
  readonly labelIssuer?: string;
  readonly algorithm?: string;
  readonly digits?: number;
  readonly period?: number;
  readonly counter?: number;
  readonly image?: string;
  readonly warnings?: readonly KeyUriWarning[];
  readonly suspects?: readonly string[];
}

const CORPUS: readonly (readonly [provider: string, uri: string, read: Read | KeyUriReason])[] = [
  [
    'Google, lower-case secret in groups of four',
    'otpauth://totp/Google%3Aann%40example.com?secret=gkyzbndouynkrdfsbsafqpo2gbbsdiag&issuer=Google',
    { issuer: 'Google', account: 'ann@example.com', warnings: ['non-canonical-secret'] },
  ],
  [
    'Microsoft, personal account',
    `otpauth://totp/Microsoft:ann%40example.com?secret=${SHORT}&issuer=Microsoft`,
    { issuer: 'Microsoft', account: 'ann@example.com', warnings: ['short-secret'] },
  ],
  [
    'Microsoft, work account: two colons',
    `otpauth://totp/Example%20Ltd:ann%40example.com?secret=${SHORT}&issuer=Microsoft`,
    {
      issuer: 'Microsoft',
      labelIssuer: 'Example Ltd',
      account: 'ann@example.com',
      warnings: ['short-secret', 'issuer-mismatch'],
    },
  ],
  [
    'AWS, 64 characters',
    `otpauth://totp/Amazon%20Web%20Services:ann@123456789012?secret=${LONG}&issuer=Amazon%20Web%20Services`,
    { issuer: 'Amazon Web Services', account: 'ann@123456789012' },
  ],
  [
    'Apple: the label has a name, the parameter a domain',
    `otpauth://totp/Example%20Shop:ann?secret=${S}&issuer=shop.example&digits=6&period=30`,
    { issuer: 'shop.example', labelIssuer: 'Example Shop', account: 'ann', warnings: ['issuer-mismatch'] },
  ],
  [
    'GitHub',
    `otpauth://totp/GitHub:ann?secret=${SHORT}&issuer=GitHub`,
    { issuer: 'GitHub', account: 'ann', warnings: ['short-secret'] },
  ],
  [
    'Slack: the workspace in brackets',
    `otpauth://totp/Slack%20(Example):ann%40example.com?secret=${SHORT}&issuer=Slack`,
    {
      issuer: 'Slack',
      labelIssuer: 'Slack (Example)',
      account: 'ann@example.com',
      warnings: ['short-secret', 'issuer-mismatch'],
    },
  ],
  [
    'Keycloak, all parameters',
    `otpauth://totp/example-realm:ann?secret=${S}&digits=6&algorithm=SHA1&issuer=example-realm&period=30`,
    { issuer: 'example-realm', account: 'ann' },
  ],
  [
    'Keycloak, SHA512',
    `otpauth://totp/example:ann?secret=${S}&digits=8&algorithm=SHA512&issuer=example&period=60`,
    { issuer: 'example', account: 'ann', algorithm: 'SHA512', digits: 8, period: 60 },
  ],
  [
    'Keycloak, event-based',
    `otpauth://hotp/example:ann?secret=${S}&digits=6&algorithm=SHA1&issuer=example&counter=0`,
    { type: 'hotp', issuer: 'example', account: 'ann', counter: 0 },
  ],
  [
    'privacyIDEA, time-based',
    `otpauth://totp/TOTP0001A2B3?secret=${S}&period=30&digits=6&issuer=privacyIDEA&creator=privacyidea&serial=TOTP0001A2B3`,
    { issuer: 'privacyIDEA', account: 'TOTP0001A2B3', warnings: ['unknown-parameter'] },
  ],
  [
    'privacyIDEA, event-based',
    `otpauth://hotp/OATH0001A2B3?secret=${S}&counter=1&digits=6&issuer=privacyIDEA`,
    { type: 'hotp', issuer: 'privacyIDEA', account: 'OATH0001A2B3', counter: 1 },
  ],
  [
    'privacyIDEA, in two steps: the phone adds a part to the secret',
    `otpauth://totp/TOTP0001?secret=${S}&period=30&digits=6&issuer=privacyIDEA&2step_salt=8&2step_output=20&2step_difficulty=10000`,
    {
      issuer: 'privacyIDEA',
      account: 'TOTP0001',
      warnings: ['may-show-other-codes'],
      suspects: ['2step_salt', '2step_output', '2step_difficulty'],
    },
  ],
  [
    'Steam, as some apps export it',
    `otpauth://totp/Steam:ann?secret=${S}&issuer=Steam`,
    { issuer: 'Steam', account: 'ann', warnings: ['may-show-other-codes'], suspects: ['issuer'] },
  ],
  ['Steam, of a type of its own', `otpauth://steam/Steam:ann?secret=${S}&issuer=Steam`, 'steam-codes'],
  ['Steam, of a scheme of its own', `steam://${S}`, 'steam-codes'],
  [
    'KeePassXC, a Steam entry',
    `otpauth://totp/Steam:ann?secret=${S}&period=30&digits=5&issuer=Steam&encoder=steam`,
    'unsupported-digits',
  ],
  ['KeeOtp', `otpauth://totp/x?key=${S}&step=60&size=8`, 'missing-secret'],
  ['Yandex', `otpauth://yaotp/ann?secret=${S}&pin_length=6`, 'unsupported-type'],
  ['Google Authenticator, an export', 'otpauth-migration://offline?data=CAE%3D', 'google-export'],
  [
    'Yubico, a hardware token, with everything',
    `otpauth://totp/Yubico:ann@example.com?secret=${S}&issuer=Yubico&algorithm=SHA256&digits=8&period=60`,
    { issuer: 'Yubico', account: 'ann@example.com', algorithm: 'SHA256', digits: 8, period: 60 },
  ],
  [
    'Token2, a programmable token of 60 seconds',
    `otpauth://totp/2312345678?secret=${S}&period=60&issuer=Token2`,
    { issuer: 'Token2', account: '2312345678', period: 60 },
  ],
  [
    'Feitian, an event-based token',
    `otpauth://hotp/FT-0001?secret=${S}&counter=12&digits=8&issuer=Feitian`,
    { type: 'hotp', issuer: 'Feitian', account: 'FT-0001', counter: 12, digits: 8 },
  ],
  [
    'FreeOTP, with a picture',
    `otpauth://totp/Example:ann?secret=${S}&algorithm=SHA256&digits=6&period=30&image=https%3A%2F%2Fexample.com%2Flogo.png`,
    { account: 'ann', labelIssuer: 'Example', algorithm: 'SHA256', image: 'https://example.com/logo.png' },
  ],
  [
    'Ente, an export',
    `otpauth://totp/Example:ann?algorithm=sha1&digits=6&issuer=Example&period=30&secret=${S}&codeDisplay=%7B%22pinned%22%3Afalse%7D`,
    { issuer: 'Example', account: 'ann', warnings: ['unusual-algorithm', 'unknown-parameter'] },
  ],
  [
    'a page that escaped its ampersands',
    `otpauth://totp/OPNsense:ann?secret=${S}&amp;issuer=OPNsense`,
    { issuer: 'OPNsense', account: 'ann', warnings: ['html-escaped-ampersand'] },
  ],
  [
    'Python before 3, form encoding',
    `otpauth://totp/Example+Co:ann?secret=${S}&issuer=Example+Co`,
    { issuer: 'Example+Co', account: 'ann' },
  ],
];

describe('key URIs as providers write them', () => {
  it.each(CORPUS)('%s', (_, uri, expected) => {
    const parsed = parseKeyUri(uri);
    if (typeof expected === 'string') {
      expect(parsed).toMatchObject({ ok: false, reason: expected });
      return;
    }
    if (!parsed.ok) throw new Error(`${parsed.reason} at ${parsed.position}`);
    const { keyUri, labelIssuer = keyUri.issuer, warnings, suspectParameters } = parsed;
    expect(readOf(keyUri, labelIssuer, warnings, suspectParameters)).toEqual(completed(expected));
  });

  it('are of every provider that has a form of its own', () => {
    const names = [
      'Google',
      'Microsoft',
      'AWS',
      'Apple',
      'GitHub',
      'Slack',
      'Keycloak',
      'privacyIDEA',
      'Steam',
      'Yubico',
    ];
    for (const name of names) expect(CORPUS.some(([provider]) => provider.startsWith(name))).toBe(true);
  });
});

function readOf(
  keyUri: KeyUri,
  labelIssuer: string | undefined,
  warnings: readonly KeyUriWarning[],
  suspects: readonly { readonly name: string }[],
) {
  const { type, issuer, account, image, parameters } = keyUri;
  return {
    type,
    issuer,
    account,
    labelIssuer,
    image,
    algorithm: parameters.algorithm,
    digits: parameters.digits,
    period: keyUri.type === 'totp' ? keyUri.parameters.periodSeconds : undefined,
    counter: keyUri.type === 'hotp' ? keyUri.counter : undefined,
    warnings,
    suspects: suspects.map(({ name }) => name),
  };
}

/** The expected reading, with the defaults of what the corpus leaves out. */
function completed(read: Read): Read {
  const { type = 'totp', labelIssuer } = read;
  const issuer = read.issuer ?? labelIssuer;
  return {
    image: undefined,
    counter: undefined,
    algorithm: 'SHA1',
    digits: 6,
    period: type === 'totp' ? 30 : undefined,
    warnings: [],
    suspects: [],
    ...read,
    type,
    issuer,
    labelIssuer: labelIssuer ?? issuer,
  } as unknown as Read;
}
