import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { filesBelow, ROOT } from '../../support/tree.js';
import { type House, hiddenFields, openHouse, PASSWORD, Person, textOf, withDevice } from './person.js';

// What somebody tries who knows the password, or has a session of another user. Each is a published failure of others.

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(async () => {
  await house.close();
  expect(house.errors).toEqual([]);
});

/** All that the service keeps of a user, as it lies in the database. */
function recordOf(name: string): unknown {
  return house.database
    .prepare('SELECT record FROM lockstep_mfa JOIN accounts ON accounts.id = user_id WHERE name = ?')
    .get(name);
}

function idOf(name: string): string {
  return (house.database.prepare('SELECT id FROM accounts WHERE name = ?').get(name) as { id: string }).id;
}

function setupKeyOf(page: string): string {
  return /<code id="setup-key">([^<]+)</.exec(page)?.[1] as string;
}

async function serialNumberOf(person: Person): Promise<string> {
  return /\/devices\/([0-9a-f]{20})"/.exec((await person.get('/security')).body)?.[1] as string;
}

describe('guessing', () => {
  it('in parallel over forty sessions gets five tries, and the owner’s lock stands over all (AuthQuake, 2024)', async () => {
    const { phone } = await withDevice(house, 'guessed');
    const thieves = Array.from({ length: 40 }, () => new Person(house));
    for (const thief of thieves) await thief.signIn('guessed');
    const forms = await Promise.all(
      thieves.map(async (thief) => hiddenFields((await thief.get('/sign-in/code')).body, '/sign-in/code')),
    );
    const right = phone.code();
    const wrong = (n: number): string => String((Number(right) + 1000 + n) % 1_000_000).padStart(6, '0');
    const replies = await Promise.all(
      thieves.map((thief, n) => thief.post('/sign-in/code', { ...forms[n], code: wrong(n) })),
    );
    const statuses = replies.map(({ status }) => status);
    expect(statuses.filter((status) => status === 422)).toHaveLength(5);
    // The rest was locked out, or lost the race for the record too often to be looked at.
    expect(statuses.filter((status) => status === 429 || status === 409)).toHaveLength(35);
    for (const thief of thieves) {
      expect((await thief.submit('/sign-in/code', { code: right })).status).toBe(429);
    }
  });

  it('of passwords in parallel gets ten tries', async () => {
    await new Person(house).register('password-guessed');
    const replies = await Promise.all(
      Array.from({ length: 30 }, (_, n) => new Person(house).signIn('password-guessed', `wrong guess ${n}`)),
    );
    expect(replies.filter(({ status }) => status === 422)).toHaveLength(10);
    expect(replies.filter(({ status }) => status === 429)).toHaveLength(20);
  });

  it('tells nothing of which names there are', async () => {
    await new Person(house).register('somebody');
    const shape = async (name: string): Promise<readonly unknown[]> => {
      const answers: unknown[] = [];
      for (let n = 0; n < 12; n++) {
        const { status, body } = await new Person(house).signIn(name, 'wrong password');
        answers.push([status, textOf(body).replaceAll(name, 'NAME')]);
      }
      return answers;
    };
    expect(await shape('nobody')).toEqual(await shape('somebody'));
  });
});

describe('a code', () => {
  it('counts in one of two sessions that send it at once, and in no third (CVE-2015-7225)', async () => {
    const { phone } = await withDevice(house, 'replayed');
    const people = [new Person(house), new Person(house), new Person(house)];
    for (const person of people) await person.signIn('replayed');
    const code = phone.code();
    const [late, ...racing] = people as [Person, Person, Person];
    const replies = await Promise.all(racing.map((person) => person.submit('/sign-in/code', { code })));
    expect(replies.map(({ status }) => status).sort()).toEqual([303, 422]);
    const reply = await late.submit('/sign-in/code', { code: `${code.slice(0, 3)} ${code.slice(3)}` });
    expect(reply.status).toBe(422);
    expect(textOf(reply.body)).toContain('used already');
  });
});

