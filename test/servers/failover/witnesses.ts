import { randomUUID } from 'node:crypto';
import {
  createMfaService,
  generateSecret,
  hotp,
  type MfaProof,
  type MfaService,
  type MfaStore,
  plaintextSealer,
  type Secret,
} from 'lockstep-mfa';
import { parseRecord } from '../../../src/user/record.js';
import { shortened } from '../../../src/user/revisions.js';
import { PARAMETERS, START_MS } from '../load.js';

/** What is done to a user, each with an answer that an application acts on. */
export const ACTS = ['code', 'recovery code', 'removed device', 'wrong code'] as const;
export type Act = (typeof ACTS)[number];

/** One act that was answered: its number among them, and the revision that it wrote. */
interface Answered {
  readonly act: Act;
  readonly revision: string;
  readonly atMs: number;
}

/** One user, one request at a time, and all that was answered: so it is known what has to be stored. */
export interface Witness {
  readonly userId: string;
  readonly secret: Secret;
  readonly recoveryCodes: readonly string[];
  nowMs: number;
  usedRecoveryCodes: number;
  recoveredAtMs: number;
  readonly answered: Answered[];
  /** Requests without an answer: whether they are stored is open. */
  unanswered: number;
  code?: { readonly code: string; readonly atMs: number };
  readonly revokedProofs: { readonly proof: MfaProof; readonly atMs: number }[];
  readonly removedDevices: { readonly serialNumber: string; readonly secret: Secret }[];
}

/** Between two rounds of one user, by the user's own clock. */
const ROUND_MS = 60_000;
/** Between two recovery codes, so that ten last for a run. */
const RECOVERY_MS = 600;
const PERIOD_MS = 30_000;

function serviceAt(store: MfaStore, nowMs: number): MfaService {
  return createMfaService({ issuer: 'Acme', store, sealer: plaintextSealer(), clock: () => nowMs });
}

const codeAt = (secret: Secret, nowMs: number): string => hotp(secret, Math.floor(nowMs / PERIOD_MS), PARAMETERS);

/** A secret whose wrong code `000000` is far from right in all that follows. */
function secretWithout000000(): Secret {
  for (;;) {
    const secret = generateSecret();
    const first = Math.floor(START_MS / PERIOD_MS) - 100;
    const codes = Array.from({ length: 4000 }, (_, i) => hotp(secret, first + i, PARAMETERS));
    if (!codes.includes('000000')) return secret;
  }
}

export async function enrollWitness(store: MfaStore): Promise<Witness> {
  const userId = `witness-${randomUUID()}`;
  const secret = secretWithout000000();
  const administrator = serviceAt(store, START_MS - 600_000).asAdministrator('Ada');
  const imported = await administrator.importDevice(userId, { name: 'Phone', secret });
  if (!imported.ok) throw new Error(imported.reason);
  const made = await administrator.createRecoveryCodes(userId);
  if (!made.ok) throw new Error(made.reason);
  const mfa = serviceAt(store, START_MS - 300_000);
  const signedIn = await mfa.signIn(userId, { code: codeAt(secret, START_MS - 300_000) });
  if (!signedIn.ok) throw new Error(signedIn.reason);
  const { recoveryCodes } = made;
  const confirmed = await mfa.confirmRecoveryCodes(userId, { recoveryCode: recoveryCodes[0], proof: signedIn.proof });
  if (!confirmed.ok) throw new Error(confirmed.reason);
  return {
    userId,
    secret,
    recoveryCodes,
    nowMs: START_MS,
    usedRecoveryCodes: 0,
    recoveredAtMs: 0,
    answered: [],
    unanswered: 0,
    revokedProofs: [],
    removedDevices: [],
  };
}

