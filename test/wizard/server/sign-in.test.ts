import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type House, hiddenFields, openHouse, PASSWORD, Person, textOf, withDevice } from './person.js';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(async () => {
  await house.close();
  expect(house.errors).toEqual([]);
});

describe('the second step', () => {
  it('refuses a wrong code and shows the page again, with what was typed', async () => {
    const { person, phone } = await withDevice(house, 'wrong-code');
    await person.signIn('wrong-code');
    const wrong = phone.wrongCode();
    const reply = await person.submit('/sign-in/code', { code: `${wrong.slice(0, 3)} ${wrong.slice(3)}` });
    expect(reply.status).toBe(422);
    expect(reply.body).toContain('<title>Error: Type a code – Acme</title>');
    expect(reply.body).toContain(`value="${wrong.slice(0, 3)} ${wrong.slice(3)}"`);
    expect(reply.body).toContain('<a href="#code">That code is not right.');
    expect(reply.body).toContain('aria-invalid="true" aria-describedby="code-hint code-error"');
    expect(await person.get('/security')).toMatchObject({ status: 303, location: '/sign-in/code' });
    expect(await person.passCode(phone)).toMatchObject({ status: 303, location: '/security' });
  });

  it('takes a code as an app shows it, with a space', async () => {
    const { person, phone } = await withDevice(house, 'spaced');
    await person.signIn('spaced');
    const code = phone.code();
    const reply = await person.submit('/sign-in/code', { code: ` ${code.slice(0, 3)} ${code.slice(3)} ` });
    expect(reply).toMatchObject({ status: 303, location: '/security' });
  });

  it('is asked in every session of a user who has MFA, also in one that was there before', async () => {
    const early = new Person(house);
    await early.register('two-places');
    expect((await early.get('/security')).status).toBe(200);
    const other = new Person(house);
    await other.signIn('two-places');
    await other.setUpDevice();
    expect(await early.get('/security')).toMatchObject({ status: 303, location: '/sign-in/code' });
  });

  it('says until when a user is locked, and lets a recovery code in meanwhile', async () => {
    const { person } = await withDevice(house, 'locked');
    const [recoveryCode = ''] = await person.recoveryCodes();
    const guesser = new Person(house);
    await guesser.signIn('locked');
    const locked = /Locked until \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC \(in 30 s\)/;
    for (let n = 0; n < 5; n++) {
      const wrong = await guesser.submit('/sign-in/code', { code: `00000${n}` });
      expect(wrong.status).toBe(422);
      // The fifth begins the lock, and its page says so.
      expect(locked.test(textOf(wrong.body))).toBe(n === 4);
    }
    const reply = await guesser.submit('/sign-in/code', { code: '123456' });
    expect(reply.status).toBe(429);
    expect(textOf(reply.body)).toMatch(locked);
    expect(reply.body).toMatch(/<time datetime="[^"]+Z"/);

    const owner = new Person(house);
    await owner.signIn('locked');
    const typed = recoveryCode.toLowerCase().replaceAll('-', ' ');
    const used = await owner.submit('/sign-in/recovery-code', { recoveryCode: typed });
    expect(used).toMatchObject({ status: 303, location: '/security' });
    expect(textOf((await owner.get('/security')).body)).toContain('That recovery code is used up: 9 left.');
    const again = await owner.submit('/sign-in/recovery-code', { recoveryCode });
    expect(again.status).toBe(422);
    expect(textOf(again.body)).toContain('used already');
  });
});

