import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Fate,
  fateOf,
  type Lineage,
  REVISIONS_KEPT,
  revisionsAfter,
  type Write,
} from '../../src/user/revisions.js';

// What a row says of a write that was asked for. The model is a store whose answers are worth nothing: writes land and are
// answered with conflict, or throw, or arrive later; reads are stale; others write at any time. Calls follow the rules of the
// service (read, look for every own write, write, look once after an error), and the model knows the truth.

describe('the fate of a write', () => {
  const row: Lineage = { revision: 'r9', revisions: ['r1', 'r2', 'r3', 'r4', 'r5', 'r6', 'r7', 'r8'] };
  const short: Lineage = { revision: 'r3', revisions: ['r1', 'r2'] };

  it.each<[string, Write, Lineage | undefined, Fate]>([
    ['its revision is the row’s', { revision: 'r9', expected: 'r8' }, row, 'landed'],
    ['its revision is the newest before', { revision: 'r8', expected: 'r7' }, row, 'landed'],
    ['its revision is the eighth before', { revision: 'r1', expected: 'r0' }, row, 'landed'],
    ['it is the ninth before', { revision: 'r0', expected: 'r00' }, row, 'unknown'],
    ['another came after what it expected', { revision: 'own', expected: 'r8' }, row, 'overtaken'],
    ['another came after the eighth before, which it expected', { revision: 'own', expected: 'r1' }, row, 'overtaken'],
    ['what it expected is nowhere', { revision: 'own', expected: 'r0' }, row, 'unknown'],
    ['what it expected is the row', { revision: 'own', expected: 'r9' }, row, 'possible'],
    ['it expected a row, and there is none', { revision: 'own', expected: 'r9' }, undefined, 'unknown'],
    ['it expected no row, and there is none', { revision: 'own', expected: undefined }, undefined, 'possible'],
    ['it expected no row, and made this one', { revision: 'r1', expected: undefined }, short, 'landed'],
    ['it expected no row, and another made this one', { revision: 'own', expected: undefined }, short, 'overtaken'],
    ['it expected no row, and the first is forgotten', { revision: 'own', expected: undefined }, row, 'unknown'],
  ])('%s', (_, write, read, fate) => {
    expect(fateOf(write, read)).toBe(fate);
  });

  it('the list holds the newest eight before the row, in their order', () => {
    let current: Lineage | undefined;
    for (let i = 0; i < 20; i++) {
      const revisions = revisionsAfter(current);
      expect(revisions).toEqual(
        Array.from({ length: 20 }, (_, j) => `r${j}`).slice(Math.max(0, i - REVISIONS_KEPT), i),
      );
      current = { revision: `r${i}`, revisions };
    }
  });
});

// ── the model ──

type FateOf = typeof fateOf;

class Store {
  row: Lineage | undefined;
  readonly past: (Lineage | undefined)[] = [undefined];
  readonly landed = new Set<string>();
  /** Writes that are still on their way. */
  readonly late: Write[] = [];
  #revisions = 0;

  newRevision(): string {
    return `r${this.#revisions++}`;
  }

  write({ revision, expected }: Write): boolean {
    if (this.row?.revision !== expected) return false;
    this.row = { revision, revisions: revisionsAfter(this.row) };
    this.past.push(this.row);
    this.landed.add(revision);
    return true;
  }

  remove(): void {
    this.row = undefined;
    this.past.push(undefined);
  }
}

type Answer = 'ok' | 'conflict' | 'store-failed';

/** A call of the service. */
class Call {
  readonly tries: Write[] = [];
  /** Those that may land yet. */
  #open: Write[] = [];
  answer: Answer | undefined;
  #next: 'read' | 'write' | 'look' = 'read';
  #round = 0;
  #read: Lineage | undefined;

