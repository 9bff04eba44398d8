// As an application tests its own MFA: the service on a store in memory, a clock that stands, a phone.
import { createMfaService, type MfaEvent, plaintextSealer } from 'lockstep-mfa';
import { memoryStore } from 'lockstep-mfa/stores/memory';
import { fixedClock, type VirtualAuthenticator, virtualAuthenticator } from 'lockstep-mfa/testing';
import { describe, expect, it } from 'vitest';

const clock = fixedClock();
const events: MfaEvent[] = [];
const mfa = createMfaService({
  issuer: 'Acme',
  store: memoryStore(),
  sealer: plaintextSealer(),
  clock,
  onEvent: (event) => void events.push(event),
});

describe('sign-in', () => {
  let phone: VirtualAuthenticator;

  it('takes a user from nothing to a device that stays in step', async () => {
    expect((await mfa.describeUser('alice')).status).toBe('none');

    const created = await mfa.createDevice('alice', { name: 'Phone', account: 'alice@example.com' });
    if (!created.ok) throw new Error(created.reason);
    phone = virtualAuthenticator(created.keyUri, { clock, offsetMs: -90_000 }); // a slow clock
    const { enrollment, device } = created;
    const { serialNumber } = device;

    const assigned = await mfa.assignDevice('alice', { enrollment, codes: phone.codes() });
    expect(assigned).toMatchObject({ ok: true, device: { driftSteps: -3 } });

    expect(await mfa.signIn('alice', { code: phone.code() })).toMatchObject({ ok: false, reason: 'code-reused' });
    clock.advanceMs(30_000);
    expect(await mfa.signIn('alice', { code: phone.code() })).toMatchObject({ ok: true });

    phone.offsetMs = 20 * 60_000; // the phone's clock jumps
    expect(await mfa.signIn('alice', { code: phone.code() })).toMatchObject({ ok: false, reason: 'code-mismatch' });
    clock.advanceMs(30_000);
    await mfa.signIn('alice', { code: phone.code() }); // twice running, and as far off: no guess
    const failed = events.findLast((event) => event.type === 'sign-in-failed');
    expect(failed?.offsetSteps).toBe(40);
    expect(await mfa.resynchronizeDevice('alice', { serialNumber, codes: phone.codes() })).toMatchObject({ ok: true });
  });

  it('locks after a few wrong codes, and says for how long', async () => {
    clock.advanceMs(30_000);
    expect(await mfa.signIn('alice', { code: phone.code() })).toMatchObject({ ok: true }); // the count begins anew
    const code = phone.wrongCode();
    const answers = [];
    for (let i = 0; i < 6; i++) answers.push(await mfa.signIn('alice', { code }));
    const untilMs = clock() + 30_000;
    expect(answers).toEqual([
      ...Array(4).fill({ ok: false, reason: 'code-mismatch' }),
      { ok: false, reason: 'code-mismatch', lock: { untilMs } },
      { ok: false, reason: 'locked', lockedUntilMs: untilMs },
    ]);
  });
});