describe('a device that is out of step', () => {
  it('comes back with two codes, and the next one signs in', async () => {
    const { person, phone } = await withDevice(house, 'drifted');
    await person.signIn('drifted');
    phone.offsetMs = 20 * 60_000;
    expect((await person.passCode(phone)).status).toBe(422);
    const [code1, code2] = phone.codes();
    const synced = await person.submit('/sign-in/resynchronize', { code1, code2 });
    expect(synced).toMatchObject({ status: 303, location: '/sign-in/code' });
    expect(textOf((await person.get('/sign-in/code')).body)).toContain('in step again. Sign in with the next code.');
    expect(await person.get('/security')).toMatchObject({ location: '/sign-in/code' });
    house.clock.advanceMs(30_000);
    expect(await person.passCode(phone)).toMatchObject({ status: 303, location: '/security' });
    const serialNumber = /\/devices\/([0-9a-f]{20})"/.exec((await person.get('/security')).body)?.[1];
    expect(textOf((await person.get(`/devices/${serialNumber}`)).body)).toContain('about 20 min ahead');
  });

  it('is chosen among several, and keeps the choice on a refusal', async () => {
    const { person } = await withDevice(house, 'several');
    const tablet = await person.setUpDevice('Tablet');
    await person.signIn('several');
    const page = (await person.get('/sign-in/resynchronize')).body;
    const serialNumber = /<option value="([0-9a-f]{20})">Tablet/.exec(page)?.[1] as string;
    const refused = await person.submit('/sign-in/resynchronize', { serialNumber, code1: '12', code2: '345678' });
    expect(refused.status).toBe(422);
    expect(refused.body).toContain(`<option value="${serialNumber}" selected>Tablet</option>`);
    expect(refused.body).toContain('value="345678"');
    expect(refused.body).toContain('<a href="#code1">');
    tablet.offsetMs = -20 * 60_000;
    house.clock.advanceMs(40 * 60_000);
    await person.signIn('several');
    const [code1, code2] = tablet.codes();
    const synced = await person.submit('/sign-in/resynchronize', { serialNumber, code1, code2 });
    expect(synced).toMatchObject({ status: 303, location: '/sign-in/code' });
    const unknown = { serialNumber: '', code1: '111111', code2: '222222' };
    expect((await person.submit('/sign-in/resynchronize', unknown)).status).toBe(404);
  });
});

describe('a form with two codes', () => {
  it.each(['/sign-in/resynchronize', 'its page'])('that is older than 15 minutes is shown anew: at %s', async (at) => {
    const name = at === 'its page' ? 'old-form-page' : 'old-form-sign-in';
    const { person, phone } = await withDevice(house, name);
    const serialNumber = /\/devices\/([0-9a-f]{20})"/.exec((await person.get('/security')).body)?.[1];
    const path = at === 'its page' ? `/devices/${serialNumber}/resynchronize` : at;
    phone.offsetMs = 20 * 60_000;
    const form = hiddenFields((await person.get(path)).body, path);
    const [code1, code2] = phone.codes();
    house.clock.advanceMs(15 * 60_000 - 30_000);
    const late = await person.post(path, { ...form, code1, code2 });
    expect([late.status, textOf(late.body)]).toEqual([
      422,
      expect.stringContaining('open for more than 15 minutes, so these codes are too old. Type two new codes.'),
    ]);
    expect(late.body).not.toContain(`value="${code1}"`);
    const [next1, next2] = phone.codes();
    const synced = await person.post(path, { ...hiddenFields(late.body, path), code1: next1, code2: next2 });
    expect(synced.status).toBe(303);
    house.clock.advanceMs(30_000);
    await person.signIn(name);
    expect(await person.passCode(phone)).toMatchObject({ status: 303, location: '/security' });
  });

  it('is taken when it is younger, and a refusal makes it no younger', async () => {
    const { person, phone } = await withDevice(house, 'young-form');
    await person.signIn('young-form');
    const path = '/sign-in/resynchronize';
    phone.offsetMs = -20 * 60_000;
    const { openedAtMs: early } = hiddenFields((await person.get(path)).body, path);
    house.clock.advanceMs(40 * 60_000);
    await person.signIn('young-form');
    const [code1, code2] = phone.codes();
    const opened = { ...hiddenFields((await person.get(path)).body, path), code1 };
    house.clock.advanceMs(15 * 60_000 - 1);
    const refused = await person.post(path, { ...opened, code2: '12' });
    expect(refused.body).toContain(`value="${code1}"`);
    const kept = { ...hiddenFields(refused.body, path), code1, code2 };
    house.clock.advanceMs(1);
    expect((await person.post(path, kept)).status).toBe(422);
    for (const openedAtMs of ['', 'x', '-1', '1e12', String(house.clock() + 1), early as string]) {
      const reply = await person.post(path, { ...kept, openedAtMs });
      expect([openedAtMs, textOf(reply.body)]).toEqual([openedAtMs, expect.stringContaining('more than 15 minutes')]);
    }
    const young = await person.post(path, { ...kept, openedAtMs: String(house.clock() - 15 * 60_000 + 1) });
    expect(young).toMatchObject({ status: 303, location: '/sign-in/code' });
  });
});

