import fc from 'fast-check';
import { isMfaError, type MfaProof } from 'lockstep-mfa';
import type { VirtualAuthenticator } from 'lockstep-mfa/testing';
import { describe, expect, it } from 'vitest';
import { hasMfa } from '../../src/user/status.js';
import { ADMINISTRATOR, pairOf, USER, World, yes } from './world.js';

// The application's own flag beside the record, by the rule of the docs: raise it after assigning and after every sign-in where
// it is down, before the answer leaves; lower it before a removal, and set it from the answer's status after. A process may
// die between any two steps. The account is never shut for good, and never open without MFA where there is any.

/** An operation in its steps; a crash is that no further one comes. */
type Operation = AsyncGenerator<void, void, void>;

interface Rule {
  readonly lowersBefore: boolean;
  readonly raisesAtSignIn: boolean;
}
const RULE: Rule = { lowersBefore: true, raisesAtSignIn: true };

type Page = 'open' | 'asks' | 'shut';

class Application {
  readonly world: World = new World();
  readonly rule: Rule;
  flag = false;
  proof: MfaProof | undefined;
  phones: { readonly serialNumber: string; readonly phone: VirtualAuthenticator }[] = [];
  /** MFA was set up or used, the answer came, and no removal began since. */
  promised = false;

  constructor(rule: Rule) {
    this.rule = rule;
  }

  /** What a page shows to somebody who knows the password alone. */
  async page(): Promise<Page> {
    try {
      const { status } = await this.world.mfa.describeUser(USER, { expectMfa: this.flag });
      return status === 'none' ? 'open' : 'asks';
    } catch (error) {
      if (isMfaError(error) && error.code === 'record-missing') return 'shut';
      throw error;
    }
  }

  async *setUp(proof: MfaProof | undefined = this.proof): Operation {
    const { world } = this;
    const name = `phone ${this.phones.length} ${world.nowMs}`;
    const created = await world.mfa.createDevice(USER, { name, account: 'alice', proof, expectMfa: this.flag });
    if (!created.ok) return;
    yield;
    const { enrollment, keyUri, device } = created;
    const phone = world.scan(keyUri);
    const assigned = await world.mfa.assignDevice(USER, { enrollment, codes: pairOf(phone), proof });
    if (!assigned.ok) return;
    this.phones.push({ serialNumber: device.serialNumber, phone });
    yield;
    this.flag = true;
    yield;
    this.proof = assigned.proof;
    this.promised = true;
  }

  async *signIn(): Operation {
    const { world } = this;
    const own = this.phones.at(-1);
    if (own === undefined) return;
    world.wait();
    const answer = await world.mfa.signIn(USER, { code: own.phone.code(), expectMfa: this.flag });
    if (!answer.ok) return;
    yield;
    if (!this.flag && this.rule.raisesAtSignIn) this.flag = true;
    yield;
    this.proof = answer.proof;
    this.promised = true;
  }

  async *remove(): Operation {
    const { world, proof } = this;
    const own = this.phones.at(-1);
    if (own === undefined || proof === undefined) return;
    this.promised = false;
    const before = this.flag;
    if (this.rule.lowersBefore) this.flag = false;
    yield;
    const answer = await world.mfa.removeDevice(USER, { serialNumber: own.serialNumber, proof });
    if (!answer.ok) {
      this.flag = before;
      return;
    }
    this.phones.pop();
    yield;
    this.flag = answer.status !== 'none';
    yield;
    this.proof = answer.proof;
  }

  /** Mail and phone are verified; the phones are lost. */
  async recover(): Promise<void> {
    this.phones = [];
    const { proof } = yes(
      await this.world.mfa.recoverAccount(USER, { verified: ['email', 'phone'], expectMfa: this.flag }),
    );
    await whole(this.setUp(proof));
  }

  /** Whether there is MFA by the record. */
  async isProtected(): Promise<boolean> {
    const row = await this.world.store.get(USER);
    return row !== undefined && hasMfa(await this.world.record());
  }

  /** The person leads the account out of whatever state it is in, and has MFA and the flag again. */
  async checkWayOut(): Promise<void> {
    if ((await this.page()) === 'open') await whole(this.setUp(undefined));
    else {
      await whole(this.signIn()).catch((error) => {
        if (!isMfaError(error) || error.code !== 'record-missing') throw error;
      });
      if (!this.promised || (await this.page()) === 'shut') await this.recover();
    }
    expect([await this.page(), this.flag]).toEqual(['asks', true]);
    this.promised = false;
    await whole(this.signIn());
    expect(this.promised, 'the person cannot sign in').toBe(true);
  }
}

