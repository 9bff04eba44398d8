import {
  type EventType,
  type HistoryEntry,
  type MfaAdministration,
  type MfaEvent,
  type MfaService,
  parseSecret,
} from 'lockstep-mfa';
import { describe, expect, it } from 'vitest';
import { DETAILS } from '../../src/user/events.js';
import { rejected } from '../support/thrown.js';
import { Confidential } from './leaks.js';
import { ADMINISTRATOR, MINUTE_MS, pairOf, USER, World, wrongCodes, yes } from './world.js';

// What is told of every action that NIST SP 800-63B §6.1 and OWASP ASVS want to be told: one user's whole story, and in the
// end a look for anything confidential in all that was told, refused or thrown.

interface Told {
  readonly what: string;
  readonly events: readonly Record<string, unknown>[];
}

/** Every answer, error and event of a service, and every secret and code that went through it. */
class Story {
  readonly world: World = new World();
  readonly confidential = new Confidential();
  readonly said: unknown[] = [];
  readonly all: MfaEvent[] = [];
  readonly told: Told[] = [];
  /** Before the user was deleted. */
  history: readonly HistoryEntry[] = [];

  /** What happened since the last chapter. */
  chapter(what: string): void {
    const events = this.world.events.splice(0);
    this.all.push(...events);
    this.told.push({ what, events: events.map(({ userId: _, atMs: __, seq: ___, ...rest }) => rest) });
  }

  /** The service, whose refusals are kept. */
  get mfa(): MfaService {
    return this.#overheard(this.world.mfa);
  }

  /** The same of the administrator. */
  get desk(): MfaAdministration {
    return this.#overheard(this.world.desk);
  }

  #overheard<T extends object>(service: T): T {
    type Method = (userId: string, input?: { code?: unknown; codes?: unknown }) => Promise<{ ok?: boolean }>;
    return new Proxy(service, {
      get: (target, name: string): Method => {
        const method = (target as Readonly<Record<string, Method>>)[name]!;
        return async (userId, input) => {
          const codes = [input?.codes ?? [], input?.code ?? []].flat();
          this.confidential.code(...codes);
          const answer = await method(userId, input);
          if (answer.ok === false) this.said.push(answer);
          return answer;
        };
      },
    });
  }
}

