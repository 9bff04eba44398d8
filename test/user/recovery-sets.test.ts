import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Context } from '../../src/user/context.js';
import type { Decision } from '../../src/user/decision.js';
import { withNewGeneration } from '../../src/user/generation.js';
import { createPolicy } from '../../src/user/policy.js';
import { makeProof } from '../../src/user/proof.js';
import { parseRecord, type UserRecord } from '../../src/user/record.js';
import { decideConfirmRecoveryCodes, decideCreateRecoveryCodes } from '../../src/user/recovery.js';
import { decideSignInWithRecoveryCode } from '../../src/user/sign-in.js';
import { seededRandom } from '../service/world.js';
import { TestServer, USER } from './test-server.js';

// New recovery codes come into force when the person has them. A walk of making, confirming and signing in, where any answer
// may be lost and anything may be sent twice: whoever keeps their old codes until a new one was accepted is never without a
// code that works, and no code counts twice.

const server = new TestServer();
await server.enroll('phone');
const ENROLLED = parseRecord(await server.record());
const CODES = 3;
const POLICY = createPolicy({ recoveryCodes: CODES });

interface Sheet {
  readonly codes: readonly string[];
  readonly salt: string;
  readonly accepted: Set<string>;
}

type Create = typeof decideCreateRecoveryCodes;

class Walk {
  record: UserRecord = ENROLLED;
  /** All that were ever made, whether their answer came or not. */
  readonly made: Sheet[] = [];
  /** Those that the person saw. */
  readonly shown: Sheet[] = [];
  /** Those that the person has not thrown away. */
  held: Sheet[] = [];
  #nowMs = server.clock();
  readonly #random = seededRandom(9);
  readonly #create: Create;

  constructor(create: Create) {
    this.#create = create;
  }

