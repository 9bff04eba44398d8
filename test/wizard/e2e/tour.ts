import type { FixedClock } from 'lockstep-mfa/testing';
import type { BrowserContext, Page } from 'playwright-core';
import { assign, follow, nextCode, onlyButton, register, setUp, signIn, signOut, submit } from './steps.js';

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

  await open('/register', 'register');
  await refuse({ name: 'no spaces allowed', password: 'short' }, 'register-refused');
  await open('/sign-in', 'sign-in');
  await refuse({ name: 'nobody', password: 'not the password' }, 'sign-in-refused');

  const person = await register(page);
  await stop('security-empty', page);
  await open('/devices/new', 'device-new');
  await refuse({ name: ' ' }, 'device-new-refused');
  const app = await setUp(page, 'Phone');
  await stop('device-assign', page);
  await refuse(WRONG, 'device-assign-refused');
  const codes = { code1: nextCode(clock, app), code2: nextCode(clock, app) };
  await submit(page, codes);
  await stop('recovery-codes', page);
  await follow(page, onlyButton(page));
  await stop('recovery-codes-made', page);
  await assign(page, clock, 'An old tablet that lies in the drawer of the kitchen table');
  await open('/security', 'security');

  const path = (await page.locator('.device h3 a').first().getAttribute('href'))!;
  await open(path, 'device');
  await refuse({ name: ' ' }, 'device-refused');
  await open(`${path}/resynchronize`, 'device-resynchronize');
  await refuse(WRONG, 'device-resynchronize-refused');
  await open(`${path}/deactivate`, 'device-deactivate');
  clock.advanceMs(16 * MINUTE_MS);
  await open(`/confirm?next=${path}/deactivate`, 'confirm');
  await refuse({ code: '12' }, 'confirm-refused');

  await signOut(page);
  await signIn(page, person);
  await stop('sign-in-code', page);
  await refuse({ code: '12' }, 'sign-in-code-refused');
  await open('/sign-in/recovery-code', 'sign-in-recovery-code');
  await open('/sign-in/resynchronize', 'sign-in-resynchronize');
  await open('/sign-in/recover', 'recover');
  await follow(page, onlyButton(page));
  await stop('recover-confirm', page);
  await refuse({ emailCode: '12', phoneCode: '12' }, 'recover-confirm-refused');
  await open('/demonstration/mailbox', 'mailbox');
  await page.goto('/sign-in/code');
  for (const code of ['111111', '222222', '333333', '444444', '555555', '666666']) await submit(page, { code });
  await stop('sign-in-code-locked', page);
  await open('/no-such-page', 'not-found');

  await page.goto('/sign-in');
  await page.context().clearCookies();
  await signIn(page, 'admin', administratorPassword);
  await assign(page, clock, 'Desk');
  await open('/administrator', 'administrator');
}
