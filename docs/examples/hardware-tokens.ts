// An administrator imports the vendor's file; later a user types the serial number on the back and two codes.
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
} from 'lockstep-mfa';

/** The drawer: this application's table of tokens that belong to nobody yet. */
export interface Drawer {
  put(token: Token): Promise<void>;
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

/** @returns a line for each token that was refused */
export async function importBatch(
  drawer: Drawer,
  sealer: Sealer,
  batch: readonly { readonly serialNumber: string; readonly seed: string }[],
): Promise<string[]> {
  const refused: string[] = [];
  for (const { serialNumber, seed } of batch) {
    try {
      const plain = formatSecret(parseSecret(seed));
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
  /** The session's: a user who has MFA needs one. */
  readonly proof?: MfaProof | undefined;
}

export async function claim(
  mfa: MfaService,
  drawer: Drawer,
  sealer: Sealer,
  { userId, serialNumber, codes, proof }: Claim,
): Promise<ImportDeviceResult | Refusal<'unknown-device'>> {
  const token = await drawer.take(serialNumber);
  if (token === undefined) return { ok: false, reason: 'unknown-device' };
  let claimed = false;
  try {
    const { plain } = await sealer.open(token.sealedSecret, inDrawer(serialNumber));
    const imported = await mfa.importDevice(userId, {
      name: `Token ${serialNumber}`,
      serialNumber,
      secret: parseSecret(plain),
      parameters: { periodSeconds: 60 },
      codes,
      proof,
    });
    claimed = imported.ok;
    return imported;
  } finally {
    if (!claimed) await drawer.put(token); // also where the store failed
  }
}
