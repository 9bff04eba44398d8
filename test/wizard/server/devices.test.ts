import type { VirtualAuthenticator } from 'lockstep-mfa/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { totpKeyUri } from '../../support/key-uri.js';
import {
  type House,
  hiddenFields,
  keyUriOf,
  openHouse,
  Person,
  recoveryCodesOf,
  textOf,
  withDevice,
} from './person.js';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(async () => {
  await house.close();
  expect(house.errors).toEqual([]);
});

async function serialNumberOf(person: Person, name: string): Promise<string> {
  const { body } = await person.get('/security');
  return new RegExp(`/devices/([0-9a-f]{20})">${name}<`).exec(body)?.[1] as string;
}

describe('a device', () => {
  it('is called by its name in the app, where it is the second: the entry of the first stays', async () => {
    const person = new Person(house);
    await person.register('entries');
    const accounts: string[] = [];
    for (const name of ['Phone', 'Work: phone']) {
      await person.submit('/devices/new', { name });
      const { body } = await person.get('/devices/assign');
      accounts.push(totpKeyUri(keyUriOf(body)).account);
      const [code1, code2] = person.scan(body).codes();
      expect((await person.submit('/devices/assign', { code1, code2 })).status).toBe(303);
      house.clock.advanceMs(30_000);
    }
    expect(accounts).toEqual([expect.stringMatching(/^[^ ]+@[^ ]+$/), `${accounts[0]} (Work: phone)`]);
    expect((await person.submit('/devices/new', { name: 'x'.repeat(5000) })).status).toBe(422);
  });

  it('is renamed, and the name that was typed stays on a refusal', async () => {
    const { person } = await withDevice(house, 'rename');
    await person.setUpDevice('Tablet');
    const path = `/devices/${await serialNumberOf(person, 'Tablet')}`;
    const taken = await person.submit(path, { name: 'phone' }, `${path}/rename`);
    expect([taken.status, textOf(taken.body)]).toEqual([
      409,
      expect.stringContaining('You have a device of that name.'),
    ]);
    expect(taken.body).toContain('value="phone"');
    expect((await person.submit(path, { name: ' ' }, `${path}/rename`)).status).toBe(422);
    expect(await person.submit(path, { name: 'Old tablet' }, `${path}/rename`)).toMatchObject({
      status: 303,
      location: path,
    });
    expect(textOf((await person.get(path)).body)).toContain('The device is called “Old tablet” now.');
  });

  it('is suspended and reinstated; other sessions have to type a code again', async () => {
    const { person } = await withDevice(house, 'suspend');
    const tablet = await person.setUpDevice('Tablet');
    const elsewhere = new Person(house);
    await elsewhere.signIn('suspend');
    await elsewhere.passCode(tablet);
    expect((await elsewhere.get('/security')).status).toBe(200);
    const path = `/devices/${await serialNumberOf(person, 'Tablet')}`;
    expect(textOf((await person.get(path)).body)).not.toContain('the only device');
    expect(await person.submit(path, {}, `${path}/suspend`)).toMatchObject({ status: 303, location: path });
    expect(await elsewhere.get('/security')).toMatchObject({ location: '/sign-in/code' });
    expect((await elsewhere.passCode(tablet)).status).toBe(422);
    const phonePath = `/devices/${await serialNumberOf(person, 'Phone')}`;
    expect(textOf((await person.get(phonePath)).body)).toContain('It is the only device that can sign you in');
    expect((await person.submit(path, {}, `${path}/reinstate`)).status).toBe(303);
    expect(textOf((await person.get(path)).body)).toContain('“Tablet” signs you in again.');
    expect((await elsewhere.passCode(tablet)).status).toBe(303);
  });

  it('is brought back in step from its page', async () => {
    const { person, phone } = await withDevice(house, 'in-step');
    const path = `/devices/${await serialNumberOf(person, 'Phone')}`;
    expect(textOf((await person.get(path)).body)).toContain('Clock in step');
    expect(textOf((await person.get('/security')).body)).toContain('Clock in step');
    phone.offsetMs = -45_000;
    house.clock.advanceMs(90_000);
    const [code1, code2] = phone.codes();
    const refused = await person.submit(`${path}/resynchronize`, { code1: code2, code2: code1 });
    expect(refused.status).toBe(422);
    const synced = await person.submit(`${path}/resynchronize`, { code1, code2 });
    expect(synced).toMatchObject({ status: 303, location: path });
    expect(textOf((await person.get(path)).body)).toMatch(/about (30|60) s|about 1 min behind/);
    expect(textOf((await person.get('/demonstration/mailbox')).body)).toContain('A device was brought back in step');
  });

  it('is removed: the last one takes the recovery codes along, and the account is as it was', async () => {
    const { person } = await withDevice(house, 'remove');
    await person.setUpDevice('Tablet');
    await person.recoveryCodes();
    const tablet = `/devices/${await serialNumberOf(person, 'Tablet')}`;
    expect(textOf((await person.get(`${tablet}/remove`)).body)).not.toContain('your last one');
    expect((await person.submit(`${tablet}/remove`, {})).status).toBe(303);
    const phone = `/devices/${await serialNumberOf(person, 'Phone')}`;
    expect(textOf((await person.get(`${phone}/remove`)).body)).toContain('your last one');
    expect((await person.submit(`${phone}/remove`, {})).status).toBe(303);
    expect(textOf((await person.get('/security')).body)).toContain('your password alone opens this account');
    await person.signIn('remove');
    expect(await person.get('/')).toMatchObject({ location: '/security' });
    await person.setUpDevice('Phone again');
    await person.signIn('remove');
    expect(await person.get('/')).toMatchObject({ location: '/sign-in/code' });
  });

  it('is removed while codes are locked: the password alone opens the account, and a new device can be set up', async () => {
    const { person } = await withDevice(house, 'remove-locked');
    const guesser = new Person(house);
    await guesser.signIn('remove-locked');
    for (let n = 0; n < 5; n++) await guesser.submit('/sign-in/code', { code: `11111${n}` });
    expect(textOf((await person.get('/security')).body)).toContain('codes are refused for now');
    const path = `/devices/${await serialNumberOf(person, 'Phone')}`;
    expect(await person.submit(`${path}/remove`, {})).toMatchObject({ status: 303, location: '/security' });
    expect(textOf((await person.get('/security')).body)).toContain('your password alone opens this account');
    await person.signIn('remove-locked');
    expect(await person.get('/')).toMatchObject({ location: '/security' });
    await person.setUpDevice('Phone again');
    expect(textOf((await person.get('/security')).body)).toContain('Phone again assigned');
  });

  it('tells its owner by e-mail and under activity', async () => {
    const { person } = await withDevice(house, 'told');
    expect(textOf((await person.get('/demonstration/mailbox')).body)).toContain('A device was set up');
    const security = textOf((await person.get('/security')).body);
    expect(security).toMatch(/UTC “Phone” was set up\. .*UTC Set-up of “Phone” began\./);
    expect(textOf((await new Person(house).get('/demonstration/mailbox')).body)).toContain(
      'Sign in with your password',
    );
  });
});

