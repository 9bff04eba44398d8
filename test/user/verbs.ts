import { type MfaAdministration, type MfaService, parseSecret, plaintextSealer, type Sealer } from 'lockstep-mfa';
import { parseRecord, type UserRecord } from '../../src/user/record.js';
import { yes } from '../service/world.js';
import { pairOf, readKeyUri, TestServer, USER } from './test-server.js';

/** What a verb answers. */
interface Answer {
  readonly ok: boolean;
  readonly reason?: string;
}

/** A call of the service by the user's session or by an administrator. */
export interface Verb {
  /** The method of the service that it calls. */
  readonly method: string;
  readonly by: 'user' | 'administrator';
  /** The record that it begins with. */
  readonly from: UserRecord;
  readonly act: (mfa: MfaService, desk: MfaAdministration) => Promise<Answer>;
  readonly outcome: string;
  /** Changes the record. */
  readonly writes: boolean;
  /** Serial numbers of the devices that it removes from the record. */
  readonly removes: readonly string[];
  /** Ids of the browsers that are known no more after it. */
  readonly forgets: readonly string[];
  /** Objects that it drops or makes anew as a whole, by the names of `places` in `later-versions.test.ts`. */
  readonly anew: readonly string[];
  /** Brings the next set of recovery codes into force. */
  readonly confirms: boolean;
}

