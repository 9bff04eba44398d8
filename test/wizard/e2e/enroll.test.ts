import { expect, it } from 'vitest';
import { type App, keepassxc, oathtool } from './apps.js';
import { scan } from './camera.js';
import { describeInChromium } from './stage.js';
import {
  alertOf,
  follow,
  makeRecoveryCodes,
  nextCode,
  noticeOf,
  onlyButton,
  pathOf,
  register,
  sendButton,
  setUp,
  signIn,
  signOut,
  submit,
  twoCodes,
} from './steps.js';

describeInChromium('the wizard sets up a device', ({ visit, clock }) => {
  const apps: readonly (readonly [string, (keyUri: string) => App])[] = [
    ['oathtool', oathtool],
    ['keepassxc-cli', keepassxc],
  ];
  it.each(apps)(
    'with %s: name, QR code, two codes, recovery codes, and a sign-in with the third',
    async (_, install) => {
      const { page } = await visit();
      const person = await register(page);
      expect(pathOf(page)).toBe('/security');

      const app = await setUp(page, 'Phone', install);
      await submit(page, twoCodes(clock, app));
      expect(pathOf(page)).toBe('/recovery-codes');
      await follow(page, onlyButton(page));
      expect(await page.locator('#recovery-codes code').count()).toBe(10);
      await submit(page, { recoveryCode: (await page.locator('#recovery-codes code').last().textContent()) ?? '' });
      expect(pathOf(page)).toBe('/security');
      expect(await noticeOf(page).textContent()).toContain('Your recovery codes are confirmed.');
      expect(await page.locator('.device').count()).toBe(1);
      expect(await page.locator('.device').textContent()).toContain('Phone');
      expect(await page.locator('.device .badge.assigned').count()).toBe(1);

      await signOut(page);
      await signIn(page, person);
      expect(pathOf(page)).toBe('/sign-in/code');
      await submit(page, { code: nextCode(clock, app) });
      expect(pathOf(page)).toBe('/security');
    },
  );

  it.each(['light', 'dark'] as const)('on a small screen in %s: the QR code has the setup key', async (colorScheme) => {
    const { page } = await visit({ colorScheme, viewport: { width: 320, height: 640 } });
    await register(page);
    await page.goto('/devices/new');
    await submit(page, { name: 'Phone' });
    const setupKey = await page.locator('#setup-key').textContent();
    const { searchParams } = new URL(await scan(page));
    expect(setupKey?.replaceAll(/\s/g, '')).toBe(searchParams.get('secret'));
  });

  it('without JavaScript', async () => {
    const { page } = await visit({ javaScriptEnabled: false });
    const person = await register(page);
    const app = await setUp(page, 'Phone');
    await submit(page, { code1: '123456', code2: '654321' });
    expect(await alertOf(page).isVisible()).toBe(true);
    expect(await page.locator('[name=code1]').inputValue()).toBe('123456');
    await submit(page, twoCodes(clock, app));
    expect(pathOf(page)).toBe('/recovery-codes');
    const codes = await makeRecoveryCodes(page);
    expect(codes).toHaveLength(10);
    // What only a script can do is not offered.
    expect(await page.locator('main button[type=button]:visible').count()).toBe(0);
    await submit(page, { recoveryCode: 'A'.repeat(24) });
    expect(await alertOf(page).textContent()).toMatch(/recovery code is not right/);
    await submit(page, { recoveryCode: codes[0]! });
    expect(pathOf(page)).toBe('/security');

    await signOut(page);
    await signIn(page, person);
    await submit(page, { code: nextCode(clock, app) });
    expect(pathOf(page)).toBe('/security');
  });

  it('keeps what was typed after a wrong code, and the same secret; after a reload, too', async () => {
    const { page } = await visit();
    await register(page);
    await page.goto('/devices/new');
    await submit(page, { name: 'Phone' });
    const keyUri = await scan(page);
    await submit(page, { code1: '12345', code2: '654321' });

    expect(await page.title()).toMatch(/^Error: /);
    expect(await page.locator('[name=code1]').inputValue()).toBe('12345');
    expect(await page.locator('[name=code2]').inputValue()).toBe('654321');
    expect(await page.locator('[name=code1]').getAttribute('aria-invalid')).toBe('true');
    expect(await page.locator('[name=code2]').getAttribute('aria-invalid')).not.toBe('true');
    expect(await scan(page)).toBe(keyUri);

    await page.goto('/devices/assign');
    expect(await scan(page)).toBe(keyUri);
    await page.reload();
    expect(await scan(page)).toBe(keyUri);
    await submit(page, twoCodes(clock, oathtool(keyUri)));
    expect(pathOf(page)).toBe('/recovery-codes');
  });

  it('takes a code that is pasted with its space', async () => {
    const { context, page } = await visit();
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await register(page);
    const app = await setUp(page, 'Phone');
    for (const [field, code] of Object.entries(twoCodes(clock, app))) {
      await page.evaluate(`navigator.clipboard.writeText('${code.slice(0, 3)} ${code.slice(3)}')`);
      await page.locator(`[name=${field}]`).focus();
      await page.keyboard.press('Control+V');
      expect((await page.locator(`[name=${field}]`).inputValue()).replaceAll(' ', '')).toBe(code);
    }
    await follow(page, sendButton(page, 'code1'));
    expect(pathOf(page)).toBe('/recovery-codes');
  });

  it('says which slip it was, and takes the right codes afterwards', async () => {
    const { page } = await visit();
    await register(page);
    const app = await setUp(page, 'Phone');
    const { code1, code2 } = twoCodes(clock, app);
    const old = app(clock() - 20 * 60_000);
    const older = app(clock() - 20 * 60_000 - 30_000);
    const slips = [
      [{ code1, code2: code1 }, /twice|same code/i],
      [{ code1: code2, code2: code1 }, /order/i],
      [{ code1, code2: app(clock() + 30_000) }, /between/i],
      [{ code1: older, code2: old }, /clock/i],
    ] as const;
    for (const [codes, words] of slips) {
      await submit(page, codes);
      expect(await alertOf(page).textContent()).toMatch(words);
      expect(await page.locator('[name=code1]').inputValue()).toBe(codes.code1);
    }
    await submit(page, twoCodes(clock, app));
    expect(pathOf(page)).toBe('/recovery-codes');
  });

  it('takes back a set-up that was abandoned', async () => {
    const { page } = await visit();
    await register(page);
    await setUp(page, 'Phone');
    await follow(page, page.locator('button[form="cancel"]'));
    expect(pathOf(page)).toBe('/security');
    expect(await page.locator('.device').count()).toBe(0);

    await page.goto('/devices/assign');
    expect(await page.locator('img[data-qr]').count()).toBe(0);
    await setUp(page, 'Phone');
  });

  it('begins anew when it took too long', async () => {
    const { page } = await visit();
    await register(page);
    const app = await setUp(page, 'Phone');
    clock.advanceMs(16 * 60_000);
    await submit(page, twoCodes(clock, app));
    expect(await alertOf(page).textContent()).toMatch(/expired|too long/i);
    const again = await setUp(page, 'Phone');
    await submit(page, twoCodes(clock, again));
    expect(pathOf(page)).toBe('/recovery-codes');
  });

  it('is not harmed by the back button', async () => {
    const { page } = await visit();
    await register(page);
    const app = await setUp(page, 'Phone');
    await submit(page, twoCodes(clock, app));
    await page.goBack();
    expect(await page.locator('img[data-qr]').count()).toBe(0);
    await page.goBack();
    await page.goForward();
    await page.goto('/security');
    expect(await page.locator('.device .badge.assigned').count()).toBe(1);
    expect(await page.locator('.device').count()).toBe(1);
  });
});
