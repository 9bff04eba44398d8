import type { Locator, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { oathtool } from './apps.js';
import { scan } from './camera.js';
import { describeInChromium } from './stage.js';
import {
  alertOf,
  assign,
  fill,
  nextCode,
  onlyButton,
  pathOf,
  register,
  sendButton,
  setUp,
  signIn,
  signOut,
  twoCodes,
} from './steps.js';

describeInChromium('two at once', ({ visit, clock, wizard }) => {
  async function expectOneDevice(page: Page): Promise<void> {
    await page.goto('/security');
    expect(await page.locator('.device .badge.assigned').count()).toBe(1);
    expect(await page.locator('.activity li', { hasText: /assigned|set up/i }).count()).toBe(1);
  }

  /** The second click comes before the answer to the first. Tells how many forms were sent. */
  async function clickTwice(page: Page, button: Locator): Promise<number> {
    let sent = 0;
    page.on('request', (request) => {
      if (request.method() === 'POST') sent += 1;
    });
    await button.scrollIntoViewIfNeeded();
    const { x, y, width, height } = (await button.boundingBox())!;
    const click = (): Promise<void> => page.mouse.click(x + width / 2, y + height / 2);
    const answer = wizard().delayAnswers();
    await Promise.all([page.waitForRequest((request) => request.method() === 'POST'), click()]);
    const loaded = page.waitForEvent('load');
    await click();
    answer();
    await loaded;
    return sent;
  }

  it.each([true, false])('two fast clicks assign one device, and say so once (with scripts: %s)', async (scripts) => {
    const { page } = await visit({ javaScriptEnabled: scripts });
    await register(page);
    const app = await setUp(page, 'Phone');
    await fill(page, twoCodes(clock, app));
    expect(await clickTwice(page, sendButton(page, 'code1'))).toBe(scripts ? 1 : 2);
    expect(pathOf(page)).toBe('/recovery-codes');
    expect(await alertOf(page).count()).toBe(0);
    await expectOneDevice(page);
  });

  it('two tabs of one session assign one device, and both say so', async () => {
    const { context, page } = await visit();
    await register(page);
    const app = await setUp(page, 'Phone');
    const other = await context.newPage();
    await other.goto('/devices/assign');
    expect(await scan(other)).toBe(await scan(page));
    const codes = twoCodes(clock, app);
    await Promise.all([page, other].map((tab) => fill(tab, codes)));
    await Promise.all([page, other].map((tab) => sendButton(tab, 'code1').click()));
    await Promise.all([page, other].map((tab) => tab.waitForURL(/\/(recovery-codes|security)$/)));
    for (const tab of [page, other]) expect(await alertOf(tab).count()).toBe(0);
    await expectOneDevice(page);
  });

  it('two browsers that set up a first device each: one is it, the other has to show it', async () => {
    const [one, two] = [(await visit()).page, (await visit()).page];
    const person = await register(one);
    await signIn(two, person);
    const [first, second] = [await setUp(one, 'Phone'), await setUp(two, 'Tablet')];
    clock.advanceMs(60_000);
    const codesOf = (app: typeof first) => ({ code1: app(clock() - 30_000), code2: app(clock()) });
    await fill(one, codesOf(first));
    await fill(two, codesOf(second));
    await Promise.all(
      [one, two].map((tab) => Promise.all([tab.waitForEvent('load'), sendButton(tab, 'code1').click()])),
    );
    const paths = [pathOf(one), pathOf(two)];
    expect(paths.filter((path) => path === '/recovery-codes')).toHaveLength(1);
    await expectOneDevice(pathOf(one) === '/recovery-codes' ? one : two);
  });

  it.each([true, false])('two fast clicks make one set of recovery codes (with scripts: %s)', async (scripts) => {
    const { page } = await visit({ javaScriptEnabled: scripts });
    const person = await register(page);
    await assign(page, clock);
    expect(await clickTwice(page, onlyButton(page))).toBe(scripts ? 1 : 2);
    await page.locator('#recovery-codes').waitFor();
    const [code] = await page.locator('#recovery-codes code').allTextContents();
    await fill(page, { recoveryCode: code! });
    expect(await clickTwice(page, sendButton(page, 'recoveryCode'))).toBe(scripts ? 1 : 2);
    await page.waitForURL(/\/security$/);
    await signOut(page);
    await signIn(page, person);
    await page.goto('/sign-in/recovery-code');
    await fill(page, { recoveryCode: code! });
    await Promise.all([page.waitForEvent('load'), sendButton(page, 'recoveryCode').click()]);
    expect(pathOf(page)).toBe('/security');
    expect(await page.locator('.activity li', { hasText: 'recovery codes were made' }).count()).toBe(1);
    expect(await page.locator('.activity li', { hasText: 'recovery codes were confirmed' }).count()).toBe(1);
  });
});

describeInChromium('somebody who has the password, in another browser,', ({ visit, clock }) => {
  it('signs in with no code that its owner used, not even at the same moment', async () => {
    const [owner, thief] = [(await visit()).page, (await visit()).page];
    const person = await register(owner);
    const app = await assign(owner, clock);
    await signOut(owner);
    await Promise.all([owner, thief].map((page) => signIn(page, person)));
    const code = nextCode(clock, app);
    await Promise.all([owner, thief].map((page) => fill(page, { code })));
    await Promise.all(
      [owner, thief].map((page) => Promise.all([page.waitForEvent('load'), sendButton(page, 'code').click()])),
    );
    const [refused, ...others] = [owner, thief].filter((page) => pathOf(page) !== '/security');
    expect(others).toEqual([]);
    expect(await alertOf(refused!).textContent()).toMatch(/used/);
  });

  it('sees nothing of a set-up that its owner has begun', async () => {
    const [owner, thief] = [(await visit()).page, (await visit()).page];
    const person = await register(owner);
    await signIn(thief, person);
    await owner.goto('/devices/new');
    await fill(owner, { name: 'Phone' });
    await Promise.all([owner.waitForEvent('load'), sendButton(owner, 'name').click()]);
    const keyUri = await scan(owner);
    const { searchParams } = new URL(keyUri);

    for (const path of ['/devices/assign', '/security', '/devices/new', '/demonstration/mailbox']) {
      await thief.goto(path);
      expect(await thief.locator('img[data-qr]').count()).toBe(0);
      expect((await thief.content()).replaceAll(/\s/g, '')).not.toContain(searchParams.get('secret'));
    }
    await fill(owner, twoCodes(clock, oathtool(keyUri)));
    await Promise.all([owner.waitForEvent('load'), sendButton(owner, 'code1').click()]);
    expect(pathOf(owner)).toBe('/recovery-codes');
    // Now that there is MFA, the password alone shows nothing.
    await thief.goto('/security');
    expect(pathOf(thief)).toBe('/sign-in/code');
  });
});