describe('the flag of the account, where the process ends while the last device is removed,', () => {
  /** Sends the form while the database refuses the named write; 1 is MFA, 0 is none. */
  async function flagAfterBroken(write: string): Promise<{
    flag: () => number;
    person: Person;
    phone: VirtualAuthenticator;
    recoveryCode: string;
    house: House;
  }> {
    const other = await openHouse();
    const { person, phone } = await withDevice(other, 'crash');
    const [recoveryCode = ''] = await person.recoveryCodes();
    const path = `/devices/${await serialNumberOf(person, 'Phone')}`;
    other.database.exec(`CREATE TRIGGER ended BEFORE UPDATE ${write} BEGIN SELECT RAISE(ABORT, 'ended here'); END`);
    expect((await person.submit(`${path}/remove`, {})).status).toBe(500);
    other.database.exec('DROP TRIGGER ended');
    expect(other.errors).toHaveLength(1);
    const flagOf = other.database.prepare("SELECT has_mfa FROM accounts WHERE name = 'crash'").pluck();
    return { flag: () => flagOf.get() as number, person, phone, recoveryCode, house: other };
  }

  it.each(['a code', 'a recovery code', 'a code that confirms', 'a recovery code that confirms'])(
    'is down, and goes up at the next sign-in: before the service wrote, with %s',
    async (way) => {
      const { flag, person, phone, recoveryCode, house: other } = await flagAfterBroken('ON lockstep_mfa');
      expect(flag()).toBe(0);
      expect(textOf((await person.get('/security')).body)).toContain('Phone assigned');
      expect(flag()).toBe(0);
      if (!way.includes('confirms')) await person.signIn('crash');
      const pages = {
        'a code': ['/sign-in/code', { code: phone.code() }],
        'a recovery code': ['/sign-in/recovery-code', { recoveryCode }],
        'a code that confirms': ['/confirm', { code: phone.code() }],
        'a recovery code that confirms': ['/confirm', { recoveryCode }],
      } as const;
      const [page, typed] = pages[way as keyof typeof pages];
      expect(await person.submit(page, typed)).toMatchObject({ status: 303, location: '/security' });
      expect(flag()).toBe(1);
      await other.close();
    },
  );

  it('is down, and MFA is up for whoever has the password alone: before the service wrote', async () => {
    const { flag, house: other } = await flagAfterBroken('ON lockstep_mfa');
    const thief = new Person(other);
    await thief.signIn('crash');
    expect(await thief.get('/security')).toMatchObject({ status: 303, location: '/sign-in/code' });
    expect(await thief.post('/devices/new', { ...(await thief.tokens()), name: 'Mine' })).toMatchObject({
      location: '/sign-in/code',
    });
    expect(flag()).toBe(0);
    await other.close();
  });

  it('is down, and nobody is shut out: after the service wrote', async () => {
    const { flag, person, house: other } = await flagAfterBroken('OF has_mfa ON accounts WHEN OLD.has_mfa = 0');
    expect(flag()).toBe(0);
    await person.signIn('crash');
    expect(textOf((await person.get('/security')).body)).toContain('your password alone opens this account');
    expect(flag()).toBe(0);
    expect(other.errors).toHaveLength(1);
    await person.setUpDevice('Phone again');
    expect(flag()).toBe(1);
    await other.close();
  });

  it('stays up for a session whose proof is void, and for whoever has the password alone', async () => {
    const { person } = await withDevice(house, 'no-lowering');
    await person.setUpDevice('Tablet');
    const path = `/devices/${await serialNumberOf(person, 'Phone')}`;
    const tokens = await person.tokens();
    const thief = new Person(house);
    await thief.signIn('no-lowering');
    house.database.exec(
      `CREATE TRIGGER lowered BEFORE UPDATE OF has_mfa ON accounts WHEN OLD.name = 'no-lowering' BEGIN SELECT RAISE(ABORT, 'lowered'); END`,
    );
    expect((await thief.post(`${path}/remove`, await thief.tokens())).location).toBe('/sign-in/code');
    // The proof is this session's, and of before another device was suspended elsewhere.
    house.database
      .prepare(`UPDATE sessions SET proof = json_set(proof, '$.generation', 1) WHERE proof IS NOT NULL AND account_id =
        (SELECT id FROM accounts WHERE name = 'no-lowering')`)
      .run();
    expect((await person.post(`${path}/remove`, tokens)).location).toBe('/sign-in/code');
    house.database.exec('DROP TRIGGER lowered');
  });

  it('is read anew by every session', async () => {
    const { person, phone } = await withDevice(house, 'other-session');
    const other = new Person(house);
    await other.signIn('other-session');
    await other.passCode(phone);
    expect((await other.get('/security')).status).toBe(200);
    const path = `/devices/${await serialNumberOf(person, 'Phone')}`;
    expect(await person.submit(`${path}/remove`, {})).toMatchObject({ status: 303, location: '/security' });
    expect(textOf((await other.get('/security')).body)).toContain('your password alone opens this account');
    const third = new Person(house);
    await third.signIn('other-session');
    expect((await third.get('/security')).status).toBe(200);
    await other.setUpDevice('Tablet');
    expect(await third.get('/security')).toMatchObject({ status: 303, location: '/sign-in/code' });
  });

  it('stays up where the removal is refused', async () => {
    const { person } = await withDevice(house, 'refused-removal');
    const flag = house.database.prepare("SELECT has_mfa FROM accounts WHERE name = 'refused-removal'").pluck();
    const nowhere = `/devices/${'0'.repeat(20)}/remove`;
    expect((await person.post(nowhere, await person.tokens())).location).toBe('/security');
    expect(flag.get()).toBe(1);
  });
});

