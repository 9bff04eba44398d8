import { aesGcmSealer, createMfaService, generateSecret, hotp, type MfaStore } from 'lockstep-mfa';
import { memoryStore } from 'lockstep-mfa/stores/memory';
import { parseRecord } from '../../src/user/record.js';

/** What one user does in a year. */
export const HABITS = {
  signIns: 250,
  /** One sign-in in so many begins with a wrong code. */
  wrongOneIn: 20,
  /** One in so many shows the code a second time, as an impatient person does. */
  twiceOneIn: 50,
  /** Times that the phone was lost, and a recovery code was used. */
  recoveries: 1,
} as const;

export interface Year {
  readonly signIns: number;
  readonly reads: number;
  readonly writes: number;
  /** Bytes of JSON: after the set-up, the mean over the year, at most, and at the end. */
  readonly first: number;
  readonly mean: number;
  readonly most: number;
  readonly last: number;
  /** Bytes that the writes carried, together. */
  readonly written: number;
}

const START_MS = 1_767_225_600_000;
const PERIOD_MS = 30_000;
const DAY_MS = 86_400_000;
const PARAMETERS = { algorithm: 'SHA1', digits: 6 } as const;

/** A year of one user with one device and ten recovery codes, through the service. */
export async function yearOfSignIns(): Promise<Year> {
  const store = memoryStore();
  let [reads, writes, written] = [0, 0, 0];
  const sizes: number[] = [];
  const counted: MfaStore = {
    get(userId) {
      reads++;
      return store.get(userId);
    },
    compareAndSet(userId, expected, next) {
      writes++;
      const size = JSON.stringify(next?.record).length;
      written += size;
      sizes.push(size);
      return store.compareAndSet(userId, expected, next);
    },
  };
  let nowMs = START_MS;
  const sealer = aesGcmSealer({ keys: [crypto.getRandomValues(new Uint8Array(32))] });
  const mfa = createMfaService({ issuer: 'Acme', store: counted, sealer, clock: () => nowMs });
  const userId = '00000000-0000-4000-8000-000000000000';
  const secret = generateSecret();
  const administrator = mfa.asAdministrator('Ada');
  await administrator.importDevice(userId, { name: 'Phone', secret, lastCounter: nowMs / PERIOD_MS });
  const made = await administrator.createRecoveryCodes(userId);
  if (!made.ok) throw new Error(made.reason);
  const codes = [...made.recoveryCodes];
  const code = (): string => hotp(secret, Math.floor(nowMs / PERIOD_MS), PARAMETERS);
  const wrong = (): string => String((Number(code()) + 1) % 1e6).padStart(6, '0');
  nowMs += DAY_MS;
  const first = await mfa.signIn(userId, { code: code() });
  if (!first.ok) throw new Error(first.reason);
  await mfa.confirmRecoveryCodes(userId, { recoveryCode: codes[0], proof: first.proof });
  const setUp = sizes.at(-1) as number;
  [reads, writes, written] = [0, 0, 0];
  sizes.length = 0;

  let signIns = 0;
  for (let turn = 1; turn <= HABITS.signIns; turn++) {
    nowMs += Math.floor(DAY_MS / PERIOD_MS) * PERIOD_MS;
    if (turn % Math.floor(HABITS.signIns / (HABITS.recoveries + 1)) === 1 && turn > 1) {
      await mfa.signInWithRecoveryCode(userId, { recoveryCode: codes[1] as string });
      await administrator.unlock(userId);
    }
    if (turn % HABITS.wrongOneIn === 0) await mfa.signIn(userId, { code: wrong() });
    nowMs += PERIOD_MS;
    const answer = await mfa.signIn(userId, { code: code() });
    if (answer.ok) signIns++;
    if (turn % HABITS.twiceOneIn === 0) await mfa.signIn(userId, { code: code() });
  }
  parseRecord((await store.get(userId))?.record);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  return {
    ...{ signIns, reads, writes, written, first: setUp },
    ...{ mean: total / sizes.length, most: Math.max(...sizes), last: sizes.at(-1) as number },
  };
}
