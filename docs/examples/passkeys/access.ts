// The rule: when the application asks for a second factor, and what each factor opens and manages.
import type { MfaProof, MfaService, UserDescription } from 'lockstep-mfa';
import type { Passkey } from './passkeys.js';

export interface Account {
  readonly id: string;
  readonly name: string;
  /** The flag for `expectMfa`: the library knows MFA of this account. Passkeys do not raise it. */
  readonly hasCodes: boolean;
}

/** What this session has passed beside the password. */
export interface Passed {
  /** By the library: a code, the set-up of a device, a recovery. */
  readonly proof?: MfaProof | undefined;
  /** By the application: which passkey signed, and when. */
  readonly passkey?: { readonly id: string; readonly atMs: number } | undefined;
}

export interface Access {
  readonly user: UserDescription;
  /** Ask for a second factor. */
  readonly hasMfa: boolean;
  /** The session may open the application. */
  readonly isOpen: boolean;
  /**
   * By what the session may change factors now: nothing (ask again), the first factor alone (there is no other yet), the
   * library's proof, or the passkey, for which the application vouches.
   */
  readonly managesBy: 'nothing' | 'password' | 'proof' | 'passkey';
}

/** As long as the library's proof, or shorter. */
const PASSKEY_LIFE_MS = 5 * 60_000;

export async function accessOf(
  mfa: MfaService,
  { id: userId, hasCodes }: Account,
  { proof, passkey }: Passed,
  passkeys: readonly Passkey[],
  nowMs: number,
): Promise<Access> {
  const user = await mfa.describeUser(userId, { proof, expectMfa: hasCodes });
  const hasMfa = user.status !== 'none' || passkeys.length > 0;
  // A lock stops codes, not passkeys. A recovery stops both, for the owner has said that all is lost. A passkey that was
  // removed ends the sessions that it opened.
  const signed =
    user.status !== 'recovering' && passkeys.some(({ id }) => id === passkey?.id) ? passkey?.atMs : undefined;
  const isOpen = !hasMfa || user.signedIn || signed !== undefined;

  const managesBy = async (): Promise<Access['managesBy']> => {
    if (!hasMfa) return 'password';
    if ((await mfa.checkProof(userId, { proof, expectMfa: hasCodes })).ok) return 'proof';
    return signed !== undefined && nowMs - signed < PASSKEY_LIFE_MS ? 'passkey' : 'nothing';
  };
  return { user, hasMfa, isOpen, managesBy: await managesBy() };
}
