import { type MfaAdministration, parseSecret } from 'lockstep-mfa';
import { describe, expect, it } from 'vitest';
import { ADMINISTRATOR, type Begun, outcome, pairOf, USER, World, wrongCodes, yes } from './world.js';

const SECRET = parseSecret('JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP');

interface Scene {
  readonly world: World;
  readonly desk: MfaAdministration;
  readonly serialNumber: string;
  readonly pending: Begun;
  readonly suspended: Begun;
  readonly browserToken: string;
}

async function scene(): Promise<Scene> {
  const world = new World();
  const { phone, serialNumber, proof } = await world.enroll();
  const suspended = await world.enroll({ by: proof, name: 'suspended' });
  yes(await world.desk.suspendDevice(USER, { serialNumber: suspended.serialNumber }));
  const pending = await world.begin({ by: 'administrator', name: 'new' });
  const signedIn = yes(await world.mfa.signIn(USER, { code: phone.code(), remember: true }));
  world.wait();
  world.events.length = 0;
  return { world, desk: world.desk, serialNumber, pending, suspended, browserToken: signedIn.browserToken! };
}

/** Each verb that answers, with the keys of its answer. */
const VERBS: Readonly<
  Record<keyof MfaAdministration, readonly [act: (scene: Scene) => Promise<object>, keys: readonly string[]]>
> = {
  describeUser: [
    ({ desk }) => desk.describeUser(USER),
    [
      'status',
      'requirement',
      'devices',
      'browsers',
      'recoveryCodesLeft',
      'recoveryCodesUnconfirmed',
      'signedIn',
      'history',
    ],
  ],
  createDevice: [
    ({ desk }) => desk.createDevice(USER, { name: 'newer', account: 'alice' }),
    ['ok', 'device', 'enrollment', 'keyUri', 'setupKey', 'appsToAvoid'],
  ],
  showDevice: [
    ({ desk, pending: { enrollment } }) => desk.showDevice(USER, { enrollment }),
    ['ok', 'device', 'enrollment', 'keyUri', 'setupKey', 'appsToAvoid'],
  ],
  assignDevice: [
    ({ desk, pending: { enrollment, phone } }) => desk.assignDevice(USER, { enrollment, codes: pairOf(phone) }),
    ['ok', 'device'],
  ],
  cancelDevice: [({ desk, pending: { enrollment } }) => desk.cancelDevice(USER, { enrollment }), ['ok']],
  importDevice: [({ desk }) => desk.importDevice(USER, { name: 'token', secret: SECRET }), ['ok', 'device']],
  resynchronizeDevice: [
    async ({ world, desk }) => {
      const { phone, serialNumber } = await world.enroll({ by: 'administrator', name: 'off' });
      return desk.resynchronizeDevice(USER, { serialNumber, codes: pairOf(phone, 9) });
    },
    ['ok', 'device'],
  ],
  renameDevice: [({ desk, serialNumber }) => desk.renameDevice(USER, { serialNumber, name: 'mine' }), ['ok', 'device']],
  suspendDevice: [({ desk, serialNumber }) => desk.suspendDevice(USER, { serialNumber }), ['ok', 'device']],
  reinstateDevice: [
    ({ desk, suspended: { serialNumber } }) => desk.reinstateDevice(USER, { serialNumber }),
    ['ok', 'device'],
  ],
  removeDevice: [({ desk, serialNumber }) => desk.removeDevice(USER, { serialNumber }), ['ok', 'status']],
  createRecoveryCodes: [({ desk }) => desk.createRecoveryCodes(USER), ['ok', 'recoveryCodes']],
  revokeProofs: [({ desk }) => desk.revokeProofs(USER), ['ok']],
  forgetBrowser: [({ desk }) => desk.forgetBrowser(USER, { browserId: 'all' }), ['ok']],
  resetUser: [({ desk }) => desk.resetUser(USER), ['ok', 'resetCode', 'expiresAtMs']],
  unlock: [({ desk }) => desk.unlock(USER), ['ok']],
  deleteUser: [({ desk }) => desk.deleteUser(USER), ['ok']],
};