async function tell(): Promise<Story> {
  const story = new Story();
  const { world, mfa, desk, confidential } = story;
  const later = () => world.wait(2 * 3_600_000);

  const begun = await world.begin({ name: 'phone' });
  const { phone, serialNumber, enrollment } = begun;
  confidential.scanned(begun).text(enrollment);
  story.chapter('createDevice');
  await mfa.assignDevice(USER, { enrollment, codes: ['000000', '000001'] });
  story.chapter('assignDevice with wrong codes');
  const { proof } = yes(await mfa.assignDevice(USER, { enrollment, codes: pairOf(phone) }));
  story.chapter('assignDevice');
  const cancelled = await world.begin({ by: proof, name: 'given up' });
  confidential.scanned(cancelled).text(cancelled.enrollment);
  story.chapter('createDevice with a proof');
  yes(await mfa.cancelDevice(USER, { enrollment: cancelled.enrollment }));
  story.chapter('cancelDevice');
  yes(await mfa.renameDevice(USER, { serialNumber, name: 'my phone', proof }));
  story.chapter('renameDevice');

  const secret = parseSecret('JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP');
  confidential.secret(secret);
  yes(await desk.importDevice(USER, { name: 'token', serialNumber: 'HW-1', secret }));
  story.chapter('importDevice');
  later();
  yes(await mfa.signIn(USER, { code: phone.code() }));
  story.chapter('signIn');
  await mfa.signIn(USER, { code: phone.code() });
  story.chapter('signIn with a used code');
  await mfa.signIn(USER, { code: 'abcdef' });
  story.chapter('signIn with a malformed code');
  const token = world.phoneOf(secret);
  await mfa.signIn(USER, { code: wrongCodes(1, phone, token)[0] });
  story.chapter('signIn with a wrong code');
  await mfa.signIn(USER, { code: phone.code({ steps: 50 }) });
  await mfa.signIn(USER, { code: phone.code({ steps: 50 }) });
  story.chapter('signIn twice with a code out of step');
  later();
  const codes = [phone.code({ steps: 49 }), phone.code({ steps: 50 })] as const;
  yes(await mfa.resynchronizeDevice(USER, { serialNumber, codes }));
  story.chapter('resynchronizeDevice');
  await mfa.resynchronizeDevice(USER, { serialNumber, codes });
  story.chapter('resynchronizeDevice with used codes');
  await mfa.resynchronizeDevice(USER, { serialNumber, codes: ['000000', '000001'] });
  story.chapter('resynchronizeDevice with wrong codes');
  await mfa.signIn(USER, { code: wrongCodes(1, phone, token)[0] });
  story.chapter('signIn with the fifth wrong code');
  await mfa.signIn(USER, { code: phone.code({ steps: 50 }) });
  story.chapter('signIn while locked');
  later();
  await world.tamper((record) => ({ ...record, throttle: { failures: 0, strikes: 24 } }));
  await mfa.signIn(USER, { code: wrongCodes(1, phone, token)[0] });
  story.chapter('signIn with the 25th strike');
  await world.tamper((record) => ({ ...record, throttle: { failures: 0, strikes: 99 } }));
  await mfa.signIn(USER, { code: wrongCodes(1, phone, token)[0] });
  story.chapter('signIn with the 100th strike');
  yes(await desk.unlock(USER));
  story.chapter('unlock');
  later();
  yes(await desk.resynchronizeDevice(USER, { serialNumber, codes: pairOf(phone, 50) }));
  story.chapter('resynchronizeDevice by an administrator');

  const { recoveryCodes } = yes(await desk.createRecoveryCodes(USER));
  confidential.text(...recoveryCodes, ...recoveryCodes.map((code) => code.replaceAll('-', '')));
  story.chapter('createRecoveryCodes');
  const [recoveryCode] = recoveryCodes;
  yes(await mfa.signInWithRecoveryCode(USER, { recoveryCode }));
  story.chapter('signInWithRecoveryCode with a new one');
  await mfa.signInWithRecoveryCode(USER, { recoveryCode });
  story.chapter('signInWithRecoveryCode with a used one');
  await mfa.signInWithRecoveryCode(USER, { recoveryCode: '0000-0000-0000-0000-0000-0000' });
  story.chapter('signInWithRecoveryCode with a wrong one in the same minute');
  world.wait(MINUTE_MS);
  await mfa.signInWithRecoveryCode(USER, { recoveryCode: '0000-0000-0000-0000-0000-0000' });
  story.chapter('signInWithRecoveryCode with a wrong one');
  yes(await mfa.signInWithRecoveryCode(USER, { recoveryCode: recoveryCodes[2] }));
  story.chapter('signInWithRecoveryCode');
  const session = yes(await mfa.signInWithRecoveryCode(USER, { recoveryCode: recoveryCodes[3] })).proof;
  const renewed = yes(await mfa.createRecoveryCodes(USER, { proof: session })).recoveryCodes;
  confidential.text(...renewed);
  story.chapter('createRecoveryCodes with a proof');
  yes(await mfa.confirmRecoveryCodes(USER, { recoveryCode: renewed[0], proof: session }));
  story.chapter('confirmRecoveryCodes');
  await world.tamper((record) => ({ ...record, throttle: { failures: 0, strikes: 100, locked: true } }));
  yes(await mfa.signInWithRecoveryCode(USER, { recoveryCode: renewed[1] }));
  story.chapter('signInWithRecoveryCode while locked');

  yes(await desk.suspendDevice(USER, { serialNumber }));
  story.chapter('suspendDevice');
  yes(await desk.reinstateDevice(USER, { serialNumber }));
  story.chapter('reinstateDevice');
  await world.tamper((record) => ({
    ...record,
    devices: record.devices.map((entry) => (entry.name === 'token' ? { ...entry, sealedSecret: 'x' } : entry)),
  }));
  later();
  yes(await mfa.signIn(USER, { code: phone.code({ steps: 50 }) }));
  story.chapter('signIn beside a secret that does not open');
  yes(await desk.removeDevice(USER, { serialNumber: 'HW-1' }));
  story.chapter('removeDevice');

  const tokenOf = ({ browserToken = '' }: { readonly browserToken?: string }): string => {
    confidential.text(browserToken);
    return browserToken;
  };
  const codeNow = () => {
    world.wait();
    return phone.code({ steps: 50 });
  };
  const signIn = { remember: true, browserLabel: 'Laptop' };
  const first = tokenOf(yes(await mfa.signIn(USER, { code: codeNow(), ...signIn })));
  story.chapter('signIn that remembers the browser');
  const second = tokenOf(yes(await mfa.signIn(USER, { code: codeNow(), browserToken: first, trust: true })));
  story.chapter('signIn that trusts a known browser');
  const third = tokenOf(yes(await mfa.signInWithTrustedBrowser(USER, { browserToken: second })));
  story.chapter('signInWithTrustedBrowser');
  await mfa.signInWithTrustedBrowser(USER, { browserToken: '0'.repeat(48) });
  story.chapter('signInWithTrustedBrowser with a token of nobody');
  world.wait(MINUTE_MS);
  await mfa.signInWithTrustedBrowser(USER, { browserToken: second });
  story.chapter('signInWithTrustedBrowser with an old token');
  await world.tamper((record) => ({ ...record, browsers: record.browsers!.map((one) => ({ ...one, strikes: 19 })) }));
  await mfa.signIn(USER, { code: wrongCodes(1, phone)[0], browserToken: third });
  story.chapter('signIn with the 20th strike of a known browser');
  tokenOf(yes(await mfa.signIn(USER, { code: codeNow(), remember: true })));
  story.chapter('signIn that remembers a browser without a label');
  yes(await desk.revokeProofs(USER));
  story.chapter('revokeProofs');
  yes(await desk.forgetBrowser(USER, { browserId: 'all' }));
  story.chapter('forgetBrowser');
  yes(await desk.forgetBrowser(USER, { browserId: 'all' }));
  story.chapter('forgetBrowser where none is known');
  const typed = '123456' as never;
  story.said.push(
    await rejected(desk.importDevice(USER, { name: 'x', secret: 'GEZDGNBVGY3TQOJQ' as never })),
    await rejected(mfa.resynchronizeDevice(USER, { serialNumber, codes: typed })),
  );
  const { resetCode } = yes(await desk.resetUser(USER));
  confidential.text(resetCode, resetCode.replaceAll('-', ''));
  story.chapter('resetUser');
  await mfa.signInWithResetCode(USER, { resetCode: '0'.repeat(24) });
  story.chapter('signInWithResetCode with a wrong code');
  yes(await mfa.signInWithResetCode(USER, { resetCode }));
  story.chapter('signInWithResetCode');
  yes(await mfa.signInWithResetCode(USER, { resetCode }));
  story.chapter('signInWithResetCode in the same minute');
  world.wait(24 * 3_600_000);
  await mfa.signInWithResetCode(USER, { resetCode });
  story.chapter('signInWithResetCode after its time');
  await mfa.signInWithResetCode(USER, { resetCode });
  story.chapter('signInWithResetCode after its time once more');
  yes(await mfa.recoverAccount(USER, { verified: ['email', 'phone'] }));
  story.chapter('recoverAccount');
  yes(await mfa.reseal(USER));
  story.chapter('reseal');
  story.said.push(await rejected(mfa.recoverAccount(USER, { verified: ['email'] })));
  story.chapter('what throws');
  story.history = (await world.desk.describeUser(USER)).history;
  yes(await desk.deleteUser(USER));
  story.chapter('deleteUser');
  return story;
}