describe('setting up for somebody else', () => {
  it('is no field of any form: whose device it is, the session says', async () => {
    await withDevice(house, 'victim');
    const before = recordOf('victim');
    const thief = new Person(house);
    await thief.register('thief');
    const tampered = {
      userId: idOf('victim'),
      accountId: idOf('victim'),
      administrator: 'admin',
      proof: '{}',
      expectMfa: '',
    };
    const created = await thief.submit('/devices/new', { ...tampered, name: 'Mine', account: 'victim@example.com' });
    expect(created).toMatchObject({ status: 303, location: '/devices/assign' });
    const phone = thief.scan((await thief.get('/devices/assign')).body);
    const [code1, code2] = phone.codes();
    await thief.submit('/devices/assign', { ...tampered, enrollment: 'x', code1, code2 });
    expect(textOf((await thief.get('/security')).body)).toContain('Mine assigned');
    expect(recordOf('victim')).toEqual(before);
  });

  it('with the serial number of somebody else’s set-up finds nothing', async () => {
    const [victim, thief] = [new Person(house), new Person(house)];
    await victim.register('enrolling');
    await thief.register('enrolling-thief');
    await victim.submit('/devices/new', { name: 'Phone' });
    const page = (await victim.get('/devices/assign')).body;
    const { device = '' } = hiddenFields(page, '/devices/assign');
    const before = recordOf('enrolling');
    const [code1, code2] = victim.scan(page).codes();
    const tokens = await thief.tokens();
    const assigned = await thief.post('/devices/assign', { ...tokens, device, code1, code2 });
    expect(assigned).toMatchObject({ status: 303, location: '/devices/new' });
    const cancelled = await thief.post('/devices/cancel', { ...tokens, device });
    expect(cancelled).toMatchObject({ status: 303, location: '/security' });
    expect(recordOf('enrolling')).toEqual(before);
    expect((await victim.submit('/devices/assign', { code1, code2 })).status).toBe(303);
  });

  it('cannot reach another user’s device by its serial number (CVE-2025-14427)', async () => {
    const { person: owner } = await withDevice(house, 'owner');
    const { person: thief } = await withDevice(house, 'device-thief');
    const path = `/devices/${await serialNumberOf(owner)}`;
    const before = recordOf('owner');
    expect((await thief.get(path)).status).toBe(404);
    expect((await thief.get(`${path}/remove`)).status).toBe(404);
    for (const act of ['rename', 'suspend', 'reinstate', 'remove']) {
      const reply = await thief.post(`${path}/${act}`, { ...(await thief.tokens()), name: 'Mine' });
      expect(reply).toMatchObject({ status: 303, location: '/security' });
    }
    const reply = await thief.post(`${path}/resynchronize`, {
      ...(await thief.tokens()),
      openedAtMs: String(house.clock()),
      code1: '111111',
      code2: '222222',
    });
    expect(reply.status).toBe(404);
    expect(recordOf('owner')).toEqual(before);
  });
});

describe('the secret', () => {
  it('of a set-up is shown to the session that began it, and not to another of the same user', async () => {
    const owner = new Person(house);
    await owner.register('pending');
    await owner.submit('/devices/new', { name: 'Phone' });
    const thief = new Person(house);
    await thief.signIn('pending');
    expect(await thief.get('/devices/assign')).toMatchObject({ status: 303, location: '/devices/new' });
    const { device = '' } = hiddenFields((await owner.get('/devices/assign')).body, '/devices/assign');
    const codes = { code1: '111111', code2: '222222' };
    const posted = await thief.post('/devices/assign', { ...(await thief.tokens()), device, ...codes });
    expect(posted).toMatchObject({ status: 303, location: '/devices/new' });
    // What the thief begins is their own, and once the owner has MFA it leads nowhere.
    await thief.submit('/devices/new', { name: 'Planted' });
    const planted = thief.scan((await thief.get('/devices/assign')).body);
    const form = hiddenFields((await thief.get('/devices/assign')).body, '/devices/assign');
    const phone = owner.scan((await owner.get('/devices/assign')).body);
    const [code1, code2] = phone.codes();
    expect((await owner.submit('/devices/assign', { code1, code2 })).status).toBe(303);
    const [first, second] = planted.codes();
    const late = await thief.post('/devices/assign', { ...form, code1: first, code2: second });
    expect(late).toMatchObject({ status: 303, location: '/sign-in/code' });
    expect(await thief.get('/devices/assign')).toMatchObject({ status: 303, location: '/sign-in/code' });
    expect(textOf((await owner.get('/security')).body)).not.toContain('Planted assigned');
  });

  it('is never shown again once the device is assigned (CVE-2026-44460)', async () => {
    const person = new Person(house);
    await person.register('shown-once');
    await person.submit('/devices/new', { name: 'Phone' });
    const page = (await person.get('/devices/assign')).body;
    const [code1, code2] = person.scan(page).codes();
    await person.submit('/devices/assign', { code1, code2 });
    expect(await person.get('/devices/assign')).toMatchObject({ status: 303, location: '/devices/new' });
    const again = await person.post('/devices/assign', {
      ...hiddenFields(page, '/devices/assign'),
      code1: '1',
      code2: '2',
    });
    expect(again.status).toBe(303);
    const key = setupKeyOf(page);
    for (const path of ['/security', `/devices/${await serialNumberOf(person)}`, '/demonstration/mailbox']) {
      const { body } = await person.get(path);
      expect(body).not.toContain('data-qr');
      expect(body).not.toContain(key);
    }
  });

  it('lies nowhere in the database, nor does a password, a recovery code or the id of a session', async () => {
    const person = new Person(house);
    await person.register('stored', 'a password of its own');
    await person.submit('/devices/new', { name: 'Phone' });
    const page = (await person.get('/devices/assign')).body;
    const key = setupKeyOf(page).replaceAll(' ', '');
    const [code1, code2] = person.scan(page).codes();
    await person.submit('/devices/assign', { code1, code2 });
    const [recoveryCode = ''] = await person.recoveryCodes();
    const stored = house.database.serialize().toString('latin1');
    expect(stored).toContain(idOf('stored'));
    for (const secret of [key, recoveryCode, recoveryCode.replaceAll('-', ''), 'a password of its own']) {
      expect(secret.length).toBeGreaterThan(20);
      expect(stored.includes(secret)).toBe(false);
    }
    expect(stored.includes(person.cookie.split('=')[1] as string)).toBe(false);
  });
});

