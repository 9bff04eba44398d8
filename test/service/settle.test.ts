import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MfaError } from '../../src/errors.js';
import type { StoredRow } from '../../src/service/ports.js';
import type { Rows } from '../../src/service/rows.js';
import { settle } from '../../src/service/settle.js';
import { EMPTY_RECORD, type UserRecord } from '../../src/user/record.js';
import { replacePauses } from './racing.js';

// The service's own loop over a store whose answers are worth nothing, in every order. test/user/revisions.test.ts has the
// model of it alone, which is fast enough for many more.

let restorePauses: () => void;
beforeEach(() => {
  restorePauses = replacePauses();
});
afterEach(() => {
  restorePauses();
  vi.restoreAllMocks();
});

interface Question {
  /** Carries the question out, as the number says, and answers it. */
  readonly settle: (choice: number) => void;
}

/** A store that answers when it is told to, and what it is told to. */
class Network {
  readonly questions: Question[] = [];
  readonly landed: string[] = [];
  readonly late: (() => void)[] = [];
  readonly #past: (StoredRow | undefined)[] = [undefined];

  get row(): StoredRow | undefined {
    return this.#past.at(-1);
  }

  readonly rows: Rows = {
    read: () =>
      new Promise((resolve) => {
        this.questions.push({
          settle: (choice) => resolve(choice % 4 === 0 ? this.#past.at(-1 - (choice >> 2)) : this.row),
        });
      }),
    write: (_userId, expected, next) =>
      new Promise((resolve, reject) => {
        const write = (): boolean => {
          if (this.row?.revision !== expected) return false;
          this.#past.push(next);
          this.landed.push(next!.revision);
          return true;
        };
        this.questions.push({
          settle: (choice) => {
            const fault = choice % 8;
            if (fault < 2) this.late.push(write);
            const landed = fault >= 4 && write();
            if (fault >= 6 || fault % 2 === 1) resolve(fault >= 6 && landed);
            else reject(new MfaError('store-failed', 'reset'));
          },
        });
      }),
  };
}

/** Everything that can go on without the store goes on. */
const idle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

interface Told {
  readonly answer: string;
  readonly revisions: readonly string[];
}

async function interleave(choices: Uint8Array): Promise<readonly Told[]> {
  const network = new Network();
  let drawn = 0;
  const told: Told[] = [];
  const call = async (): Promise<void> => {
    const revisions: string[] = [];
    const newRevision = (): Uint8Array => {
      const bytes = Uint8Array.of(drawn >> 8, drawn++ & 255);
      revisions.push(Buffer.from(bytes).toString('hex'));
      return bytes;
    };
    const decide = async (record: UserRecord = EMPTY_RECORD) => {
      const own = revisions.length;
      // The answer of a try names the revision of that try.
      return {
        next: { ...record, seq: record.seq + 1 },
        finish: async () => ({ ok: true as const, own: revisions[own] }),
      };
    };
    const answer = await settle(network.rows, 'user-1', newRevision, decide).catch((error: MfaError) => error);
    if (answer instanceof MfaError) told.push({ answer: answer.code, revisions });
    else told.push({ answer: answer.ok ? answer.own! : answer.reason, revisions });
  };
  const calls = [call(), call(), call()];
  let i = 0;
  const next = (): number => choices[i++ % choices.length]!;
  while (told.length < calls.length) {
    await idle();
    const [which, what] = [next(), next()];
    if (which % 8 === 7 && network.late.length > 0) network.late.shift()?.();
    else network.questions.splice(which % Math.max(1, network.questions.length), 1)[0]?.settle(what);
  }
  for (const late of network.late) late();
  await Promise.all(calls);

  expect((network.row?.record as UserRecord | undefined)?.seq ?? 0).toBe(network.landed.length);
  for (const { answer, revisions } of told) {
    const landed = revisions.filter((revision) => network.landed.includes(revision));
    if (answer === 'conflict') expect(landed).toEqual([]);
    else if (answer === 'store-failed') expect(landed.length).toBeLessThanOrEqual(1);
    else expect(landed).toEqual([answer]);
  }
  return told;
}

const RUNS = process.env['LOCKSTEP_SLOW'] ? 100_000 : 10_000;

describe('calls of the service over a store whose answers are worth nothing', () => {
  it('what is answered with ok has landed exactly once, and what with conflict never', async () => {
    const counts: Record<string, number> = {};
    const property = fc.asyncProperty(fc.uint8Array({ minLength: 40, maxLength: 80 }), async (choices) => {
      for (const { answer } of await interleave(choices)) {
        const kind = answer.length === 4 ? 'ok' : answer;
        counts[kind] = (counts[kind] ?? 0) + 1;
      }
    });
    await fc.assert(property, { numRuns: RUNS });
    expect(counts['ok']).toBeGreaterThan(RUNS / 10);
    expect(counts['store-failed']).toBeGreaterThan(RUNS / 10);
  });
});