const story = await tell();
const PHONE = { name: 'my phone' };
const LAPTOP = { browserId: expect.stringMatching(/^[0-9a-f]{16}$/), label: 'Laptop' };
const ADA = { administrator: ADMINISTRATOR };

describe('every action', () => {
  it.each<[string, Record<string, unknown>[]]>([
    ['createDevice', [{ type: 'device-created', name: 'phone' }]],
    ['assignDevice with wrong codes', []],
    ['assignDevice', [{ type: 'device-assigned', name: 'phone' }]],
    ['createDevice with a proof', [{ type: 'device-created', name: 'given up' }]],
    ['cancelDevice', []],
    ['renameDevice', [{ type: 'device-renamed', ...PHONE, previousName: 'phone' }]],
    ['importDevice', [{ type: 'device-imported', serialNumber: 'HW-1', name: 'token', ...ADA }]],
    ['signIn', [{ type: 'signed-in', ...PHONE }]],
    ['signIn with a used code', [{ type: 'code-reused', ...PHONE }]],
    ['signIn with a malformed code', []],
    ['signIn with a wrong code', [{ type: 'sign-in-failed' }]],
    ['signIn twice with a code out of step', [{ type: 'sign-in-failed' }, { type: 'sign-in-failed', offsetSteps: 50 }]],
    ['resynchronizeDevice', [{ type: 'device-resynchronized', ...PHONE, driftSteps: 50 }]],
    ['resynchronizeDevice by an administrator', [{ type: 'device-resynchronized', ...PHONE, driftSteps: 50, ...ADA }]],
    ['resynchronizeDevice with used codes', [{ type: 'code-reused', ...PHONE }]],
    ['resynchronizeDevice with wrong codes', [{ type: 'sign-in-failed' }]],
    [
      'signIn with the fifth wrong code',
      [{ type: 'sign-in-failed' }, { type: 'locked', lockedUntilMs: expect.any(Number) }],
    ],
    ['signIn while locked', []],
    ['signIn with the 25th strike', [{ type: 'sign-in-failed' }, { type: 'guessing-suspected', strikes: 25 }]],
    ['signIn with the 100th strike', [{ type: 'sign-in-failed' }, { type: 'locked' }]],
    ['unlock', [{ type: 'unlocked', ...ADA }]],
    ['createRecoveryCodes', [{ type: 'recovery-codes-created', ...ADA }]],
    [
      'signInWithRecoveryCode with a new one',
      [{ type: 'recovery-codes-confirmed' }, { type: 'recovery-code-used', recoveryCodesLeft: 9 }],
    ],
    ['signInWithRecoveryCode with a used one', [{ type: 'recovery-code-failed' }]],
    ['signInWithRecoveryCode with a wrong one in the same minute', []],
    ['signInWithRecoveryCode with a wrong one', [{ type: 'recovery-code-failed' }]],
    ['signInWithRecoveryCode', [{ type: 'recovery-code-used', recoveryCodesLeft: 8 }]],
    [
      'createRecoveryCodes with a proof',
      [{ type: 'recovery-code-used', recoveryCodesLeft: 7 }, { type: 'recovery-codes-created' }],
    ],
    ['confirmRecoveryCodes', [{ type: 'recovery-codes-confirmed' }]],
    [
      'signInWithRecoveryCode while locked',
      [{ type: 'recovery-code-used', recoveryCodesLeft: 9 }, { type: 'unlocked' }],
    ],
    ['suspendDevice', [{ type: 'device-suspended', ...PHONE, ...ADA }]],
    ['reinstateDevice', [{ type: 'device-reinstated', ...PHONE, ...ADA }]],
    [
      'signIn beside a secret that does not open',
      [
        { type: 'secret-unreadable', name: 'token' },
        { type: 'signed-in', ...PHONE },
      ],
    ],
    ['removeDevice', [{ type: 'device-removed', name: 'token', ...ADA }]],
    [
      'signIn that remembers the browser',
      [
        { type: 'signed-in', ...PHONE },
        { type: 'browser-remembered', ...LAPTOP },
      ],
    ],
    [
      'signIn that trusts a known browser',
      [
        { type: 'signed-in', ...PHONE },
        { type: 'browser-trusted', ...LAPTOP, untilMs: expect.any(Number) },
      ],
    ],
    ['signInWithTrustedBrowser', [{ type: 'trusted-browser-used', ...LAPTOP }]],
    ['signInWithTrustedBrowser with a token of nobody', []],
    ['signInWithTrustedBrowser with an old token', [{ type: 'browser-forgotten', ...LAPTOP, cause: 'token-reused' }]],
    [
      'signIn with the 20th strike of a known browser',
      [
        { type: 'sign-in-failed' },
        { type: 'guessing-suspected', strikes: 20 },
        { type: 'browser-forgotten', ...LAPTOP, cause: 'wrong-codes' },
      ],
    ],
    ['signIn that remembers a browser without a label', [{ type: 'signed-in' }, { type: 'browser-remembered' }]],
    ['revokeProofs', [{ type: 'proofs-revoked', ...ADA }]],
    ['forgetBrowser', [{ type: 'browser-forgotten', cause: 'request', ...ADA }]],
    ['forgetBrowser where none is known', []],
    ['resetUser', [{ type: 'reset-begun', untilMs: expect.any(Number), ...ADA }]],
    ['signInWithResetCode with a wrong code', [{ type: 'reset-code-failed' }]],
    ['signInWithResetCode', [{ type: 'reset-code-used' }]],
    ['signInWithResetCode in the same minute', []],
    ['signInWithResetCode after its time', [{ type: 'reset-expired' }]],
    ['signInWithResetCode after its time once more', []],
    ['recoverAccount', [{ type: 'recovered', verified: ['email', 'phone'] }]],
    ['reseal', []],
    ['what throws', []],
    ['deleteUser', [{ type: 'user-deleted', ...ADA }]],
  ])('%s', (what, expected) => {
    const chapter = story.told.find((told) => told.what === what);
    expect(chapter?.events).toHaveLength(expected.length);
    expect(chapter?.events).toMatchObject(expected);
  });

  it('is tried here: every type of event is emitted, with just its own details', () => {
    expect(new Set(story.all.map(({ type }) => type))).toEqual(new Set(Object.keys(DETAILS)));
    for (const event of story.all) {
      const { type, userId, atMs, seq, ...details } = event;
      expect(userId).toBe(USER);
      expect(atMs).toBeGreaterThan(0);
      expect(seq).toBeGreaterThan(0);
      const known = DETAILS[type as EventType];
      for (const name of Object.keys(details)) expect(Object.keys(known), `${type}: ${name}`).toContain(name);
      for (const [name, detail] of Object.entries(known)) {
        if (!('optional' in detail)) expect(details, type).toHaveProperty(name);
      }
    }
  });

  it('is numbered without a gap', () => {
    const numbers = story.all.map(({ seq }) => seq);
    for (const [i, seq] of numbers.slice(1).entries()) expect(seq - numbers[i]!, String(i)).toBeLessThanOrEqual(1);
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    expect(new Set(numbers).size).toBe(Math.max(...numbers));
  });

  it('is plain JSON', () => {
    expect(JSON.parse(JSON.stringify(story.all))).toEqual(story.all);
  });
});