/** Signs in, uses a recovery code, adds a device and removes it, types a wrong code; until it is stopped. */
export async function work(store: MfaStore, witness: Witness, stopped: () => boolean): Promise<void> {
  const { userId, secret, recoveryCodes } = witness;

  /** Undefined where there was no answer. */
  const ask = async <A extends { readonly ok: boolean }>(
    act: Act | undefined,
    call: (mfa: MfaService) => Promise<A>,
  ): Promise<A | undefined> => {
    if (stopped()) return undefined;
    let revision: string | undefined;
    const noting: MfaStore = {
      get: (id) => store.get(id),
      compareAndSet(id, expectedRevision, next) {
        revision = next?.revision;
        return store.compareAndSet(id, expectedRevision, next);
      },
    };
    try {
      const answer = await call(serviceAt(noting, witness.nowMs));
      const isDone = act === 'wrong code' ? !answer.ok : answer.ok;
      if (act !== undefined && isDone && revision !== undefined) {
        witness.answered.push({ act, revision, atMs: Date.now() });
      }
      return answer;
    } catch {
      witness.unanswered++;
      return undefined;
    }
  };

  witness.nowMs += ROUND_MS;
  const code = codeAt(secret, witness.nowMs);
  const signedIn = await ask('code', (mfa) => mfa.signIn(userId, { code }));
  if (signedIn?.ok) witness.code = { code, atMs: witness.nowMs };

  const recoveryCode = recoveryCodes[witness.usedRecoveryCodes];
  if (recoveryCode !== undefined && Date.now() >= witness.recoveredAtMs + RECOVERY_MS) {
    witness.recoveredAtMs = Date.now();
    const recovered = await ask('recovery code', (mfa) => mfa.signInWithRecoveryCode(userId, { recoveryCode }));
    if (recovered?.ok) witness.usedRecoveryCodes++;
  }

  const serialNumber = randomUUID();
  const extra = generateSecret();
  const added = await ask(undefined, (mfa) =>
    mfa.asAdministrator('Ada').importDevice(userId, { name: serialNumber, secret: extra, serialNumber }),
  );
  if (added?.ok) {
    const removed = await ask('removed device', (mfa) =>
      mfa.asAdministrator('Ada').removeDevice(userId, { serialNumber }),
    );
    if (removed?.ok) {
      witness.removedDevices.push({ serialNumber, secret: extra });
      if (signedIn?.ok) witness.revokedProofs.push({ proof: signedIn.proof, atMs: witness.nowMs });
    }
  }
  await ask('wrong code', (mfa) => mfa.signIn(userId, { code: '000000' }));
}

/** What was answered and is gone, and what of it could be used again. */
export interface Loss {
  /** Acts that were answered, of all witnesses. */
  readonly answered: number;
  /** Those of which nothing is stored, by act. */
  readonly lost: Readonly<Record<Act, number>>;
  /** How long before the failure the oldest of them was answered. */
  readonly oldestMs: number;
  /** Users of whom it works once more; each was tried. */
  readonly back: { code: number; recoveryCode: number; proof: number; device: number; strikes: number };
}

/** Of proofs and devices so many are tried, the newest. */
const NEWEST = 1000;

/** Looks at what the new primary has, and then tries what must not work. */
export async function lossOf(store: MfaStore, witnesses: readonly Witness[], failedAtMs: number): Promise<Loss> {
  const lost = { code: 0, 'recovery code': 0, 'removed device': 0, 'wrong code': 0 };
  const back = { code: 0, recoveryCode: 0, proof: 0, device: 0, strikes: 0 };
  let oldestMs = 0;
  for (const witness of witnesses) {
    const { userId, answered, nowMs } = witness;
    const row = await store.get(userId);
    const record = parseRecord(row?.record);
    // At most one request was on its way, so that the row lists the newest that is kept.
    const revisions = [...record.revisions, shortened(row?.revision ?? '')];
    const kept = answered.findLastIndex(({ revision }) => revisions.includes(shortened(revision)));
    for (const { act, atMs } of answered.slice(kept + 1)) {
      lost[act]++;
      oldestMs = Math.max(oldestMs, failedAtMs - atMs);
    }
    let strikes = 0;
    for (const { act } of answered) {
      if (act === 'code') strikes = Math.max(0, strikes - 1);
      if (act === 'recovery code') strikes = 0;
      if (act === 'wrong code') strikes++;
    }
    if (record.throttle.strikes < strikes && witness.unanswered === 0) back.strikes++;

    const { revokedProofs, removedDevices, code } = witness;
    let isProofBack = false;
    for (const { proof, atMs } of revokedProofs.slice(-NEWEST)) {
      isProofBack ||= (await serviceAt(store, atMs).describeUser(userId, { proof })).signedIn;
    }
    if (isProofBack) back.proof++;
    await serviceAt(store, nowMs).asAdministrator('Ada').unlock(userId);
    let isDeviceBack = false;
    for (const { serialNumber, secret } of removedDevices.slice(-NEWEST)) {
      // Above the floor that an import without codes assumes.
      const laterMs = nowMs + 10 * PERIOD_MS;
      const input = { code: codeAt(secret, laterMs), serialNumber };
      isDeviceBack ||= (await serviceAt(store, laterMs).signIn(userId, input)).ok;
    }
    if (isDeviceBack) back.device++;
    if (code !== undefined && (await serviceAt(store, code.atMs).signIn(userId, { code: code.code })).ok) back.code++;
    const recoveryCode = witness.recoveryCodes[witness.usedRecoveryCodes - 1];
    if (recoveryCode !== undefined) {
      const recovered = await serviceAt(store, nowMs).signInWithRecoveryCode(userId, { recoveryCode });
      if (recovered.ok) back.recoveryCode++;
    }
  }
  return {
    answered: witnesses.reduce((sum, witness) => sum + witness.answered.length, 0),
    lost,
    oldestMs,
    back,
  };
}