describe('who has the password alone', () => {
  it('cannot begin a “first” device because the only one is suspended', async () => {
    const { person: owner } = await withDevice(house, 'suspended');
    const path = `/devices/${await serialNumberOf(owner)}`;
    expect((await owner.submit(path, {}, `${path}/suspend`)).status).toBe(303);
    const thief = new Person(house);
    await thief.signIn('suspended');
    for (const page of ['/security', '/devices/new', '/devices/assign', '/recovery-codes', path]) {
      expect(await thief.get(page)).toMatchObject({ status: 303, location: '/sign-in/code' });
    }
    const tokens = await thief.tokens();
    for (const action of [
      '/devices/new',
      `${path}/suspend`,
      `${path}/remove`,
      `${path}/reinstate`,
      '/recovery-codes',
    ]) {
      const reply = await thief.post(action, { ...tokens, name: 'Mine' });
      expect(reply).toMatchObject({ status: 303, location: '/sign-in/code' });
    }
    expect((await thief.submit('/sign-in/code', { code: '123456' })).status).toBe(422);
    expect(textOf((await thief.submit('/sign-in/code', { code: '123456' })).body)).toContain(
      'This device is suspended',
    );
    const security = textOf((await owner.get('/security')).body);
    expect(security).toContain('Phone suspended');
    expect(security).toContain('None of your devices can sign you in now');
  });

  it('does not get past a record that was lost: nobody does', async () => {
    const other = await openHouse();
    await withDevice(other, 'lost-row');
    other.database.exec('DELETE FROM lockstep_mfa');
    const thief = new Person(other);
    expect((await thief.signIn('lost-row')).status).toBe(303);
    const reply = await thief.get('/security');
    expect(reply.status).toBe(500);
    expect(textOf(reply.body)).toBe(
      'Your devices are not found It is our fault. Try again in a moment; if it stays so, get back in by e-mail and phone. Recover my account To the first page',
    );
    expect(other.errors).toEqual([expect.objectContaining({ code: 'record-missing' })]);
    await other.close();
  });
});