describe('a user whose MFA is lost from the store', () => {
  it('gets back in by e-mail and phone, and by nothing else', async () => {
    const other = await openHouse();
    const { person: before, phone } = await withDevice(other, 'shut-out');
    const [recoveryCode = ''] = await before.recoveryCodes();
    other.database.exec('DELETE FROM lockstep_mfa');
    const person = new Person(other);
    await person.signIn('shut-out');
    for (const path of ['/', '/security', '/sign-in/code', '/devices/new', '/recovery-codes', '/confirm']) {
      const reply = await person.get(path);
      expect([path, reply.status]).toEqual([path, 500]);
      expect(reply.body).toContain('<a class="button" href="/sign-in/recover">Recover my account</a>');
    }
    const page = (await person.get('/sign-in/recover')).body;
    expect(page).not.toContain('href="/security"');
    const form = hiddenFields(page, '/sign-in/recover');
    for (const [path, typed] of [
      ['/sign-in/code', { code: phone.code() }],
      ['/sign-in/recovery-code', { recoveryCode }],
      ['/devices/new', { name: 'Mine' }],
      ['/sign-in/recover/confirm', { emailCode: '', phoneCode: '' }],
    ] as const) {
      expect((await person.post(path, { ...form, ...typed })).location, path).not.toBe('/security');
    }
    expect((await person.post('/sign-in/recover', form)).location).toBe('/sign-in/recover/confirm');
    const text = textOf((await person.get('/demonstration/mailbox')).body);
    const [, emailCode = ''] = /E-mail, [^,]*? (\d{6}) is your code/.exec(text) ?? [];
    const [, phoneCode = ''] = /Text message, [^,]*? (\d{6}) is your code/.exec(text) ?? [];
    const recovered = await person.submit('/sign-in/recover/confirm', { emailCode, phoneCode });
    expect(recovered).toMatchObject({ status: 303, location: '/devices/new' });
    await person.setUpDevice('New phone');
    expect(textOf((await person.get('/security')).body)).toContain('New phone assigned');
    expect(new Set(other.errors.map((error) => (error as { code?: string }).code))).toEqual(
      new Set(['record-missing']),
    );
    await other.close();
  });
});