async function whole(operation: Operation): Promise<void> {
  for await (const _ of operation);
}

interface Move {
  readonly kind: 'set up' | 'sign in' | 'remove' | 'help desk removes';
  /** After so many steps the process dies. */
  readonly steps: number;
}
const move = fc.record<Move>({
  kind: fc.constantFrom('set up', 'set up', 'sign in', 'sign in', 'remove', 'remove', 'help desk removes'),
  steps: fc.constantFrom(1, 2, 3, 9, 9, 9, 9),
});
const moves = fc.noBias(fc.array(move, { minLength: 2, maxLength: 10, size: 'max' }));

/** Takes a number of steps; whoever has not come to the end then never does. */
async function take(operation: Operation, steps: number): Promise<void> {
  for (let step = 0; step < steps; step++) if ((await operation.next()).done === true) return;
}

function operationOf(app: Application, kind: Move['kind']): Operation {
  if (kind === 'set up') return app.setUp();
  if (kind === 'sign in') return app.signIn();
  return app.remove();
}

/** By the same rule: the help desk's page knows the flag, too. */
async function helpDeskRemoves(app: Application, steps: number): Promise<void> {
  const own = app.phones.at(-1);
  if (own === undefined) return;
  app.promised = false;
  app.flag = false;
  if (steps === 1) return;
  const { serialNumber } = own;
  const answer = yes(await app.world.server().asAdministrator(ADMINISTRATOR).removeDevice(USER, { serialNumber }));
  app.phones.pop();
  if (steps === 2) return;
  app.flag = answer.status !== 'none';
}

/** One process after another; each may die. */
async function walk(taken: readonly Move[], rule: Rule): Promise<void> {
  const app = new Application(rule);
  for (const { kind, steps } of taken) {
    if (kind === 'help desk removes') await helpDeskRemoves(app, steps);
    else await take(operationOf(app, kind), steps);
    const page = await app.page();
    expect(page, 'the page').toBe((await app.isProtected()) ? 'asks' : 'open');
    await checkLoss(app);
  }
  await app.checkWayOut();
}

/** The database loses the row: where an answer promised MFA, nobody comes in without. */
async function checkLoss(app: Application): Promise<void> {
  if (!app.promised) return;
  const { store } = app.world;
  const row = await store.get(USER);
  await store.compareAndSet(USER, row?.revision, undefined);
  expect(await app.page(), 'the page, after the row was lost').toBe('shut');
  await store.compareAndSet(USER, undefined, row);
}

const RUNS = process.env['LOCKSTEP_SLOW'] ? 10_000 : 500;

function check(rule: Rule, numRuns: number) {
  const property = fc.asyncProperty(moves, (taken) => walk(taken, rule));
  return fc.check(property, { numRuns, endOnFailure: true });
}

describe('the flag of the application, with crashes between its steps', () => {
  it('the account is open where there is no MFA, asks where there is, and is never shut', async () => {
    const details = await check(RULE, RUNS);
    expect(details.failed, fc.defaultReportMessage(details)).toBe(false);
  });

  it('a flag that is lowered after the removal shuts the account, and is caught', async () => {
    const { errorInstance } = await check({ ...RULE, lowersBefore: false }, 500);
    expect(String(errorInstance)).toContain("the page: expected 'shut'");
  });

  it('a flag that no sign-in raises leaves the account open once the row is lost, and is caught', async () => {
    const { errorInstance } = await check({ ...RULE, raisesAtSignIn: false }, 500);
    expect(String(errorInstance)).toMatch(/after the row was lost|asks.*, false/);
  });

  it('a sign-in and a removal in any order, both with crashes: there is a way out', async () => {
    let shut = 0;
    const order = fc.array(fc.nat(1), { minLength: 8, maxLength: 8 });
    const property = fc.asyncProperty(moves, order, fc.nat(8), async (taken, turns, crash) => {
      const app = new Application(RULE);
      for (const { kind, steps } of taken) await take(operationOf(app, kind), steps);
      const running = [app.signIn(), app.remove()];
      for (const turn of turns.slice(0, crash)) await running[turn]!.next();
      const page = await app.page();
      if (page === 'shut') shut++;
      // A late raise may shut it: then there is no MFA, and the flag leads out.
      expect(page === 'open' && (await app.isProtected()), 'open beside MFA').toBe(false);
      await app.checkWayOut();
    });
    await fc.assert(property, { numRuns: RUNS * 2 });
    expect(shut).toBeGreaterThan(0);
  });
});
