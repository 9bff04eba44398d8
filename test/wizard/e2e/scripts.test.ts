import { expect, it } from 'vitest';
import { describeInChromium } from './stage.js';
import { assign, makeRecoveryCodes, register, sendButton, setUp, submit, twoCodes } from './steps.js';

describeInChromium('the scripts', ({ visit, clock }) => {
  it('lets recovery codes be copied, downloaded and printed', async () => {
    const { context, page } = await visit();
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await register(page);
    const app = await setUp(page, 'Phone');
    await submit(page, twoCodes(clock, app));
    const codes = await makeRecoveryCodes(page);
    expect(codes).toHaveLength(10);

    await page.locator('[data-copy=recovery-codes]').click();
    const copied = (): Promise<unknown> => page.evaluate('navigator.clipboard.readText()');
    await expect.poll(copied).toContain(codes.at(-1));
    for (const code of codes) expect(await copied()).toContain(code);

    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.locator('[data-download=recovery-codes]').click(),
    ]);
    expect(download.suggestedFilename()).toBe('acme-recovery-codes.txt');
    const file = await textOf(await download.createReadStream());
    for (const code of codes) expect(file).toContain(code);

    await page.evaluate("addEventListener('beforeprint', () => { document.title = 'On paper' })");
    await page.locator('[data-print]').click();
    expect(await page.title()).toBe('On paper');
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('#recovery-codes').isVisible()).toBe(true);
    for (const hidden of ['header.bar', 'aside.demonstration', 'main button', 'main form', 'main p']) {
      expect(await page.locator(hidden).first().isVisible()).toBe(false);
    }
  });

  it('copies the setup key', async () => {
    const { context, page } = await visit();
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await register(page);
    await page.goto('/devices/new');
    await submit(page, { name: 'Phone' });
    await page.locator('[data-copy=setup-key]').click();
    const copied = async (): Promise<string> => String(await page.evaluate('navigator.clipboard.readText()'));
    const key = (await page.locator('#setup-key').textContent())!.replaceAll(/\s/g, '');
    await expect.poll(async () => (await copied()).replaceAll(/\s/g, '')).toBe(key);
  });

  it('say when there is a new code to type, once and not each second', async () => {
    const { context, page } = await visit();
    await context.clock.install({ time: clock() });
    await register(page);
    const app = await setUp(page, 'Phone');
    // The server's time stands: the page counts from there, so the beginning of a code is the moment of loading it.
    await page.reload();
    const ring = page.locator('[data-ring]');
    const heard = page.locator('[role="status"].unseen');
    await ring.getByText(/New code in \d+ s/).waitFor();

    await page.locator('[name=code1]').fill(app(clock()));
    await ring.getByText(/Wait for the next code: \d+ s/).waitFor();
    await context.clock.runFor(10_000);
    expect(await heard.textContent()).toBe('');
    expect(await page.locator('[name=code2]').isEnabled()).toBe(true);
    await context.clock.runFor(25_000);
    await expect.poll(() => heard.textContent()).toContain('New code');
    await page.locator('[name=code2]').fill(app(clock() + 30_000));
    await ring.getByText(/New code in \d+ s/).waitFor();
  });

  it('warn of the same code twice, before it is sent', async () => {
    const { page } = await visit();
    await register(page);
    const app = await setUp(page, 'Phone');
    await page.locator('[name=code1]').fill(app(clock()));
    await page.locator('[name=code2]').fill(app(clock()));
    await page.locator('[data-ring]').getByText('This is the first code again').waitFor();
    // A piece of advice: nothing is blocked, since two codes that follow each other may be equal.
    expect(await sendButton(page, 'code1').isEnabled()).toBe(true);
  });

  it('show times as the clock of the reader shows them', async () => {
    const { page } = await visit({ timezoneId: 'Asia/Kathmandu' });
    await register(page);
    await assign(page, clock);
    await page.goto('/security');
    const time = page.locator('.activity time').first();
    const at = new Date((await time.getAttribute('datetime'))!);
    const hour = { hour: '2-digit', minute: '2-digit', timeZone: 'Asia/Kathmandu' } as const;
    expect(await time.textContent()).toContain(at.toLocaleTimeString('en-GB', hour));
  });
});

async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  for await (const part of stream) text += part;
  return text;
}