/** Every method that reads a record, by every way through it that writes something else. The clock stands at `nowMs`. */
export async function everyVerb(): Promise<{
  readonly verbs: ReadonlyMap<string, Verb>;
  readonly nowMs: number;
}> {
  const server = new TestServer();
  const { mfa, desk, clock } = server;
  const state = async (): Promise<UserRecord> => parseRecord(await server.record());

  const phone = await server.enroll('phone');
  const { serialNumber } = phone;
  const alone = await state();
  const tablet = await server.enroll('tablet', { algorithm: 'SHA256', digits: 8, periodSeconds: 60 });
  // A second device with the phone's secret: a code of one is used up in both.
  const { secret } = readKeyUri(phone.keyUri);
  yes(await desk.importDevice(USER, { name: 'copy', serialNumber: 'COPY', secret }));
  yes(await desk.suspendDevice(USER, { serialNumber: 'COPY' }));
  const [firstCode, ...recoveryCodes] = yes(await desk.createRecoveryCodes(USER)).recoveryCodes;
  yes(await mfa.signInWithRecoveryCode(USER, { recoveryCode: firstCode }));
  const nextCodes = yes(await desk.createRecoveryCodes(USER)).recoveryCodes;
  const token = parseSecret('JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP');
  const tokenPhone = server.phoneOf(token);
  // Two that were removed: their serial numbers are remembered, and what they used.
  for (const [removed, codes] of [
    ['HW-7', {}],
    ['HW-8', { codes: pairOf(tokenPhone, 8) }],
  ] as const) {
    yes(await desk.importDevice(USER, { name: removed, secret: token, serialNumber: removed, ...codes }));
    yes(await desk.removeDevice(USER, { serialNumber: removed }));
  }
  clock.advanceMs(10 * 60_000);
  const trusting = { code: phone.phone.code(), trust: true, browserLabel: 'Laptop' };
  const { browserToken: oldToken = '' } = yes(await mfa.signIn(USER, trusting));
  const { browserToken } = yes(await mfa.signInWithTrustedBrowser(USER, { browserToken: oldToken }));
  clock.advanceMs(2 * 60_000);
  const remembering = { code: phone.phone.code(), remember: true, browserLabel: 'Desktop' };
  const { proof, browserToken: desktopToken } = yes(await mfa.signIn(USER, remembering));
  clock.advanceMs(60_000);
  await mfa.signIn(USER, { code: phone.phone.code({ steps: 80 }) });
  // An import without codes, of which no code was used yet.
  const spare = parseSecret('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ');
  yes(await desk.importDevice(USER, { name: 'spare', serialNumber: 'SPARE', secret: spare }));
  const pending = await server.begin('new');
  const inUse = await state();
  const another = parseSecret('KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU');
  const codesOfAnother = pairOf(server.phoneOf(another));
  const returned = { name: 'returned', secret: another, serialNumber: 'HW-7', codes: codesOfAnother };
  yes(await desk.importDevice(USER, returned));
  const again = await state();

  const { proof: recovered } = yes(await mfa.recoverAccount(USER, { verified: ['email', 'phone'] }));
  const fresh = await server.begin('fresh');
  const recovering = await state();

  const { resetCode } = yes(await desk.resetUser(USER));
  const freshAfterReset = await server.begin('fresh after the reset');
  const resetting = await state();
  // Of the same generation, so that it stands for the record as it was before, in which the code was not used yet.
  const { proof: reset } = yes(await mfa.signInWithResetCode(USER, { resetCode }));
  const expired = { ...resetting, reset: { ...resetting.reset!, untilMs: clock() } };

  const [laptop, desktop] = inUse.browsers!.map(({ id }) => id) as [string, string];
  const forgotten = { forgets: [laptop, desktop] };
  /** One wrong code more, and the desktop is forgotten. */
  const atTheEnd = {
    ...inUse,
    browsers: inUse.browsers!.map((one) => (one.id === desktop ? { ...one, strikes: 19 } : one)),
  };

  const code = phone.phone.code();
  const codes = pairOf(phone.phone, 8);
  const wrong = phone.phone.wrongCode();
  const wrongPair = [wrong, wrong] as const;
  const used = phone.phone.code({ steps: -2 });
  const wrongRecoveryCode = '0000-0000-0000-0000-0000-0000';
  const imported = { name: 'token', secret: token, serialNumber: 'HW-1' };
  const created = { name: 'another', account: 'alice' };
  const { enrollment } = pending;
  const newCodes = pairOf(pending.phone);
  const freshCodes = pairOf(fresh.phone);
  const copy = { serialNumber: 'COPY' };
  const of = { serialNumber };
  const verified = { verified: ['email', 'phone'] };

  const verbs = new Map<string, Verb>();
  const add = (
    name: string,
    by: Verb['by'],
    act: Verb['act'],
    {
      from = inUse,
      outcome = 'ok',
      writes = true,
      removes = [],
      forgets = [],
      anew = [],
      confirms = false,
    }: Partial<Verb> = {},
  ): void => {
    const [method = ''] = name.split(' ');
    verbs.set(`${by}: ${name}`, { method, by, from, act, outcome, writes, removes, forgets, anew, confirms });
  };
  const mismatch = { outcome: 'code-mismatch' };

  add('describeUser', 'user', async (mfa) => ({ ok: true, ...(await mfa.describeUser(USER)) }), { writes: false });
  add('describeUser', 'administrator', async (_, desk) => ({ ok: true, ...(await desk.describeUser(USER)) }), {
    writes: false,
  });
  add('checkProof', 'user', (mfa) => mfa.checkProof(USER, { proof }), { writes: false });
  add('showDevice', 'user', (mfa) => mfa.showDevice(USER, { enrollment, proof }), { writes: false });
  add('showDevice', 'administrator', (_, desk) => desk.showDevice(USER, { enrollment }), { writes: false });

  add('signIn', 'user', (mfa) => mfa.signIn(USER, { code }));
  add('signIn with a named device', 'user', (mfa) => mfa.signIn(USER, { code, ...of }));
  add('signIn with another device', 'user', (mfa) => mfa.signIn(USER, { code: tablet.phone.code() }));
  add('signIn with a wrong code', 'user', (mfa) => mfa.signIn(USER, { code: wrong }), mismatch);
  add('signIn out of step', 'user', (mfa) => mfa.signIn(USER, { code: phone.phone.code({ steps: 80 }) }), mismatch);
  add('signIn with a used code', 'user', (mfa) => mfa.signIn(USER, { code: used }), { outcome: 'code-reused' });
  const remember = { remember: true, browserLabel: 'New' };
  add('signIn that remembers the browser', 'user', (mfa) => mfa.signIn(USER, { code, ...remember }));
  add('signIn that trusts the browser', 'user', (mfa) => mfa.signIn(USER, { code, trust: true }));
  add('signIn from a known browser', 'user', (mfa) => mfa.signIn(USER, { code, browserToken }));
  add('signIn that trusts a known browser', 'user', (mfa) => mfa.signIn(USER, { code, browserToken, trust: true }), {
    anew: [`${laptop} trust`],
  });
  add(
    'signIn from a known browser with a wrong code',
    'user',
    (mfa) => mfa.signIn(USER, { code: wrong, browserToken }),
    mismatch,
  );
  add(
    'signIn with the wrong code by which the browser is forgotten',
    'user',
    (mfa) => mfa.signIn(USER, { code: wrong, browserToken: desktopToken }),
    { ...mismatch, from: atTheEnd, forgets: [desktop] },
  );
  add('signInWithTrustedBrowser', 'user', (mfa) => mfa.signInWithTrustedBrowser(USER, { browserToken }));
  add(
    'signInWithTrustedBrowser with an old token',
    'user',
    (mfa) => mfa.signInWithTrustedBrowser(USER, { browserToken: oldToken }),
    { outcome: 'browser-not-trusted', anew: [`${laptop} trust`] },
  );
  add('signInWithResetCode', 'user', (mfa) => mfa.signInWithResetCode(USER, { resetCode }), { from: resetting });
  add(
    'signInWithResetCode with a wrong code',
    'user',
    (mfa) => mfa.signInWithResetCode(USER, { resetCode: wrongRecoveryCode }),
    { from: resetting, outcome: 'reset-code-mismatch' },
  );
  add('signInWithResetCode after its time', 'user', (mfa) => mfa.signInWithResetCode(USER, { resetCode }), {
    ...{ from: expired, outcome: 'reset-code-expired' },
  });
  add('assignDevice that remembers the browser', 'user', (mfa) =>
    mfa.assignDevice(USER, { enrollment, codes: newCodes, proof, ...remember }),
  );
  add(
    'resynchronizeDevice with wrong codes from a known browser',
    'user',
    (mfa) => mfa.resynchronizeDevice(USER, { ...of, codes: wrongPair, browserToken }),
    mismatch,
  );
  add('signInWithRecoveryCode that remembers the browser', 'user', (mfa) =>
    mfa.signInWithRecoveryCode(USER, { recoveryCode: recoveryCodes[0], ...remember }),
  );
  add('signInWithRecoveryCode', 'user', (mfa) => mfa.signInWithRecoveryCode(USER, { recoveryCode: recoveryCodes[0] }));
  add(
    'signInWithRecoveryCode with a next code',
    'user',
    (mfa) => mfa.signInWithRecoveryCode(USER, { recoveryCode: nextCodes[0] }),
    { confirms: true },
  );
  add(
    'signInWithRecoveryCode with a wrong code',
    'user',
    (mfa) => mfa.signInWithRecoveryCode(USER, { recoveryCode: wrongRecoveryCode }),
    { outcome: 'recovery-code-mismatch' },
  );
  add('confirmRecoveryCodes', 'user', (mfa) => mfa.confirmRecoveryCodes(USER, { recoveryCode: nextCodes[0], proof }), {
    confirms: true,
  });
  add(
    'confirmRecoveryCodes with a code in force',
    'user',
    (mfa) => mfa.confirmRecoveryCodes(USER, { recoveryCode: recoveryCodes[0], proof }),
    { writes: false },
  );
  add(
    'confirmRecoveryCodes with a wrong code',
    'user',
    (mfa) => mfa.confirmRecoveryCodes(USER, { recoveryCode: wrongRecoveryCode, proof }),
    { outcome: 'recovery-code-mismatch' },
  );
  for (const by of ['user', 'administrator'] as const) {
    // The methods that both have, called alike: the user's with the session's proof.
    const actor = (mfa: MfaService, desk: MfaAdministration): MfaAdministration => {
      if (by === 'administrator') return desk;
      const withProof =
        <A>(call: (userId: string, input: never) => Promise<A>) =>
        (userId: string, input: object = {}): Promise<A> =>
          call(userId, { proof, ...input } as never);
      return Object.fromEntries(
        Object.entries(mfa).map(([name, call]) => [name, withProof(call)]),
      ) as unknown as MfaAdministration;
    };
    const act =
      (call: (actor: MfaAdministration) => Promise<Answer>): Verb['act'] =>
      (mfa, desk) =>
        call(actor(mfa, desk));

    add(
      'resynchronizeDevice',
      by,
      act((actor) => actor.resynchronizeDevice(USER, { ...of, codes })),
    );
    add(
      'resynchronizeDevice with wrong codes',
      by,
      act((actor) => actor.resynchronizeDevice(USER, { ...of, codes: wrongPair })),
      mismatch,
    );
    add(
      'createDevice',
      by,
      act((actor) => actor.createDevice(USER, created)),
    );
    add(
      'assignDevice',
      by,
      act((actor) => actor.assignDevice(USER, { enrollment, codes: newCodes })),
    );
    add(
      'assignDevice with wrong codes',
      by,
      act((actor) => actor.assignDevice(USER, { enrollment, codes: [wrong, code] })),
      mismatch,
    );
    add(
      'cancelDevice',
      by,
      act((actor) => actor.cancelDevice(USER, { enrollment })),
      {
        removes: [pending.serialNumber],
      },
    );
    add(
      'importDevice with codes',
      by,
      act((actor) => actor.importDevice(USER, { ...imported, codes: pairOf(tokenPhone) })),
    );
    add(
      'importDevice of a secret that is there',
      by,
      act((actor) => actor.importDevice(USER, { ...imported, secret, codes })),
    );
    add(
      'renameDevice',
      by,
      act((actor) => actor.renameDevice(USER, { ...of, name: 'pocket' })),
    );
    add(
      'suspendDevice',
      by,
      act((actor) => actor.suspendDevice(USER, of)),
    );
    add(
      'reinstateDevice',
      by,
      act((actor) => actor.reinstateDevice(USER, copy)),
    );
    add(
      'removeDevice',
      by,
      act((actor) => actor.removeDevice(USER, of)),
      { removes: [serialNumber] },
    );
    add(
      'createRecoveryCodes',
      by,
      act((actor) => actor.createRecoveryCodes(USER)),
    );
    add(
      'revokeProofs',
      by,
      act((actor) => actor.revokeProofs(USER)),
    );
    add(
      'forgetBrowser',
      by,
      act((actor) => actor.forgetBrowser(USER, { browserId: laptop })),
      { forgets: [laptop] },
    );
    add(
      'forgetBrowser of all',
      by,
      act((actor) => actor.forgetBrowser(USER, { browserId: 'all' })),
      forgotten,
    );
    const ending = { from: recovering };
    const recovery = by === 'user' ? { proof: recovered } : {};
    add(
      'assignDevice at the end of a recovery',
      by,
      act((actor) => actor.assignDevice(USER, { ...recovery, enrollment: fresh.enrollment, codes: freshCodes })),
      ending,
    );
    add(
      'assignDevice at the end of a reset',
      by,
      act((actor) => {
        const input = { enrollment: freshAfterReset.enrollment, codes: pairOf(freshAfterReset.phone) };
        return actor.assignDevice(USER, { ...(by === 'user' ? { proof: reset } : {}), ...input });
      }),
      { from: resetting, anew: ['reset'] },
    );
    add(
      'importDevice at the end of a recovery',
      by,
      act((actor) => actor.importDevice(USER, { ...recovery, ...imported, codes: pairOf(tokenPhone) })),
      ending,
    );
  }
  add('importDevice without codes', 'administrator', (_, desk) => desk.importDevice(USER, imported));
  add('removeDevice with a serial number of its own', 'administrator', (_, desk) => desk.removeDevice(USER, copy), {
    removes: ['COPY'],
  });
  add(
    'removeDevice that was removed before',
    'administrator',
    (_, desk) => desk.removeDevice(USER, { serialNumber: 'HW-7' }),
    { from: again, removes: ['HW-7'] },
  );
  add('reinstateDevice at the end of a recovery', 'administrator', (_, desk) => desk.reinstateDevice(USER, of), {
    from: recovering,
  });
  add('reinstateDevice at the end of a reset', 'administrator', (_, desk) => desk.reinstateDevice(USER, of), {
    ...{ from: resetting, anew: ['reset'] },
  });
  add('removeDevice of the last one', 'administrator', (_, desk) => desk.removeDevice(USER, of), {
    from: alone,
    removes: [serialNumber],
  });
  add('recoverAccount', 'user', (mfa) => mfa.recoverAccount(USER, verified), {
    ...{ removes: [pending.serialNumber], ...forgotten },
  });
  add('recoverAccount once more', 'user', (mfa) => mfa.recoverAccount(USER, verified), {
    from: recovering,
    removes: [fresh.serialNumber],
  });
  add('recoverAccount during a reset', 'user', (mfa) => mfa.recoverAccount(USER, verified), {
    ...{ from: resetting, removes: [freshAfterReset.serialNumber], anew: ['reset'] },
  });
  add('resetUser', 'administrator', (_, desk) => desk.resetUser(USER), {
    ...{ removes: [pending.serialNumber], ...forgotten },
  });
  add('resetUser once more', 'administrator', (_, desk) => desk.resetUser(USER), {
    ...{ from: resetting, removes: [freshAfterReset.serialNumber], anew: ['reset'] },
  });
  add('unlock', 'administrator', (_, desk) => desk.unlock(USER));
  add('reseal', 'user', (mfa) => mfa.reseal(USER));
  return { verbs, nowMs: clock() };
}

/** For which what plaintextSealer wrote lies under an older key, so that every write seals anew what it opened. */
export function staleSealer(): Sealer {
  const { seal, open } = plaintextSealer();
  const NEW = 'new.';
  return {
    seal: async (plain, context) => NEW + (await seal(plain, context)),
    async open(sealed, context) {
      if (sealed.startsWith(NEW)) return open(sealed.slice(NEW.length), context);
      return { ...(await open(sealed, context)), stale: true };
    },
  };
}