describe("an administrator's verb", () => {
  it('is one of these: none signs in, recovers or acts as another', () => {
    expect(Object.keys(new World().desk).sort()).toEqual(Object.keys(VERBS).sort());
  });

  it.each(Object.entries(VERBS))('%s is done without a proof, and answers with none', async (name, [act, keys]) => {
    const answer = await act(await scene());
    if (name !== 'describeUser') expect(answer).toHaveProperty('ok', true);
    expect(Object.keys(answer).sort()).toEqual([...keys].sort());
    expect(JSON.stringify(answer)).not.toMatch(/proof|generation/);
  });

  it.each(['assignDevice', 'importDevice'] as const)('%s ends a recovery, and answers with no proof', async (name) => {
    const { world, desk, pending } = await scene();
    yes(await world.mfa.recoverAccount(USER, { verified: ['email', 'phone'] }));
    const { phone, enrollment } = await world.begin({ by: 'administrator', name: 'after' });
    const imported = { name: 'token', secret: SECRET, codes: pairOf(world.phoneOf(SECRET)) };
    const answer =
      name === 'assignDevice'
        ? await desk.assignDevice(USER, { enrollment, codes: pairOf(phone) })
        : await desk.importDevice(USER, imported);
    expect(Object.keys(yes(answer))).toEqual(['ok', 'device']);
    expect(pending.serialNumber).not.toBe(answer.ok && answer.device.serialNumber);
    expect((await world.record()).recovering).toBe(undefined);
  });

  it('takes no proof from its input: what a user handed over is not handed back', async () => {
    const world = new World();
    const { proof, serialNumber } = await world.enroll();
    const input = { serialNumber, proof };
    expect(Object.keys(await world.desk.suspendDevice(USER, input))).toEqual(['ok', 'device']);
    expect((await world.desk.describeUser(USER, { proof } as object)).signedIn).toBe(false);
  });

  const NAMED = [
    ...['createDevice', 'assignDevice', 'importDevice', 'resynchronizeDevice', 'renameDevice', 'suspendDevice'],
    ...['reinstateDevice', 'removeDevice', 'createRecoveryCodes', 'unlock', 'forgetBrowser', 'resetUser'],
    'revokeProofs',
  ] as const;
  it.each(NAMED)('%s names the administrator, in the event and in the history', async (name) => {
    const all = await scene();
    await VERBS[name as keyof MfaAdministration][0](all);
    expect(all.world.events.at(-1)).toMatchObject({ administrator: ADMINISTRATOR });
    expect((await all.world.record()).history.at(-1)).toMatchObject({ administrator: ADMINISTRATOR });
  });

  it('knows no browser, whatever token is handed in: the administrator sits at another one', async () => {
    const { world, desk, serialNumber, browserToken, pending } = await scene();
    expect((await world.mfa.describeUser(USER, { browserToken })).browsers).toEqual([]);
    const described = await desk.describeUser(USER, { browserToken } as object);
    expect(described.browsers).toMatchObject([{ current: false }]);
    const [first, second] = wrongCodes(2, pending.phone) as [string, string];
    const wrong = { serialNumber, codes: [first, second] as const, browserToken };
    expect(outcome(await desk.resynchronizeDevice(USER, wrong))).toBe('code-mismatch');
    const { throttle, browsers } = await world.record();
    expect([throttle.strikes, browsers?.[0]?.strikes]).toEqual([1, 0]);
    const { enrollment, phone } = pending;
    const input = { enrollment, codes: pairOf(phone), remember: true, browserToken };
    expect(Object.keys(yes(await desk.assignDevice(USER, input)))).toEqual(['ok', 'device']);
    expect((await world.record()).browsers).toEqual(browsers);
  });

  it('is named by the one who acts, where two do', async () => {
    const { world } = await scene();
    const [anna, ben] = [world.mfa.asAdministrator('Anna'), world.mfa.asAdministrator('Ben')];
    yes(await anna.unlock(USER));
    yes(await ben.unlock(USER));
    yes(await anna.unlock(USER));
    const names = world.events.map((event) => 'administrator' in event && event.administrator);
    expect(names).toEqual(['Anna', 'Ben', 'Anna']);
  });

  it('sees how far a wrong code was off, which the user does not', async () => {
    const world = new World();
    const { phone, serialNumber } = await world.enroll();
    for (let i = 0; i < 2; i++) await world.mfa.signIn(USER, { code: phone.code({ steps: 50 }) });
    expect((await world.desk.describeUser(USER)).history).toContainEqual(
      expect.objectContaining({ type: 'sign-in-failed', serialNumber, offsetSteps: 50 }),
    );
    expect(JSON.stringify(await world.mfa.describeUser(USER))).not.toContain('offsetSteps');
  });

  it('resynchronizes on the throttle of the user', async () => {
    const world = new World();
    const { phone, serialNumber } = await world.enroll();
    const [first, second] = wrongCodes(2, phone) as [string, string];
    const wrong = { serialNumber, codes: [first, second] as const };
    for (let i = 0; i < 5; i++) {
      expect(outcome(await (i % 2 === 0 ? world.desk : world.mfa).resynchronizeDevice(USER, wrong))).toBe(
        'code-mismatch',
      );
    }
    const right = { serialNumber, codes: pairOf(phone, 9) };
    expect(outcome(await world.desk.resynchronizeDevice(USER, right))).toBe('locked');
    expect(outcome(await world.mfa.signIn(USER, { code: phone.code() }))).toBe('locked');
    yes(await world.desk.unlock(USER));
    expect(outcome(await world.desk.resynchronizeDevice(USER, right))).toBe('ok');
  });

  it('keeps to the rules of names, of the quota and of expectMfa', async () => {
    const world = new World({ policy: { maxDevices: 1 } });
    const input = { name: 'phone', account: 'alice' };
    await expect(world.desk.createDevice(USER, { ...input, expectMfa: true })).rejects.toMatchObject({
      code: 'record-missing',
    });
    await world.enroll();
    expect(outcome(await world.desk.createDevice(USER, { ...input, name: 'PHONE' }))).toBe('name-taken');
    expect(outcome(await world.desk.createDevice(USER, { ...input, name: 'second' }))).toBe('too-many-devices');
    expect((await world.desk.describeUser(USER, { expectMfa: true })).status).toBe('required');
  });
});