describe('a lost device', () => {
  function codesIn(mailbox: string): { emailCode: string; phoneCode: string } {
    const text = textOf(mailbox);
    const code = (channel: string): string =>
      new RegExp(`${channel}, [^,]*? (\\d{6}) is your code`).exec(text)?.[1] as string;
    return { emailCode: code('E-mail'), phoneCode: code('Text message') };
  }

  it('is replaced after a code by e-mail and one by phone', async () => {
    const { person: before, phone: lost } = await withDevice(house, 'lost');
    const [recoveryCode = ''] = await before.recoveryCodes();
    const serialNumber = /\/devices\/([0-9a-f]{20})"/.exec((await before.get('/security')).body)?.[1];
    const path = `/devices/${serialNumber}`;
    const person = new Person(house);
    await person.signIn('lost');
    expect(textOf((await person.get('/sign-in/recover')).body)).toMatch(/l…@example\.com and another to \+…\d\d\./);
    expect(await person.get('/sign-in/recover/confirm')).toMatchObject({ location: '/sign-in/recover' });
    const sent = await person.submit('/sign-in/recover', {});
    expect(sent).toMatchObject({ status: 303, location: '/sign-in/recover/confirm' });
    const codes = codesIn((await person.get('/demonstration/mailbox')).body);
    const recovered = await person.submit('/sign-in/recover/confirm', codes);
    expect(recovered).toMatchObject({ status: 303, location: '/devices/new' });
    expect(textOf((await person.get('/devices/new')).body)).toContain('Your devices are suspended.');

    // What was open elsewhere is closed, and here one new device comes first.
    expect(await before.get('/security')).toMatchObject({ location: '/sign-in/code' });
    for (const page of ['/', '/security', '/recovery-codes', '/confirm', '/administrator', path, `${path}/remove`]) {
      expect([page, (await person.get(page)).location]).toEqual([page, '/devices/new']);
    }
    const tokens = await person.tokens();
    for (const action of [`${path}/reinstate`, `${path}/remove`, `${path}/rename`, '/recovery-codes']) {
      const early = await person.post(action, { ...tokens, name: 'Mine' });
      expect(early).toMatchObject({ status: 303, location: '/devices/new' });
    }
    expect(textOf((await person.get('/devices/new')).body)).not.toMatch(/Security|Not now/);
    const suspended = await person.submit('/sign-in/code', { code: lost.code() });
    expect([suspended.status, textOf(suspended.body)]).toEqual([
      422,
      expect.stringContaining('This device is suspended'),
    ]);
    const voided = await person.submit('/sign-in/recovery-code', { recoveryCode });
    expect([voided.status, textOf(voided.body)]).toEqual([422, expect.stringContaining('no recovery codes')]);

    await person.setUpDevice('New phone');
    expect((await person.get('/security')).status).toBe(200);
    expect(await person.recoveryCodes()).toHaveLength(10);
    const late = await person.submit(`${path}/remove`, {});
    expect(late).toMatchObject({ status: 303, location: '/security' });
    expect(textOf((await person.get('/security')).body)).not.toContain('suspended Set up');
    expect((await person.submit('/sign-in/recover/confirm', codes).catch(() => undefined))?.status).not.toBe(200);
  });

  it('whose replacement is put off for 15 minutes takes another recovery', async () => {
    await withDevice(house, 'put-off');
    const person = new Person(house);
    await person.signIn('put-off');
    const recover = async (): Promise<string | undefined> => {
      await person.submit('/sign-in/recover', {});
      const codes = codesIn((await person.get('/demonstration/mailbox')).body);
      return (await person.submit('/sign-in/recover/confirm', codes)).location;
    };
    expect(await recover()).toBe('/devices/new');
    const form = hiddenFields((await person.get('/devices/new')).body, '/devices/new');
    house.clock.advanceMs(15 * 60_000);
    expect(await person.get('/devices/new')).toMatchObject({ status: 303, location: '/sign-in/recover' });
    const late = await person.post('/devices/new', { ...form, name: 'New phone' });
    expect(late).toMatchObject({ status: 303, location: '/sign-in/recover' });
    expect(await recover()).toBe('/devices/new');
    await person.setUpDevice('New phone');
    expect((await person.get('/security')).status).toBe(200);
  });

  it('that is recovered in another session as well is replaced in the later one alone', async () => {
    await withDevice(house, 'recovered-twice');
    const [first, second] = [new Person(house), new Person(house)];
    for (const person of [first, second]) {
      await person.signIn('recovered-twice');
      await person.submit('/sign-in/recover', {});
      const codes = codesIn((await person.get('/demonstration/mailbox')).body);
      expect((await person.submit('/sign-in/recover/confirm', codes)).location).toBe('/devices/new');
    }
    const refused = await first.submit('/devices/new', { name: 'First' });
    expect(refused).toMatchObject({ status: 303, location: '/sign-in/recover' });
    await second.setUpDevice('Second');
    expect(await first.get('/security')).toMatchObject({ status: 303, location: '/sign-in/code' });
  });

  it('gives five tries, tells not which code is wrong, and no more than three messages an hour', async () => {
    await withDevice(house, 'tries');
    const person = new Person(house);
    await person.signIn('tries');
    await person.submit('/sign-in/recover', {});
    const { emailCode, phoneCode } = codesIn((await person.get('/demonstration/mailbox')).body);
    const wrong = phoneCode === '000000' ? '000001' : '000000';
    const answers: string[] = [];
    for (const typed of [
      { emailCode, phoneCode: wrong },
      { emailCode: wrong === emailCode ? '000002' : wrong, phoneCode },
      { emailCode: '', phoneCode: '' },
      { emailCode: 'x', phoneCode },
      { emailCode, phoneCode: 'x' },
    ]) {
      const reply = await person.submit('/sign-in/recover/confirm', typed);
      expect(reply.status).toBe(422);
      answers.push(textOf(reply.body));
    }
    expect(new Set(answers).size).toBe(1);
    expect(await person.get('/sign-in/recover/confirm')).toMatchObject({ location: '/sign-in/recover' });

    expect((await person.submit('/sign-in/recover', {})).status).toBe(303);
    expect((await person.submit('/sign-in/recover', {})).status).toBe(303);
    expect((await person.submit('/sign-in/recover', {})).status).toBe(429);
    house.clock.advanceMs(10 * 60_000);
    const late = codesIn((await person.get('/demonstration/mailbox')).body);
    expect(late).not.toEqual({ emailCode: undefined, phoneCode: undefined });
    expect(await person.get('/sign-in/recover/confirm')).toMatchObject({ location: '/sign-in/recover' });
  });

  it('cannot be claimed with the codes of another session, or for another user', async () => {
    await withDevice(house, 'claimed');
    const [owner, other] = [new Person(house), new Person(house)];
    await owner.signIn('claimed');
    await other.signIn('claimed');
    await owner.submit('/sign-in/recover', {});
    const codes = codesIn((await owner.get('/demonstration/mailbox')).body);
    expect(await other.get('/sign-in/recover/confirm')).toMatchObject({ location: '/sign-in/recover' });
    const hidden = await other.tokens();
    const claimed = await other.post('/sign-in/recover/confirm', { ...hidden, ...codes });
    expect(claimed).toMatchObject({ status: 303, location: '/sign-in/recover' });
    const stranger = new Person(house);
    await stranger.register('stranger');
    expect((await stranger.post('/sign-in/recover/confirm', { ...(await stranger.tokens()), ...codes })).location).toBe(
      '/sign-in/recover',
    );
    expect((await owner.submit('/sign-in/recover/confirm', codes)).location).toBe('/devices/new');
  });

  it('is nothing for somebody without MFA', async () => {
    const person = new Person(house);
    await person.register('no-mfa');
    expect(await person.submit('/sign-in/recover', {})).toMatchObject({ status: 303, location: '/security' });
  });
});

