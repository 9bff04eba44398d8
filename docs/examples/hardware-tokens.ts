// An administrator imports the vendor's file; later a user types the serial number on the back and two codes.
//
// To replace a token: claim the new one first, then remove the old one. After a removal every import answers `code-reused`
// until the newest code that was used at the old token has ended (`usableAtMs`, up to a period or so), and while the user
// has no device, the password alone lets in.
import {
  formatSecret,
  type ImportDeviceResult,
  isMfaError,
  type MfaProof,
  type MfaService,
  parseSecret,
  type Refusal,
  type SealContext,
  type Sealer,
  type SecretEncoding,
} from 'lockstep-mfa';
import { adoptDevice } from 'lockstep-mfa/device';

/** The drawer: this application's table of tokens that belong to nobody yet. */
export interface Drawer {
  put(token: Token): Promise<void>;
  /** Looks at it, and leaves it there. */
  find(serialNumber: string): Promise<Token | undefined>;
  /** Takes it out, once. */
  take(serialNumber: string): Promise<Token | undefined>;
}
export interface Token {
  readonly serialNumber: string;
  readonly sealedSecret: string;
}

function inDrawer(serialNumber: string): SealContext {
  return { userId: '(drawer)', serialNumber };
}

/**
 * Say how the file writes seeds: most vendors write hex. A seed in hex of [2-7a-f] alone reads as base32, too, and makes 25
 * wrong bytes of 20 right ones, without an error.
 *
 * @returns a line for each token that was refused
 */
export async function importBatch(
  drawer: Drawer,
  sealer: Sealer,
  batch: readonly { readonly serialNumber: string; readonly seed: string }[],
  encoding: SecretEncoding,
): Promise<string[]> {
  const refused: string[] = [];
  for (const { serialNumber, seed } of batch) {
    try {
      const plain = formatSecret(parseSecret(seed, { encoding }));
      await drawer.put({ serialNumber, sealedSecret: await sealer.seal(plain, inDrawer(serialNumber)) });
    } catch (error) {
      if (!isMfaError(error) || error.code !== 'malformed-secret') throw error;
      refused.push(`${serialNumber}: ${error.message}`); // names the position, never the seed
    }
  }
  return refused;
}

export interface Claim {
  readonly userId: string;
  readonly serialNumber: string;
  readonly codes: readonly [unknown, unknown];
  readonly nowMs: number;
  /** The session's: a user who has MFA needs one. */
  readonly proof?: MfaProof | undefined;
}

const PARAMETERS = { periodSeconds: 60 } as const;

/**
 * Only two right codes take a token out of the drawer: whoever claims it in a loop, with codes that are guessed, keeps it from
 * nobody. Let nobody claim without limit all the same: each claim searches two hours of codes.
 */
export async function claim(
  mfa: MfaService,
  drawer: Drawer,
  sealer: Sealer,
  { userId, serialNumber, codes, nowMs, proof }: Claim,
): Promise<ImportDeviceResult | Refusal<'unknown-device'>> {
  const token = await drawer.find(serialNumber);
  if (token === undefined) return { ok: false, reason: 'unknown-device' };
  const { plain } = await sealer.open(token.sealedSecret, inDrawer(serialNumber));
  const secret = parseSecret(plain);
  const checked = adoptDevice(secret, codes, { serialNumber, nowMs, parameters: PARAMETERS });
  if (!checked.ok) return checked;

  // Two people may have read the same two codes: the token goes to one of them.
  if ((await drawer.take(serialNumber)) === undefined) return { ok: false, reason: 'unknown-device' };
  const name = `Token ${serialNumber}`;
  let claimed = false;
  try {
    const imported = await mfa.importDevice(userId, {
      name,
      serialNumber,
      secret,
      parameters: PARAMETERS,
      codes,
      proof,
    });
    claimed = imported.ok;
    return imported;
  } finally {
    if (!claimed) await drawer.put(token); // also where the store failed
  }
}
