// Passkeys by @simplewebauthn/server: registered, and asked for. Nothing here decides what a session may do: access.ts does.
import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
  type WebAuthnCredential,
} from '@simplewebauthn/server';

export interface Site {
  readonly name: string;
  /** The domain that passkeys are bound to, such as `example.com`. */
  readonly rpId: string;
  /** Where the page comes from, such as `https://www.example.com`. */
  readonly origin: string;
}

/** What a row holds. `id` is unique over all accounts. */
export type Passkey = WebAuthnCredential;

/** A table beside the accounts: user id, passkey. */
export interface PasskeyStore {
  of(userId: string): Promise<readonly Passkey[]>;
  /** @returns false: some account has this id already */
  add(userId: string, passkey: Passkey): Promise<boolean>;
  /** Compares and sets, in one statement. @returns false: the counter is no longer `before`, or the passkey is gone */
  count(id: string, before: number, counter: number): Promise<boolean>;
  /** @returns false: this user has no such passkey */
  remove(userId: string, id: string): Promise<boolean>;
}

export function registrationOptions(
  { name, rpId }: Site,
  account: { readonly id: string; readonly name: string },
  passkeys: readonly Passkey[],
): Promise<PublicKeyCredentialCreationOptionsJSON> {
  return generateRegistrationOptions({
    rpName: name,
    rpID: rpId,
    // The authenticator shows the name, and gives the id to any reader of it: no e-mail address (WebAuthn §14.6.1).
    userID: new TextEncoder().encode(account.id),
    userName: account.name,
    excludeCredentials: passkeys.map(({ id }) => ({ id })),
    // A PIN or a finger: whoever finds the key, or the phone unlocked, is not let in.
    authenticatorSelection: { residentKey: 'preferred', userVerification: 'required' },
  });
}

export async function verifyRegistration(
  { origin, rpId }: Site,
  challenge: string,
  response: unknown,
): Promise<Passkey | undefined> {
  const { registrationInfo } = await verifyRegistrationResponse({
    response: response as RegistrationResponseJSON,
    expectedChallenge: challenge,
    expectedOrigin: origin,
    expectedRPID: rpId,
    requireUserVerification: true,
  }).catch(refused);
  return registrationInfo?.credential;
}

export function authenticationOptions(
  { rpId }: Site,
  passkeys: readonly Passkey[],
): Promise<PublicKeyCredentialRequestOptionsJSON> {
  return generateAuthenticationOptions({
    rpID: rpId,
    allowCredentials: passkeys.map(({ id }) => ({ id })),
    userVerification: 'required',
  });
}

/** @returns the id of the passkey that signed; its counter is kept */
export async function verifyAuthentication(
  { origin, rpId }: Site,
  challenge: string,
  response: unknown,
  passkeys: readonly Passkey[],
  store: PasskeyStore,
): Promise<string | undefined> {
  const id = (response as { readonly id?: unknown } | null | undefined)?.id;
  const passkey = passkeys.find((each) => each.id === id);
  if (passkey === undefined) return undefined;
  const { verified, authenticationInfo } = await verifyAuthenticationResponse({
    response: response as AuthenticationResponseJSON,
    expectedChallenge: challenge,
    expectedOrigin: origin,
    expectedRPID: rpId,
    credential: passkey,
    requireUserVerification: true,
  }).catch(refused);
  if (!verified || authenticationInfo === undefined) return undefined;
  const { newCounter } = authenticationInfo;
  return (await store.count(passkey.id, passkey.counter, newCounter)) ? passkey.id : undefined;
}

/** Each check that fails throws: another challenge or origin, no user verification, a counter that went back (a copy). */
function refused(error: unknown): { verified: false; registrationInfo?: undefined; authenticationInfo?: undefined } {
  console.info(`passkey refused: ${error instanceof Error ? error.message : error}`);
  return { verified: false };
}

/** For the example alone: an application has a table. */
export function memoryPasskeys(): PasskeyStore {
  const rows = new Map<string, { readonly userId: string; readonly passkey: Passkey }>();
  return {
    of: async (userId) => [...rows.values()].filter((row) => row.userId === userId).map(({ passkey }) => passkey),
    async add(userId, passkey) {
      if (rows.has(passkey.id)) return false;
      rows.set(passkey.id, { userId, passkey });
      return true;
    },
    async count(id, before, counter) {
      const row = rows.get(id);
      if (row?.passkey.counter !== before) return false;
      rows.set(id, { ...row, passkey: { ...row.passkey, counter } });
      return true;
    },
    remove: async (userId, id) => rows.get(id)?.userId === userId && rows.delete(id),
  };
}
