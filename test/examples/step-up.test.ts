import { describe, expect, it } from 'vitest';
import { afterFirstFactor, enrollBy } from '../../docs/examples/due-date.js';
import { csvReport, resealEverybody } from '../../docs/examples/report.js';
import { beforePayment, claimsOf } from '../../docs/examples/step-up.js';
import { DAY_MS, MINUTE_MS, pairOf, USER, World, yes } from '../service/world.js';

describe('step-up.ts', () => {
  it('asks for a code before a payment, and goes on for five minutes after it', async () => {
    const world = new World();
    expect(await beforePayment(world.server(), USER, undefined).catch(({ code }) => code)).toBe('record-missing');
    const { proof, phone } = await world.enroll();
    const ask = (given = proof): ReturnType<typeof beforePayment> => beforePayment(world.mfa, USER, given);
    expect(await ask()).toBe('ask for a code');
    const { proof: fresh } = yes(await world.mfa.signIn(USER, { code: phone.code() }));
    expect(await ask(fresh)).toBe('go on');
    world.wait(5 * MINUTE_MS);
    expect(await ask(fresh)).toBe('ask for a code');
  });

  it('makes claims that say how and when', async () => {
    const world = new World();
    const { phone } = await world.enroll();
    const { proof, browserToken } = yes(await world.mfa.signIn(USER, { code: phone.code(), trust: true }));
    const auth_time = Math.floor(world.nowMs / 1000);
    const claims = { sub: USER, auth_time, amr: ['pwd', 'otp', 'mfa'], acr: 'mfa' };
    expect(await claimsOf(world.mfa, USER, proof)).toEqual(claims);
    const trusted = yes(await world.mfa.signInWithTrustedBrowser(USER, { browserToken }));
    expect(await claimsOf(world.mfa, USER, trusted.proof)).toMatchObject({ amr: ['pwd'], acr: 'password' });
    yes(await world.desk.revokeProofs(USER));
    expect(await claimsOf(world.mfa, USER, proof)).toBe(undefined);
  });
});

describe('due-date.ts', () => {
  const MEMBERS_BY = 1_800_000_000_000;

  it('names the date: a week from the first sign-in for administrators, a day for members', () => {
    expect(enrollBy({ id: 'a', role: 'member' }, MEMBERS_BY)).toBe(MEMBERS_BY);
    expect(enrollBy({ id: 'a', role: 'administrator' }, MEMBERS_BY)).toBe(undefined);
    expect(enrollBy({ id: 'a', role: 'administrator', announcedAtMs: 1000 }, MEMBERS_BY)).toBe(1000 + 7 * DAY_MS);
  });

  it('walks: notice, set-up alone after the date, code from then on, set-up while recovering', async () => {
    const world = new World();
    const announcedAtMs = world.nowMs;
    const account = { id: USER, role: 'administrator', announcedAtMs } as const;
    const dueAtMs = announcedAtMs + 7 * DAY_MS;
    const next = (proof?: Parameters<typeof afterFirstFactor>[2]): ReturnType<typeof afterFirstFactor> =>
      afterFirstFactor(world.mfa, account, proof, MEMBERS_BY);
    expect(await afterFirstFactor(world.mfa, { id: USER, role: 'administrator' }, undefined, 0)).toEqual({
      page: 'application',
    });
    expect(await next()).toEqual({ page: 'application', dueAtMs });
    world.nowMs = dueAtMs;
    expect(await next()).toEqual({ page: 'set-up' });
    const { proof, serialNumber } = await world.enroll();
    expect(await next(proof)).toEqual({ page: 'application' });
    expect(await next()).toEqual({ page: 'code' });
    yes(await world.desk.suspendDevice(USER, { serialNumber }));
    expect(await next()).toEqual({ page: 'code' });
    const recovered = yes(await world.mfa.recoverAccount(USER, { verified: ['email', 'phone'] }));
    expect(await next(recovered.proof)).toEqual({ page: 'set-up' });
    const fresh = await world.begin({ by: recovered.proof, name: 'new' });
    const codes = pairOf(fresh.phone);
    const assigned = yes(
      await world.mfa.assignDevice(USER, { proof: recovered.proof, enrollment: fresh.enrollment, codes }),
    );
    expect(await next(assigned.proof)).toEqual({ page: 'application' });
  });
});

describe('report.ts', () => {
  it('writes one line a user, quoted, with no formula in it, and one for a row that does not read', async () => {
    const world = new World();
    await world.enroll({ userId: 'ann' });
    const usedAt = new Date(world.nowMs - 30_000).toISOString();
    await world.begin({ userId: '=HYPERLINK("x")' });
    await world.store.compareAndSet('b,ad', undefined, { revision: 'r', record: {} });
    const lines: string[] = [];
    for await (const line of csvReport(world.mfa)) lines.push(line);
    expect(lines).toEqual([
      'user,status,devices,recovery codes left,last used,error\r\n',
      `ann,required,1,0,${usedAt},\r\n`,
      `"'=HYPERLINK(""x"")",none,0,0,,\r\n`,
      '"b,ad",unreadable,,,,corrupt-record\r\n',
    ]);
  });

  it('seals everybody anew, and names whom it could not', async () => {
    const world = new World();
    for (const userId of ['ann', 'bob']) await world.enroll({ userId });
    await world.store.compareAndSet('bad', undefined, { revision: 'r', record: {} });
    expect(await resealEverybody(world.mfa)).toEqual({ done: 2, failed: [{ userId: 'bad', code: 'corrupt-record' }] });
  });
});
