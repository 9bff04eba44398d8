import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import type { App } from './apps.js';
import { describeInChromium } from './stage.js';
import {
  alertOf,
  assign,
  codesInMailbox,
  follow,
  makeRecoveryCodes,
  nextCode,
  noticeOf,
  onlyButton,
  pathOf,
  register,
  signIn,
  signOut,
  submit,
  twoCodes,
  wrongCodes,
} from './steps.js';

const MINUTE_MS = 60_000;

describeInChromium('signing in', ({ visit, clock, wizard }) => {
  /** Somebody with one device, who typed the password and is asked for the code. */
  async function comesBack(page: Page): Promise<{ readonly person: string; readonly app: App }> {
    const person = await register(page);
    const app = await assign(page, clock);
    await signOut(page);
    await signIn(page, person);
    expect(pathOf(page)).toBe('/sign-in/code');
    return { person, app };
  }

  it('takes a code once, and keeps what was typed when it is refused', async () => {
    const { page } = await visit();
    const { person, app } = await comesBack(page);
    await page.goto('/security');
    expect(pathOf(page)).toBe('/sign-in/code');

    await submit(page, { code: '12 34' });
    expect(pathOf(page)).toBe('/sign-in/code');
    expect(await page.title()).toMatch(/^Error: /);
    expect(await page.locator('[name=code]').inputValue()).toBe('12 34');

    const code = nextCode(clock, app);
    await submit(page, { code });
    expect(pathOf(page)).toBe('/security');

    await signOut(page);
    await signIn(page, person);
    await submit(page, { code });
    expect(await alertOf(page).textContent()).toMatch(/used/);
    await submit(page, { code: nextCode(clock, app) });
    expect(pathOf(page)).toBe('/security');
  });

  it('refuses a wrong password without telling whether there is such a name', async () => {
    const { page } = await visit();
    const person = await register(page);
    await signOut(page);
    await signIn(page, person, 'not the password');
    const wrongPassword = await alertOf(page).textContent();
    expect(await page.locator('[name=name]').inputValue()).toBe(person);
    expect(await page.locator('[name=password]').inputValue()).toBe('');
    await signIn(page, `nobody-${person}`, 'not the password');
    expect(await alertOf(page).textContent()).toBe(wrongPassword);
  });

  it('brings a phone back into step whose clock is off, with two codes', async () => {
    const { page } = await visit();
    const { app } = await comesBack(page);
    const fast: App = (atMs) => app(atMs + 20 * MINUTE_MS);
    await submit(page, { code: nextCode(clock, fast) });
    expect(await alertOf(page).isVisible()).toBe(true);

    await follow(page, page.locator('main a[href="/sign-in/resynchronize"]'));
    await submit(page, twoCodes(clock, fast));
    expect(pathOf(page)).toBe('/sign-in/code');
    expect(await noticeOf(page).textContent()).toMatch(/step/);
    await submit(page, { code: nextCode(clock, fast) });
    expect(pathOf(page)).toBe('/security');
  });

  it('takes each recovery code once, and says how many are left', async () => {
    const { page } = await visit();
    const person = await register(page);
    await assign(page, clock);
    const [first] = await makeRecoveryCodes(page);
    await submit(page, { recoveryCode: first! });
    expect(pathOf(page)).toBe('/security');
    await signOut(page);

    await signIn(page, person);
    await follow(page, page.locator('main a[href="/sign-in/recovery-code"]'));
    await submit(page, { recoveryCode: 'AAAA-AAAA' });
    expect(await alertOf(page).textContent()).toMatch(/not a complete recovery code/);
    await submit(page, { recoveryCode: 'A'.repeat(24) });
    expect(await alertOf(page).textContent()).toMatch(/recovery code is not right/);
    await submit(page, { recoveryCode: first! });
    expect(pathOf(page)).toBe('/security');
    expect(await noticeOf(page).textContent()).toMatch(/\b9\b/);

    await signOut(page);
    await signIn(page, person);
    await page.goto('/sign-in/recovery-code');
    await submit(page, { recoveryCode: first! });
    expect(pathOf(page)).toBe('/sign-in/recovery-code');
    expect(await alertOf(page).textContent()).toMatch(/recovery code was used already/);
    expect(await page.locator('[name=recoveryCode]').inputValue()).toBe(first);
  });

  it('loses no recovery codes by new ones that nobody types back, nor by a reload or the back button', async () => {
    const { page } = await visit();
    const person = await register(page);
    await assign(page, clock);
    const [old] = await makeRecoveryCodes(page);
    await submit(page, { recoveryCode: old! });

    const [first] = await makeRecoveryCodes(page);
    expect(await page.locator('main').textContent()).toContain('The old codes work until you type one');
    await page.reload();
    await page.goto('/security');
    // The browser keeps no page with codes: it asks whether to send the form again, and here it does.
    await expect(page.goBack()).rejects.toThrow('ERR_CACHE_MISS');
    // The page of that error may not be there yet, and cannot be reloaded before it is.
    await expect
      .poll(() =>
        page.reload().then(
          () => 'again',
          () => 'not yet',
        ),
      )
      .toBe('again');
    await page.locator('#recovery-codes').waitFor();
    await page.goto('/security');
    expect(await page.locator('main').textContent()).toContain('10 new ones are not confirmed');
    await follow(page, page.locator('main a[href="/recovery-codes/confirm"]'));
    const [newest] = await makeRecoveryCodes(page);
    expect(newest).not.toBe(first);
    await submit(page, { recoveryCode: first! });
    expect(await alertOf(page).textContent()).toMatch(/recovery code is not right/);

    await signOut(page);
    await signIn(page, person);
    await page.goto('/sign-in/recovery-code');
    await submit(page, { recoveryCode: old! });
    expect(pathOf(page)).toBe('/security');
    expect(await noticeOf(page).textContent()).toMatch(/\b9\b/);
    await page.goto('/recovery-codes/confirm');
    await submit(page, { recoveryCode: newest! });
    expect(pathOf(page)).toBe('/security');
    expect(await page.locator('main').textContent()).not.toContain('not confirmed');
  });

  it('recovers with a code by e-mail and one by phone when all is lost', async () => {
    const { context, page } = await visit();
    const { person } = await comesBack(page);
    await page.goto('/sign-in/recover');
    await follow(page, onlyButton(page));
    expect(pathOf(page)).toBe('/sign-in/recover/confirm');

    const mailbox = await context.newPage();
    const { emailCode, phoneCode } = await codesInMailbox(mailbox);
    await submit(page, { emailCode, phoneCode: emailCode === '000000' ? '000001' : '000000' });
    expect(await alertOf(page).isVisible()).toBe(true);
    await submit(page, { emailCode, phoneCode });
    expect(pathOf(page)).toBe('/devices/new');

    const app = await assign(page, clock, 'New phone');
    expect(pathOf(page)).toBe('/recovery-codes');
    await signOut(page);
    await signIn(page, person);
    await submit(page, { code: nextCode(clock, app) });
    expect(pathOf(page)).toBe('/security');
    expect(await page.locator('.badge.suspended').count()).toBe(1);
    expect(await page.locator('.badge.assigned').count()).toBe(1);
  });

  it('says how long the lock lasts after too many wrong codes, and opens after that', async () => {
    const { page } = await visit();
    const { app } = await comesBack(page);
    const code = await lock(page, app);
    expect(await alertOf(page).textContent()).toMatch(/too many wrong codes.* in 30 s/i);
    expect(await alertOf(page).textContent()).toMatch(/in 30 s/);
    expect(await alertOf(page).locator('time').getAttribute('datetime')).toBe(new Date(clock() + 30_000).toISOString());
    expect(await page.locator('[name=code]').inputValue()).toBe(code);

    await submit(page, { code: nextCode(clock, app) });
    expect(pathOf(page)).toBe('/security');
  });

  it('is unlocked by the administrator, who has passed MFA', async () => {
    const { page: desk } = await visit();
    await signIn(desk, 'admin', wizard().administratorPassword);
    await desk.goto('/administrator');
    expect(pathOf(desk)).toBe('/security');
    await assign(desk, clock, 'Desk');

    const { page } = await visit();
    const { person, app } = await comesBack(page);
    clock.advanceMs(30_000);
    const code = await lock(page, app);

    await desk.goto('/administrator');
    const user = desk.locator('.users li', { has: desk.getByRole('heading', { name: person, exact: true }) });
    expect(await user.textContent()).toContain('locked');
    await follow(desk, user.locator('form[action="/administrator/unlock"] button'));
    expect(pathOf(desk)).toBe('/administrator');
    await submit(page, { code });
    expect(pathOf(page)).toBe('/security');
  });

  it('is asked for again after signing out, by the back button too', async () => {
    const { page } = await visit();
    await register(page);
    await assign(page, clock);
    await page.goto('/security');
    await signOut(page);
    await page.goBack();
    expect(pathOf(page)).toBe('/sign-in');
    expect(await page.locator('.device').count()).toBe(0);
  });

  it('shows the users to nobody but the administrator', async () => {
    const { page } = await visit();
    await register(page);
    await assign(page, clock);
    const response = await page.goto('/administrator');
    expect(response?.status()).toBe(403);
    expect(await page.locator('.users').count()).toBe(0);
  });

  /** Five wrong codes in a row, and a right one that is refused, all at one moment; the right one. */
  async function lock(page: Page, app: App): Promise<string> {
    for (const code of wrongCodes(clock, app).slice(1)) await submit(page, { code });
    const code = app(clock());
    await submit(page, { code });
    expect(pathOf(page)).toBe('/sign-in/code');
    return code;
  }
});