describe('without a recent code', () => {
  it('nothing is changed that says who gets in, until a code confirms it', async () => {
    const { person, phone } = await withDevice(house, 'stale');
    const path = `/devices/${await serialNumberOf(person)}`;
    const form = hiddenFields((await person.get(`${path}/remove`)).body, `${path}/remove`);
    const devicePage = (await person.get(path)).body;
    house.clock.advanceMs(15 * 60_000);
    const confirm = (next: string): string => `/confirm?next=${encodeURIComponent(next)}`;
    expect((await person.get('/security')).status).toBe(200);
    for (const page of [`${path}/remove`, '/devices/new', '/recovery-codes']) {
      expect(await person.get(page)).toMatchObject({ status: 303, location: confirm(page) });
    }
    // The forms were open all the time.
    expect((await person.post(`${path}/remove`, form)).location).toBe(confirm(`${path}/remove`));
    const suspend = hiddenFields(devicePage, `${path}/suspend`);
    expect((await person.post(`${path}/suspend`, suspend)).location).toBe(confirm(path));
    const rename = hiddenFields(devicePage, `${path}/rename`);
    expect((await person.post(`${path}/rename`, { ...rename, name: 'New' })).location).toBe(confirm(path));
    expect((await person.post('/devices/new', { ...rename, name: 'New' })).location).toBe(confirm('/devices/new'));
    expect((await person.post('/recovery-codes', rename)).location).toBe(confirm('/recovery-codes'));

    const wrong = await person.submit(confirm(`${path}/remove`), { code: '12' });
    expect(wrong.status).toBe(422);
    const confirmed = await person.submit(confirm(`${path}/remove`), { code: phone.code() });
    expect(confirmed).toMatchObject({ status: 303, location: `${path}/remove` });
    expect(await person.submit(`${path}/remove`, {})).toMatchObject({ status: 303, location: '/security' });
    expect(textOf((await person.get('/security')).body)).toContain('your password alone opens this account');
  });

  it('a recovery code confirms as well', async () => {
    const { person } = await withDevice(house, 'stale-recovery');
    const [recoveryCode = ''] = await person.recoveryCodes();
    house.clock.advanceMs(15 * 60_000);
    const refused = await person.submit('/confirm?next=%2Fdevices%2Fnew', { recoveryCode: 'wrong' });
    expect(refused.status).toBe(422);
    expect(refused.body).toContain('<details open>');
    const confirmed = await person.submit('/confirm?next=%2Fdevices%2Fnew', { recoveryCode });
    expect(confirmed).toMatchObject({ status: 303, location: '/devices/new' });
  });

  it.each([
    'https://example.com/',
    '//example.com',
    '/\\example.com',
    '/%2f/example.com',
    '/security?next=//example.com',
    '/security#x',
    ' /security',
    '/nowhere',
    '/sign-out',
    'javascript:alert(1)',
    '/security\r\nset-cookie: a=b',
    '',
  ])('the way on after it stays in the application: %j', async (next) => {
    const name = `next-${Math.abs(hash(next))}`;
    const { person, phone } = await withDevice(house, name);
    const page = `/confirm?next=${encodeURIComponent(next)}`;
    expect((await person.get(page)).body).toContain('action="/confirm?next=%2Fsecurity"');
    const { body } = await person.get('/confirm');
    const sent = { ...hiddenFields(body, '/confirm'), code: phone.code() };
    const reply = await person.post(page, sent);
    expect(reply).toMatchObject({ status: 303, location: '/security' });
    expect(reply.headers.get('set-cookie')).not.toContain('a=b');
  });
});

function hash(text: string): number {
  return [...text].reduce((sum, character) => (sum * 31 + (character.codePointAt(0) as number)) | 0, 7);
}