describe('recovery codes', () => {
  async function signsIn(name: string, recoveryCode: string): Promise<boolean> {
    const person = new Person(house);
    await person.signIn(name);
    return (await person.submit('/sign-in/recovery-code', { recoveryCode })).status === 303;
  }

  it('replace the old ones when one of the new is typed back, which stays unused', async () => {
    const { person } = await withDevice(house, 'new-codes');
    const [old = ''] = await person.recoveryCodes();
    expect(textOf((await person.get('/recovery-codes')).body)).toContain(
      'You have 10 left. The old codes work until you type one of the new ones back',
    );
    const page = await person.submit('/recovery-codes', {});
    expect(textOf(page.body)).toContain('The old codes work until you type one of the new ones back');
    const [code = ''] = recoveryCodesOf(page.body);
    const confirm = { ...hiddenFields(page.body, '/recovery-codes/confirm'), recoveryCode: code.toLowerCase() };
    expect(await person.post('/recovery-codes/confirm', confirm)).toMatchObject({ status: 303, location: '/security' });
    const security = textOf((await person.get('/security')).body);
    expect(security).toContain('Your recovery codes are confirmed. Older ones do not work any more.');
    expect(security).toContain('10 left. Each works once. Get new');
    expect(security).not.toContain('not confirmed');
    expect(textOf((await person.get('/demonstration/mailbox')).body)).toContain('New recovery codes were confirmed');
    expect(await signsIn('new-codes', old)).toBe(false);
    expect(await signsIn('new-codes', code)).toBe(true);
  });

  it('that are not typed back leave the old ones in force, and Security says so', async () => {
    const { person } = await withDevice(house, 'unconfirmed');
    const [, old = ''] = await person.recoveryCodes();
    await person.unconfirmedRecoveryCodes();
    expect(textOf((await person.get('/security')).body)).toContain(
      '10 left. Each works once. 10 new ones are not confirmed. Type one of them back: until then the old ones work.',
    );
    expect(textOf((await person.get('/recovery-codes')).body)).toContain('You made new codes and have not confirmed');
    expect(await signsIn('unconfirmed', old)).toBe(true);
  });

  it('that are new bring themselves into force by signing in', async () => {
    const { person } = await withDevice(house, 'new-signs-in');
    const [, old = ''] = await person.recoveryCodes();
    const [code = ''] = await person.unconfirmedRecoveryCodes();
    expect(await signsIn('new-signs-in', code)).toBe(true);
    expect(await signsIn('new-signs-in', old)).toBe(false);
  });

  it('are made anew by a reload after a minute or the back button, and only the newest can be confirmed', async () => {
    const { person } = await withDevice(house, 'reload');
    const [, old = ''] = await person.recoveryCodes();
    const form = hiddenFields((await person.get('/recovery-codes')).body, '/recovery-codes');
    const [first = ''] = recoveryCodesOf((await person.post('/recovery-codes', form)).body);
    expect(recoveryCodesOf((await person.post('/recovery-codes', form)).body)[0]).toBe(first);
    // The server has forgotten the answer, as after a restart; the form is the same.
    const [second = ''] = recoveryCodesOf((await person.post('/recovery-codes', { ...form, form: 'reload' })).body);
    expect(second).not.toBe(first);
    const late = await person.submit('/recovery-codes/confirm', { recoveryCode: first });
    expect([late.status, textOf(late.body)]).toEqual([422, expect.stringContaining('use your newest list')]);
    expect(late.body).toContain(`value="${first}"`);
    expect(late.body).toContain('<a href="#recoveryCode">');
    expect(textOf(late.body)).not.toContain(second);
    expect(await signsIn('reload', old)).toBe(true);
    expect((await person.submit('/recovery-codes/confirm', { recoveryCode: second })).location).toBe('/security');
  });

  it('can be confirmed later, from Security, and again with the back button', async () => {
    const { person, phone } = await withDevice(house, 'confirmed-later');
    const [code = ''] = await person.unconfirmedRecoveryCodes();
    expect(textOf((await person.get('/security')).body)).toContain(
      '10 new ones are not confirmed. Type one of them back.',
    );
    const page = await person.get('/recovery-codes/confirm');
    expect(textOf(page.body)).toContain('Type one of the new recovery codes');
    const form = { ...hiddenFields(page.body, '/recovery-codes/confirm'), recoveryCode: code };
    house.clock.advanceMs(15 * 60_000);
    const confirm = '/confirm?next=%2Frecovery-codes%2Fconfirm';
    expect((await person.post('/recovery-codes/confirm', form)).location).toBe(confirm);
    expect((await person.get('/recovery-codes/confirm')).location).toBe(confirm);
    expect((await person.submit(confirm, { code: phone.code() })).location).toBe('/recovery-codes/confirm');
    expect((await person.submit('/recovery-codes/confirm', { recoveryCode: code })).location).toBe('/security');
    expect(await person.get('/recovery-codes/confirm')).toMatchObject({ status: 303, location: '/recovery-codes' });
    const again = await person.post('/recovery-codes/confirm', { ...(await person.tokens()), recoveryCode: code });
    expect(again).toMatchObject({ status: 303, location: '/security' });
  });

  it('are confirmed by this session, and other sessions have to type a code again', async () => {
    const { person, phone } = await withDevice(house, 'confirm-elsewhere');
    const other = new Person(house);
    await other.signIn('confirm-elsewhere');
    await other.passCode(phone);
    await person.unconfirmedRecoveryCodes();
    expect((await other.get('/security')).status).toBe(200);
    await person.recoveryCodes();
    expect((await person.get('/devices/new')).status).toBe(200);
    expect(await other.get('/security')).toMatchObject({ status: 303, location: '/sign-in/code' });
  });

  it.each(['', 'ABCD', 'A'.repeat(500)])('are not confirmed by %j', async (recoveryCode) => {
    const name = `malformed-${recoveryCode.length}`;
    const { person } = await withDevice(house, name);
    await person.unconfirmedRecoveryCodes();
    const reply = await person.submit('/recovery-codes/confirm', { recoveryCode });
    expect([reply.status, textOf(reply.body)]).toEqual([422, expect.stringContaining('not a complete recovery code')]);
    expect(textOf((await person.get('/security')).body)).toContain('10 new ones are not confirmed.');
  });

  it('that are void meanwhile cannot be confirmed, and the page says so', async () => {
    const { person } = await withDevice(house, 'void-codes');
    await person.setUpDevice('Tablet');
    const reply = await person.post('/recovery-codes/confirm', { ...(await person.tokens()), recoveryCode: 'x' });
    expect(reply).toMatchObject({ status: 303, location: '/recovery-codes' });
    expect(textOf((await person.get('/recovery-codes')).body)).toContain('These codes are void. Make new ones.');
  });

  it('are nothing without a device', async () => {
    const person = new Person(house);
    await person.register('no-codes');
    const reply = await person.submit('/recovery-codes', {});
    expect([reply.status, textOf(reply.body)]).toEqual([422, expect.stringContaining('No device is set up yet.')]);
  });
});