  #context(): Context {
    // Later than a minute after the last, so that every failure is written.
    this.#nowMs += 61_000;
    const nowMs = this.#nowMs;
    const proof = makeProof('code', { userId: USER, nowMs }, this.record);
    const random = (_purpose: unknown, byteLength: number) => this.#random(byteLength);
    return { userId: USER, issuer: 'Acme', nowMs, policy: POLICY, actor: { proof }, expectMfa: true, random };
  }

  #store<A>({ record, answer }: Decision<A>): A {
    this.record = record;
    return answer;
  }

  create(isLost: boolean): void {
    const answer = this.#store(this.#create(this.record, {}, this.#context()));
    if (!answer.ok) throw new Error(answer.reason);
    const { salt } = this.record.nextRecovery ?? this.record.recovery!;
    const sheet: Sheet = { codes: answer.recoveryCodes, salt, accepted: new Set() };
    this.made.push(sheet);
    if (isLost) return;
    this.shown.push(sheet);
    this.held.push(sheet);
  }

  confirm(sheet: Sheet, recoveryCode: string, isLost: boolean): void {
    const context = this.#context();
    const answer = this.#store(decideConfirmRecoveryCodes(this.record, { recoveryCode }, context));
    if (answer.ok && !isLost) this.#keep(sheet);
  }

  signIn(sheet: Sheet, recoveryCode: string, isLost: boolean): void {
    const answer = this.#store(decideSignInWithRecoveryCode(this.record, { recoveryCode }, this.#context()));
    if (!answer.ok) return;
    if (sheet.accepted.has(recoveryCode)) throw new Error('a code counted twice');
    sheet.accepted.add(recoveryCode);
    if (!isLost) this.#keep(sheet);
  }

  /** Something else voids the proofs, and no codes. */
  voidProofs(): void {
    this.record = withNewGeneration(this.record, this.#context());
  }

  /** The person throws the older ones away. */
  #keep(sheet: Sheet): void {
    if (!this.held.includes(sheet)) throw new Error('codes that were thrown away came back');
    this.held = this.held.slice(this.held.indexOf(sheet));
  }

  #works(recoveryCode: string): boolean {
    return decideSignInWithRecoveryCode(this.record, { recoveryCode }, this.#context()).answer.ok;
  }

  check(): void {
    const { recovery, nextRecovery } = this.record;
    const inForce = this.made.find(({ salt }) => salt === recovery?.salt);
    const next = this.made.find(({ salt }) => salt === nextRecovery?.salt);
    if (inForce !== undefined && !this.shown.includes(inForce)) throw new Error('codes in force that nobody has seen');
    for (const sheet of this.made) {
      const isThere = sheet === inForce || sheet === next;
      for (const code of sheet.codes) {
        const expected = isThere && !sheet.accepted.has(code);
        if (this.#works(code) !== expected) throw new Error(expected ? 'a code is void' : 'a void code works');
      }
    }
    if (this.held.length === 0) return;
    const isUsedUp = inForce !== undefined && inForce.accepted.size === CODES;
    const isLost = inForce === undefined && next !== undefined && !this.shown.includes(next);
    const works = this.held.some(({ codes }) => codes.some((code) => this.#works(code)));
    if (!works && !isUsedUp && !isLost) throw new Error('the person is without a code');
  }
}

interface Step {
  readonly kind: 'create' | 'confirm' | 'sign in' | 'void proofs';
  /** Counted from the newest that the person saw. */
  readonly sheet: number;
  readonly code: number;
  readonly lost: boolean;
  readonly twice: boolean;
}
const steps = fc.noBias(
  fc.array(
    fc.record<Step>({
      kind: fc.constantFrom('create', 'create', 'confirm', 'confirm', 'sign in', 'sign in', 'sign in', 'void proofs'),
      sheet: fc.constantFrom(0, 0, 0, 1, 1, 2, 3),
      code: fc.nat(CODES - 1),
      lost: fc.boolean(),
      twice: fc.boolean(),
    }),
    { minLength: 6, maxLength: 16, size: 'max' },
  ),
);

function walk(taken: readonly Step[], create: Create): Walk {
  const person = new Walk(create);
  for (const { kind, sheet: back, code, lost, twice } of taken) {
    const sheet = person.shown[Math.max(0, person.shown.length - 1 - back)];
    const recoveryCode = sheet?.codes[code];
    const take = (isLost: boolean): void => {
      if (kind === 'create') person.create(isLost);
      else if (kind === 'void proofs') person.voidProofs();
      else if (sheet === undefined || recoveryCode === undefined) return;
      else if (kind === 'confirm') person.confirm(sheet, recoveryCode, isLost);
      else person.signIn(sheet, recoveryCode, isLost);
      person.check();
    };
    // Who hears nothing sends it once more.
    if (twice) take(true);
    take(lost);
  }
  return person;
}

const RUNS = process.env['LOCKSTEP_SLOW'] ? 30_000 : 300;

describe('recovery codes, made and confirmed over a line that loses answers', () => {
  it('nobody is without a code, no unseen code is in force, and none counts twice', () => {
    let confirmed = 0;
    const property = fc.property(steps, (taken) => {
      const { record } = walk(taken, decideCreateRecoveryCodes);
      const line = record.history.find(({ type }) => type === 'recovery-codes-confirmed');
      confirmed += line === undefined ? 0 : (line.count ?? 1);
    });
    fc.assert(property, { numRuns: RUNS });
    expect(confirmed).toBeGreaterThan(RUNS / 3);
  });

  it.each<[string, RegExp, Create]>([
    [
      'codes that are void as soon as others are made',
      /nobody has seen|is void|without a code/,
      (record, input, context) => {
        const made = decideCreateRecoveryCodes(record, input, context);
        const { nextRecovery, ...rest } = made.record;
        return { ...made, record: { ...rest, recovery: nextRecovery! } };
      },
    ],
    [
      'codes that are all unused again as soon as others are made',
      /void code works|counted twice/,
      (record, input, context) => {
        const made = decideCreateRecoveryCodes(record, input, context);
        const { recovery, ...rest } = made.record;
        if (recovery === undefined) return made;
        return {
          ...made,
          record: { ...rest, recovery: { ...recovery, unused: [...recovery.unused, ...recovery.used], used: [] } },
        };
      },
    ],
  ])('%s are caught', (_, message, create) => {
    const property = fc.property(steps, (taken) => void walk(taken, create));
    const { errorInstance } = fc.check(property, { numRuns: 1000, endOnFailure: true });
    expect(String(errorInstance)).toMatch(message);
  });
});
