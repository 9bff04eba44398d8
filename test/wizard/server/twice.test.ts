import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { once } from '../../../docs/examples/wizard/once.js';
import {
  type House,
  hiddenFields,
  openHouse,
  PASSWORD,
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

function timesIn(text: string, part: string): number {
  return text.split(part).length - 1;
}

describe('a form that is sent ten times at once', () => {
  it('assigns one device and shows one success', async () => {
    const person = new Person(house);
    await person.register('double');
    await person.submit('/devices/new', { name: 'Phone' });
    const page = (await person.get('/devices/assign')).body;
    const [code1, code2] = person.scan(page).codes();
    const fields = { ...hiddenFields(page, '/devices/assign'), code1, code2 };
    const replies = await Promise.all(Array.from({ length: 10 }, () => person.post('/devices/assign', fields)));
    expect(new Set(replies.map(({ status, location }) => `${status} ${location}`))).toEqual(
      new Set(['303 /recovery-codes']),
    );
    const security = textOf((await person.get('/security')).body);
    expect(timesIn(security, '“Phone” was set up.')).toBe(1);
    expect(timesIn(security, 'Phone assigned')).toBe(1);
  });

  it('assigns one device also where each sending is another form', async () => {
    const person = new Person(house);
    await person.register('double-forms');
    await person.submit('/devices/new', { name: 'Phone' });
    const page = (await person.get('/devices/assign')).body;
    const [code1, code2] = person.scan(page).codes();
    const hidden = hiddenFields(page, '/devices/assign');
    const replies = await Promise.all(
      Array.from({ length: 10 }, (_, n) => person.post('/devices/assign', { ...hidden, form: `${n}`, code1, code2 })),
    );
    for (const { status, location } of replies) {
      expect(status).toBe(303);
      expect(['/recovery-codes', '/security']).toContain(location);
    }
    expect(replies.filter(({ location }) => location === '/recovery-codes')).toHaveLength(1);
    expect(timesIn(textOf((await person.get('/security')).body), '“Phone” was set up.')).toBe(1);
  });

  it('registers and signs in once, into one session', async () => {
    const person = new Person(house);
    const fields = {
      ...hiddenFields((await person.get('/register')).body, '/register'),
      name: 'twice',
      password: PASSWORD,
    };
    const { cookie } = person;
    const tabs = Array.from({ length: 10 }, () => new Person(house, cookie));
    const replies = await Promise.all(tabs.map((tab) => tab.post('/register', fields)));
    expect(replies.map(({ status }) => status)).toEqual(Array(10).fill(303));
    expect(new Set(tabs.map((tab) => tab.cookie)).size).toBe(1);
    expect((await (tabs[9] as Person).get('/security')).status).toBe(200);
  });

  it('signs in with one code once, and shows the same recovery codes', async () => {
    const { person, phone } = await withDevice(house, 'double-code');
    await person.signIn('double-code');
    const page = (await person.get('/sign-in/code')).body;
    const fields = { ...hiddenFields(page, '/sign-in/code'), code: phone.code() };
    const tabs = Array.from({ length: 10 }, () => new Person(house, person.cookie));
    const replies = await Promise.all(tabs.map((tab) => tab.post('/sign-in/code', fields)));
    expect(replies.map(({ location }) => location)).toEqual(Array(10).fill('/security'));
    const [tab] = tabs as [Person];
    const form = hiddenFields((await tab.get('/recovery-codes')).body, '/recovery-codes');
    const shown = await Promise.all(Array.from({ length: 10 }, () => tab.post('/recovery-codes', form)));
    const codes = shown.map(({ body }) => recoveryCodesOf(body).join());
    expect(new Set(codes).size).toBe(1);
    const [, recoveryCode = ''] = (codes[0] as string).split(',');
    await person.signIn('double-code');
    expect((await person.submit('/sign-in/recovery-code', { recoveryCode })).status).toBe(303);
  });
});

describe('the answer to a form', () => {
  it('is remembered for a minute, and a failure is not', async () => {
    vi.useFakeTimers();
    const answerOnce = once();
    let calls = 0;
    const answer = (status: number) => async () => new Response(`${++calls}`, { status });
    const bodies: string[] = [];
    const ask = async (key: string, status: number) =>
      bodies.push(await (await answerOnce([key], answer(status))).text());
    await ask('a', 200);
    await ask('a', 200);
    await ask('b', 200);
    vi.advanceTimersByTime(60_000);
    await ask('a', 200);
    await ask('c', 503);
    await ask('c', 200);
    await expect(answerOnce(['d'], () => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
    await ask('d', 200);
    expect(bodies).toEqual(['1', '1', '2', '3', '4', '5', '6']);
    vi.useRealTimers();
  });

  it('is remembered for as many as fit', async () => {
    const answerOnce = once();
    let calls = 0;
    const ask = (n: number) => answerOnce([`${n}`], async () => new Response(`${++calls}`));
    for (let n = 0; n < 600; n++) await ask(n);
    expect(await (await ask(599)).text()).toBe('600');
    expect(await (await ask(0)).text()).toBe('601');
  });
});

describe('the back button', () => {
  it('leads to forms that are out of date, and do no harm', async () => {
    const person = new Person(house);
    const signInForm = hiddenFields((await person.get('/sign-in')).body, '/sign-in');
    await person.register('back');
    const late = await person.post('/sign-in', { ...signInForm, name: 'back', password: PASSWORD });
    expect(late.status).toBe(403);
    expect(textOf(late.body)).toContain('This page is out of date');
    expect(late.body).toContain('<a class="button" href="/sign-in">Open the page again</a>');

    const nameForm = hiddenFields((await person.get('/devices/new')).body, '/devices/new');
    await person.post('/devices/new', { ...nameForm, name: 'Phone' });
    const assignPage = (await person.get('/devices/assign')).body;
    const phone = person.scan(assignPage);
    const [code1, code2] = phone.codes();
    const assignForm = { ...hiddenFields(assignPage, '/devices/assign'), code1, code2 };
    expect((await person.post('/devices/assign', assignForm)).status).toBe(303);
    const again = await person.post('/devices/assign', { ...assignForm, code1: '111111' });
    expect(again.status).toBe(303);
    const cancelled = await person.post('/devices/cancel', hiddenFields(assignPage, '/devices/cancel'));
    expect(cancelled).toMatchObject({ status: 303, location: '/security' });
    expect(textOf((await person.get('/security')).body)).toContain('Phone assigned');

    const serialNumber = assignForm['device' as keyof typeof assignForm] as string;
    const path = `/devices/${serialNumber}`;
    const devicePage = (await person.get(path)).body;
    expect((await person.submit(`${path}/remove`, {})).status).toBe(303);
    for (const act of ['rename', 'suspend']) {
      const old = { ...hiddenFields(devicePage, `${path}/${act}`), name: 'New' };
      expect(await person.post(`${path}/${act}`, old)).toMatchObject({ status: 303, location: '/security' });
    }
    expect(textOf((await person.get('/security')).body)).toContain('There is no such device any more.');
  });
});

describe('two tabs', () => {
  it('set up two devices, each with its own picture', async () => {
    const person = new Person(house);
    await person.register('tabs');
    await person.submit('/devices/new', { name: 'Phone' });
    const one = (await person.get('/devices/assign')).body;
    await person.submit('/devices/new', { name: 'Tablet' });
    const two = (await person.get('/devices/assign')).body;
    for (const page of [one, two]) {
      const [code1, code2] = person.scan(page).codes();
      const wrong = { ...hiddenFields(page, '/devices/assign'), code1, code2: code1 };
      const refused = await person.post('/devices/assign', wrong);
      expect(refused.status).toBe(422);
      expect(/<code id="setup-key">[^<]+</.exec(refused.body)?.[0]).toBe(/<code id="setup-key">[^<]+</.exec(page)?.[0]);
      const right = { ...hiddenFields(refused.body, '/devices/assign'), code1, code2 };
      expect((await person.post('/devices/assign', right)).status).toBe(303);
    }
    const security = textOf((await person.get('/security')).body);
    expect(security).toContain('Phone assigned');
    expect(security).toContain('Tablet assigned');
  });

  it('begun four times: the oldest set-up is gone, and says so', async () => {
    const person = new Person(house);
    await person.register('four-tabs');
    await person.submit('/devices/new', { name: 'One' });
    const form = hiddenFields((await person.get('/devices/assign')).body, '/devices/assign');
    for (const name of ['Two', 'Three', 'Four']) await person.submit('/devices/new', { name });
    const late = await person.post('/devices/assign', { ...form, code1: '111111', code2: '222222' });
    expect(late).toMatchObject({ status: 303, location: '/devices/new' });
    expect(textOf((await person.get('/devices/new')).body)).toContain('not going on here any more');
  });
});
