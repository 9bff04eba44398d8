import type { FixedClock } from 'lockstep-mfa/testing';
import type { BrowserContext, Page } from 'playwright-core';
import {
  assign,
  follow,
  nextCode,
  onlyButton,
  register,
  setUp,
  signIn,
  signOut,
  submit,
  twoCodes,
  wrongCodes,
} from './steps.js';

/** Is told of each page, while the browser shows it. */
export type Stop = (name: string, page: Page) => Promise<void>;

const MINUTE_MS = 60_000;
const WRONG = { code1: '123456', code2: '123456' };

/** Leads through all pages of the wizard, empty, filled and refused. */
export async function tour(
  context: BrowserContext,
  clock: FixedClock,
  administratorPassword: string,
  stop: Stop,
): Promise<void> {
  const page = await context.newPage();
  const open = async (path: string, name: string): Promise<void> => {
    await page.goto(path);
    await stop(name, page);
  };
  const refuse = async (fields: Readonly<Record<string, string>>, name: string): Promise<void> => {
    await submit(page, fields);
    await stop(name, page);
  };

  await signIn(page, 'admin', administratorPassword);
  const desk = await assign(page, clock, 'Desk');
  await signOut(page);

  await open('/demonstration/mailbox', 'mailbox-signed-out');
  await open('/register', 'register');
  await refuse({ name: 'no spaces allowed', password: 'short' }, 'register-refused');
  await open('/sign-in', 'sign-in');
  await refuse({ name: 'nobody', password: 'not the password' }, 'sign-in-refused');

  const person = await register(page);
  await stop('security-empty', page);
  await open('/devices/new', 'device-new');
  await refuse({ name: ' ' }, 'device-new-refused');
  await setUp(page, 'Slow');
  clock.advanceMs(16 * MINUTE_MS);
  await refuse(WRONG, 'device-assign-expired');
  const app = await setUp(page, 'Phone');
  await stop('device-assign', page);
  await seeAuthenticator(context, (await page.locator('#setup-key').textContent())!, stop);
  await refuse(WRONG, 'device-assign-refused');
  await submit(page, twoCodes(clock, app));
  await stop('recovery-codes', page);
  await follow(page, onlyButton(page));
  await stop('recovery-codes-made', page);
  const recoveryCode = (await page.locator('#recovery-codes code').first().textContent())!;
  await refuse({ recoveryCode: 'AAAA' }, 'recovery-codes-confirm-refused');
  await open('/security', 'security-unconfirmed');
  await open('/recovery-codes/confirm', 'recovery-codes-confirm');
  await refuse({ recoveryCode }, 'security-confirmed');
  await open('/recovery-codes', 'recovery-codes-new');
  await follow(page, onlyButton(page));
  await open('/recovery-codes', 'recovery-codes-unconfirmed');
  const tablet = await assign(page, clock, 'An old tablet that lies in the drawer of the kitchen table');
  await open('/security', 'security');

  const path = (await page.locator('.device h3 a').first().getAttribute('href'))!;
  await open(path, 'device');
  await refuse({ name: ' ' }, 'device-refused');
  await open(`${path}/resynchronize`, 'device-resynchronize');
  await refuse(WRONG, 'device-resynchronize-refused');
  await open(`${path}/remove`, 'device-remove');
  await page.goto(path);
  await follow(page, page.locator(`form[action="${path}/suspend"] button`));
  await open('/security', 'security-suspended');
  await open(path, 'device-suspended');
  await follow(page, page.locator(`form[action="${path}/reinstate"] button`));
  clock.advanceMs(16 * MINUTE_MS);
  await open(`/confirm?next=${path}/remove`, 'confirm');
  await refuse({ code: '12' }, 'confirm-refused');
  await open('/administrator', 'not-allowed');
  await page.goto(path);
  await page
    .locator('[name="csrf"]')
    .first()
    .evaluate((field) => field.setAttribute('value', 'of another session'));
  await follow(page, page.locator('form[action="/sign-out"] button'));
  await stop('out-of-date', page);

  await page.goto('/security');
  await signOut(page);
  await signIn(page, person);
  await stop('sign-in-code', page);
  await refuse({ code: '12' }, 'sign-in-code-refused');
  await open('/sign-in/recovery-code', 'sign-in-recovery-code');
  await refuse({ recoveryCode: 'AAAA' }, 'sign-in-recovery-code-refused');
  await open('/sign-in/resynchronize', 'sign-in-resynchronize');
  await refuse(WRONG, 'sign-in-resynchronize-refused');
  clock.advanceMs(15 * MINUTE_MS);
  await refuse(WRONG, 'sign-in-resynchronize-expired');
  await open('/sign-in/recover', 'recover');
  await follow(page, onlyButton(page));
  await stop('recover-confirm', page);
  await refuse({ emailCode: '12', phoneCode: '12' }, 'recover-confirm-refused');
  await open('/demonstration/mailbox', 'mailbox');
  await open('/no-such-page', 'not-found');

  await page.goto('/sign-in/code');
  for (const code of wrongCodes(clock, app, tablet)) await submit(page, { code });
  await stop('sign-in-code-locked', page);
  // A longer lock each time, so that the administrator finds it.
  for (const waitMs of [30_000, 60_000]) {
    clock.advanceMs(waitMs);
    await submit(page, { code: wrongCodes(clock, app, tablet)[0]! });
  }
  await context.clearCookies();
  await signIn(page, 'admin', administratorPassword);
  await submit(page, { code: nextCode(clock, desk) });
  await open('/administrator', 'administrator');
  await page.locator('.users summary').first().click();
  await stop('administrator-history', page);
}

async function seeAuthenticator(context: BrowserContext, setupKey: string, stop: Stop): Promise<void> {
  const phone = await context.newPage();
  await phone.goto('/demonstration/authenticator');
  await stop('authenticator-empty', phone);
  await phone.locator('summary').click();
  await phone.locator('[name="key"]').fill('18');
  await phone.locator('[name="key"]').press('Enter');
  await phone.locator('#message-text', { hasText: 'A key has' }).waitFor();
  await stop('authenticator-refused', phone);
  await phone.locator('[name="key"]').fill(setupKey);
  await phone.locator('[name="key"]').press('Enter');
  await phone.locator('#accounts li').waitFor();
  await stop('authenticator', phone);
  await phone.close();
}
