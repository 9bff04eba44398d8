import {
  counterAt,
  createMfaService,
  formatSecret,
  generateSecret,
  hotp,
  isMfaError,
  type MfaStore,
  parseSecret,
  plaintextSealer,
  type Secret,
} from 'lockstep-mfa';

/** One user, and what is typed for it. */
export interface Person {
  readonly userId: string;
  readonly serialNumber: string;
  readonly secret: string;
  readonly wrongCode: string;
  readonly recoveryCodes: readonly string[];
}

/** One request and its answer: `ok`, a reason, `started`, or `error` for what was thrown. */
export interface Entry {
  readonly userId: string;
  readonly act: 'sign-in' | 'resync' | 'wrong' | 'wrong-pair' | 'recovery' | 'import' | 'remove';
  /** The counter of the code, of the newer code; the recovery code; the serial number. */
  readonly on: number | string;
  readonly answer: string;
  /** What it wrote: type and number. */
  readonly events: readonly { readonly type: string; readonly seq: number }[];
}

export interface Load {
  readonly people: readonly Person[];
  /** The clock that all processes share runs this much faster than real time, from here. */
  readonly startedAtMs: number;
  readonly parallel: number;
}

/** So that a code lasts half a second. */
export const SPEED = 60;
/** The first millisecond of a 30-second period. */
export const START_MS = 1_700_000_040_000;
/** Counters of which a run may show codes. */
const REACH = 300;
/** A run that lasts longer comes to counters whose codes are not distinct. */
export const LONGEST_MS: number = ((2 * REACH - 2) * 30_000) / SPEED;
export const PARAMETERS = { algorithm: 'SHA1', digits: 6 } as const;
const ADMINISTRATOR = 'Ada';
const MOST_DEVICES = 8;

const pick = <T>(from: readonly T[]): T => from[Math.floor(Math.random() * from.length)] as T;

/** A secret of which no two codes are equal in a run, so that a code tells its counter. */
export function distinctSecret(): { readonly secret: Secret; readonly wrongCode: string } {
  for (;;) {
    const secret = generateSecret();
    const first = counterAt({ nowMs: START_MS, periodSeconds: 30 }) - REACH;
    const codes = new Set(Array.from({ length: 3 * REACH }, (_, i) => hotp(secret, first + i, PARAMETERS)));
    if (codes.size < 3 * REACH) continue;
    for (let guess = 0; ; guess++) {
      const wrongCode = String(guess).padStart(6, '0');
      if (!codes.has(wrongCode)) return { secret, wrongCode };
    }
  }
}

/** Sends mixed requests until it is stopped, `parallel` at once, and reports each answer. */
export async function load(
  store: MfaStore,
  { people, startedAtMs, parallel }: Load,
  tell: (entry: Entry, error?: unknown) => void,
  stopped: () => boolean,
): Promise<void> {
  const clock = (): number => START_MS + (Date.now() - startedAtMs) * SPEED;
  const extra = new Map<string, string[]>();

  const one = async (): Promise<void> => {
    const person = pick(people);
    const { userId, serialNumber, wrongCode } = person;
    const secret = parseSecret(person.secret);
    const counter = counterAt({ nowMs: clock(), periodSeconds: 30 });
    const code = (of: number): string => hotp(secret, of, PARAMETERS);
    const events: { type: string; seq: number }[] = [];
    const mfa = createMfaService({
      issuer: 'Acme',
      store,
      sealer: plaintextSealer(),
      clock,
      onEvent: ({ type, seq }) => {
        events.push({ type, seq });
      },
    });

    const ask = async (
      act: Entry['act'],
      on: Entry['on'],
      call: () => Promise<{ readonly ok: boolean; readonly reason?: string }>,
    ): Promise<boolean> => {
      try {
        const answer = await call();
        tell({ userId, act, on, answer: answer.ok ? 'ok' : String(answer.reason), events });
        return answer.ok;
      } catch (error) {
        tell({ userId, act, on, answer: isMfaError(error) ? 'error' : 'raw-error', events }, error);
        return false;
      }
    };

    const dice = Math.random();
    if (dice < 0.5) {
      // Once in a while the code before: a duplicate as a rule.
      const of = counter - (Math.random() < 0.3 ? 1 : 0);
      await ask('sign-in', of, () => mfa.signIn(userId, { code: code(of), serialNumber }));
    } else if (dice < 0.65) {
      await ask('wrong', 0, () => mfa.signIn(userId, { code: wrongCode, serialNumber }));
    } else if (dice < 0.7) {
      await ask('wrong-pair', 0, () =>
        mfa.resynchronizeDevice(userId, { serialNumber, codes: [wrongCode, wrongCode] }),
      );
    } else if (dice < 0.8) {
      const codes = [code(counter - 1), code(counter)] as const;
      await ask('resync', counter, () => mfa.resynchronizeDevice(userId, { serialNumber, codes }));
    } else if (dice < 0.85) {
      const recoveryCode = pick(person.recoveryCodes);
      await ask('recovery', recoveryCode, () => mfa.signInWithRecoveryCode(userId, { recoveryCode }));
    } else {
      const mine = extra.get(userId) ?? [];
      if (mine.length < MOST_DEVICES / 4 && Math.random() < 0.6) {
        const serial = formatSecret(generateSecret()).slice(0, 20);
        const input = { name: serial, secret: generateSecret(), serialNumber: serial };
        const ok = await ask('import', serial, () => mfa.asAdministrator(ADMINISTRATOR).importDevice(userId, input));
        if (ok) extra.set(userId, [...(extra.get(userId) ?? []), serial]);
      } else if (mine.length > 0) {
        const serial = pick(mine);
        extra.set(
          userId,
          mine.filter((other) => other !== serial),
        );
        tell({ userId, act: 'remove', on: serial, answer: 'started', events: [] });
        await ask('remove', serial, () => {
          return mfa.asAdministrator(ADMINISTRATOR).removeDevice(userId, { serialNumber: serial });
        });
      }
    }
  };

  const loop = async (): Promise<void> => {
    while (!stopped()) await one();
  };
  await Promise.all(Array.from({ length: parallel }, loop));
}
