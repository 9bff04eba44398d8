import { type KeyUri, parseKeyUri, type Secret, type TotpKeyUri } from 'lockstep-mfa/core';

/** What a key URI for codes of a time holds; fails for any other text. */
export function totpKeyUri(text: string): TotpKeyUri {
  const parsed = parseKeyUri(text);
  if (!parsed.ok) throw new Error(`${parsed.reason} at ${parsed.position}`);
  if (parsed.keyUri.type !== 'totp') throw new Error('a counter, not a time');
  return parsed.keyUri;
}

/** The secret of either type, for tests that compare it as text. */
export function secretOf(keyUri: KeyUri): Secret {
  return keyUri.type === 'totp' ? keyUri.secret : (keyUri.hotpSecret as unknown as Secret);
}