  /** One step of it, which the number chooses among all that can happen. */
  step(store: Store, choice: number, fate: FateOf, claim: (write: Write, fate: Fate) => void): void {
    if (this.#next === 'write') {
      this.#write(store, choice);
      return;
    }
    // One read in four is stale.
    const row = choice % 4 === 0 ? store.past.at(-1 - (choice >> 2)) : store.row;
    const said = this.#open.map((one) => ({ one, fate: fate(one, row) }));
    for (const { one, fate } of said) claim(one, fate);
    // What was overtaken once stays so, also when the list has moved on.
    this.#open = this.#open.filter((_, i) => said[i]!.fate !== 'overtaken');
    const fates = said.map((one) => one.fate);
    if (fates.includes('landed')) this.answer = 'ok';
    else if (this.#next === 'look') this.answer = 'store-failed';
    else if (this.#round === 8) this.answer = this.#open.length === 0 ? 'conflict' : 'store-failed';
    else if (fates.includes('unknown')) this.#round++;
    else {
      this.#read = row;
      this.#next = 'write';
    }
  }

  #write(store: Store, choice: number): void {
    const write = { revision: store.newRevision(), expected: this.#read?.revision };
    this.tries.push(write);
    this.#open.push(write);
    const fault = choice % 8;
    if (fault === 0 || fault === 1) store.late.push(write);
    const landed = fault >= 4 && store.write(write);
    if (fault >= 6 && landed) {
      this.answer = 'ok';
    } else if (fault % 2 === 0) {
      this.#next = 'look';
    } else {
      this.#round++;
      this.#next = 'read';
    }
  }
}

interface Options {
  readonly fate?: FateOf;
  /** Whether somebody deletes the user, too. */
  readonly deletes?: boolean;
}

/**
 * Lets calls take turns in an order, and with faults, that the numbers choose.
 *
 * @returns the answers
 * @throws where a fate or an answer was a lie
 */
function interleave(choices: Uint8Array, { fate = fateOf, deletes = false }: Options = {}): readonly Answer[] {
  const store = new Store();
  const running = [new Call(), new Call(), new Call()];
  const calls = [...running];
  const overtaken: Write[] = [];
  const claim = (write: Write, said: Fate): void => {
    if (said === 'landed' && !store.landed.has(write.revision)) throw new Error('it said landed, and it had not');
    if (said === 'overtaken') overtaken.push(write);
  };
  const arrive = (): void => {
    const late = store.late.shift();
    if (late !== undefined) store.write(late);
  };

  for (let i = 0; i + 1 < choices.length; i += 2) {
    const [who, what] = [choices[i]! % 8, choices[i + 1]!];
    if (who === 7) arrive();
    else if (who === 6 && deletes && what < 64) store.remove();
    else if (who === 6) {
      for (let others = what % 11; others >= 0; others--) {
        store.write({ revision: store.newRevision(), expected: store.row?.revision });
      }
    } else {
      const call = running[who % 3]!;
      call.step(store, what, fate, claim);
      if (call.answer !== undefined) {
        running[who % 3] = new Call();
        calls.push(running[who % 3]!);
      }
    }
  }
  while (store.late.length > 0) arrive();

  for (const { revision, expected } of overtaken) {
    // A row that was deleted takes what it knew of its first write along.
    if (deletes && expected === undefined) continue;
    if (store.landed.has(revision)) throw new Error('it said overtaken, and it landed');
  }
  for (const { answer, tries } of calls) {
    const landed = tries.filter(({ revision }) => store.landed.has(revision)).length;
    if (deletes && tries.some(({ expected }) => expected === undefined)) continue;
    if (landed > 1) throw new Error('it landed twice');
    if (answer === 'ok' && landed !== 1) throw new Error('it answered ok, and nothing landed');
    if (answer === 'conflict' && landed !== 0) throw new Error('it answered conflict, and it landed');
  }
  return calls.flatMap(({ answer }) => answer ?? []);
}

const RUNS = process.env['LOCKSTEP_SLOW'] ? 1_000_000 : 100_000;
const choices = fc.uint8Array({ minLength: 20, maxLength: 120, size: 'max' });

function check(
  options: Options,
  numRuns: number,
): { readonly failed: boolean; readonly numRuns: number; readonly errorInstance: unknown } {
  const property = fc.property(choices, (chosen) => void interleave(chosen, options));
  return fc.check(property, { numRuns, endOnFailure: true });
}

describe('calls over a store whose answers are worth nothing', () => {
  it('no fate lies: an ok has landed exactly once, and a conflict never', () => {
    const { failed, numRuns, errorInstance } = check({}, RUNS);
    expect([failed, numRuns, errorInstance]).toEqual([false, RUNS, null]);
  });

  it('nor where the user is deleted meanwhile, of every write into a row', () => {
    const { failed, errorInstance } = check({ deletes: true }, RUNS / 5);
    expect([failed, errorInstance]).toEqual([false, null]);
  });

  it('every answer comes, over and over', () => {
    const counts: Record<Answer, number> = { ok: 0, conflict: 0, 'store-failed': 0 };
    for (const chosen of fc.sample(choices, { numRuns: 2000, seed: 1 })) {
      for (const answer of interleave(chosen)) counts[answer]++;
    }
    for (const answer of ['ok', 'store-failed'] as const) expect(counts[answer]).toBeGreaterThan(500);
    // It takes eight lost races.
    expect(counts.conflict).toBeGreaterThan(0);
  });

  it.each<[string, FateOf]>([
    [
      'what is not found has been overtaken',
      (write, row) => (isUnknown(write, row) ? 'overtaken' : fateOf(write, row)),
    ],
    [
      'what may still land has been overtaken',
      (write, row) => (fateOf(write, row) === 'possible' ? 'overtaken' : fateOf(write, row)),
    ],
    [
      'another write after the expected one was its own',
      (write, row) => (fateOf(write, row) === 'overtaken' ? 'landed' : fateOf(write, row)),
    ],
    [
      'an own write before the row’s is not looked for',
      (write, row) => (row?.revisions.includes(write.revision) ? 'overtaken' : fateOf(write, row)),
    ],
    [
      'a full list proves that another made the row',
      ({ revision, expected }, row) =>
        expected === undefined && row !== undefined && fateOf({ revision, expected }, row) === 'unknown'
          ? 'overtaken'
          : fateOf({ revision, expected }, row),
    ],
  ])('a wrong fate is caught: %s', (_, fate) => {
    expect(check({ fate }, 20_000).errorInstance).toBeInstanceOf(Error);
  });
});

function isUnknown(write: Write, row: Lineage | undefined): boolean {
  return fateOf(write, row) === 'unknown';
}