describe('what people type', () => {
  const SCRIPT = '"><script>alert(1)</script>\'`&amp;';

  it('is shown as what it is, wherever it appears', async () => {
    const person = new Person(house);
    await person.register('injected');
    const refused = await person.submit('/devices/new', { name: SCRIPT.repeat(9) });
    expect(refused.status).toBe(422);
    expect(textOf(refused.body)).toContain('That name cannot be used. Choose one of 1 to 64 characters.');
    expect((await new Person(house).submit('/sign-in', { name: SCRIPT, password: SCRIPT })).body).not.toContain(
      '<script>',
    );
    await person.setUpDevice(SCRIPT);
    await person.recoveryCodes();
    const path = `/devices/${await serialNumberOf(person)}`;
    const pages = ['/security', path, `${path}/remove`, `${path}/resynchronize`, '/demonstration/mailbox'];
    const bodies = [refused.body];
    for (const page of pages) bodies.push((await person.get(page)).body);
    bodies.push(
      (await person.submit(path, { name: `${SCRIPT}2` }, `${path}/rename`)).body,
      (await person.get(path)).body,
    );
    bodies.push((await person.submit('/sign-in/recovery-code', { recoveryCode: SCRIPT })).body);
    for (const body of bodies) expect(body).not.toContain('<script>');
    expect(textOf(bodies.at(1) as string)).toContain(SCRIPT);
  });

  it('is taken by no page without quotes round it, and no form is written but by the one that guards it', () => {
    const folder = `${ROOT}docs/examples/wizard/`;
    const sources = filesBelow(folder).filter((file) => file.endsWith('.ts') && !file.startsWith('browser/'));
    expect(sources.length).toBeGreaterThan(30);
    for (const file of sources) {
      const source = readFileSync(folder + file, 'utf8');
      expect([file, /<[a-z][^<>]*=\$\{/.exec(source)?.[0]]).toEqual([file, undefined]);
      expect([file, source.includes('method="post"')]).toEqual([file, file === 'pages/forms.ts']);
    }
  });
});

describe('a session', () => {
  it('gets a new id after the password and after the code, and the old ones are worth nothing', async () => {
    const { phone } = await withDevice(house, 'renewed');
    const person = new Person(house);
    const page = await person.get('/sign-in');
    expect(page.headers.get('set-cookie')).toMatch(/^session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
    const planted = person.cookie;
    await person.submit('/sign-in', { name: 'renewed', password: PASSWORD });
    const afterPassword = person.cookie;
    await person.passCode(phone);
    expect(new Set([planted, afterPassword, person.cookie]).size).toBe(3);
    expect((await person.get('/security')).status).toBe(200);
    for (const old of [planted, afterPassword]) {
      expect(await new Person(house, old).get('/security')).toMatchObject({ status: 303, location: '/sign-in' });
    }
  });

  it('that somebody planted in a browser is not the one that is signed in', async () => {
    const planted = `session=${'A'.repeat(43)}`;
    const victim = new Person(house, planted);
    await victim.register('fixated');
    expect(victim.cookie).not.toBe(planted);
    expect(await new Person(house, planted).get('/security')).toMatchObject({ location: '/sign-in' });
  });

  it('ends with signing out, half an hour after its last use, and after twelve hours at all events', async () => {
    const person = new Person(house);
    await person.register('ending');
    for (let n = 0; n < 25; n++) {
      expect([n, (await person.get('/security')).status]).toEqual([n, 200]);
      house.clock.advanceMs(29 * 60_000);
    }
    expect(await person.get('/security')).toMatchObject({ status: 303, location: '/sign-in' });
    await person.signIn('ending');
    house.clock.advanceMs(30 * 60_000);
    expect(await person.get('/security')).toMatchObject({ status: 303, location: '/sign-in' });
    await person.signIn('ending');
    const before = person.cookie;
    await person.submit('/security', {}, '/sign-out');
    expect(await new Person(house, before).get('/security')).toMatchObject({ location: '/sign-in' });
  });

  it('lives no longer for the codes that are typed in it', async () => {
    const { person, phone } = await withDevice(house, 'confirming');
    for (let n = 0; n < 26; n++) {
      house.clock.advanceMs(28 * 60_000);
      if (n < 25) expect((await person.submit('/confirm', { code: phone.code() })).status).toBe(303);
    }
    expect(await person.get('/security')).toMatchObject({ status: 303, location: '/sign-in' });
  });

  it('whose proof and set-ups are of another version has none, and goes on with a code', async () => {
    const { person, phone } = await withDevice(house, 'older');
    await person.submit('/devices/new', { name: 'Tablet' });
    const proof = JSON.stringify({ userId: idOf('older'), atMs: house.clock(), via: 'code', epoch: 1 });
    const setUps = JSON.stringify([{ serialNumber: '0'.repeat(20), enrollment: { handle: 'x' } }]);
    house.database
      .prepare('UPDATE sessions SET proof = ?, set_ups = ? WHERE account_id = ?')
      .run(proof, setUps, idOf('older'));
    expect(await person.get('/security')).toMatchObject({ status: 303, location: '/sign-in/code' });
    expect(await person.passCode(phone)).toMatchObject({ status: 303, location: '/security' });
    expect(await person.get('/devices/assign')).toMatchObject({ status: 303, location: '/devices/new' });
  });

  it.each([
    ['nothing', ''],
    ['an empty one', 'session='],
    ['a short one', 'session=short'],
    ['one of other characters', `session=${'!'.repeat(43)}`],
    ['a long one', `session=${'A'.repeat(5000)}`],
  ])('is none for a cookie of ours that is none: %s', async (_, cookie) => {
    const reply = await new Person(house, cookie).get('/security');
    expect(reply).toMatchObject({ status: 303, location: '/sign-in' });
    expect(reply.headers.get('set-cookie')).toMatch(/^session=[\w-]{43};/);
  });
});