describe('the administrator', () => {
  let desk: VirtualAuthenticator;

  it('needs MFA, sees who is locked, and unlocks', async () => {
    await withDevice(house, 'locked-out');
    const administrator = new Person(house);
    await administrator.signIn('admin', house.administratorPassword);
    expect(await administrator.get('/administrator')).toMatchObject({ status: 303, location: '/security' });
    desk = await administrator.setUpDevice();

    const guesser = new Person(house);
    await guesser.signIn('locked-out');
    for (let n = 0; n < 5; n++) await guesser.submit('/sign-in/code', { code: `11111${n}` });
    expect((await guesser.submit('/sign-in/code', { code: '111119' })).status).toBe(429);
    const page = await administrator.get('/administrator');
    expect(textOf(page.body)).toMatch(/locked-out locked until .* UTC \(in \d+ s\)/);
    expect(textOf(page.body)).toContain('A wrong code was typed (5 times).');

    house.clock.advanceMs(15 * 60_000);
    for (let n = 0; n < 2; n++) await guesser.submit('/sign-in/code', { code: `11112${n}` });
    const stale = await administrator.submit('/administrator', {}, '/administrator/unlock');
    expect(stale).toMatchObject({ status: 303, location: '/confirm?next=%2Fadministrator' });
    expect((await administrator.submit('/confirm?next=%2Fadministrator', { code: desk.code() })).location).toBe(
      '/administrator',
    );
    const unlocked = await administrator.submit('/administrator', {}, '/administrator/unlock');
    expect(unlocked).toMatchObject({ status: 303, location: '/administrator' });
    expect(textOf((await administrator.get('/administrator')).body)).toContain('locked-out is unlocked.');
    expect((await guesser.submit('/sign-in/code', { code: '111130' })).status).toBe(422);
    expect(textOf((await guesser.get('/demonstration/mailbox')).body)).toContain('lifted by the administrator “admin”');

    const form = { ...(await administrator.tokens()), account: 'nobody' };
    expect((await administrator.post('/administrator/unlock', form)).status).toBe(404);
  });

  it('sees how far right codes are out of step, and a guesser does not', async () => {
    const { person, phone } = await withDevice(house, 'out-of-step');
    phone.offsetMs = 20 * 60_000;
    await person.signIn('out-of-step');
    for (let n = 0; n < 2; n++) expect((await person.passCode(phone)).status).toBe(422);
    const administrator = new Person(house);
    await administrator.signIn('admin', house.administratorPassword);
    await administrator.passCode(desk);
    const page = textOf((await administrator.get('/administrator')).body);
    expect(page).toContain('A wrong code was typed. A right code, 40 steps out of step.');
    phone.offsetMs = 0;
    await person.passCode(phone);
    const own = textOf((await person.get('/security')).body);
    expect(own).toContain('A wrong code was typed.');
    expect(own).not.toContain('out of step');
  });

  it('sees who has recovered the account and has no new device yet', async () => {
    await withDevice(house, 'half-way');
    const person = new Person(house);
    await person.signIn('half-way');
    await person.submit('/sign-in/recover', {});
    const mailbox = textOf((await person.get('/demonstration/mailbox')).body);
    const [, phoneCode = ''] = /Text message, .*? (\d{6}) is your code/.exec(mailbox) ?? [];
    const [, emailCode = ''] = /E-mail, .*? (\d{6}) is your code/.exec(mailbox) ?? [];
    await person.submit('/sign-in/recover/confirm', { emailCode, phoneCode });
    const administrator = new Person(house);
    await administrator.signIn('admin', house.administratorPassword);
    await administrator.passCode(desk);
    expect(textOf((await administrator.get('/administrator')).body)).toContain(
      'half-way Recovered, and without a new device as yet.',
    );
  });

  it('is nobody else, whatever a form says', async () => {
    const { person } = await withDevice(house, 'no-administrator');
    expect((await person.get('/administrator')).status).toBe(403);
    const form = { ...(await person.tokens()), administrator: 'admin', account: 'x', isAdministrator: '1' };
    expect((await person.post('/administrator/unlock', form)).status).toBe(403);
    expect((await person.get('/security')).body).not.toContain('/administrator');
  });

  it('sees a user whose MFA was lost from the store', async () => {
    const other = await openHouse();
    await withDevice(other, 'lost-user');
    other.database.exec('DELETE FROM lockstep_mfa');
    const administrator = new Person(other);
    await administrator.signIn('admin', other.administratorPassword);
    await administrator.setUpDevice();
    expect(textOf((await administrator.get('/administrator')).body)).toContain('lost-user Their MFA is missing');
    await other.close();
  });
});
