import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { describeInChromium } from './stage.js';
import { alertOf, follow, noticeOf, pathOf, register, signIn, signOut, submit } from './steps.js';

const PERIOD_MS = 30_000;
const MINUTE_MS = 60_000;

describeInChromium('the virtual authenticator', ({ visit, clock }) => {
  /** Somebody without a phone at step 2 of a set-up, with the virtual one in another tab of the same browser. */
  async function atStepTwo(): Promise<{ readonly page: Page; readonly phone: Page; readonly person: string }> {
    const { context, page } = await visit();
    const person = await register(page);
    await page.goto('/devices/new');
    await submit(page, { name: 'Phone' });
    const phone = await context.newPage();
    await phone.goto('/demonstration/authenticator');
    return { page, phone, person };
  }

  /** How long a busy tab takes to answer nobody knows: people press once more, too. */
  async function scanOtherTab(phone: Page): Promise<void> {
    await expect
      .poll(async () => {
        await phone.locator('#scan').click();
        await phone.locator('#message-text', { hasText: /./ }).waitFor();
        return phone.locator('#accounts li').count();
      })
      .toBe(1);
  }

  const setClock = (phone: Page, label: string): Promise<void> => phone.getByRole('button', { name: label }).click();

  /** What it shows once the server's clock is a period further: it takes its time from the page. */
  async function nextCodeOn(phone: Page): Promise<string> {
    clock.advanceMs(PERIOD_MS);
    await phone.reload();
    const shown = await phone.locator('#accounts .now').textContent();
    expect(shown).toMatch(/^\d{3} \d{3}$/);
    return shown!;
  }

  async function twoCodesOn(phone: Page): Promise<{ readonly code1: string; readonly code2: string }> {
    return { code1: await nextCodeOn(phone), code2: await nextCodeOn(phone) };
  }

  it('scans the QR code of the other tab by its image, and signs in', async () => {
    const { page, phone, person } = await atStepTwo();
    await scanOtherTab(phone);
    expect(await phone.locator('#accounts .issuer').textContent()).toBe('Acme');
    expect(await phone.locator('#accounts .person').textContent()).toContain(person);

    await submit(page, await twoCodesOn(phone));
    expect(pathOf(page)).toBe('/recovery-codes');
    await signOut(page);
    await signIn(page, person);
    await submit(page, { code: await nextCodeOn(phone) });
    expect(pathOf(page)).toBe('/security');
  });

  it('finds no QR code where no tab shows one', async () => {
    const { page, phone } = await atStepTwo();
    await page.goto('/security');
    await phone.locator('#scan').click();
    await phone.locator('#message-text', { hasText: 'No other tab' }).waitFor();
  });

  it('reads a picture of the page, and the setup key: the same account both times', async () => {
    const { page, phone } = await atStepTwo();
    const setupKey = await page.locator('#setup-key').textContent();
    const buffer = await page.screenshot({ fullPage: true });
    await phone.locator('#picture').setInputFiles({ name: 'screen.png', mimeType: 'image/png', buffer });
    await phone.locator('#message-text', { hasText: 'is added' }).waitFor();
    await phone.locator('summary', { hasText: 'Type the setup key' }).click();
    await phone.locator('[name=key]').fill(setupKey!);
    await phone.locator('[name=account]').fill('By hand');
    await phone.locator('[name=account]').press('Enter');
    await phone.locator('#message-text', { hasText: 'was there already' }).waitFor();
    expect(await phone.locator('#accounts li').count()).toBe(1);

    await submit(page, await twoCodesOn(phone));
    expect(pathOf(page)).toBe('/recovery-codes');
  });

  it('sets up a device whose clock is 2 minutes ahead: the wizard learns it', async () => {
    const { page, phone, person } = await atStepTwo();
    await scanOtherTab(phone);
    await setClock(phone, '2 min ahead');
    await submit(page, await twoCodesOn(phone));
    expect(pathOf(page)).toBe('/recovery-codes');
    await page.goto('/security');
    await follow(page, page.locator('.device h3 a'));
    expect(await page.locator('main').textContent()).toContain('2 min ahead');

    await signOut(page);
    await signIn(page, person);
    await submit(page, { code: await nextCodeOn(phone) });
    expect(pathOf(page)).toBe('/security');
  });

  it('sets up no device whose clock is 3 days ahead, and says so', async () => {
    const { page, phone } = await atStepTwo();
    await scanOtherTab(phone);
    await setClock(phone, '3 days ahead');
    await submit(page, await twoCodesOn(phone));
    expect(await alertOf(page).textContent()).toMatch(/clock/);
    await setClock(phone, 'Right');
    await submit(page, await twoCodesOn(phone));
    expect(pathOf(page)).toBe('/recovery-codes');
  });

  it('drifts out of step, and is brought back with two codes', async () => {
    const { page, phone, person } = await atStepTwo();
    await scanOtherTab(phone);
    await submit(page, await twoCodesOn(phone));
    await signOut(page);

    await setClock(phone, '20 min behind');
    // What it showed up to now was used: its codes count again when its slow clock has passed that time.
    clock.advanceMs(21 * MINUTE_MS);
    await signIn(page, person);
    await submit(page, { code: await nextCodeOn(phone) });
    expect(await alertOf(page).isVisible()).toBe(true);

    await page.goto('/sign-in/resynchronize');
    await submit(page, await twoCodesOn(phone));
    expect(pathOf(page)).toBe('/sign-in/code');
    expect(await noticeOf(page).textContent()).toMatch(/step/);
    await submit(page, { code: await nextCodeOn(phone) });
    expect(pathOf(page)).toBe('/security');
  });

  it('gives back an account that was removed by mistake', async () => {
    const { phone } = await atStepTwo();
    await scanOtherTab(phone);
    await phone.getByRole('button', { name: /^Remove / }).click();
    expect(await phone.locator('#accounts li').count()).toBe(0);
    await phone.locator('#undo').click();
    await phone.reload();
    expect(await phone.locator('#accounts li').count()).toBe(1);
  });
});