describe('names and passwords', () => {
  it('are refused with what to do, and the name stays', async () => {
    const person = new Person(house);
    const malformed = await person.submit('/register', { name: 'no spaces', password: PASSWORD });
    expect(malformed.status).toBe(422);
    expect(malformed.body).toContain('value="no spaces"');
    expect(malformed.body).not.toContain(PASSWORD);
    expect((await person.submit('/register', { name: 'short', password: 'seven77' })).status).toBe(422);
    expect((await person.submit('/register', { name: 'long', password: 'x'.repeat(257) })).status).toBe(422);
    expect((await person.register('taken')).status).toBe(303);
    const other = new Person(house);
    const taken = await other.submit('/register', { name: 'TAKEN', password: PASSWORD });
    expect([taken.status, textOf(taken.body)]).toEqual([409, expect.stringContaining('This name is taken.')]);
    expect((await other.submit('/register', { name: 'admin', password: PASSWORD })).status).toBe(409);
  });

  it('leads those who are signed in past the way in', async () => {
    const person = new Person(house);
    await person.register('inside');
    expect(await person.get('/sign-in')).toMatchObject({ status: 303, location: '/security' });
    expect(await person.get('/register')).toMatchObject({ status: 303, location: '/security' });
    expect(await person.get('/sign-in/recovery-code')).toMatchObject({ status: 200 });
  });

  it('locks a name after ten wrong passwords in a row, for a minute, then longer', async () => {
    const person = new Person(house);
    await person.register('password-lock');
    const guesser = new Person(house);
    const guess = (password: string) => guesser.signIn('password-lock', password);
    for (let n = 0; n < 10; n++) expect((await guess(`wrong ${n}`)).status).toBe(422);
    const locked = await guess(PASSWORD);
    expect(locked.status).toBe(429);
    expect(textOf(locked.body)).toContain('(in 1 min)');
    house.clock.advanceMs(60_000);
    expect((await guess('wrong again')).status).toBe(422);
    house.clock.advanceMs(60_000);
    expect((await guess(PASSWORD)).status).toBe(429);
    house.clock.advanceMs(60_000);
    expect((await guess(PASSWORD)).status).toBe(303);
    expect((await new Person(house).signIn('password-lock', 'wrong once')).status).toBe(422);
  });
});