describe('no secret, code, handle, token or recovery code', () => {
  it('stands in an event', () => {
    expect(story.all.length).toBeGreaterThan(25);
    expect(story.confidential.foundIn(story.all)).toEqual([]);
  });

  it('stands in a refusal or an error', () => {
    expect(story.said.length).toBeGreaterThan(12);
    for (const said of story.said) expect(story.confidential.foundIn(said)).toEqual([]);
  });

  it('stands in the history', async () => {
    const { history } = story;
    expect(history.length).toBeGreaterThan(10);
    expect(story.confidential.foundIn(history)).toEqual([]);
  });

  it('stands there unseen', () => {
    const { confidential } = story;
    const secret = parseSecret('JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP');
    const typed = 'abcdef';
    for (const leak of [
      { type: 'sign-in-failed', code: '000000' },
      { message: 'wrong code 000001 for user-1' },
      { secret: 'jbswy3dpehpk3pxpjbswy3dpehpk3pxp' },
      { hint: 'JBSW Y3DP EHPK 3PXP JBSW Y3DP EHPK 3PXP' },
      new Error(`not sealed: ${Buffer.from('Hello!\xde\xad\xbe\xefHello!\xde\xad\xbe\xef', 'latin1').toString('hex')}`),
    ]) {
      expect(confidential.foundIn(leak), JSON.stringify(leak)).not.toEqual([]);
    }
    expect(confidential.foundIn({ secret, lockedUntilMs: 1_000_000_000_100, typed: typed.length })).toEqual([]);
  });
});
