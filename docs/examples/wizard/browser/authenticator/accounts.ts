import {
  formatKeyUri,
  formatSecret,
  isMfaError,
  type KeyUriReason,
  parseKeyUri,
  parseSecret,
  type TotpKeyUri,
  totp,
} from 'lockstep-mfa/core';

/** What the phone keeps of one QR code. */
export interface Account {
  readonly keyUri: string;
  readonly key: TotpKeyUri;
}

export type Reading =
  | { readonly ok: true; readonly account: Account }
  /** What to say to the person. */
  | { readonly ok: false; readonly text: string };

/** Reads what a QR code says. */
export function readAccount(text: string): Reading {
  const parsed = parseKeyUri(text);
  if (!parsed.ok) return { ok: false, text: explain(parsed.reason) };
  const { keyUri: key } = parsed;
  if (key.type !== 'totp') return { ok: false, text: explain('unsupported-type') };
  return { ok: true, account: { keyUri: text, key } };
}

/** Reads a setup key as it stands below the QR code; a whole `otpauth://` address is taken too. */
export function readSetupKey(typed: string, name: string): Reading {
  if (/^\s*otpauth:/i.test(typed)) return readAccount(typed);
  try {
    const account = name.replaceAll(':', ' ').trim().slice(0, 200);
    return readAccount(
      formatKeyUri({ account: account === '' ? 'Without a name' : account, secret: parseSecret(typed) }),
    );
  } catch (error) {
    if (!isMfaError(error)) throw error;
    return { ok: false, text: 'A key has letters from A to Z and digits from 2 to 7. Compare it with the page.' };
  }
}

function explain(reason: KeyUriReason): string {
  switch (reason) {
    case 'not-a-key-uri':
      return 'This QR code is for something else. Scan the one of step 2 of the set-up.';
    case 'google-export':
      return 'This QR code is an export of Google Authenticator. Scan the one of step 2 of the set-up.';
    case 'too-long':
      return 'This is too long for a QR code. Scan the one of step 2 of the set-up.';
    case 'steam-codes':
    case 'unsupported-type':
    case 'unsupported-algorithm':
    case 'unsupported-digits':
    case 'unsupported-period':
      return 'This QR code asks for a kind of code that this app does not make.';
    case 'malformed-encoding':
    case 'duplicate-parameter':
    case 'missing-secret':
    case 'malformed-secret':
    case 'malformed-counter':
      return 'This QR code is damaged. Show a new one, and scan that.';
  }
}

/** The newest first; one secret stands there once. */
export function withAccount(accounts: readonly Account[], added: Account): readonly Account[] {
  return [added, ...accounts.filter((account) => !isSameSecret(account, added))];
}

export function withoutAccount(accounts: readonly Account[], removed: Account): readonly Account[] {
  return accounts.filter((account) => account.keyUri !== removed.keyUri);
}

export function isSameSecret(one: Account, other: Account): boolean {
  return formatSecret(one.key.secret) === formatSecret(other.key.secret);
}

/** Who it is for, in words. */
export function nameOf({ key }: Account): string {
  return key.issuer === undefined ? key.account : `${key.issuer}, ${key.account}`;
}

/** In groups that can be read at a glance: `123 456`. */
export function codeOf({ key }: Account, nowMs: number): string {
  const code = totp(key.secret, { nowMs, ...key.parameters });
  const half = Math.ceil(code.length / 2);
  return `${code.slice(0, half)} ${code.slice(half)}`;
}

/** As the phone stores them. */
export function writeAccounts(accounts: readonly Account[]): string {
  return JSON.stringify(accounts.map(({ keyUri }) => keyUri));
}

/** Whatever is stored there: what is none of ours is left out. */
export function readAccounts(stored: string | null): readonly Account[] {
  const keyUris = parsedList(stored);
  return keyUris.flatMap((keyUri) => {
    const reading = readAccount(String(keyUri));
    return reading.ok ? [reading.account] : [];
  });
}

function parsedList(text: string | null): readonly unknown[] {
  try {
    const parsed: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(parsed) ? parsed : [];
  } catch {
    return [];
  }
}
