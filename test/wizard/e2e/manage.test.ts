import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import type { App } from './apps.js';
import { describeInChromium } from './stage.js';
import {
  alertOf,
  assign,
  follow,
  nextCode,
  noticeOf,
  onlyButton,
  pathOf,
  register,
  signIn,
  signOut,
  submit,
  twoCodes,
} from './steps.js';

const MINUTE_MS = 60_000;

describeInChromium('managing devices', ({ visit, clock }) => {
  async function withDevice(
    page: Page,
  ): Promise<{ readonly person: string; readonly app: App; readonly path: string }> {
    const person = await register(page);
    const app = await assign(page, clock);
    await page.goto('/security');
    const path = (await page.locator('.device h3 a').getAttribute('href'))!;
    return { person, app, path };
  }

  const formTo = (page: Page, path: string) => page.locator(`form[action="${path}"]`);

  it('renames, and says why a name does not do', async () => {
    const { page } = await visit();
    const { path } = await withDevice(page);
    await page.goto(path);
    await submit(page, { name: 'x'.repeat(65) });
    expect(await alertOf(page).isVisible()).toBe(true);
    expect(await page.locator('[name=name]').inputValue()).toBe('x'.repeat(65));
    await submit(page, { name: 'Söhne & <b>Phone</b>' });
    await page.goto('/security');
    expect(await page.locator('.device h3').textContent()).toBe('Söhne & <b>Phone</b>');
  });

  it('suspends and reinstates: a suspended device signs nobody in', async () => {
    const { page } = await visit();
    const { person, app, path } = await withDevice(page);
    const other = await assign(page, clock, 'Tablet');
    await page.goto(path);
    await follow(page, formTo(page, `${path}/suspend`).locator('button'));
    expect(await page.locator('.badge.suspended').count()).toBe(1);

    await signOut(page);
    await signIn(page, person);
    await submit(page, { code: nextCode(clock, app) });
    expect(pathOf(page)).toBe('/sign-in/code');
    expect(await alertOf(page).isVisible()).toBe(true);
    await submit(page, { code: nextCode(clock, other) });
    expect(pathOf(page)).toBe('/security');

    await page.goto(path);
    await follow(page, formTo(page, `${path}/reinstate`).locator('button'));
    expect(await page.locator('.badge.suspended').count()).toBe(0);
    await signOut(page);
    await signIn(page, person);
    await submit(page, { code: nextCode(clock, app) });
    expect(pathOf(page)).toBe('/security');
  });

  it('removes once asked again; when MFA is not recent, after a code', async () => {
    const { page } = await visit();
    const { person, app, path } = await withDevice(page);
    await page.goto(`${path}/remove`);
    clock.advanceMs(16 * MINUTE_MS);
    await follow(page, onlyButton(page));
    expect(pathOf(page)).toBe('/confirm');
    await submit(page, { code: nextCode(clock, app) });
    expect(pathOf(page)).toBe(`${path}/remove`);
    await follow(page, onlyButton(page));
    expect(pathOf(page)).toBe('/security');
    expect(await page.locator('.device').count()).toBe(0);

    await signOut(page);
    await signIn(page, person);
    expect(pathOf(page)).toBe('/security');
  });

  it('resynchronizes a device whose clock is off, and shows by how much', async () => {
    const { page } = await visit();
    const { app, path } = await withDevice(page);
    const fast: App = (atMs) => app(atMs + 20 * MINUTE_MS);
    await page.goto(path);
    await follow(page, page.locator(`main a[href="${path}/resynchronize"]`));
    await submit(page, twoCodes(clock, fast));
    expect(await noticeOf(page).isVisible()).toBe(true);
    await page.goto(path);
    expect(await page.locator('main').textContent()).toMatch(/20 min/);
  });

  it('lists what happened, in plain words', async () => {
    const { page } = await visit();
    const { person, app } = await withDevice(page);
    await signOut(page);
    await signIn(page, person);
    await submit(page, { code: app(clock() - 60 * MINUTE_MS) });
    await submit(page, { code: nextCode(clock, app) });
    const lines = page.locator('.activity li');
    const texts = ['Signed in with', 'wrong code', 'was set up', 'began'];
    expect(await lines.count()).toBe(texts.length);
    for (const [at, text] of texts.entries()) expect(await lines.nth(at).textContent()).toContain(text);
    expect(await lines.locator('time').count()).toBe(texts.length);
  });
});
