import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type House, openHouse, Person, textOf } from './person.js';

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
    expect(security).toContain('10 left');

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
