import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type House, hiddenFields, openHouse, Person, textOf, withDevice } from './person.js';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

describe('from a password to a device', () => {
  it('registers, sets up a device with two codes, keeps recovery codes, signs out and in', async () => {
    const alice = new Person(house);
    expect(await alice.get('/')).toMatchObject({ status: 303, location: '/sign-in' });
    expect(await alice.register('Alice')).toMatchObject({ status: 303, location: '/security' });
    expect(textOf((await alice.get('/security')).body)).toContain('your password alone opens this account');

    const created = await alice.submit('/devices/new', { name: 'Phone' });
    expect(created).toMatchObject({ status: 303, location: '/devices/assign' });
    const phone = alice.scan((await alice.get('/devices/assign')).body);
    const [code1, code2] = phone.codes();
    const assigned = await alice.submit('/devices/assign', { code1, code2 });
    expect(assigned).toMatchObject({ status: 303, location: '/recovery-codes' });
    expect(textOf((await alice.get('/recovery-codes')).body)).toContain('“Phone” is set up');
    expect(new Set(await alice.recoveryCodes()).size).toBe(10);
    const security = textOf((await alice.get('/security')).body);
    expect(security).toContain('Phone assigned');
    expect(security).toContain('10 left. Each works once. Get new');

    expect(await alice.submit('/security', {}, '/sign-out')).toMatchObject({ status: 303, location: '/sign-in' });
    expect(textOf((await alice.get('/sign-in')).body)).toContain('You have signed out.');
    expect(await alice.signIn('alice')).toMatchObject({ status: 303, location: '/' });
    expect(await alice.get('/')).toMatchObject({ status: 303, location: '/sign-in/code' });
    expect(await alice.get('/security')).toMatchObject({ status: 303, location: '/sign-in/code' });
    house.clock.advanceMs(30_000);
    expect(await alice.passCode(phone)).toMatchObject({ status: 303, location: '/security' });
    expect((await alice.get('/security')).status).toBe(200);
  });
});

