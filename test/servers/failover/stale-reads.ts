import { setTimeout as sleep } from 'node:timers/promises';
import { generateSecret, hotp, isMfaError, type MfaStore } from 'lockstep-mfa';
import { violations } from '../checker.js';
import { type Entry, load, PARAMETERS, START_MS } from '../load.js';
import { enroll, recordsOf, serviceAt } from '../people.js';
import type { ApplicationStore } from './deployment.js';

export interface StaleOutcome {
  readonly engine: string;
  /** What was asked, and what was answered. */
  readonly asked: Readonly<Record<string, string>>;
}

const PEOPLE = 40;
const LOAD_MS = 6000;

type Answer = { readonly ok: boolean; readonly reason?: string };

async function said(call: Promise<Answer>): Promise<string> {
  try {
    const answer = await call;
    return answer.ok ? 'ok' : String(answer.reason);
  } catch (error) {
    return isMfaError(error) ? `throws ${error.code}` : `throws ${String(error)}`;
  }
}

/** Writes to the primary and reads from a replica that is late: one question after another, and then a load. */
export async function staleReads(
  engine: string,
  lateMs: number,
  deploy: () => Promise<{ right: ApplicationStore; stale: ApplicationStore; stop(): Promise<void> }>,
): Promise<StaleOutcome> {
  const { right, stale, stop } = await deploy();
  try {
    const caughtUp = (): Promise<void> => sleep(3 * lateMs);
    return {
      engine,
      asked: {
        ...(await one(right.store, stale.store, caughtUp)),
        ...(await many(right.store, stale.store, caughtUp)),
      },
    };
  } finally {
    stale.close();
    right.close();
    await stop();
  }
}

async function one(right: MfaStore, stale: MfaStore, caughtUp: () => Promise<void>): Promise<Record<string, string>> {
  const asked: Record<string, string> = {};
  const userId = 'somebody';
  const secret = generateSecret();
  const spare = generateSecret();
  const code = (of: typeof secret, nowMs: number): string => hotp(of, nowMs / 30_000, PARAMETERS);
  const rightAt = (nowMs: number) => serviceAt(right, nowMs);
  const staleAt = (nowMs: number) => serviceAt(stale, nowMs);
  const ada = rightAt(START_MS - 600_000).asAdministrator('Ada');
  const phone = await ada.importDevice(userId, { name: 'Phone', secret });
  if (!phone.ok) throw new Error(phone.reason);

  let nowMs = START_MS;
  asked['signIn, enrolled just now'] = await said(staleAt(nowMs).signIn(userId, { code: code(secret, nowMs) }));
  asked['the same, with expectMfa'] = await said(
    staleAt(nowMs).signIn(userId, { code: code(secret, nowMs), expectMfa: true }),
  );
  const second = await ada.importDevice(userId, { name: 'Spare', secret: spare });
  if (!second.ok) throw new Error(second.reason);
  const { serialNumber } = second.device;
  const made = await ada.createRecoveryCodes(userId);
  if (!made.ok) throw new Error(made.reason);
  const [recoveryCode] = made.recoveryCodes;
  await caughtUp();

  const signedIn = await staleAt(nowMs).signIn(userId, { code: code(secret, nowMs) });
  asked['signIn, nothing written lately'] = signedIn.ok ? 'ok' : signedIn.reason;
  asked['signIn, the same code again'] = await said(staleAt(nowMs).signIn(userId, { code: code(secret, nowMs) }));
  await caughtUp();

  asked['signInWithRecoveryCode'] = await said(staleAt(nowMs).signInWithRecoveryCode(userId, { recoveryCode }));
  asked['the same recovery code again'] = await said(staleAt(nowMs).signInWithRecoveryCode(userId, { recoveryCode }));
  await caughtUp();

  nowMs += 60_000;
  const fresh = await rightAt(nowMs).signIn(userId, { code: code(secret, nowMs) });
  if (!fresh.ok) throw new Error(fresh.reason);
  const { proof } = fresh;
  await caughtUp();
  const removed = await rightAt(nowMs).asAdministrator('Ada').removeDevice(userId, { serialNumber });
  if (!removed.ok) throw new Error(removed.reason);
  const described = await staleAt(nowMs).describeUser(userId, { proof });
  asked['describeUser with a proof that was revoked just now'] = described.signedIn
    ? 'signedIn: true'
    : 'signedIn: false';
  asked['renameDevice with it'] = await said(
    staleAt(nowMs).renameDevice(userId, { serialNumber: phone.device.serialNumber, name: 'Mine', proof }),
  );
  await rightAt(nowMs)
    .asAdministrator('Ada')
    .renameDevice(userId, { serialNumber: phone.device.serialNumber, name: 'A' });
  const laterMs = nowMs + 300_000;
  asked['signIn with a device that was removed just now'] = await said(
    staleAt(laterMs).signIn(userId, { serialNumber, code: code(spare, laterMs) }),
  );
  await caughtUp();
  asked['signIn with it, when the replica has caught up'] = await said(
    staleAt(laterMs).signIn(userId, { serialNumber, code: code(spare, laterMs) }),
  );
  return asked;
}

async function many(right: MfaStore, stale: MfaStore, caughtUp: () => Promise<void>): Promise<Record<string, string>> {
  const people = await enroll(right, PEOPLE);
  const before = await recordsOf(right, people);
  await caughtUp();
  let over = false;
  const log: Entry[] = [];
  const running = load(
    stale,
    { people, startedAtMs: Date.now(), parallel: 4 },
    (entry) => void log.push(entry),
    () => over,
  );
  await sleep(LOAD_MS);
  over = true;
  await running;
  const after = await recordsOf(right, people);
  const found = violations({ people, before, log, after, whole: true });
  const count = (...answers: string[]): number => log.filter(({ answer }) => answers.includes(answer)).length;
  return {
    'under load: answered': String(log.length - count('error', 'raw-error')),
    'under load: ok': String(count('ok')),
    'under load: `conflict`': String(count('conflict')),
    'under load: throws `store-failed`': String(count('error', 'raw-error')),
    'under load: accepted twice': String(found.filter((what) => what.endsWith('was accepted twice')).length),
    'under load: contradictions, lost writes included': String(found.length),
  };
}
