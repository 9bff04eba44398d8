import type { Locator, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { oathtool } from './apps.js';
import { scan } from './camera.js';
import { describeInChromium } from './stage.js';
import { alertOf, newName, nextCode, onlyButton, PASSWORD, pathOf, sendButton, twoCodes } from './steps.js';

/** As an expression for the page: whether one can see where the focus is. */
const FOCUS_SHOWS = `(() => {
  const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(document.activeElement);
  return (outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none';
})()`;
const MOST_STOPS = 60;

function hasFocus(target: Locator): Promise<boolean> {
  return target.and(target.page().locator(':focus')).isVisible();
}

/** Presses Tab until the element has the focus; each stop on the way has to be seen. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let stops = 0; stops < MOST_STOPS; stops++) {
    await page.keyboard.press('Tab');
    expect(await page.evaluate(FOCUS_SHOWS)).toBe(true);
    if (await hasFocus(target)) return;
  }
  throw new Error(`Tab does not lead to ${target}`);
}

async function enter(page: Page): Promise<void> {
  await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')]);
}

async function type(page: Page, field: string, text: string): Promise<void> {
  await tabTo(page, page.locator(`[name="${field}"]`));
  await page.keyboard.type(text);
}

describeInChromium('with the keyboard alone', ({ visit, clock }) => {
  it('somebody registers, sets up a device, signs out and in again', async () => {
    const { page } = await visit();
    const person = newName();
    await page.goto('/sign-in');
    await tabTo(page, page.locator('main a[href="/register"]'));
    await enter(page);
    await type(page, 'name', person);
    await type(page, 'password', PASSWORD);
    await enter(page);
    expect(pathOf(page)).toBe('/security');

    await tabTo(page, page.locator('main a[href="/devices/new"]').first());
    await enter(page);
    await type(page, 'name', 'Phone');
    await enter(page);
    const app = oathtool(await scan(page));
    await type(page, 'code1', '123456');
    await type(page, 'code2', '123456');
    await enter(page);
    // What was refused is read out first: the focus is there, and its link leads to the field.
    await expect.poll(() => hasFocus(alertOf(page))).toBe(true);
    await tabTo(page, alertOf(page).locator('a').first());
    await page.keyboard.press('Enter');
    await expect.poll(() => hasFocus(page.locator('[name="code2"]'))).toBe(true);

    await page.goto('/devices/assign');
    const { code1, code2 } = twoCodes(clock, app);
    await type(page, 'code1', code1);
    await type(page, 'code2', code2);
    await tabTo(page, sendButton(page, 'code1'));
    await enter(page);
    expect(pathOf(page)).toBe('/recovery-codes');
    await tabTo(page, onlyButton(page));
    await enter(page);
    expect(await page.locator('#recovery-codes code').count()).toBe(10);
    const recoveryCode = (await page.locator('#recovery-codes code').first().textContent()) ?? '';
    await type(page, 'recoveryCode', recoveryCode.toLowerCase().replaceAll('-', ''));
    await enter(page);
    expect(pathOf(page)).toBe('/security');

    await tabTo(page, page.locator('form[action="/sign-out"] button'));
    await enter(page);
    await type(page, 'name', person);
    await type(page, 'password', PASSWORD);
    await enter(page);
    await type(page, 'code', nextCode(clock, app));
    await enter(page);
    expect(pathOf(page)).toBe('/security');
  });

  it('the first stop on a page leads past its head', async () => {
    const { page } = await visit();
    await page.goto('/register');
    await tabTo(page, page.locator('a.skip'));
    expect(await page.locator('a.skip').isVisible()).toBe(true);
    await page.keyboard.press('Enter');
    await tabTo(page, page.locator('[name="name"]'));
  });
});
