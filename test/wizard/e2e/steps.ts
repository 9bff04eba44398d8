import type { FixedClock } from 'lockstep-mfa/testing';
import type { Locator, Page } from 'playwright-core';
import { type App, oathtool } from './apps.js';
import { scan } from './camera.js';

// What people do on the wizard's pages, as often as the tests need it.

const PERIOD_MS = 30_000;
export const PASSWORD = 'correct horse battery';

let people = 0;
/** An account name that nobody has yet. */
export function newName(): string {
  people += 1;
  return `person-${people}`;
}

/** Presses what leads to another page, and waits until that one is there. */
export async function follow(page: Page, pressed: Locator): Promise<void> {
  await Promise.all([page.waitForEvent('load'), pressed.click()]);
}

/** Fills in the form that has these fields, and sends it. */
export async function submit(page: Page, fields: Readonly<Record<string, string>>): Promise<void> {
  await fill(page, fields);
  await follow(page, sendButton(page, Object.keys(fields)[0]!));
}

export async function fill(page: Page, fields: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, value] of Object.entries(fields)) await page.locator(`[name="${name}"]`).fill(value);
}

/** The button that sends the form with this field; one that sends another form may stand beside it. */
export function sendButton(page: Page, field: string): Locator {
  return page.locator('form', { has: page.locator(`[name="${field}"]`) }).locator(SEND);
}

const SEND = 'button:not([type="button"]):not([form])';

/** The one button of a page that has no fields but a button to press. */
export function onlyButton(page: Page): Locator {
  return page.locator('main form').locator(SEND);
}

export function pathOf(page: Page): string {
  return new URL(page.url()).pathname;
}

export async function register(page: Page): Promise<string> {
  const name = newName();
  await page.goto('/register');
  await submit(page, { name, password: PASSWORD });
  return name;
}

export async function signIn(page: Page, name: string, password: string = PASSWORD): Promise<void> {
  await page.goto('/sign-in');
  await submit(page, { name, password });
}

/** Waits until the app shows the next code, and reads it: one that nobody typed before. */
export function nextCode(clock: FixedClock, app: App): string {
  clock.advanceMs(PERIOD_MS);
  return app(clock());
}

/** Two codes that follow each other. */
export function twoCodes(clock: FixedClock, app: App): { readonly code1: string; readonly code2: string } {
  return { code1: nextCode(clock, app), code2: nextCode(clock, app) };
}

/** Six codes that no app shows now, just before, or just after. */
export function wrongCodes(clock: FixedClock, ...apps: readonly App[]): string[] {
  const right = apps.flatMap((app) => [-1, 0, 1].map((steps) => app(clock() + steps * PERIOD_MS)));
  const guesses = Array.from({ length: 6 + right.length }, (_, at) => String(111_111 + at));
  return guesses.filter((guess) => !right.includes(guess)).slice(0, 6);
}

/** Steps 1 and 2 of the wizard up to the codes: the app that scanned the QR code. */
export async function setUp(page: Page, name: string, install: (keyUri: string) => App = oathtool): Promise<App> {
  await page.goto('/devices/new');
  await submit(page, { name });
  return install(await scan(page));
}

/** The whole wizard up to the page that offers recovery codes, with a key that was typed into the app: it takes less time. */
export async function assign(page: Page, clock: FixedClock, name = 'Phone'): Promise<App> {
  await page.goto('/devices/new');
  await submit(page, { name });
  const setupKey = (await page.locator('#setup-key').textContent()) ?? '';
  const app = oathtool(`otpauth://totp/typed?secret=${setupKey.replaceAll(/\s/g, '')}`);
  await submit(page, twoCodes(clock, app));
  return app;
}

/** Makes recovery codes, and reads them off the page, which then asks for one of them. */
export async function makeRecoveryCodes(page: Page): Promise<string[]> {
  await page.goto('/recovery-codes');
  await follow(page, onlyButton(page));
  return page.locator('#recovery-codes code').allTextContents();
}

/** The summary of what was refused. */
export function alertOf(page: Page): Locator {
  return page.locator('main [role="alert"].notice.error');
}

export async function signOut(page: Page): Promise<void> {
  await follow(page, page.locator('form[action="/sign-out"] button'));
}

/** The summary of what was done. */
export function noticeOf(page: Page): Locator {
  return page.locator('main .notice.success, main .notice.info, main .notice.warning').first();
}

/** The two codes of a recovery, as the newest messages in the demonstration's mailbox say them. */
export async function codesInMailbox(page: Page): Promise<{ readonly emailCode: string; readonly phoneCode: string }> {
  await page.goto('/demonstration/mailbox');
  const codeBy = async (channel: string): Promise<string> => {
    const letter = page.locator('.messages li', { hasText: channel }).filter({ hasText: 'recover your account' });
    return /\b\d{6}\b/.exec((await letter.first().textContent()) ?? '')?.[0] ?? '';
  };
  return { emailCode: await codeBy('E-mail'), phoneCode: await codeBy('Text message') };
}