describe('a set-up', () => {
  async function begun(name: string): Promise<{ person: Person; page: string }> {
    const person = new Person(house);
    await person.register(name);
    await person.submit('/devices/new', { name: 'Phone' });
    return { person, page: (await person.get('/devices/assign')).body };
  }

  const keyOf = (page: string): string => /<code id="setup-key">([^<]+)</.exec(page)?.[1] as string;

  it('shows the same secret after a reload, and after each refusal, with the codes that were typed', async () => {
    const { person, page } = await begun('same-secret');
    expect(keyOf((await person.get('/devices/assign')).body)).toBe(keyOf(page));
    const [code1, code2] = person.scan(page).codes();
    const mistakes = [
      { typed: { code1, code2: code1 }, said: 'You typed one code twice.', at: 'code2' },
      { typed: { code1: code2, code2: code1 }, said: 'The codes are in the wrong order', at: 'code1' },
      { typed: { code1, code2: '12' }, said: 'The second code is incomplete.', at: 'code2' },
      { typed: { code1: '', code2 }, said: 'The first code is incomplete.', at: 'code1' },
    ];
    for (const { typed, said, at } of mistakes) {
      const { status, body } = await person.submit('/devices/assign', typed);
      expect([status, textOf(body)]).toEqual([422, expect.stringContaining(said)]);
      expect(body).toContain(`<a href="#${at}">`);
      expect(keyOf(body)).toBe(keyOf(page));
      for (const name of ['code1', 'code2'] as const) {
        expect(body).toMatch(new RegExp(`<input id="${name}"[^>]* value="${typed[name]}"`));
      }
    }
    expect((await person.submit('/devices/assign', { code1, code2 })).status).toBe(303);
  });

  it.each([-600, -300, 45, 300, 600])('leaves a phone that is %i s off in step', async (seconds) => {
    const { person, page } = await begun(`clock-${seconds}`.replace('-', '.'));
    const phone = person.scan(page, seconds * 1000);
    const [code1, code2] = phone.codes({ lateMs: 20_000 });
    expect((await person.submit('/devices/assign', { code1, code2 })).status).toBe(303);
    house.clock.advanceMs(60_000);
    await person.signIn(`clock-${seconds}`.replace('-', '.'));
    expect(await person.passCode(phone)).toMatchObject({ status: 303, location: '/security' });
  });

  it('says how far a clock is off, when that is too far', async () => {
    const { person, page } = await begun('clock-far');
    const [code1, code2] = person.scan(page, -20 * 60_000).codes();
    const reply = await person.submit('/devices/assign', { code1, code2 });
    expect([reply.status, textOf(reply.body)]).toEqual([
      422,
      expect.stringContaining('These codes are 20 minutes old.'),
    ]);
  });

  it('can be left and gone on with, from the security page', async () => {
    const { person, page } = await begun('abandoned');
    expect(textOf((await person.get('/security')).body)).toContain('The set-up of “Phone” is not finished.');
    expect(keyOf((await person.get('/devices/assign')).body)).toBe(keyOf(page));
    await person.submit('/devices/new', { name: 'Phone' });
    expect(keyOf((await person.get('/devices/assign')).body)).not.toBe(keyOf(page));
    const cancelled = await person.submit('/devices/assign', {}, '/devices/cancel');
    expect(cancelled).toMatchObject({ status: 303, location: '/security' });
    expect(textOf((await person.get('/security')).body)).toContain('The set-up was cancelled.');
  });

  it('expires after a quarter of an hour, and after twenty wrong pairs', async () => {
    const { person, page } = await begun('expired');
    const [code1, code2] = person.scan(page).codes();
    house.clock.advanceMs(15 * 60_000);
    const late = await person.submit('/devices/new', { name: 'Second' });
    expect(late.status).toBe(303);
    const old = await person.post('/devices/assign', { ...hiddenFields(page, '/devices/assign'), code1, code2 });
    expect([old.status, textOf(old.body)]).toEqual([303, '']);

    const { person: other, page: otherPage } = await begun('too-late');
    house.clock.advanceMs(15 * 60_000);
    const reply = await other.post('/devices/assign', { ...hiddenFields(otherPage, '/devices/assign'), code1, code2 });
    expect([reply.status, textOf(reply.body)]).toEqual([422, expect.stringContaining('This set-up has expired')]);
    expect(await other.get('/devices/assign')).toMatchObject({ status: 303, location: '/devices/new' });
    expect(textOf((await other.get('/security')).body)).not.toContain('is not finished');

    const { person: guesser, page: guessed } = await begun('twenty');
    const hidden = hiddenFields(guessed, '/devices/assign');
    const statuses: string[] = [];
    for (let n = 0; n < 20; n++) {
      const pair = { code1: String(100_000 + n), code2: String(200_000 + n) };
      const { body } = await guesser.post('/devices/assign', { ...hidden, ...pair });
      statuses.push(/<h1>([^<]*)/.exec(body)?.[1] as string);
    }
    expect(statuses.slice(0, 19)).toEqual(Array(19).fill('Set up “Phone”'));
    expect(statuses[19]).toBe('This set-up has expired');
  });

  it('ends at eight devices', async () => {
    const { person } = await withDevice(house, 'eight');
    for (let n = 2; n <= 8; n++) await person.setUpDevice(`Phone ${n}`);
    const reply = await person.submit('/devices/new', { name: 'Ninth' });
    expect([reply.status, textOf(reply.body)]).toEqual([
      409,
      expect.stringContaining('as many devices as are allowed'),
    ]);
  });

  it('begun in two tabs at once is two', async () => {
    const person = new Person(house);
    await person.register('at-once');
    const form = hiddenFields((await person.get('/devices/new')).body, '/devices/new');
    await Promise.all(['One', 'Two'].map((name) => person.post('/devices/new', { ...form, name })));
    await person.setUpDevice('Three');
    const stored = house.database
      .prepare('SELECT set_ups FROM sessions JOIN accounts ON accounts.id = account_id WHERE name = ?')
      .get('at-once') as { set_ups: string };
    expect(JSON.parse(stored.set_ups)).toHaveLength(2);
  });
});
